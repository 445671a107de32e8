"""Page furniture out, a headline and an agency tag recognised; what is said stays as it is.

Every rule is about a whole line and errs on the side of leaving it in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COUNT = r"\d[\d.,]*\s?[km]?"
_NETWORK = (
    r"(?:facebook|twitter|x|whatsapp|linkedin|e-?mail|pinterest|reddit|telegram|messenger|"
    r"instagram|tumblr|bluesky|threads|flipboard|print|copy link|link copied|sms|pocket)"
)
_THIS = r"(?:this|the)\s+(?:article|story|page|post|report)"
_FURNITURE = re.compile(
    "|".join(
        (
            rf"(?:total\s+)?(?:page\s*)?views?\s*[:–-]?\s*{_COUNT}",
            rf"{_COUNT}\s*(?:page\s*)?views?",
            rf"{_COUNT}\s*(?:shares?|comments?|likes?)",
            rf"(?:shares?|comments?|likes?)\s*(?:[:–-]\s*{_COUNT}|\(\s*{_COUNT}\s*\))",
            r"(?:leave|post|add|write)\s+a\s+comment|no\s+comments?(?:\s+yet)?|view\s+comments",
            rf"share(?:\s+{_THIS}|\s+this|\s+now)?\s*:?",
            rf"(?:share|tweet|print|save|e-?mail|copy|listen\s+to|send)\s+{_THIS}",
            rf"share(?:\s+{_THIS}|\s+this)?\s*(?:on|via|with|by|:)?(?:[\s|·•/]+{_NETWORK})+",
            rf"{_NETWORK}(?:[\s|·•/]+{_NETWORK})+",
            r"copy\s+link|link\s+copied!?|print\s+this|tweet\s+this",
            r"(?:read|see|also\s+read|more)\s+(?:more|also|next|related)\s*[:.…»>→]*",
            r"also\s+read\s*[:.…»>→]*",
            r"(?:read\s+(?:more|also|next|this)|also\s+read)\s*[:|]\s*\S.{0,200}[^.]",
            r"(?:related|recommended|trending|popular)\s+(?:articles?|stor(?:y|ies)|posts?|topics?|"
            r"content|news|coverage)\s*:?",
            r"you\s+(?:may|might)\s+also\s+like\s*:?|recommended\s+for\s+you|more\s+on\s+this\s+story",
            r"most\s+(?:read|popular|viewed|shared)|trending\s+now|don[’']t\s+miss\s*:?",
            r"[-–—\[(\s]*(?:advert(?:isements?|s)?|sponsored(?:\s+content)?|promoted(?:\s+content)?)"
            r"[-–—\])\s:]*",
            r"(?:story|article)\s+continues\s+(?:below|after)(?:\s+(?:the\s+)?ad(?:vert(?:isement)?)?)?",
            r"scroll\s+(?:down\s+)?(?:to\s+continue|for\s+more)(?:\s+reading)?|continue\s+reading\W*",
            r"skip\s+(?:past\s+)?(?:to\s+(?:main\s+)?content|advert(?:isement)?|newsletter\s+promotion)",
            r"after\s+newsletter\s+promotion",
            r"(?:subscribe|sign\s+up)(?:\s+(?:now|here|today|for\s+free|free))?\s*[!.»>→]*",
            r"(?:subscribe|sign\s+up|register)\s+(?:now\s+)?(?:to|for)\s+[^.!?]{0,80}newsletters?"
            r"[^.!?]{0,60}[.!]?",
            r"(?:get|have)\s+[^.!?]{0,80}\s+(?:in|to|delivered\s+(?:straight\s+)?to)\s+your\s+inbox"
            r"[^.!?]{0,40}[.!]?",
            r"(?:enter\s+)?your\s+e-?mail(?:\s+address)?\s*[:*]?",
            r"follow\s+us(?:\s+on\s+[^.!?]{1,60})?\s*[.!:]?|like\s+us\s+on\s+facebook\s*[.!]?",
            r"download\s+(?:the|our)\s+(?:\w+\s+){0,3}app(?:\s+(?:now|here|today))?\s*[.!]?",
            r"\d+\s*(?:-\s*)?min(?:ute)?s?\s+read|reading\s+time\s*:?\s*\d+\s*min(?:ute)?s?",
            r"back\s+to\s+top|(?:accept|manage)\s+(?:all\s+)?cookies|we\s+use\s+cookies\b.*",
            r"(?:©|\(c\)|copyright)(?:\s.{0,80})?all\s+rights\s+reserved\s*\.?",
        )
    ),
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 300

_TAG = re.compile(r"[(\[]\s*([^()\[\]]{2,60}?)\s*[)\]]")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9 .,&/'’-]*[A-Z]")
_AGENCY = re.compile(
    r"reuters|agencies|news agencies|agence france-presse|(?:the )?associated press|bloomberg|"
    r"xinhua|anadolu(?: agency)?|press association|(?:the )?guardian|daily mail|bbc(?: news)?|cnn",
    re.IGNORECASE,
)
_NO_AGENCY = re.compile(
    r"(?:the )?ends?|more|(?:to be )?continued|updated|laughter|applause|advertisement|sponsored|"
    r"videos?|photos?|watch|live",
    re.IGNORECASE,
)

_CLOSERS = "\"'”’»)] \t\u00a0"
_LONGEST_TITLE = 250


@dataclass(frozen=True, slots=True)
class Story:
    """The parts of a pasted story. ``title`` and ``source`` are empty when not recognised."""

    title: str
    text: str
    source: str


def story(text: str) -> Story:
    """Takes a story apart as it is pasted from a page: furniture, headline, text, agency."""
    lines = _trimmed(without_furniture(text).split("\n"))
    source = _agency(lines[-1]) if len(lines) > 1 else ""
    if source:
        lines = _trimmed(lines[:-1])
    title = lines[0].strip() if _is_headline(lines) else ""
    if title:
        lines = _trimmed(lines[1:])
    return Story(title, "\n".join(lines), source)


def without_furniture(text: str) -> str:
    """``text`` without the lines that belong to the page and not to what it says."""
    return "\n".join(line for line in text.split("\n") if not _is_furniture(line))


def _is_furniture(line: str) -> bool:
    line = line.strip()
    return 0 < len(line) <= _LONGEST_FURNITURE and _FURNITURE.fullmatch(line) is not None


def _agency(line: str) -> str:
    """What stands in brackets on a last line of its own, if it is the name of an agency."""
    match = _TAG.fullmatch(line.strip())
    if match is None:
        return ""
    tag = match[1]
    known = _AGENCY.fullmatch(tag) is not None
    capitals = _CAPITALS.fullmatch(tag) is not None and _NO_AGENCY.fullmatch(tag) is None
    return tag if known or capitals else ""


def _is_headline(lines: list[str]) -> bool:
    """Whether the first line stands above the story, rather than beginning it."""
    if len(lines) < 2 or len(lines[0]) > _LONGEST_TITLE or _ends_sentence(lines[0], "."):
        return False
    following = lines[1].strip()
    # Text broken into lines of even width: the second line goes on with the first one's sentence.
    wrapped = following[:1].islower() or (len(following) >= 50 and not _ends_sentence(following))
    return not wrapped


def _ends_sentence(line: str, marks: str = ".!?…:") -> bool:
    return line.rstrip(_CLOSERS).endswith(tuple(marks))


def _trimmed(lines: list[str]) -> list[str]:
    """``lines`` without the empty ones around them."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []
