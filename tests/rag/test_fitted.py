"""Fitted values: one file says what they are and what they rest on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.errors import SettingsError
from rag.fitted import SHIPPED, Fitted
from rag.settings import Settings
from rag.types import Article

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Change], Path]:
    """Writes the shipped file with one change."""

    def write(change: Change) -> Path:
        value = json.loads(SHIPPED.read_text())
        change(value)
        path = tmp_path / "fitted.json"
        path.write_text(json.dumps(value))
        return path

    return write


def test_the_shipped_values_say_what_they_were_fitted_on():
    fitted = Fitted.read()
    parts = (fitted.finding, fitted.quoting, fitted.refusing, fitted.checking)
    for fitting in (part.fitting for part in parts):
        assert fitting is not None
        assert fitting.sets and fitting.cases and fitting.other_half["cases"]
        assert all(len(digest) == 16 for digest in fitting.sets.values())
        assert not {"realtimeqa_2022", "html", "seed"} & set(fitting.sets)
        assert fitting.command.startswith(("python -m evals.fit", "python -m evals.checking"))


def test_a_record_of_fitted_values_is_the_same_after_json():
    assert Fitted.from_dict(Fitted.read().to_dict()) == Fitted.read()


def test_values_of_ones_own_count_and_change_the_digest(changed):
    own = changed(lambda v: v["finding"]["weights"]["first"].update(meaning=1.0))
    shipped = Settings()
    for settings in (Settings(fitted=own), replace(shipped, fitted=own)):
        assert settings.finding.weights.first.meaning == 1.0
        assert settings.refusing == shipped.refusing
        assert settings.digest() != shipped.digest()


def test_what_values_were_fitted_on_and_where_they_lie_changes_no_digest(changed):
    other = Settings(fitted=changed(lambda v: v["refusing"].pop("fitting")))
    assert other.refusing.fitting is None
    assert other.digest() == Settings().digest()


def test_the_digest_covers_what_reorders():
    assert Settings(reranker="none").digest() != Settings().digest()
    assert Settings(shortlist=8).digest() != Settings().digest()


def test_a_setting_stands_over_the_fitted_value():
    settings = Settings(refuse_below=0.0)
    assert settings.refusing.refuse_below == 0.0
    assert settings.refusing.weights == Settings().refusing.weights
    assert settings.finding == Settings().finding
    # Nobody fitted this.
    assert settings.refusing.fitting is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.pop("refusing"), "refusing"),
        (lambda v: v.pop("checking"), "checking"),
        (lambda v: v["finding"]["weights"].pop("close"), "close"),
        (lambda v: v["finding"]["weights"]["first"].pop("meaning"), "meaning"),
        (lambda v: v["finding"]["weights"]["close"].update(before="much"), "'much' is no float"),
        (lambda v: v["finding"]["weights"]["first"].update(days=float("inf")), "no numbers"),
        (lambda v: v["refusing"]["weights"].pop("chance"), "chance"),
        (lambda v: v["refusing"].update(refuse_below="high"), "'high' is no float"),
        (lambda v: v["refusing"]["weights"].update(cosine=float("nan")), "no numbers"),
        (lambda v: v["refusing"].update(refuse_below=7), "between 0 and 1"),
    ],
)
def test_a_file_that_lacks_something_is_refused_in_one_line(changed, change, said):
    path = changed(change)
    with pytest.raises(SettingsError) as caught:
        Settings(fitted=path)
    assert said in caught.value.line
    assert str(path) in caught.value.line
    assert "\n" not in caught.value.line


@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff\xfe", b"{\n  broken\n}"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "fitted.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        Settings(fitted=path)
    assert str(path) in caught.value.line
    assert "\n" not in caught.value.line


def test_spoilt_values_change_what_is_found_and_what_is_refused(
    tmp_path: Path,
    model: SentenceEmbedding,
    articles: tuple[Article, ...],
    engine: Engine,
    changed: Callable[[Change], Path],
):
    def spoil(value: dict[str, Any]) -> None:
        first = value["finding"]["weights"]["first"]
        first.update(dict.fromkeys(first, 0.0))
        value["refusing"]["weights"]["intercept"] = -50.0

    question = "When will the bridge close?"
    settings = Settings(library=tmp_path / "library", fitted=changed(spoil), reranker="none")
    with Engine.create(settings, embedding=model) as spoilt:
        for article in articles:
            spoilt.library.put(article)
        # Nothing speaks for any of them: each has the same chance.
        assert [hit.score for hit in spoilt.search(question)] == pytest.approx([1 / 3] * 3)
        assert engine.search(question)[0].score > 0.5
        assert engine.ask(question).answered
        assert spoilt.ask(question).reason == "no_evidence"
