"""Where a model's text names passages by their ids, in whatever shape, and the text without that.

Ids are chosen so that none stands in any text that is shown (``rag.writing.fencing``): a known id
that stands alone is a citation wherever it stands, with the brackets, quotation marks and labels
around it. What is no known id is one only in square, curly or lenticular brackets, in small letters
and with nothing else there: ``[1]``, ``[z9z9]``. All else is somebody's words: ``(H5N1)``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_FOREIGN = r"[a-z]\d[a-z]\d|[a-z]{0,2}\d{1,3}(?:[a-z]\d?)?"
"""What stands for ids that are not known: no year, and no name, for names have capitals."""
_LABELS = r"(?i:ids?|sources?|passages?|citations?|cit(?:es?|ed)|references?|refs?|see)"
_ARTICLES = r"(?i:articles?|texts?|documents?)"
_BESIDE = r"\s,;:&/|+=#^†\"'“”‘’`*"
"""What may stand beside ids in their brackets."""
_CLOSING = dict(zip("([{<【⟦“‘«‹\"'`*_~^", ")]}>】⟧”’»›\"'`*_~^", strict=True))
_BRACKETS = "([{<【⟦"
_PREFIX = "^#@†"
_ALONE = r"(?<![^\W_])(?:%s)(?![^\W_])"
"""Words and numbers that are no part of longer ones."""

_LABEL = re.compile(rf"(?<![^\W_])(?:{_LABELS}(?:[ \t]*[:=#][ \t]*|[ \t]+))+$")
_COLON = re.compile(rf"(?<![^\W_]){_LABELS}[ \t]*[:=][ \t]*$")
_SAID_ALL = re.compile(r"[.!?…][\"'”’)]*\s+$")
"""That what stands before is a whole sentence."""
_DASH = re.compile(r"(?<=[.!?…\"'”’])[ \t]+[–—-]+[ \t]*$")
_OPENED = re.compile(rf"[{re.escape(_BRACKETS)}]/?$")
_BETWEEN = re.compile(r"[ \t]*(?:[,;&/|+][ \t]*)?")
_AND = re.compile(r"[ \t]*,?[ \t]*(?i:and|or)[ \t]+")
_NO_WORD_NEXT = re.compile(r"[ \t]*(?:[^\w\s]|\n|$)")
_REACH = 40
"""How far from ids their labels and brackets are looked for, in letters."""

_HOLE = "\ue000"
"""Stands for the ids that are taken out, until what leads up to them is, too."""
_PASSAGE = rf"(?:(?i:the)[ \t]+)?(?:(?:{_LABELS}|{_ARTICLES})[ \t]+)?{_HOLE}"
_SAYS = r"(?i:says?|states?|reports?|notes?|mentions?|explains?|writes?|tells us|shows?|confirms?)"
_SAID = r"(?i:said|stated|reported|noted|mentioned|described|explained|written|told|shown|seen)"
_BY = (
    rf"(?:(?i:according to|based on|as per|as {_SAID} (?:in|by))[ \t]+{_PASSAGE}"
    r"(?![ \t]+(?i:and|or)\b)"
    rf"|(?i:as)[ \t]+{_PASSAGE}[ \t]+{_SAYS}\b(?=[ \t]*[^\w\s]|$))"
)
_OPENING = r"^((?:[\s>*_#•-]|\d{1,2}[.)][ \t]|(?i:answer|response):)*)"
_BEFORE = re.compile(rf"{_OPENING}(?:{_BY}[ \t]*,?|(?i:in|from)[ \t]+{_PASSAGE}[ \t]*,)\s*(\w?)")
_SAYS_THAT = re.compile(rf"{_OPENING}{_PASSAGE}[ \t]+{_SAYS}(?:[ \t]+(?i:that)\b,?|:)\s*(\w?)")
_HEADED = re.compile(rf"{_OPENING}{_HOLE}[ \t]*[:,;–—-]+[ \t]+")
_WITHIN = re.compile(rf"[ \t]*,?[ \t]*\b{_BY}[ \t]*,?")
_PUNCTUATION = (
    (re.compile(rf"\[([^\[\]\n]*)\]{_HOLE}"), rf"\1{_HOLE}"),  # a link to a passage
    (re.compile(rf"([\[({{])\s*{_HOLE}\s*[,;:|–—-]+\s*"), r"\1"),
    (re.compile(rf"(?<=[.!?…])\s*{_HOLE}\s*\."), ""),
    (re.compile(rf"\s*[,;:]\s*{_HOLE}\s*([\])}}.!?…])"), r"\1"),
    (re.compile(rf"(?<=[^\W_]){_HOLE}(?=[^\W_])"), " "),
    (re.compile(rf"[ \t]*{_HOLE}"), ""),
)
_BLANKS = re.compile(r"[ \t]+")
_ONLY_LABELS = re.compile(rf"(?:[\W_]|(?<![^\W_]){_LABELS}(?![^\W_]))*")


@dataclass(frozen=True, slots=True)
class Named:
    """The place ``start`` to ``end`` of a text, all that belongs to ids; and the known ones there,
    in small letters."""

    start: int
    end: int
    ids: tuple[str, ...] = ()


class Naming:
    """Finds the ``known`` ids."""

    def __init__(self, known: Collection[str]) -> None:
        one = "|".join(map(re.escape, sorted(known))) or r"(?!)"
        parts = "|".join(sorted({re.escape(i[:n]) for i in known for n in range(2, len(i))}))
        one = f"(?i:{one})"
        self._known = re.compile(_ALONE % one)
        listed = rf"(?:[{_BESIDE}]|{_ALONE % f'{_LABELS}|(?i:and|also|source)|{one}|{_FOREIGN}'})"
        self._found = re.compile(rf"[\[({{【⟦]{listed}+[\])}}】⟧]|{self._known.pattern}")
        self._foreign = re.compile(_ALONE % _FOREIGN)
        self._begun = re.compile(
            rf"(?:[{re.escape(_BRACKETS)}][\w{_BESIDE}-]{{0,60}}"
            rf"(?:[{re.escape(_BRACKETS)}][\w{_BESIDE}-]{{0,20}})?"
            rf"|(?<![^\W_]){_LABELS}[ \t]*[:=#]?\s*|{_DASH.pattern[:-1]}"
            rf"|{self._known.pattern}[^\w\s]*[ \t]*(?:[,;&/|+]|(?i:and|or))\s*)$"
        )
        self._half = re.compile(
            rf"(?:[\[{{【⟦]{listed}*(?:[a-zA-Z]{{0,9}}|{_FOREIGN})"
            rf"|\({listed}*(?i:{parts or '(?!)'})"
            rf"|</?[a-zA-Z]{{0,9}}(?:[ \t]+{listed}*\w{{0,4}})?"
            rf"|(?<![^\W_])[\"'“‘`^]?(?i:{parts or '(?!)'}))$"
        )

    def named(self, text: str) -> list[Named]:
        """All places in ``text``, in order. Those that follow on each other are one."""
        places: list[Named] = []
        for found in self._found.finditer(text):
            ids = tuple(i.lower() for i in self._known.findall(found[0]))
            if ids or (found[0][0] != "(" and self._foreign.search(found[0])):
                one = self._wide(text, Named(*found.span(), ids))
                if places and self._follows(text, places[-1], one):
                    last = places.pop()
                    one = self._wide(text, Named(last.start, one.end, (*last.ids, *one.ids)))
                elif places:  # one mark may stand between two
                    one = Named(max(one.start, places[-1].end), one.end, ids)
                places.append(one)
        return places

    def without(self, text: str) -> str:
        """``text`` without its ids and what only leads up to them: "According to [k3f9], …"."""
        text = text.replace(_HOLE, "")
        for one in reversed(self.named(text)):
            text = text[: one.start] + _HOLE + text[one.end :]
        if _HOLE not in text:
            return text
        text = _BLANKS.sub(" ", text)
        for leading in (_BEFORE, _SAYS_THAT):
            text = leading.sub(lambda m: m[1] + m[2].upper(), text)
        text = _WITHIN.sub("", _HEADED.sub(r"\1", text))
        for pattern, instead in _PUNCTUATION:
            text = pattern.sub(instead, text)
        return text

    def begun(self, text: str) -> bool:
        """Whether the end of ``text`` may become ids, or go on with more of them."""
        return bool(self._begun.search(text))

    def uncut(self, text: str) -> str:
        """``text`` that was cut off, without half an id at its end; whole ones stay."""
        half = self._half.search(text)
        if not half:
            return text
        return " ".join([text[: half.start()], *self._known.findall(half[0])])

    def _wide(self, text: str, one: Named) -> Named:
        """``one`` with the labels, brackets and marks around it."""
        bare = text[one.start] not in _BRACKETS
        wider = True
        while wider:
            start, end = _enclosed(text, one.start, one.end)
            bare = bare and text[start] not in _BRACKETS
            begins = _labelled(text, start, bool(one.ids), bare)
            bare = bare and begins == start
            wider = (begins, end) != (one.start, one.end)
            one = Named(begins, end, one.ids)
        return one

    def _follows(self, text: str, one: Named, other: Named) -> bool:
        between = text[one.end : other.start]
        if _AND.fullmatch(between):  # which may join clauses, too
            said = _SAID_ALL.search(text, max(0, one.start - _REACH), one.start)
            return bool(said or _NO_WORD_NEXT.match(text, other.end))
        return bool(_BETWEEN.fullmatch(between))


def _labelled(text: str, start: int, known: bool, bare: bool) -> int:
    """Where ids that begin at ``start`` begin with their label. Without a colon that may be a word
    of the statement, unless it stands in the same brackets, or the ids are ``bare`` of any."""
    if known and start and text[start - 1] in _PREFIX:
        start -= 1
    near = max(0, start - _REACH)
    label = (_LABEL if known else _COLON).search(text, near, start)
    if label and (bare or _COLON.fullmatch(label[0]) or _OPENED.search(text, near, label.start())):
        return label.start()
    dash = _DASH.search(text, near, start)
    return dash.start() if dash else start


def _enclosed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with the pair of brackets or marks around it, where there is one; with the opening
    bracket alone where the text ends before the other."""
    left, right = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    before, after = left.rstrip(" \t"), right.lstrip(" \t")
    opening = before[-2:] if before.endswith("</") else before[-1:]
    bracket = opening[:1] in set(_BRACKETS)
    if not bracket and (before, after) != (left, right):
        return start, end
    opened = start - len(left) + len(before) - len(opening)
    closing = _CLOSING.get(opening[:1])
    if closing == ">":
        after = after.removeprefix("/")  # <passage id="k3f9"/>
    if closing and after.startswith(closing):
        return opened, end + len(right) - len(after) + 1
    ends = not after.strip() and end + _REACH >= len(text)
    return (opened, end) if bracket and ends else (start, end)


def only_labels(text: str) -> bool:
    """Whether nothing is said but what announces ids: "Sources:"."""
    return bool(_ONLY_LABELS.fullmatch(text))
