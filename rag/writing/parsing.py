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
from rag.writing.naming import Named, Naming, only_labels
from rag.writing.plain import OPENING, is_header, plain

SENTINEL = "UNANSWERED"
"""What a model is asked to write where the passages do not answer."""

_DECLINES = re.compile(rf"\W*{SENTINEL}\b")
_STOP = ".!?…。！？؟।"
_STOPPED = re.compile(rf"[{_STOP}][\"'’”»)\]*_]*\s*$")
_TWICE = re.compile(rf"([{_STOP}][\"'’”»)]*)\s*[.]$")
_TITLE = 4
"""Words of a line that is taken for a title, at most, where others follow it and it ends without a
full stop. Small models write whole answers without any: longer lines are statements."""
_BOLD = re.compile(r"(\*\*|__)[^\n]+\1")
_MARKS = re.compile(r"[*_`]")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a model, in plain text, and those of the known ids that it names. ``whole``
    unless it came last and without a full stop or ids: it may have been cut off. ``declines``: it
    says that the passages do not answer. ``title``: a short line above others, which may be no
    sentence."""

    text: str
    ids: tuple[str, ...] = ()
    whole: bool = True
    declines: bool = False
    title: bool = False


def said(pieces: Iterable[str], known: Collection[str]) -> Iterator[Said]:
    """The statements in ``pieces`` of text, each as soon as it is complete; ``known`` are the ids
    that mean something. Others are dropped, wherever they stand as ids.

    What says nothing is no statement, and goes unseen: headers (``#``), a few words in bold above
    other lines, lines that end in a colon, rules, ids alone and what announces them ("Sources:").
    """
    stream = _Stream(frozenset(known))
    for piece in aloud(pieces):
        for letter in piece:
            yield from stream.take(letter)
    yield from stream.rest()


class _Stream:
    """What has come and is not part of a statement yet."""

    def __init__(self, known: frozenset[str]) -> None:
        self._naming = Naming(known)
        self._text = ""

    def take(self, letter: str) -> Iterator[Said]:
        self._text = after_thinking(self._text + letter) if letter in ">]" else self._text + letter
        if letter.isspace() and not self._naming.begun(self._text):
            yield from self._complete()

    def rest(self) -> Iterator[Said]:
        self._text = self._naming.uncut(self._text)
        yield from self._complete()
        yield from self._statement(self._text, last=True)
        self._text = ""

    def _complete(self) -> Iterator[Said]:
        """The statements that are followed by a whole word."""
        while end := self._end():
            statement, self._text = self._text[:end], self._text[end:]
            yield from self._statement(statement)

    def _statement(self, text: str, *, last: bool = False) -> Iterator[Said]:
        named = self._naming.named(text)
        own = self._naming.without(text)
        if is_header(own.strip()):
            return
        words = _TWICE.sub(r"\1", plain(own))
        if not only_labels(words):
            ids = tuple(dict.fromkeys(i for one in named for i in one.ids))
            declines = bool(_DECLINES.match(words))
            stopped = bool(_STOPPED.search(words) or named)
            bare = not (last or stopped or declines or OPENING.match(text.lstrip("\n")))
            title = bare and len(words.split()) <= _TITLE
            if not (title and _BOLD.fullmatch(own.strip())):
                ended = not last or stopped or text.endswith("\n")
                yield Said(words, ids, ended, declines, title)

    def _end(self) -> int:
        """Where the first statement ends and another begins; 0 where none does yet."""
        masked = _masked(self._text, self._naming.named(self._text))
        start = len(masked) - len(masked.lstrip())
        line = masked.find("\n", start)
        line = len(masked) if line < 0 else line
        spans = sentences(masked[start:line])
        if len(spans) > 1:
            return start + spans[1][0]
        after = masked[line:].lstrip()
        # Ids before it, on its own line, are the next one's.
        return self._text.rfind("\n", 0, len(masked) - len(after)) + 1 if after else 0


def _masked(text: str, named: Iterable[Named]) -> str:
    """``text``, letter for letter, with spaces for what is no part of a sentence: ids, marks, and
    how a line begins. A full stop after ids stands before them."""
    letters = list(text.replace("![", " ["))
    for one in named:
        a, b = one.start, one.end
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
