"""What ``pullquote doctor`` finds: settings, packages, model, library, disk."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import monotonic

from rag.errors import LibraryInUse, LibraryNotFound, PullquoteError
from rag.fitted import Fitted
from rag.settings import Resolved, Settings, resolve
from rag.types import Record
from ui.desk import desk
from ui.render import counting, one_line, size, table

_PATIENCE = 60.0
"""Seconds for the language model's one answer."""
_PACKAGES = (
    "pullquote",
    "chromadb",
    "gradio",
    "llama-index-core",
    "sentence-transformers",
    "tantivy",
    "torch",
    "trafilatura",
)


@dataclass(frozen=True, slots=True)
class Finding(Record):
    """One thing looked at. ``note`` says where a value came from, or what to do."""

    part: str
    name: str
    value: str
    note: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Examination(Record):
    """Everything that was found; ``well`` when nothing is at fault."""

    findings: tuple[Finding, ...]
    well: bool


def examine(library: Path | None, model: str | None = None) -> Examination:
    """Looks at everything and changes nothing. Faults are findings, never raised."""
    findings = tuple(_findings({"library": library, "model": model}))
    return Examination(findings, not any(finding.fault for finding in findings))


def examination_text(examination: Examination) -> str:
    lines, part = [], ""
    for finding in examination.findings:
        if finding.part != part:
            part = finding.part
            rows = [(f.name, _value(f)) for f in examination.findings if f.part == part]
            lines += ["", f"{part}:", table((f"  {name}", value) for name, value in rows)]
    return "\n".join(lines[1:])


def _value(finding: Finding) -> str:
    fault = "FAULT: " if finding.fault else ""
    note = f" ({finding.note})" if finding.note else ""
    return one_line(f"{fault}{finding.value}{note}")


def _findings(given: Mapping[str, object]) -> Iterator[Finding]:
    yield from _packages()
    try:
        resolved = resolve(given)
    except PullquoteError as error:
        yield Finding("Settings", "settings", str(error), error.hint, fault=True)
        return
    for name, origin in resolved.origins.items():
        value = getattr(resolved.settings, name)
        yield Finding("Settings", name, "not set" if value is None else str(value), origin)
    yield from _fitted(resolved)
    yield _model(resolved.settings.embedding)
    if resolved.settings.model:
        yield _language_model(resolved.settings)
    yield _library(resolved)
    yield _disk(resolved.settings.library)


def _packages() -> Iterator[Finding]:
    yield Finding("Packages", "python", platform.python_version())
    for name in _PACKAGES:
        try:
            yield Finding("Packages", name, version(name))
        except PackageNotFoundError:
            yield Finding("Packages", name, "not installed", fault=name != "pullquote")


def _fitted(resolved: Resolved) -> Iterator[Finding]:
    """The values in force, with what they were fitted on or where somebody set them."""
    settings = resolved.settings
    file = str(settings.fitted or "as shipped")
    fitted = Fitted(settings.finding, settings.quoting, settings.refusing, settings.checking)
    for name, value in fitted.values().items():
        set_by = resolved.origins[name] if getattr(settings, name, None) is not None else file
        yield Finding("Fitted values", name, f"{value:g}", set_by)


def _model(name: str) -> Finding:
    from rag.embedding import SentenceEmbedding

    embedding = SentenceEmbedding(name)
    try:
        found = f"loads; {embedding.dimension} dimensions, {embedding.number_type}"
    except PullquoteError as error:
        return Finding("Model", name, str(error), error.hint, fault=True)
    return Finding("Model", embedding.name, found)


def _language_model(settings: Settings) -> Finding:
    """The model asked one small question, within its time and at most a minute."""
    from rag.llms import model_for
    from rag.model import Message

    name = settings.model or ""
    began = monotonic()
    try:
        model = model_for(
            name,
            url=settings.model_url,
            context=settings.model_context,
            timeout=settings.model_timeout,
        )
        asked = [Message("user", "Say hello.")]
        within = min(settings.model_timeout, _PATIENCE)
        with closing(model), model.stream(asked, most=16, timeout=within) as pieces:
            for _ in pieces:
                pass
    except PullquoteError as error:
        return Finding("Language model", name, str(error), error.hint, fault=True)
    took = f"answers; {monotonic() - began:.1f} seconds, loading included"
    return Finding("Language model", model.name, took, f"{model.context} tokens of context")


def _library(resolved: Resolved) -> Finding:
    path = str(resolved.settings.library)
    try:
        with desk(resolved.settings) as owner:
            status, address = owner.status(), owner.address
    except LibraryNotFound as error:
        # Before the first article there is none at the default place; elsewhere someone named it.
        chosen = resolved.origins["library"] != "default"
        return Finding("Library", path, "none yet", error.hint, fault=chosen)
    except LibraryInUse as error:
        return Finding("Library", path, str(error), error.hint)
    except PullquoteError as error:
        return Finding("Library", path, str(error), error.hint, fault=True)
    articles, passages = counting(status.articles, "article"), counting(status.passages, "passage")
    note = "'pullquote verify' looks into every article"
    if status.stale:
        note = f"to rebuild: {', '.join(status.stale)}"
    where = f"is served at {address}" if address else "opens"
    return Finding("Library", path, f"{where}; {articles}, {passages}", note)


def _disk(library: Path) -> Finding:
    standing = next(folder for folder in (library, *library.parents) if folder.is_dir())
    return Finding("Disk", str(standing), f"{size(shutil.disk_usage(standing).free)} free")
