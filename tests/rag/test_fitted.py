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
    for fitting in (fitted.fusion.fitting, fitted.refusing.fitting):
        assert fitting is not None
        assert fitting.sets and fitting.cases and fitting.other_half["cases"]
        assert all(len(digest) == 16 for digest in fitting.sets.values())
        assert not {"realtimeqa_2022", "html", "seed"} & set(fitting.sets)
        assert fitting.command.startswith("python -m evals.fit")


def test_a_record_of_fitted_values_is_the_same_after_json():
    assert Fitted.from_dict(Fitted.read().to_dict()) == Fitted.read()


def test_values_of_ones_own_count_and_change_the_digest(changed):
    own = changed(lambda v: v["fusion"].update(dense_weight=1.0))
    shipped = Settings()
    for settings in (Settings(fitted=own), replace(shipped, fitted=own)):
        assert settings.fusion.dense_weight == 1.0
        assert settings.refusing == shipped.refusing
        assert settings.digest() != shipped.digest()


def test_what_values_were_fitted_on_and_where_they_lie_changes_no_digest(changed):
    assert Settings(fitted=changed(lambda v: v["fusion"].pop("fitting"))).digest() == (
        Settings().digest()
    )


def test_a_setting_stands_over_the_fitted_value():
    settings = Settings(dense_weight=0.9, refuse_below=0.0)
    assert (settings.fusion.dense_weight, settings.refusing.refuse_below) == (0.9, 0.0)
    assert settings.fusion.title_weight == Settings().fusion.title_weight
    assert settings.refusing.weights == Settings().refusing.weights
    # Nobody fitted these.
    assert settings.fusion.fitting is settings.refusing.fitting is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v.pop("refusing"), "refusing"),
        (lambda v: v["fusion"].pop("title_weight"), "title_weight"),
        (lambda v: v["refusing"]["weights"].pop("standout"), "standout"),
        (lambda v: v["refusing"].update(refuse_below="high"), "'high' is no float"),
        (lambda v: v["refusing"]["weights"].update(cosine=float("nan")), "no numbers"),
        (lambda v: v["fusion"].update(dense_weight=7), "between 0 and 1"),
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
        value["fusion"]["dense_weight"] = 1.0
        value["refusing"]["weights"]["intercept"] = -50.0

    question = "When will the bridge close?"
    settings = Settings(library=tmp_path / "library", fitted=changed(spoil))
    with Engine.create(settings, embedding=model) as spoilt:
        for article in articles:
            spoilt.library.put(article)
        scores = [hit.score for hit in spoilt.search(question)]
        assert scores != [hit.score for hit in engine.search(question)]
        # By meaning alone the nearest has all of it, the farthest none.
        assert (scores[0], scores[-1]) == (1.0, 0.0)
        assert engine.ask(question).answered
        assert spoilt.ask(question).reason == "no_evidence"
