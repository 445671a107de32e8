"""Is an amount that a statement says one that the quotes say?

A number is borne out by the same number, however it is written, or, said to be about so much, by
one that it rounds. Sums are not guessed, and units are not converted. What counts things does not
rest on a measure ("5 steps" on "five years"), on a day, or on which of them one is ("3 men" on "the
third day"); that there is 1 of them rests on "one", "a" or "a single" of the same, that there are 2
on "both" or "twice", too. The same number may not be hedged the other way, nor told as what
something rose to where it rose by so much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checking.faults import Fault, What
from rag.checking.figures import Figure, figures, is_one, plural
from rag.checking.hedges import Hedge
from rag.checking.words import Word, words

_WHICH = ("century", "decade")
"""Units that an ordinal picks one of: "the 21st century"."""
_ALIKE = {("point", "%")}
"""What is counted and a unit that say the same."""
_ONE_WORDS = "a an single sole lone only another"
_ONE = frozenset(_ONE_WORDS.split())
_ANYBODY = "person"
_TWO = frozenset(("both", "couple", "pair"))


def ones(text: str) -> Iterator[Figure]:
    """Where ``text`` says that there is one of something: "one man", "a man", "once"; not "one of
    the men" or "the first man"."""
    for figure in figures(text):
        if is_one(figure) and not figure.unit and (figure.nouns or figure.said == "1"):
            yield figure
    found = words(text)
    for at, word in enumerate(found):
        if word.plain == "once":
            yield Figure((1.0,), word.start, word.end, nouns=("time",))
        elif word.plain in _ONE:
            yield Figure((1.0,), word.start, word.end, nouns=tuple(_single(found[at + 1 : at + 4])))


def twos(text: str) -> Iterator[Figure]:
    """Where ``text`` says that there are two of something without a number: "both brothers",
    "a couple of houses", "twice". Like an ordinal, each speaks of what it stands before alone."""
    found = words(text)
    for at, word in enumerate(found):
        nouns: tuple[str, ...] = ("time",) if word.plain == "twice" else ()
        if word.plain in _TWO:
            following = [w for w in found[at + 1 : at + 5] if w.says and not w.breaks]
            nouns = tuple(w.stem for w in following[:3]) or (_ANYBODY,)
        if nouns:
            yield Figure((2.0,), word.start, word.end, nouns=nouns, ordinal=True, said=word.text)


def _single(following: Sequence[Word]) -> Iterator[str]:
    for word in following:
        if word.breaks or not word.says or plural(word.plain):
            return
        yield word.stem


def unsupported(
    said: Sequence[Figure],
    quoted: Sequence[Figure],
    single: Sequence[Figure],
    skip: Sequence[tuple[int, int]],
) -> Iterator[Fault]:
    """Which of ``said`` none of ``quoted`` bears out; ``single`` are the ``ones`` quoted, and what
    lies in ``skip`` is a date."""
    for figure in said:
        if any(a <= figure.start < b for a, b in skip) or _idle(figure):
            continue
        if is_one(figure) and figure.counted:
            if not any(_is_one_of(figure, q) for q in single):
                told = f"says {figure.said}; nothing quoted counts one of these"
                yield Fault(What.NUMBER, figure.start, figure.end, told)
            continue
        same = [q for q in quoted if figure.same(q)]
        if not figure.counted:
            # "6 December" does not bear "6 years" out where something else may.
            same = [q for q in same if q.unit or q.nouns] or same
        if not same and any(figure.rounds(q) and _units_fit(figure, q) for q in quoted):
            continue
        if not same:
            yield Fault(What.NUMBER, figure.start, figure.end, _why(figure, quoted))
        elif not (fitting := [q for q in same if _units_fit(figure, q)]):
            told = f"says {figure.said}; the quoted words say {same[0].said}"
            yield Fault(What.UNIT, figure.start, figure.end, told)
        elif other := _counted_otherwise(figure, same, quoted):
            told = f"says {figure.said} {_noun(figure, other)}; the quoted words say {other.said}"
            yield Fault(What.NUMBER, figure.start, figure.end, told)
        elif all(_told_otherwise(figure, q) for q in fitting):
            told = f"says “{figure.spoken}”; the quoted words say “{fitting[0].spoken}”"
            yield Fault(What.NUMBER, figure.start, figure.end, told)


def _told_otherwise(figure: Figure, quoted: Figure) -> bool:
    """Whether the same number is hedged, or changed to, in another way. A hedge may be left out,
    but fewer than 40 people are not 40 people."""
    if figure.ordinal or quoted.ordinal:
        return False
    dropped = bool(figure.counted) and not figure.hedge and quoted.hedge is Hedge.UNDER
    stepped = bool(figure.step and quoted.step) and figure.step != quoted.step
    return dropped or stepped or figure.hedge.opposed(quoted.hedge)


def _noun(figure: Figure, other: Figure) -> str:
    return "" if figure.unit else next(n for n in figure.nouns if n in other.nouns)


def _idle(figure: Figure) -> bool:
    """ "One of them": hardly a number."""
    return figure.values == (1.0,) and not figure.unit and not figure.counted


def _is_one_of(figure: Figure, quoted: Figure) -> bool:
    # "Route 1" is neither counted nor wrong.
    return quoted.said == "1" or figure.counted in (_ANYBODY, *quoted.nouns)


def _units_fit(one: Figure, other: Figure) -> bool:
    if one.unit and not other.unit:
        # "6 December" and "6 men" are not six years.
        return not other.nouns
    if other.ordinal and not one.ordinal and one.unit in _WHICH:
        return False
    if one.counted and not one.ordinal:
        return not other.dated and _countable(one, other)
    return not one.unit or one.unit == other.unit


def _countable(one: Figure, other: Figure) -> bool:
    """Whether ``other`` may count the things that ``one`` does. What is done for the third time
    is done three times."""
    if other.ordinal:
        return one.counted == "time" or one.counted in other.nouns
    return not other.unit or (one.counted, other.unit) in _ALIKE


def _counted_otherwise(
    figure: Figure, same: Sequence[Figure], quoted: Sequence[Figure]
) -> Figure | None:
    """The number that the quoted words have of what this one counts, when it is another."""
    if not figure.nouns or figure.unit or figure.ordinal:
        return None
    if any(set(figure.nouns) & set(q.nouns) or not q.nouns for q in same):
        return None
    noun = figure.nouns[0]
    others = [q for q in quoted if noun in q.nouns[:1] and not q.unit]
    return others[0] if others else None


def _why(figure: Figure, quoted: Sequence[Figure]) -> str:
    alike = [q for q in quoted if q.unit == figure.unit and set(q.nouns) & set(figure.nouns)]
    alike = alike or [q for q in quoted if figure.unit and q.unit == figure.unit]
    if not alike and len(quoted) == 1:
        alike = list(quoted)
    if alike:
        return f"says {figure.said}; the quoted words say {alike[0].said}"
    return f"nothing quoted says {figure.said}"
