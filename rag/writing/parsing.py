"""Takes statements from the stream of a language model: sentences, each with the ids it names.

A pure function of the text, however it is cut: it is read letter by letter, and a statement is let
out as soon as the word after it is whole. What may still belong to it, such as an id that has half
arrived, is waited for; so nothing that was let out ever changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rag.passages import sentences
from rag.thoughts import after_thinking, aloud
from rag.writing.plain import OPENING, is_header, plain

SENTINEL = "UNANSWERED"
"""What a model is asked to write where the passages do not answer."""

_ID = r"[a-z]\d[a-z]\d"
_LABEL = r"(?:(?:ids?|sources?|passages?|citations?|references?|refs?|see)\b[:\s]*)?"
_PARTED = r"[\s,;&/|]*(?:and\b\s*)?"
_NUMBERED = r"(?:[a-z]{0,2}\d{1,3}[a-z]?\d?)"
"""What is no id of ours and stands in square brackets as one would: ``[1]``, ``[k3]``."""

_WHOLE = r"(?![a-z0-9])"
"""What parts one from the next: without it a long number could be taken apart in countless ways."""
_SQUARE = rf"\[{_LABEL}(?:(?:{_ID}|{_NUMBERED}){_WHOLE}{_PARTED})+\]"
_ROUND = rf"\({_LABEL}\[?(?:{_ID}{_WHOLE}\]?{_PARTED}\[?)+\]?\)"
_GROUP = re.compile(
    rf"(?:\b(?:ids?|sources?|citations?|references?)[ \t]*:[ \t]*)?(?:{_SQUARE}|{_ROUND})",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"[ \t]*{_GROUP.pattern}", re.IGNORECASE)
_IDS = re.compile(rf"\b{_ID}\b", re.IGNORECASE)
_BEGUN = re.compile(
    r"(?:[\[(][\w\s,;:&/|]{0,40}\[?[\w\s,;:&/|]{0,20}"
    r"|\b(?:ids?|sources?|citations?|references?)[ \t]*:?\s*)$",
    re.IGNORECASE,
)
"""The end of a text that may become ids."""

_HALF = re.compile(r"(?:\[[\w\s,;:&/|]*|\([a-z]\d[\w\s,;:&/|]*)$", re.IGNORECASE)
"""An id that was cut off."""

_DECLINES = re.compile(rf"\W*{SENTINEL}\b")
_STOP = ".!?…。！？؟।"
_STOPPED = re.compile(rf"[{_STOP}][\"'’”»)\]*_]*\s*$")
_TWICE = re.compile(rf"([{_STOP}][\"'’”»)]*)\s*[.]$")
_MARKS = re.compile(r"[*_`]")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a model, in plain text, and those of the known ids that it names. ``whole``
    unless it came last and without a full stop or ids: it may have been cut off. ``declines``: it
    says that the passages do not answer."""

    text: str
    ids: tuple[str, ...] = ()
    whole: bool = True
    declines: bool = False


def said(pieces: Iterable[str], known: Collection[str]) -> Iterator[Said]:
    """The statements in ``pieces`` of text, each as soon as it is complete; ``known`` are the ids
    that mean something. Others are dropped, wherever they stand as ids."""
    stream = _Stream(frozenset(known))
    for piece in aloud(pieces):
        for letter in piece:
            yield from stream.take(letter)
    yield from stream.rest()


class _Stream:
    """What has come and is not part of a statement yet."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._text = ""

    def take(self, letter: str) -> Iterator[Said]:
        self._text = after_thinking(self._text + letter) if letter in ">]" else self._text + letter
        if letter.isspace() and not _BEGUN.search(self._text):
            yield from self._complete()

    def rest(self) -> Iterator[Said]:
        self._text = _HALF.sub("", self._text)
        yield from self._complete()
        yield from self._statement(self._text, last=True)
        self._text = ""

    def _complete(self) -> Iterator[Said]:
        """The statements that are followed by a whole word."""
        while end := _end(self._text):
            statement, self._text = self._text[:end], self._text[end:]
            yield from self._statement(statement)

    def _statement(self, text: str, *, last: bool = False) -> Iterator[Said]:
        ids = [i.lower() for group in _GROUP.finditer(text) for i in _IDS.findall(group[0])]
        own = _ALONE.sub("", text)
        if is_header(own.strip()):
            return
        words = _TWICE.sub(r"\1", plain(own))
        if any(map(str.isalnum, words)):
            named = tuple(dict.fromkeys(i for i in ids if i in self._known))
            declines = bool(_DECLINES.match(words))
            stopped = bool(_STOPPED.search(words) or _GROUP.search(text))
            if last or stopped or declines or OPENING.match(text.lstrip("\n")):
                ended = not last or stopped or text.endswith("\n")
                yield Said(words, named, ended, declines)
            # Else a line above others that is no sentence: a title.


def _end(text: str) -> int:
    """Where the first statement in ``text`` ends and another begins; 0 where none does yet."""
    masked = _masked(text)
    start = len(masked) - len(masked.lstrip())
    line = masked.find("\n", start)
    line = len(masked) if line < 0 else line
    spans = sentences(masked[start:line])
    if len(spans) > 1:
        return start + spans[1][0]
    after = masked[line:].lstrip()
    # Ids before it, on its own line, are the next one's.
    return text.rfind("\n", 0, len(masked) - len(after)) + 1 if after else 0


def _masked(text: str) -> str:
    """``text``, letter for letter, with spaces for what is no part of a sentence: ids, marks, and
    how a line begins. A full stop after ids stands before them."""
    letters = list(text.replace("![", " ["))
    for group in _GROUP.finditer(text):
        a, b = group.span()
        letters[a:b] = " " * (b - a)
        if text[b : b + 1] and text[b] in _STOP:
            stop, letters[b] = text[b], " "
            said = len("".join(letters[:a]).rstrip())
            if said and letters[said - 1] not in _STOP:
                letters[said] = stop
    lines = [
        " " * len(found[0]) + line[found.end() :] if (found := OPENING.match(line)) else line
        for line in "".join(letters).split("\n")
    ]
    return _MARKS.sub(" ", "\n".join(lines))
