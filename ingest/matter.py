"""Front matter, as site generators and note programs write it: YAML, TOML or JSON on top."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.metadata import NAMES
from rag.errors import ArticleError

Values = Mapping[str, object]

_UNKNOWN = frozenset({"", "~", "null", "Null", "NULL"})
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r'\s*\{\s*["}]')
_AT_LINE = re.compile(r"^(.*?)\s*\(at line (\d+), column \d+\)$")
_NESTED = ("params", "taxonomies", "extra")
"""Tables in which Hugo and Zola keep an article's own fields."""

_SPELT = {name.lower(): name for names in NAMES.values() for name in names}
_TAGS = ("tags", "categories", "keywords", "topics")


@dataclass(frozen=True, slots=True)
class Matter:
    """The fields of an article under the names of ``metadata.NAMES``, and whether they say that
    it is not published."""

    values: Values
    draft: bool = False


def front_matter(text: str) -> tuple[Matter, str]:
    """The front matter of a text, and what follows it. Raises ``ArticleError`` for what is
    meant to be some and cannot be read."""
    if match := _TOML.match(text):
        return _matter(_toml(match[1])), text[match.end() :]
    if _JSON.match(text):
        values, end = _json(text)
        return _matter(values), text[end:]
    values, body = _yaml(text)
    return _matter(values), body


def _matter(values: Values) -> Matter:
    told: dict[str, object] = {}
    for name, value in values.items():
        told.setdefault(_SPELT.get(name.lower(), name.lower()), value)
    for table in _NESTED:
        nested = told.get(table)
        for name, value in nested.items() if isinstance(nested, Mapping) else ():
            told.setdefault(_SPELT.get(str(name).lower(), str(name).lower()), value)
    draft = _is(told.get("draft"), "true") or _is(told.get("published"), "false")
    if _is(told.get("published"), "true", "false"):  # a flag, as Jekyll has it, and no date
        del told["published"]
    tags = [told[name] for name in _TAGS if _is_told(told.get(name))]
    if len(tags) > 1 or (tags and "tags" not in told):
        told["tags"] = list(dict.fromkeys(tag for value in tags for tag in _listed(value)))
    return Matter({n: v for n, v in told.items() if _is_told(v)}, draft)


def _is(value: object, *words: str) -> bool:
    return str(value).lower() in words


def _is_told(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or value not in _UNKNOWN)


def _listed(value: object) -> list[object]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    # What cannot be a tag is told of by whoever reads the fields.
    return [v for v in value if not isinstance(v, (list, dict))] if isinstance(value, list) else []


def _toml(head: str) -> Values:
    try:
        return tomllib.loads(head)
    except (ValueError, RecursionError) as error:
        told = _AT_LINE.match(str(error))
        # The lines are counted from the one below the plus signs.
        where, what = (f"line {int(told[2]) + 1}: ", told[1]) if told else ("", str(error))
        raise _not("TOML", where, what, "Correct the lines between the two '+++'.") from error


def _json(text: str) -> tuple[Values, int]:
    start = len(text) - len(text.lstrip())
    try:
        values, end = json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}: "
        raise _not("JSON", where, error.msg, "Correct what stands between the braces.") from error
    except RecursionError as error:
        raise _not("JSON", "", "it is nested too deeply", "Leave it out.") from error
    return dict(values), end


def _yaml(text: str) -> tuple[Values, str]:
    """Strings, lists and mappings, as they are written."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import BaseLoader, YAMLError  # type: ignore[import-untyped]

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        head, body = handler.split(text)
    except ValueError:  # a rule on top, no front matter
        return {}, text
    try:
        # BaseLoader leaves everything as written: "2024-12" stays a month, "no" a word.
        values = handler.load(head, Loader=BaseLoader)
    except (YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        # The mark counts from 0, and the head begins with the end of the line of dashes.
        where = f"line {mark.line + 1}: " if mark else ""
        what = getattr(error, "problem", None) or "it cannot be read"
        raise _not("YAML", where, what, "Correct the lines between the two '---'.") from error
    if not isinstance(values, dict):
        return {}, text if values else body
    return {str(name): value for name, value in values.items()}, body


def _not(kind: str, where: str, what: str, hint: str) -> ArticleError:
    return ArticleError(f"its front matter is not {kind}: {where}{what}", hint)
