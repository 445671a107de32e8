"""How a language model speaks of itself and of what it was given, and not of the matter."""

from __future__ import annotations

import re

_ABOUT_ITSELF = re.compile(
    r"[\s*_]*"
    r"(?:(?:i['’]?m|i am|we are) (?:sorry|afraid|unable|not able)|sorry\b|unfortunately,? i\b"
    r"|(?:i|we) (?:can(?:not|['’]t)|could ?n[o'’]t|do ?n[o'’]t)\b|as an ai\b)",
    re.IGNORECASE,
)
_ABOUT_PASSAGES = re.compile(
    r"[\s*_]*(?:the |these |this )?(?:given |provided )?"
    r"(?:passages?|texts?|context|documents?|articles?)"
    r"(?: provided| given)? (?:(?:do|does|did|is|are|contains?|has|have)(?: no\b| ?n[o'’]t\b)"
    r"|(?:is|are|talks?|speaks?) about\b|(?:discuss|describe|focus)(?:es|s)?\b)",
    re.IGNORECASE,
)


def of_itself(text: str) -> bool:
    """Whether a model says what it can and cannot do. What stands in quotation marks is somebody
    else's."""
    return bool(_ABOUT_ITSELF.match(text))


def of_passages(text: str) -> bool:
    """Whether it says what the passages do, unless an article says so of others, word for word."""
    return bool(_ABOUT_PASSAGES.match(text))
