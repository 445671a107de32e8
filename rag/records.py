"""Frozen records and their JSON, both ways.

``to_dict`` of any record is the JSON of ``--json``, of HTTP, of run files and of saved chats
alike; ``from_dict`` of its class makes the same record again.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Self

SCHEMA = 1
"""Version of the JSON that ``to_dict`` makes."""


class Record:
    """Gives a frozen dataclass its JSON."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """This record and all it holds as JSON types, marked with the schema version."""
        return {"schema": SCHEMA, **_plain(self)}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """The record that ``to_dict`` made ``value`` of. Fields that are missing have their
        defaults, names that are unknown are passed over: what a newer version wrote is read as
        far as it is understood. Raises ``ValueError`` for what cannot be this record."""
        try:
            made = _record(cls, value)
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError(f"not a {cls.__name__}: {error}") from error
        return typing.cast(Self, made)


def _plain(value: Any) -> Any:
    """``value`` as JSON types: mappings, lists, strings, numbers, booleans, None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _record(kind: type, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"not a {kind.__name__}: {value!r:.60}")
    hints = _hints(kind)
    given = {f.name: _typed(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value}
    lacking = [f.name for f in fields(kind) if f.name not in given and _is_required(f)]
    if lacking:
        raise ValueError(f"not a {kind.__name__}: it lacks {', '.join(lacking)}")
    return kind(**given)


def _is_required(f: Field[Any]) -> bool:
    return f.init and f.default is MISSING and f.default_factory is MISSING


def _typed(hint: Any, value: Any) -> Any:
    """``value``, made of JSON types, as the type that a field is declared with."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _typed(arguments[0], value)
    if origin in (tuple, Mapping):
        return _many(origin, arguments, value)
    if origin is not None or hint in _JSON:
        return _same(origin or hint, arguments, value)
    if is_dataclass(hint):
        # A field that held texts before it held records: the text is the record's first field.
        if isinstance(value, str):
            value = {fields(hint)[0].name: value}
        return _record(typing.cast(type, hint), value)
    if hint is date:
        # A time keeps its hours; what it belongs to says whether they count.
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return hint(value)


_JSON = (str, int, float, bool)


def _same(kind: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    """``value`` itself, if JSON has its type: a text, a number, one of some words, a mapping."""
    if kind is typing.Literal:
        fits = value in arguments
    elif kind is float:
        fits = type(value) in (int, float)
    else:
        fits = isinstance(value, Mapping) if kind not in _JSON else type(value) is kind
    if not fits:
        raise ValueError(f"{value!r:.60} is no {getattr(kind, '__name__', kind)} {arguments or ''}")
    return value


def _many(origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    if origin is tuple:
        return _tuple(arguments, value)
    if not isinstance(value, Mapping):
        raise ValueError(f"not a mapping: {value!r:.60}")
    if arguments[1] is Any:
        return value
    return {key: _typed(arguments[1], item) for key, item in value.items()}


def _tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"not a list: {value!r:.60}")
    if arguments[1:] == (...,):
        return tuple(_typed(arguments[0], item) for item in value)
    return tuple(_typed(hint, item) for hint, item in zip(arguments, value, strict=True))
