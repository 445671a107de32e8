"""Which sentence of an article tells what happened?

Usually the first real one: journalists begin with the news (the "inverted pyramid"). What stands
before it is no sentence: the title again, who wrote it and where, lines of the page around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.evidence import Sentence
from rag.rows import Stored
from rag.types import Hit

_FEWEST = 6
"""Words a sentence must have to tell anything."""
_LEADS = 4
"""Sentences among which the lead is looked for."""
_LEANING = re.compile(
    r"(?:he|she|it|they|this|that|these|those|his|her|their|its|but|and|so|however|also|then|there"
    r"|meanwhile|instead|moreover|in addition|for example|still|yet|such|what has changed)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!…。！।۔][\"'’”»)\]]*$")
_ASKING = ("?", "？", "؟")
_FURNITURE = re.compile(
    r"(?:photo|picture|image|credit|caption|copyright|©|read more|read also"
    r"|see also|sign up|subscribe|follow us|share this|click|listen to"
    r"|watch:|advertisement|this (?:content|article|story|page|site|website) (?:is|was|has|uses)"
    r"|please (?:support|subscribe|note|enable)|support (?:local|our)|all rights reserved"
    r"|editor['’]s note|we use cookies|\d+ min(?:ute)?s? read)",
    re.IGNORECASE,
)
_CORRECTION = re.compile(r"corrections?:", re.IGNORECASE)
"""How a line begins that may answer, and tells nothing new."""
_SIGNED = re.compile(r"(?:by [a-z]|updated|published|last modified|posted)", re.IGNORECASE)
"""How a line begins that says who wrote an article and when. A whole sentence may begin so, too:
"By the end of May it was open again."
"""


def sentences(stored: Stored) -> list[Sentence]:
    """The sentences of a passage, in order, none scored."""
    passage = stored.passage
    hit = Hit(passage, stored.source, 0.0)
    return [
        Sentence(hit, a, b, passage.text[a - passage.start : b - passage.start], 0.0)
        for a, b in stored.sentences
    ]


def tells(sentence: Sentence) -> bool:
    """Whether it is a whole sentence of the article's own, and no question."""
    text = sentence.text.strip()
    words = text.split()
    return (
        len(words) >= _FEWEST
        and bool(_ENDED.search(text))
        and not furniture(text)
        and not _CORRECTION.match(text)
        and text.casefold().rstrip(".") != sentence.hit.source.title.casefold().rstrip(".")
        and sum(word.islower() for word in words) >= len(words) / 3
    )


def answers(sentence: Sentence) -> bool:
    """Whether it can be an answer: it may be shorter than what tells something, but it is no
    question, headline, byline or other line of the page, nor a mark that stands alone."""
    text = sentence.text.strip()
    # Scripts without capitals often have no spaces or full stops either.
    whole = _ENDED.search(text) or len(text.split()) >= _FEWEST or text.upper() == text.lower()
    return (
        any(map(str.isalnum, text))
        and not text.endswith(_ASKING)
        and bool(whole)
        and text.casefold().rstrip(".") != sentence.hit.source.title.casefold().rstrip(".")
        and not furniture(text)
    )


def furniture(text: str) -> bool:
    """Whether it is a line of the page around the article: who wrote it, a caption, an appeal."""
    signed = len(text.split()) < _FEWEST or not _ENDED.search(text)
    return bool(_FURNITURE.match(text) or (signed and _SIGNED.match(text)))


def lead(stored: Stored) -> Sentence | None:
    """The first sentence of an article's first passage that tells something, and can be read
    alone; else the first that tells something, else the longest. None without sentences."""
    found = sentences(stored)
    first = list(filter(tells, found))[:_LEADS]
    alone = (sentence for sentence in first if not leans(sentence))
    return next(alone, next(iter(first), max(found, key=lambda s: len(s.text), default=None)))


def leans(sentence: Sentence) -> bool:
    """Whether it begins like one that goes on from the sentence before."""
    return bool(_LEANING.match(sentence.text))


def heading(stored: Stored) -> Sentence | None:
    """The title, where it stands in the passage as a line of its own."""
    title, passage = stored.source.title.strip(), stored.passage
    if not title:
        return None
    line = re.search(rf"^[ \t]*({re.escape(title)})[ \t]*$", passage.text, re.MULTILINE)
    if line is None:
        return None
    start = passage.start + line.start(1)
    return Sentence(Hit(passage, stored.source, 0.0), start, start + len(title), line[1], 0.0)


def newest_first(found: Sequence[Hit]) -> list[Hit]:
    """Undated last; the order within a day is kept."""
    dated = [hit for hit in found if hit.source.published]
    undated = [hit for hit in found if not hit.source.published]
    return sorted(dated, key=_moment, reverse=True) + undated


def _moment(hit: Hit) -> tuple[str, str]:
    published = hit.source.published
    return (published.first.isoformat(), str(published)) if published else ("", "")
