"""Two articles joined to say what neither does: the name from one, the deed from the other.

Each name and each number of a statement is held against the quotes article by article. What stands
beside it must be said by an article that says it. Where those say next to nothing of that, and
another one all of it, the statement has joined them. What each article says stays side by side:
"Holt did this, while Lind did that".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checking.faults import Fault, Quote, What
from rag.checking.figures import figures
from rag.checking.roles import Mention, Scene, scene
from rag.checking.words import snippet

_REACH = 4
"""Words that say something on either side of a name that belong to it."""
_SAID, _UNSAID = 0.75, 0.34
"""The share of what stands beside a name that another article must say, and that its own at most
may."""
_FEWEST = 2
_PARTS = frozenset(("while", "whereas", "but", "although", "though"))


def unsupported(
    statement: str, quotes: Sequence[Quote], skip: Sequence[tuple[int, int]]
) -> Iterator[Fault]:
    """The first name or number of ``statement`` that is of one article, and what it says of it of
    another; what lies in ``skip`` is a date. Quotes of which no article is known are of one."""
    if len({quote.article for quote in quotes}) < 2:
        return
    stems, named = _by_article(quotes)
    said = scene(statement)
    for mention in _telling(said, skip):
        beside = _beside(said, mention)
        own = [article for article in stems if mention.key in named[article]]
        if len(beside) < _FEWEST or not own or len(own) == len(stems):
            continue
        share = {a: len(beside & known) / len(beside) for a, known in stems.items()}
        others = max(share[a] for a in stems if a not in own)
        if max(share[a] for a in own) <= _UNSAID and others >= _SAID:
            told = snippet(statement, said.words, mention.first, mention.last)
            start, end = said.words[mention.first].start, said.words[mention.last].end
            yield Fault(What.ROLE, start, end, f"no one article quoted says it of “{told}”")
            return


def _by_article(quotes: Sequence[Quote]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The stems that each article's quotes say, and the names and numbers."""
    stems: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    for quote in quotes:
        for text in (quote.text, quote.title):
            read = scene(text)
            stems.setdefault(quote.article, set()).update(word.stem for word in read.words)
            names = {m.key for m in read.mentions} | {word.name for word in read.words}
            named.setdefault(quote.article, set()).update(names)
    return stems, named


def _telling(said: Scene, skip: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Names, and numbers that measure or count: not those of a list or a chapter."""
    counting = [f.start for f in figures(said.text) if (f.unit or f.counted) and not f.ordinal]
    for mention in said.mentions:
        start = said.words[mention.first].start
        number = mention.key[:1].isdigit()
        if not any(a <= start < b for a, b in skip) and (not number or start in counting):
            yield mention


def _beside(said: Scene, mention: Mention) -> set[str]:
    """Stems beside a mention, within its part of the sentence, that name nothing."""
    named = {i for m in said.mentions for i in range(m.first, m.last + 1)}
    found = said.words
    before = range(mention.first - 1, -1, -1)
    after = range(mention.last + 1, len(found))
    stems: set[str] = set()
    for places, forward in ((before, False), (after, True)):
        taken = 0
        for i in places:
            if taken == _REACH or _parted(said, i if forward else i + 1, named):
                break
            if i not in named and found[i].says:
                stems.add(found[i].stem)
                taken += 1
    return stems


def _parted(said: Scene, at: int, named: set[int]) -> bool:
    """Whether another part of the statement begins with the word at ``at``."""
    word, before = said.words[at], said.words[at - 1]
    if word.first or word.plain in _PARTS or set(";:") & set(said.text[before.end : word.start]):
        return True
    return word.plain == "and" and (word.breaks or at + 1 in named)
