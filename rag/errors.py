"""Everything that can go wrong and is expected to.

::

    PullquoteError
    ├── SettingsError            a setting is misspelt or has no meaning
    ├── QuestionError            a question that cannot be asked: empty, or too long
    ├── AnswerTimeout            the time the caller gave ran out
    ├── ModelError               a model cannot be loaded or used
    │   └── CallFailed           a call of a language model failed; ``reason`` tells why
    ├── ArticleError             an article that cannot be kept, such as one without text
    │   └── ArticleNotFound      no article has that id
    ├── SourceError              something to ingest that is not there or cannot be read
    ├── EvaluationError          a question set, a run or a floor that cannot be used
    └── LibraryError
        ├── LibraryNotFound      there is no library at that path
        ├── NotALibrary          the folder holds something else
        ├── LibraryInUse         another process owns it
        ├── LibraryNotEmpty      it holds articles that nobody said may go
        ├── NotABackup           a file that is no backup, or not a whole one
        ├── LibraryTooNew        a newer Pullquote made it
        ├── LibraryDamaged       its files do not hold what they should
        ├── OtherModel           another embedding model built it
        ├── StorageFull          no space is left on its disk
        └── StorageFailed        its disk cannot be written or read

Each has a message of one line, a ``hint`` (what to do) and a ``code`` (for programs).
Errors of the packages underneath are translated where they arise.
"""

from __future__ import annotations

from typing import Any, ClassVar


class PullquoteError(Exception):
    """The root. ``str(error)`` says what happened, ``error.hint`` what to do about it."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def line(self) -> str:
        """Message and hint as the one line that people are shown."""
        return f"{self} {self.hint}".strip()

    @property
    def lines(self) -> tuple[str, ...]:
        """What people are shown who have room: the one line, unless there is a list to tell."""
        return (self.line,)

    def to_dict(self) -> dict[str, Any]:
        return {"error": self.code, "message": str(self), "hint": self.hint}


class SettingsError(PullquoteError):
    code = "bad_setting"


class QuestionError(PullquoteError):
    code = "bad_question"


class AnswerTimeout(PullquoteError):
    code = "timeout"


class ModelError(PullquoteError):
    code = "model_failed"


class CallFailed(ModelError):
    """``reason`` is one of ``REASONS``."""

    code = "model_call_failed"

    REASONS: ClassVar = (
        "unreachable",
        "timed out",
        "rate limited",
        "refused",  # the key, or what was asked
        "failed",
        "cut off",
        "used up",  # all tokens, before it was done
        "nonsense",
    )

    def __init__(self, message: str, hint: str = "", *, reason: str = "failed") -> None:
        super().__init__(message, hint)
        self.reason = reason


class ArticleError(PullquoteError):
    code = "bad_article"


class ArticleNotFound(ArticleError):
    code = "article_not_found"


class SourceError(PullquoteError):
    code = "bad_source"


class EvaluationError(PullquoteError):
    code = "bad_evaluation"


class LibraryError(PullquoteError):
    code = "library_failed"


class LibraryNotFound(LibraryError):
    code = "library_not_found"


class NotALibrary(LibraryError):
    code = "not_a_library"


class LibraryInUse(LibraryError):
    code = "library_in_use"


class LibraryNotEmpty(LibraryError):
    code = "library_not_empty"


class NotABackup(LibraryError):
    code = "not_a_backup"


class LibraryTooNew(LibraryError):
    code = "library_too_new"


class LibraryDamaged(LibraryError):
    code = "library_damaged"


class OtherModel(LibraryError):
    code = "other_model"


class StorageFull(LibraryError):
    code = "storage_full"


class StorageFailed(LibraryError):
    code = "storage_failed"
