"""Settings: argument > environment > ``pullquote.toml`` > default.

The only reader of the environment and of ``pullquote.toml``, which may lie in the working
directory and in the library; the library's own file wins over the directory's.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import platformdirs

from rag.errors import SettingsError
from rag.fitted import SHIPPED, Checking, Finding, Fitted, Quoting, Refusing
from rag.place import SETTINGS as FILE

PREFIX = "PULLQUOTE_"


def _default_library() -> Path:
    return Path(platformdirs.user_data_dir("pullquote", appauthor=False)) / "library"


def _default_visitors() -> Path:
    return Path(platformdirs.user_data_dir("pullquote", appauthor=False)) / "visitors.sqlite3"


def _setting(
    default: Any,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A settings field with its one-line description and, for numbers, its bounds; for a word
    that must be one of a few, its ``choices``."""
    metadata = {"about": about, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Each field may be given as an argument, as
    ``PULLQUOTE_<NAME>`` in the environment, or under its name in ``pullquote.toml``."""

    library: Path = field(
        default_factory=_default_library, metadata={"about": "folder of the library"}
    )
    visitors: Path = field(
        default_factory=_default_visitors,
        metadata={"about": "file of conversations, feedback and users"},
    )
    embedding: str = _setting(
        "bundled", "'bundled', or the name or path of any sentence-transformers model"
    )
    model: str | None = _setting(
        None,
        "language model that writes answers, as 'openai/NAME', 'ollama/NAME', 'anthropic/NAME',"
        " 'google/NAME' or 'gguf/PATH'; answers are quoted if not set",
    )
    model_url: str | None = _setting(
        None, "address of the language model, where it is not its provider's own"
    )
    model_context: int | None = _setting(
        None, "tokens it reads and writes together; the usual ones if not set", low=256, high=10**7
    )
    model_timeout: float = _setting(
        120.0, "seconds that one call of it may take in all", low=1, high=3600
    )
    understanding: str = _setting(
        "own",
        "who reads follow-ups and questions of several parts: 'own' rules, or the 'model'",
        choices=("own", "model"),
    )
    passage_tokens: int = _setting(
        220,
        "longest passage, in the embedding model's tokens, title not counted",
        low=32,
        high=8192,
    )
    candidates: int = _setting(60, "passages each index offers, to be ordered", low=10, high=10_000)
    fitted: Path | None = field(
        default=None, metadata={"about": "file of fitted values; the shipped one if not set"}
    )
    reranker: str = _setting(
        "bundled", "'bundled', 'none', or the name or path of a cross-encoder that reorders"
    )
    shortlist: int = _setting(
        16, "passages read closely to be reordered, at most", low=1, high=1000
    )
    refuse_below: float | None = _setting(
        None, "an answer whose evidence scores lower is refused, if not fitted", low=0, high=1
    )
    statements: int = _setting(3, "most sentences quoted in one answer", low=1, high=10)
    unsupported: str = _setting(
        "drop",
        "what to do with a statement that its quotes do not bear out: 'drop' or 'mark'",
        choices=("drop", "mark"),
    )
    question_limit: int = _setting(2000, "longest question, in characters", low=100, high=100_000)
    file_limit: int = _setting(
        20, "largest single article file or line, in megabytes", low=1, high=2048
    )
    request_limit: int = _setting(
        64, "largest request, or one article of it, in megabytes", low=1, high=4096
    )
    threads: int = _setting(
        4, "questions answered side by side, and as many again by a model", low=1, high=64
    )
    waiting: int = _setting(
        32, "requests that may wait for their turn; more are turned away", low=0, high=10_000
    )
    lock_wait: float = _setting(
        2.0, "seconds to wait for a library another process owns", low=0, high=600
    )
    host: str = _setting("127.0.0.1", "address the server listens on")
    port: int = _setting(7860, "port the server listens on", low=0, high=65_535)
    data: Path | None = field(
        default=None, metadata={"about": "folder of public data sets to measure with"}
    )
    # Not set but read: the fitted values, with those that are set above in their stead.
    finding: Finding = field(init=False, repr=False, hash=False)
    quoting: Quoting = field(init=False, repr=False, hash=False)
    refusing: Refusing = field(init=False, repr=False, hash=False)
    checking: Checking = field(init=False, repr=False, hash=False)

    def __post_init__(self) -> None:
        for f in settable():
            object.__setattr__(self, f.name, _checked(f, getattr(self, f.name)))
        if self.model_url:
            check_no_secret(self.model_url)
        fitted = self._fitted()
        object.__setattr__(self, "finding", fitted.finding)
        object.__setattr__(self, "quoting", fitted.quoting)
        object.__setattr__(self, "refusing", fitted.refusing)
        object.__setattr__(self, "checking", fitted.checking)

    @classmethod
    def load(cls, **arguments: Any) -> Self:
        """Settings from every place, ``arguments`` first (those that are None are not given)."""
        return resolve(arguments).settings  # type: ignore[return-value]

    def digest(self) -> str:
        """Sixteen hex digits over all that can change an answer."""
        text = json.dumps(self.values(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def values(self) -> dict[str, str | int | float]:
        """All that can change an answer, by name, with the fitted values; paths and ports
        cannot. Without a language model nothing is said of one."""
        aside = {"library", "visitors", "file_limit", "request_limit", "threads", "waiting"}
        aside |= {"lock_wait", "host", "port", "data", "fitted"}
        if self.model is None:
            aside |= {"model", "model_url", "model_context", "model_timeout"}
        else:
            aside |= {n for n in ("model_url", "model_context") if getattr(self, n) is None}
        if self.understanding == "own":
            aside |= {"understanding"}
        values = {f.name: getattr(self, f.name) for f in settable() if f.name not in aside}
        now = Fitted(self.finding, self.quoting, self.refusing, self.checking)
        return values | now.values()

    def _fitted(self) -> Fitted:
        """The fitted values. One that is set replaces the fitted one."""
        fitted = Fitted.read(self.fitted or SHIPPED)
        known = fitted.values()
        for f in settable():
            if f.name in known:
                _checked(f, known[f.name], f" in {self.fitted or SHIPPED}")
        below, refusing = self.refuse_below, fitted.refusing
        if below is not None:
            refusing = Refusing(refusing.weights, below)
        return Fitted(fitted.finding, fitted.quoting, refusing, fitted.checking)


def check_no_secret(url: str) -> None:
    """Raises ``SettingsError`` where an address holds more than one: settings are shown."""
    if set(url) & set("@?#"):
        raise SettingsError(
            "'model_url' must hold neither a name, a password nor anything after '?' or '#'.",
            "Keys belong into the environment.",
        )


def settable() -> list[Field[Any]]:
    """The fields of ``Settings`` that are settings."""
    return [f for f in fields(Settings) if f.init]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings and, for each, where its value came from."""

    settings: Settings
    origins: Mapping[str, str]


def resolve(
    arguments: Mapping[str, Any],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Resolved:
    """Settings and their origins. Raises ``SettingsError`` for a name or value that is none."""
    environment = os.environ if environment is None else environment
    folder = Path.cwd() if folder is None else folder
    layers = [
        ("argument", {k: v for k, v in arguments.items() if v is not None}),
        ("environment", _from_environment(environment)),
        (str(folder / FILE), _from_file(folder / FILE)),
    ]
    library = next((v["library"] for _, v in layers if "library" in v), _default_library())
    own = Path(library).expanduser() / FILE
    if own.resolve() != (folder / FILE).resolve():
        layers.insert(2, (str(own), _checked_own(_from_file(own), own)))

    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for f in settable():
        origins[f.name] = "default"
        for origin, layer in layers:
            if f.name in layer:
                values[f.name], origins[f.name] = layer[f.name], origin
                break
    for origin, layer in layers:
        for name in layer:
            _known(name, origin)
    return Resolved(Settings(**values), origins)


def _checked_own(values: dict[str, Any], path: Path) -> dict[str, Any]:
    """What a library's own file says. A library may be somebody else's: it does not choose where
    questions, passages and keys are sent."""
    if chosen := sorted({"model", "model_url"} & values.keys()):
        raise SettingsError(
            f"'{chosen[0]}' cannot be set by a library's own file ({path}).",
            "Set it in the working directory's pullquote.toml, in the environment or by --model.",
        )
    return values


def _known(name: str, origin: str) -> None:
    names = [f.name for f in settable()]
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known settings: {', '.join(names)}."
    raise SettingsError(f"There is no setting '{name}' ({origin}).", hint)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    # An empty variable is how a shell says "not set".
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}.", "Correct or remove it.") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error


def _checked(f: Any, value: Any, where: str = "") -> Any:
    """``value`` as the field's type and within its bounds. ``where`` it stands, for the error."""
    kind = f.type.removesuffix(" | None")
    if value is None and f.type.endswith("None"):
        return None
    try:
        if kind == "Path":
            return Path(value).expanduser().absolute()
        if kind == "str":
            if not isinstance(value, str) or not value:
                raise ValueError
            choices = f.metadata.get("choices")
            if choices and value not in choices:
                raise SettingsError(
                    f"'{f.name}'{where} must be one of {', '.join(choices)}, not {value!r}."
                )
            return value
        if isinstance(value, bool):
            raise ValueError
        number = int(value) if kind == "int" else float(value)
        if isinstance(value, float) and number != value:
            raise ValueError
    except (TypeError, ValueError):
        wanted = {"int": "a whole number", "float": "a number", "str": "a text", "Path": "a path"}
        raise SettingsError(f"'{f.name}' must be {wanted[kind]}, not {value!r}.") from None
    low, high = f.metadata["low"], f.metadata["high"]
    # Written so that "not a number" fails it too.
    if not (low <= number <= high):
        raise SettingsError(f"'{f.name}'{where} must lie between {low} and {high}, not {number}.")
    return number
