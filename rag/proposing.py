"""Questions that a sentence answers, made of its own words.

Only from sentences of a few plain forms ("The bridge was built in 1911"): a question must read as
if somebody had written it, so most sentences give none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ROLE = (
    r"(?:director|minister|mayor|president|chair(?:man|woman)?|executive|master|architect|artist"
    r"|spokes(?:man|woman|person)|coach|judge|councillor|teacher|gardener|professor|captain|baker"
    r"|engineer|owner|founder|leader|farmer|writer|historian|biologist|treasurer|secretary|keeper)"
)
_CAPITAL = r"[A-Z][\w’'-]+"
# First and last name, without the role that may stand before them.
_NAME = (
    rf"(?!(?i:{_ROLE}|the|a|in|on|at|but|and|mr|mrs|ms|dr|sir|lord|lady|dame|saint)\b)"
    rf"{_CAPITAL}(?: de| van| von| al| der| la)?(?: [A-Z]\.)? {_CAPITAL}"
)
_SUBJECT = r"[A-Z][\w’'-]*(?: [\w’'&-]+){0,6}?"
_PREDICATE = r"[a-z][a-z’'-]*(?: [A-Za-z’'-]+){0,5}?"
_MONTHS = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = (
    rf"(?:on (?:\d{{1,2}} {_MONTHS}|{_MONTHS} \d{{1,2}}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    rf"|in (?:{_MONTHS}|(?:1\d|20)\d\d))\b"
)
_COUNT = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MONEY = rf"(?:about |around |some |nearly |up to )?[$€£]?{_COUNT}"
_SPAN = rf"(?:about )?{_COUNT} (?:days|weeks|months|years|hours)\b"
_SAID = r"(?:said|says|told|called|warned|announced|explained|added|argued)"

# What a question can be made of: the name of its form, the sentence's pattern, the question's.
_FORMS = (
    (
        "when",
        rf"(?P<s>{_SUBJECT}) (?P<aux>will|was|were) (?P<p>{_PREDICATE}) {_DATE}.*",
        "When {aux} {s} {p}?",
    ),
    (
        "when",
        rf"(?P<s>{_SUBJECT}) (?P<aux>is|are) (?P<p>(?:to|due to|set to) {_PREDICATE}) {_DATE}.*",
        "When {aux} {s} {p}?",
    ),
    (
        "how long",
        rf"(?P<s>{_SUBJECT}) (?P<aux>will|was|were) (?P<p>{_PREDICATE})(?: {_DATE})? for {_SPAN}.*",
        "How long {aux} {s} {p}?",
    ),
    (
        "cost",
        rf"(?P<s>{_SUBJECT}) (?P<aux>is|are|was|were) (?P<p>(?:expected|estimated) to cost)"
        rf" {_MONEY}.*",
        "How much {aux} {s} {p}?",
    ),
    (
        "cost",
        rf"(?P<s>{_SUBJECT}) (?P<aux>will|would) (?P<p>cost) {_MONEY}.*",
        "How much {aux} {s} {p}?",
    ),
    ("cost", rf"(?P<s>{_SUBJECT}) costs {_MONEY}.*", "How much does {s} cost?"),
    (
        "how many",
        rf"(?P<s>{_SUBJECT}) (?P<aux>has|have) (?P<p>[a-z]+ed|bought|built|sold|won|lost|found)"
        rf" {_COUNT} (?:more |new )?(?P<o>[a-z]+s)\b.*",
        "How many {o} {aux} {s} {p}?",
    ),
    (
        "why",
        rf"(?P<s>{_SUBJECT}) (?P<aux>was|were|is|are|will|has|have) (?P<p>{_PREDICATE}),? because\b"
        r".*",
        "Why {aux} {s} {p}?",
    ),
    (
        "where",
        rf"(?P<s>{_SUBJECT}) (?P<aux>was|were) (?P<p>born|built|held|found|buried|staged)"
        r" in [A-Z].*",
        "Where {aux} {s} {p}?",
    ),
    (
        "say",
        rf"(?:.*\b)?(?P<n>{_NAME}),? {_SAID} (?:that )?(?P<o>the [a-z]+ [a-z]+)"
        r" (?:was|were|is|are|had|has|have|would|will|could|can|should|serious)\b.*",
        "What did {n} say about {o}?",
    ),
    (
        "say",
        rf"(?P<s>(?:The|A) {_PREDICATE}) (?:will|was|were|is|are|has|had) .*, (?:[a-z]+ )*"
        rf"(?P<n>{_NAME}) (?:said|says|announced)\b.*",
        "What did {n} say about {s}?",
    ),
    ("who", rf"(?:.*\b)?(?i:{_ROLE}),? (?P<n>{_NAME})\b.*", "Who is {n}?"),
    (
        "who",
        rf"(?:.*\b)?(?P<n>{_NAME}), (?:the|an?|head|chief)(?: [a-z]+)?? {_ROLE}\b.*",
        "Who is {n}?",
    ),
)
_compiled = [(form, re.compile(pattern), asked) for form, pattern, asked in _FORMS]

_HANGING = (
    r"(?:first|second|third|others?|same|latter|former|two|three|latest|next|last|company|group)"
)
# A subject that needs no sentence before it: "the harbour bridge", "Coastline Ferries", "entry".
_STANDS_ALONE = re.compile(
    rf"(?:The|A|An) (?!{_HANGING}\b)[\w’'-]+(?: [\w’'&-]+)+|Entry|Tickets|Repairs|Work"
    rf"|(?!(?:When|While|After|Before|As|If|In|On|At|By|For|But|And|Since|With|This|That|Both|All)\b)"
    rf"{_CAPITAL}(?: (?:of|and|the|for|de|&)| {_CAPITAL})* {_CAPITAL}"
)
_LEANS = re.compile(
    r"\b(?:where|which|who|that|when|here|there|also|then|however|initially"
    r"|ones?|\d+)\b"
)
_LONGEST = 220
"""Characters of a sentence that is plain enough."""
_LOWERED = re.compile(r"(?:The|A|An|Entry|Tickets|Repairs|Work)\b")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, the form it has ("when", "who" ...), the sentence it was made of, and whom it
    is about, if it asks who somebody is."""

    question: str
    form: str
    article: str
    sentence: str
    name: str = ""

    def answered_by(self, statement: str) -> bool:
        """Whether ``statement`` answers it: the very sentence, or another that names whom it asks
        for."""
        return statement == self.sentence or (bool(self.name) and self.name in statement)


def proposals(article: str, sentence: str) -> Iterator[Proposal]:
    """Questions that ``sentence``, of ``article``, answers."""
    if len(sentence) > _LONGEST:
        return
    for form, pattern, asked in _compiled:
        match = pattern.fullmatch(sentence)
        if match is None:
            continue
        parts = match.groupdict()
        subject = parts.get("s") or ""
        if subject and not _STANDS_ALONE.fullmatch(subject):
            continue
        if _LEANS.search(f"{subject} {parts.get('p')}"):
            continue
        if _LOWERED.match(subject):
            parts["s"] = subject[0].lower() + subject[1:]
        name = parts["n"] if form == "who" else ""
        yield Proposal(asked.format(**parts), form, article, sentence, name)
