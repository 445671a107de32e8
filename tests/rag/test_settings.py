"""Argument > environment > pullquote.toml > default."""

from __future__ import annotations

import pytest

from rag.errors import SettingsError
from rag.settings import Settings, resolve


def test_each_place_gives_way_to_the_one_before(tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    (tmp_path / "pullquote.toml").write_text(
        f'library = "{library}"\nport = 1\nthreads = 1\ncandidates = 11\nstatements = 1\n'
    )
    (library / "pullquote.toml").write_text("port = 2\nthreads = 2\ncandidates = 12\n")
    found = resolve(
        {"port": 4, "threads": None},
        environment={"PULLQUOTE_PORT": "3", "PULLQUOTE_THREADS": "3", "PULLQUOTE_DATA": ""},
        folder=tmp_path,
    )
    values = found.settings
    assert (values.port, values.threads, values.candidates, values.statements) == (4, 3, 12, 1)
    assert (found.origins["port"], found.origins["threads"]) == ("argument", "environment")
    assert found.origins["candidates"] == str(library / "pullquote.toml")
    assert found.origins["statements"] == str(tmp_path / "pullquote.toml")
    assert (found.origins["host"], values.data) == ("default", None)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PULLQUOTE_CANDIDATE": "20"}, "Did you mean 'candidates'?"),
        ({"PULLQUOTE_CANDIDATES": "many"}, "a whole number"),
        ({"PULLQUOTE_CANDIDATES": "5"}, "between 10 and 10000"),
        ({"PULLQUOTE_REFUSE_BELOW": "nan"}, "between 0 and 1"),
    ],
)
def test_what_is_no_setting_or_no_value_is_one_clear_line(tmp_path, environment, said):
    with pytest.raises(SettingsError) as caught:
        resolve({}, environment=environment, folder=tmp_path)
    assert said in caught.value.line
    assert "\n" not in caught.value.line


def test_a_broken_file_names_itself(tmp_path):
    (tmp_path / "pullquote.toml").write_text("port = \n")
    with pytest.raises(SettingsError, match=r"pullquote\.toml is not TOML"):
        resolve({}, environment={}, folder=tmp_path)


def test_the_digest_changes_with_what_changes_answers_and_with_nothing_else(tmp_path):
    digest = Settings(library=tmp_path).digest()
    elsewhere = Settings(library=tmp_path / "other", visitors=tmp_path / "visitors", port=1)
    assert elsewhere.digest() == digest
    assert Settings(library=tmp_path, statements=1).digest() != digest
    assert Settings(library=tmp_path, model_timeout=9).digest() == digest  # of no model
    written = Settings(library=tmp_path, model="ollama/small")
    assert written.digest() != digest
    elsewhere = Settings(library=tmp_path, model="ollama/small", model_url="http://h")
    assert elsewhere.digest() != written.digest()


@pytest.mark.parametrize("url", ["http://me:secret@host/v1", "http://host/v1?key=secret"])
def test_an_address_with_a_secret_in_it_is_turned_away_without_repeating_it(url):
    with pytest.raises(SettingsError) as caught:
        Settings(model_url=url)
    assert "secret" not in caught.value.line


@pytest.mark.parametrize("name", ["model", "model_url"])
def test_a_library_does_not_choose_where_questions_are_sent(tmp_path, name) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "pullquote.toml").write_text(f'{name} = "http://127.0.0.1:9/v1"\n')
    with pytest.raises(SettingsError, match="cannot be set by a library's own file"):
        resolve({"library": library}, environment={}, folder=tmp_path)
