"""What went wrong with a call, in one line: whatever a package raised becomes a ``CallFailed``.

No key gets into it, also not one that a server repeats. The packages are not imported for that:
their errors are known by what they have in common.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from rag.errors import CallFailed

KEYS = ("OPENAI_API_KEY", "OLLAMA_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY")
"""The providers' usual variables, which hold the keys; they are never settings."""


class CutOff(Exception):
    """The stream ended before the model said that it was done."""


class NoText(ValueError):
    """The stream ended without a word."""


class UsedUp(Exception):
    """The model had no tokens left. It says where it was."""


_LONGEST = 200  # characters of what a server says
_LIKE_KEYS = re.compile(
    r"\b(?:sk|pk|xai|gsk|hf|key)[-_][\w*-]{6,}|\bAIza[\w*-]{10,}|(?<=[Bb]earer )[^\s'\",]+"
)
_TOLD = {
    "unreachable": ("cannot be reached", "Is its address right, and is it running?"),
    "timed out": ("took too long", "Allow more time with the setting 'model_timeout'."),
    "rate limited": ("takes no more requests for now", "Ask again later."),
    "refused": ("refused the key", ""),
    "failed": ("failed", ""),
    "cut off": ("was cut off in the middle", ""),
    "used up": (
        "used up its tokens",
        "A model that thinks first needs more: raise 'model_context', or have it think less.",
    ),
    "nonsense": ("answered with what cannot be read", "Does its address speak its protocol?"),
}
_BY_NAME = (  # parts of the names of error classes, the first that fits
    ("Timeout", "timed out"),
    ("RemoteProtocol", "cut off"),
    ("IncompleteRead", "cut off"),
    ("CutOff", "cut off"),
    ("UsedUp", "used up"),
    ("Payload", "cut off"),
    ("ReadError", "cut off"),
    ("Connect", "unreachable"),
    ("Network", "unreachable"),
    ("OSError", "unreachable"),
    ("APIResponseValidation", "nonsense"),
    ("ValueError", "nonsense"),
    ("TypeError", "nonsense"),
    ("AttributeError", "nonsense"),
    ("LookupError", "nonsense"),
)


def failure(model: str, reason: str, detail: str = "", hint: str = "") -> CallFailed:
    """The error of a call of ``model`` for one of ``CallFailed.REASONS``."""
    what, usual = _TOLD[reason]
    return CallFailed(
        f"{model} {what}{': ' if detail else ''}{detail}.", hint or usual, reason=reason
    )


def translated(error: BaseException, model: str, *, secrets: Iterable[str] = ()) -> CallFailed:
    """What any package raised, without its keys. ``secrets`` are those that the environment
    does not hold."""
    if isinstance(error, CallFailed):
        return error
    status, reason = _status(error), _reason(error)
    if status in (401, 403):
        # Not a word of the answer, which may repeat the key.
        return failure(model, reason, f"HTTP {status}", _key_hint(model))
    if reason in ("timed out", "cut off"):
        return failure(model, reason)
    detail = one_line(str(error), secrets)
    return failure(model, reason, detail or type(error).__name__)


def one_line(text: str, secrets: Iterable[str] = ()) -> str:
    """The first line that says something, without keys, bounded."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    for secret in (*secrets, *(os.environ.get(name, "") for name in KEYS)):
        if secret:
            line = line.replace(secret, "***")
    line = _LIKE_KEYS.sub("***", "".join(c for c in line if c.isprintable()))
    return (line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} ...").rstrip(".")


def _status(error: BaseException) -> int | None:
    """The status of the HTTP answer, where there was one."""
    for name in ("status_code", "code"):
        status = getattr(error, name, None)
        if isinstance(status, int) and 100 <= status < 600:
            return status
    return None


def _reason(error: BaseException) -> str:
    status = _status(error)
    if status is not None and status >= 400:
        known = {401: "refused", 403: "refused", 429: "rate limited", 408: "timed out"}
        return known.get(status, "timed out" if status == 504 else "failed")
    # What a package wraps says more than the wrapper: a connection that was cut is both.
    for told in (error.__cause__, error):
        names = [kind.__name__ for kind in type(told).__mro__]
        for part, reason in _BY_NAME:
            if any(part in name for name in names):
                return reason
    return "failed"


def _key_hint(model: str) -> str:
    by_provider = {
        "openai": "OPENAI_API_KEY",
        "ollama": "OLLAMA_API_KEY",
        "anthropic": "ANTHROPIC_API_KEY",
        "google": "GOOGLE_API_KEY",
    }
    variable = by_provider.get(model.partition("/")[0])
    return f"Is the key in {variable} right?" if variable else "Is the key right?"
