"""Has a copy of a story said anything that was not said before?

Copies are near-duplicates by their words, and a figure is one word of many. So what a copy says is
compared sentence by sentence: a sentence of it was said before where it is another one with a few
words less, and those no figure, and none that turns or limits what is said. Whatever is in doubt
is kept: a passage too many costs less than a figure that is never seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.passages import sentences
from rag.types import Hit

_DATELINE = re.compile(r"^[A-Z][A-Z .'’-]+(?:, ([A-Z]\w+\.? \d+))? \([\w .]+\) [-–—]\s*")
"""Where a wire report begins: "KELDERWICK, Nov 11 (Seaboard) - "."""
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHICH_DAY = re.compile(rf"\b(?:on|last|this|next) (?={_DAY})", re.I)
"""How a paper of another day of the week says the same day."""
_RELATIVE = re.compile(rf"\b(?:{_DAY}|today|tonight|tomorrow|yesterday|last|this|next|ago)\b", re.I)
_WEEK = 6
"""Days between two papers in which "on Monday" may mean the same day."""
_WORD = re.compile(
    r"(?:(?<![\w)])[-−–](?=\d))?\w+(?:[.,:/'’-]\w+)*(?:\s?[%‰°])?|[£$€¥₹₽₩₺₪฿¢<>≤≥±≈~]"
)
_SMALL = frozenset(("a", "an", "and", "of", "that", "the"))
_TURNING = re.compile(
    r"(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without|if|unless|may|might|could|about"
    r"|almost|nearly|den(?:y|ies|ied)|refus\w+|fail\w*|alleg\w+|reported\w*|.*n['’]t"
    r"|only|just|more|less|fewer|over|under|above|below|least|most|up|down|former|vice|deputy|acting"
    r"|ex|(?:north|south|east|west)\w*)$"
)
"""Words that turn what a sentence says, limit it or make it less sure; or make other names."""
_NUMBER = re.compile(
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundreds?|thousands?|(?:m|b|tr)illions?|dozens?|half|halves|quarters?|thirds?|once|twice"
    r"|thrice|doubled?|tripled?|both|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth)$"
)
_KEPT = 0.7
"""Share of the words of a sentence that a copy of it keeps, at least."""
_ALIKE = 0.6
"""Share of the words of the longer of two sentences that both have, where they tell the same."""


def told_by(hit: Hit, before: Sequence[Hit]) -> int | None:
    """The place of the hit that says most of what ``hit`` says, when all of it has been said by
    hits of its story in other articles: the same words, figures, dates and names, as often."""
    if not hit.source.story:
        return None
    told = [
        (place, other)
        for place, other in enumerate(before)
        if hit.source.story == other.source.story
        and hit.source.id != other.source.id
        and _same_days(hit, other)
    ]
    if not told:
        return None
    said = [(place, words) for place, other in told for words in _statements(other.passage.text)]
    places: Counter[int] = Counter()
    for words in _statements(hit.passage.text):
        by = next((n for n, (_, others) in enumerate(said) if _says_no_more(words, others)), None)
        if by is None:
            return None
        # Once: of two equal lines a copy may have changed one.
        places[said.pop(by)[0]] += 1
    return places.most_common(1)[0][0] if places else None


def otherwise(one: str, other: str) -> bool:
    """Whether two sentences are much the same, but each has a figure or a name that the other has
    not."""
    words, others = ([w for w in _WORD.findall(text) if _tells(w)] for text in (one, other))
    plain = {word.casefold() for word in words}, {word.casefold() for word in others}
    if len(plain[0] & plain[1]) < _ALIKE * max(map(len, plain)):
        return False
    return all(
        any(_names(word) for word in some[1:] if word.casefold() not in known)
        or any(_counts(word.casefold()) for word in some if word.casefold() not in known)
        for some, known in ((words, plain[1]), (others, plain[0]))
    )


def _statements(text: str) -> list[list[str]]:
    """The words of each sentence that tell something, in order."""
    text = _WHICH_DAY.sub("", _DATELINE.sub("", text))
    found = (_WORD.findall(text[a:b]) for a, b in sentences(text))
    return [told for words in found if (told := _telling(words))]


def _telling(words: Sequence[str]) -> list[str]:
    """Without the small ones; the A of "vitamin A" is a name."""
    return [
        re.sub(r"\s", "", word.casefold())
        for place, word in enumerate(words)
        if _tells(word) and (place or word != "A")
    ]


def _tells(word: str) -> bool:
    return word == "A" or word.casefold() not in _SMALL


def _names(word: str) -> bool:
    return word[0].isupper()


def _says_no_more(words: list[str], others: list[str]) -> bool:
    """Whether a sentence is another one with a few words less: nothing is in it that is not in the
    other, in the same order, and what it lacks is no figure and turns nothing."""
    rest = iter(others)
    if len(words) < _KEPT * len(others) or not all(word in rest for word in words):
        return False
    return [w for w in words if _counts(w)] == [w for w in others if _counts(w)]


def _counts(word: str) -> bool:
    """Whether the sentence says something else without the word."""
    figure = not word[0].isalpha() or any(letter.isdigit() for letter in word)
    return figure or any(
        _TURNING.match(part) or _NUMBER.match(part) for part in (word, *word.split("-"))
    )


def _same_days(one: Hit, other: Hit) -> bool:
    """Whether days that are told from the day of print, as "on Monday", may be the same, and wire
    reports are of one day."""
    sent = [_DATELINE.match(hit.passage.text) for hit in (one, other)]
    if len({line[1] for line in sent if line and line[1]}) > 1:
        return False
    dates = one.source.published, other.source.published
    if not all(dates) or not _RELATIVE.search(one.passage.text):
        return True
    first, second = (date.first for date in dates if date)
    return abs((first - second).days) <= _WEEK
