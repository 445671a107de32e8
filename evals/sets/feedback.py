"""Visitors' feedback as questions: lines of ``pullquote feedback`` in a question set.

A thumbs-up is no gold answer: it says that a visitor was content, not what is true. Only what
a visitor gave as the right answer is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_feedback(record: Mapping[str, Any]) -> bool:
    """Whether a record is a line of feedback rather than a question of a set."""
    return isinstance(record.get("asked"), dict) and isinstance(record.get("verdict"), dict)


def as_question(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a question set that asks again what the feedback is about, in the same
    circumstances: after the same turns, with the same filters, as of the same day.

    Tagged ``feedback``, and ``liked`` or ``disliked``. Whether the articles answer it nobody
    said, so ``answerable`` is left out.
    """
    asked, verdict = record["asked"], record["verdict"]
    right = verdict.get("right_answer")
    return {
        "id": record.get("exchange"),
        "question": asked.get("question"),
        "answers": right or None,
        "history": record.get("history"),
        # "This week" means the week in which it was asked.
        "as_of": asked.get("as_of") or _day_of(record.get("answer")),
        "filters": asked.get("filters"),
        "tags": ["feedback", "liked" if verdict.get("good") else "disliked"],
    }


def _day_of(answer: Any) -> Any:
    trace = answer.get("trace") if isinstance(answer, dict) else None
    return trace.get("as_of") if isinstance(trace, dict) else None
