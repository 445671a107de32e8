"""Bytes to text, or a plain word that they are none."""

from __future__ import annotations

import codecs
import re

from rag.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that articles are found in. Of the many others nearly every one fits any bytes.
_WESTERN = "cp1252"
_LIKELY = [
    _WESTERN,
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "euc_jp",
    "iso2022_jp",
    "gb18030",
    "big5",
    "euc_kr",
]
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n?")


def text_of(data: bytes, declared: str = "") -> str:
    """``data`` as text with ``\\n`` line ends. ``declared``: the encoding it says it is in.

    Raises ``ArticleError`` for bytes that are no text.
    """
    text = _decoded(data, declared)
    if text is None or "\0" in text:
        raise ArticleError(
            "holds bytes that are no text", "Save it as UTF-8 text, or leave it out."
        )
    return _LINE_END.sub("\n", text)


def _decoded(data: bytes, declared: str) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    # Text in another encoding that happens to be valid UTF-8 hardly exists, while pages that
    # declare another encoding and are UTF-8 do. Plain ASCII proves nothing (ISO-2022-JP).
    if not data.isascii() or not declared:
        text = _strictly(data, "utf-8")
        if text is not None:
            return text
    if declared:
        text = _strictly(data, _as_browsers_do(declared))
        if text is not None:
            return text
    return None if b"\0" in data else _guessed(data)


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=_LIKELY)
    if not matches:
        return None
    best = max(matches, key=lambda m: (-m.chaos, m.coherence))
    # The western encoding where it fits as well: they differ in a few letters only, and how
    # often those are met in so little text says nothing.
    western = any(m.encoding == _WESTERN and m.chaos <= best.chaos for m in matches)
    text = _strictly(data, _WESTERN if western else best.encoding)
    return None if text is None or _CONTROLS.search(text) else text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _as_browsers_do(declared: str) -> str:
    """What browsers read a declared encoding as (https://encoding.spec.whatwg.org/#names)."""
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return declared
    wider = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
    return wider.get(name, name)
