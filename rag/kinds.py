"""What kind of question is this? Rules on its wording, for what is not a question of fact.

Whatever no rule is sure of is a question of fact: "What is the latest figure?", "Who said hello
to the mayor?" and "What did the list of victims say?" are. Every rule must match the whole
question, without its courtesies and without the days it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.types import Kind
from rag.understanding.spans import Span


@dataclass(frozen=True, slots=True)
class Recognised:
    """A kind, and for some kinds what it is about. ``by`` is whose articles are asked for, an
    author's or a publisher's; ``tag`` what they are tagged with."""

    kind: Kind = Kind.FACT
    topic: str = ""
    by: str = ""
    tag: str = ""


# The words that rules are made of.
_WORDS = {
    "one": r"(?:article|story|piece|report|text|post|column|interview)",
    "many": r"(?:articles|stories|pieces|reports|posts|columns|interviews)",
    "news": r"(?:news|headlines|updates?|developments)",
    "fresh": r"(?:latest|newest|recent|current|new|main|top|important|big|breaking|local)",
    "show": r"(?:list|name|show|tell|give|bring|get|find|send|read|search for)(?: me| us)?",
    "all": r"(?:(?:all|every|each|any|some|the|of|other|more|available) )*",
    "here": r"(?:(?:in )?(?:here|there)|in it|in (?:this|the|your) (?:library|archive|collection))",
    "short": r"(?:an? |the )?(?:(?:short|brief|quick|concise) )*",
    "sum": r"(?:summari[sz]e|sum up|recap|condense)",
    "summary": r"(?:summary|digest|gist|overview|outline|recap|abstract)",
    "you": r"(?:you|i|we|one)",
    "speak": r"(?:mention|discuss|cover|concern|describe|deal with|speak (?:of|about)|talk about"
    r"|write about|report on|are about|are on|were about)",
    # What it is about, and whose articles are asked for.
    "on": r"(?: (?:about|on|regarding|concerning|of|for|from|in|at|with|around) (?P<topic>.+))?",
    "about": r"(?:about|on|regarding|concerning|mentioning|covering|that mention|which mention"
    r"|that are about|related to|dealing with|that speak of)",
    "by": r"(?:written |published )?(?:by|from)",
}

_COURTESIES = {
    Kind.GREETING: (
        r"(hello|hi+|hey|hiya|howdy|greetings|good (morning|afternoon|evening|day))"
        r"( there| again| all| everyone| pullquote| you)*( how are you( doing| today)*)?",
        r"how are you( doing| today)*|how do you do|nice to meet you",
    ),
    Kind.THANKS: (
        r"((ok|okay|great|perfect|cool|excellent|wonderful|good|nice|oh|no|yes) )*"
        r"(many thanks|thanks?|thank you|thx|cheers)"
        r"( you| a lot| a million| so much| very much| again| indeed| pullquote)*"
        r"( for (that|this|everything|(your|the) (help|answers?|information)))?"
        r"( (that is all|that helped|that was helpful|bye|goodbye))*",
        r"ok|okay|great|perfect|cool|excellent|wonderful|well done|good job|nice|got it|i see",
        r"(good)?bye( bye)?|see you( later| soon)?|that is all|that was (very )?helpful",
    ),
    Kind.HELP: (
        r"help( me)?|i need help|introduce yourself|tell me about yourself|what is your name",
        r"(who|what) are you|what is (this|here|pullquote)( place| site| page| library)?( for)?",
        r"what (questions |kinds? of questions |sorts? of questions )?(can|could|may|should) {you}"
        r" (do|ask|answer|know|find|offer|tell|help)"
        r"( me| us| you| with| about| for| here| in here)*",
        r"which questions can {you} (ask|answer)( you| here)*",
        r"what is (all )?(in|inside) (here|there|it|(this|the|your)"
        r" (library|archive|collection|corpus|newspaper|database|index))",
        r"how (do|does|can|should) ({you}|this|it) (work|search|ask|begin|start"
        r"|use (you|this|it)|ask you|ask questions)( here)?",
        r"(what|which|how many) {many} (do you (have|know|hold)|are {here})",
        r"(what|which|how many) (sources|publishers|newspapers|papers|publications|topics"
        r"|subjects|tags|authors) (do you (have|know|hold|cover)|are {here}|can i ask about)",
        r"what do you (know|have|do|cover|hold)( about)?( here| in here)?",
        r"(what|which) (period|time|years|dates) do (you|the articles) cover",
    ),
}

_RULES = {
    Kind.NEWS: (
        r"what is (new|up|happening|going on|the latest|in the news|the (latest )?{news}){on}",
        r"what are the ({fresh} )*{news}{on}",
        r"what is the {fresh} {news}{on}",
        r"what (did|have|has) (i|we) (miss|missed){on}",
        r"what {news}( (is|are) there)?{on}",
        r"((is|are) there |do you have |have you )?(got )?(any|some) ({fresh} )*{news}{on}",
        r"((is|are) there )?(anything|something) (new|happening|going on){on}",
        r"(the )?({fresh} )+{news}{on}",
        r"((what are|{show}) )?(the )?({fresh} )+stories( (about|on|from|in) (?P<topic>.+))?",
        r"(the )?latest( (about|on|from|with) (?P<topic>.+))?",
        r"(the )?(news|headlines|updates?)( (about|on|from|regarding|concerning) (?P<topic>.+))?",
        r"({show}|i want|let us hear) {all}({fresh} )*({news}|latest|what is new){on}",
        r"((catch|bring) me up( to (date|speed))?|update me|brief me){on}",
        r"({sum}|{show} {short}{summary} of) (what is new|{all}({fresh} )*{news}){on}",
    ),
    Kind.DIGEST: (
        r"sum (it|this|that) up",
        r"{sum}( for me)?( (?P<topic>.+?))?( for me| in short| briefly| in \w+( \w+)?"
        r" (words|sentences|lines))?",
        r"({show}|write|make|i want|i need) {short}{summary}( of (?P<topic>.+))?",
        r"{short}({summary}|tl;?dr) of (?P<topic>(the|this|that) {one}.*)|tl;?dr",
        r"what is (?P<topic>(the|this|that) {one}( ['\"].+)?) (all )?about",
        r"what does (?P<topic>(the|this|that) {one}( ['\"].+)?) say",
        r"what is {short}{summary} of (?P<topic>(the|this|that) {one}.*)",
    ),
    Kind.LIST: (
        r"(({show}|see|i want|i need) )?{all}({fresh} )*({many}|everything) tagged( as| with)?"
        r" (?P<tag>.+)",
        r"({show}|see|i want|i need) {all}({fresh} )*({many}|everything) {about} (?P<topic>.+?)"
        r" {by} (?P<by>.+)",
        r"({show}|see|i want|i need) {all}({fresh} )*({many}|everything)"
        r"( {by} (?P<by>.+?))?( ({about}|in) (?P<topic>.+?))?",
        r"(which|what) (of the )?({fresh} )*{many} ((that|which) )?{speak} (?P<topic>.+)",
        r"(in )?(which|what|how many) {one} mentions? (?P<topic>.+)",
        r"how many {many} {speak} (?P<topic>.+)",
        r"(which|what|how many) {many} (do you have|are there|have you got) {about} (?P<topic>.+)",
        r"(which|what) {many} (are|were|have been) {by} (?P<by>.+)",
        r"(which|what) {many} (did|has|have) (?P<by>.+?) (write|written|publish|published)"
        r"( (about|on) (?P<topic>.+))?",
        r"(are there|do you have|have you( got)?) {all}{many}( {by} (?P<by>.+?))?"
        r"( {about} (?P<topic>.+))?",
        r"{all}{many} ({about} (?P<topic>.+?))( {by} (?P<by>.+))?",
        r"{all}{many} {by} (?P<by>.+?)( {about} (?P<topic>.+))?",
        r"everything (you have )?(by (?P<by>.+)|(about|on) (?P<topic>.+))",
    ),
}

# Only with days that are counted from today: what happened in 1066 is a question of fact.
_RECENT_RULES = {
    Kind.NEWS: (
        r"what (has )?happened( (in|at|around) (?P<topic>.+))?",
        r"what was (new|going on|in the news|the news){on}",
        r"has (anything|something) (new )?happened( (in|at|to|with|around) (?P<topic>.+))?",
    ),
    Kind.LIST: (r"(which|what) {many} ((were|are|appeared|came) (there|published|written|out)?)?",),
}
_RECENT = re.compile(r"today|yesterday|this |last |past |previous |\bago|day$|night", re.IGNORECASE)

_OPENING = re.compile(
    r"(?:(?:hello|hi|hey|good (?:morning|afternoon|evening)|ok(?:ay)?|so|and|please|thanks"
    r"|thank you|now|then|well)(?: there| pullquote)?[,.!]* )+",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:please |kindly |(?:can|could|would|will) (?:you|i|we) (?:please )?"
    r"|i (?:would like|want) (?:you )?to |let us )+",
    re.IGNORECASE,
)
_SHORT_FORMS = (
    (r"\b(what|who|that|how|let)['’]?s\b", r"\1 is"),
    (r"\blet is\b", "let us"),
    (r"\bi['’]d\b", "i would"),
    (r"\bwhat['’]?re\b", "what are"),
)
_AN_ARTICLE = re.compile(
    rf"(?:the |this |that |an? |your )?{_WORDS['one']}\b(?: (?:on|about|from|of|called|titled|named"
    r"|entitled|with the title))?",
    re.IGNORECASE,
)
_POINTING = re.compile(r"(?:it|this|that|them|these|this one|that one|the above)", re.IGNORECASE)
_QUOTED = re.compile(r"(?:^|\s)['\"‘“](.+)['\"’”](?=[\s.,?!]|$)")
_EDGES = " \t\n,.;:!?'\"‘’“”«»()-"


def read(text: str, span: Span | None = None) -> Recognised:
    """The kind of question that ``text`` is. ``span`` is where it names days, if it does."""
    recent = span is not None and bool(_RECENT.search(text[span.start : span.end]))
    plain = _plain(text)
    bare = re.sub(r"[,.!;:-]+(?= |$)", "", plain)
    if courtesy := _first(_COURTESY, bare):
        return Recognised(courtesy[0])
    if span is not None:
        plain = _plain(f"{text[: span.start]} {text[span.end :]}")
    plain = _ASKING.sub("", _OPENING.sub("", plain, count=1), count=1).strip(" ,.!?")
    plain = re.sub(r",? please$", "", plain, flags=re.IGNORECASE).strip(" ,.!?")
    found = (recent and _first(_LATELY, plain)) or _first(_MATTER, plain)
    reading = _reading(*found) if found else Recognised()
    if reading.kind is Kind.DIGEST and (title := _QUOTED.search(text)):
        # The days in a title are part of it.
        return Recognised(Kind.DIGEST, title[1].strip())
    return reading


def _plain(text: str) -> str:
    """On one line, short forms written out, without marks around it."""
    text = re.sub(r"\s+", " ", text)
    for short, long in _SHORT_FORMS:
        text = re.sub(short, long, text, flags=re.IGNORECASE)
    return re.sub(r"\s+([,.!?])", r"\1", text).strip(" \t,.!?…")


def _reading(kind: Kind, match: re.Match[str]) -> Recognised:
    found = match.groupdict()
    topic, by, tag = ((found.get(name) or "").strip(_EDGES) for name in ("topic", "by", "tag"))
    if kind is Kind.DIGEST:
        named = _AN_ARTICLE.match(topic)
        topic = topic[named.end() :].strip(_EDGES) if named else topic
        topic = "" if _POINTING.fullmatch(topic) else topic
    return Recognised(kind, topic, by, tag)


_Rules = Sequence[tuple[Kind, re.Pattern[str]]]


def _compiled(rules: Mapping[Kind, Sequence[str]]) -> _Rules:
    def filled(rule: str) -> str:
        for name, words in _WORDS.items():
            rule = rule.replace(f"{{{name}}}", words)
        return rule

    return [
        (kind, re.compile(filled(rule), re.IGNORECASE))
        for kind, some in rules.items()
        for rule in some
    ]


_COURTESY, _MATTER, _LATELY = map(_compiled, (_COURTESIES, _RULES, _RECENT_RULES))


def _first(rules: _Rules, text: str) -> tuple[Kind, re.Match[str]] | None:
    return next(((kind, m) for kind, rule in rules if (m := rule.fullmatch(text))), None)
