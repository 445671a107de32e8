"""The commands beside a running ``pullquote serve``: the same as without one, through it."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ingest.report import Progress
from ingest.sync import ingest
from rag.engine import Engine
from rag.errors import ArticleNotFound
from rag.owner import owner_of
from rag.settings import Settings
from rag.types import Article
from ui.client import Client
from ui.desk import desk

if TYPE_CHECKING:
    from conftest import Done, Launch, Run

pytestmark = pytest.mark.slow

QUESTION = "Who cut the ribbon of the bridge over the Tarn?"


@contextlib.contextmanager
def serving(launch: Launch, library: Path, verb: str = "serve") -> Iterator[subprocess.Popen[str]]:
    """A ``pullquote serve`` of this library that can be asked."""
    with launch(verb, "--library", library, "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.match(r"Pullquote is at http://127\.0\.0\.1:\d+ ", line), line
        yield process


@pytest.fixture(scope="module")
def own(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of this module's, as nobody serves it yet."""
    path = tmp_path_factory.mktemp("client") / "library"
    shutil.copytree(library, path)
    return path


READING = [
    ("ask", QUESTION),
    ("ask", "How do submarines breathe under polar ice?"),
    ("ask", QUESTION, "--as-of", "2024-01-01", "--source", "Tarn Post"),
    ("ask", "What is the lighthouse keeper of Skerrow called?"),
    ("ask", " "),
    ("ask", "why " * 25_000),
    ("search", "apples in the valley", "-k", "2"),
    ("search", "bridge", "--since", "2024-04-01"),
    ("articles",),
    ("articles", "--source", "tarn post", "--until", "2024-12-31"),
    ("remove", "bridge", "nowhere"),
    ("status",),
    ("verify",),
]


@pytest.fixture(scope="module")
def alone(run: Run, own: Path) -> dict[tuple[str, ...], Done]:
    """What the commands say where nobody serves the library."""
    every = [*READING, *((*verb, "--json") for verb in READING)]
    return {verb: run(*verb, "--library", own) for verb in every}


@pytest.fixture(scope="module")
def served(launch: Launch, own: Path, alone: object) -> Iterator[Path]:
    with serving(launch, own):
        yield own


def without_times(done: Done) -> tuple[int, Any, str]:
    """What a command says, but for what no two runs have in common."""
    try:
        out = json.loads(done.out)
    except ValueError:
        out = re.sub(r"On disk .*", "", done.out)
    if isinstance(out, dict):
        out.pop("bytes", None)
        out.get("trace", {}).pop("milliseconds", None)
    return done.code, out, done.err


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("verb", READING, ids=lambda verb: " ".join(verb)[:40])
def test_every_verb_says_the_same_through_the_owner(
    run: Run,
    served: Path,
    alone: dict[tuple[str, ...], Done],
    verb: tuple[str, ...],
    form: tuple[str, ...],
) -> None:
    done = run(*verb, *form, "--library", served)
    assert without_times(done) == without_times(alone[(*verb, *form)])


def test_an_ingest_is_the_same_through_the_owner(
    run: Run, served: Path, articles_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("Heron on the weir\n\nA heron nests there. It came in May.\n")
    (folder / "empty.txt").touch()
    (folder / "bad.jsonl").write_text(
        '{"id": "barge", "text": "A barge sank.", "published": "2024-06-01T10:30:00+02:00"}\n'
        '{"text": \n'
        '{"id": "barge", "text": "A barge sank at noon.", "date": "one fine day"}\n'
        '{"id": "' + "x" * 2000 + '", "text": "Its id is too long."}\n'
        '{"id": "fr", "text": "' + "Le bateau est parti ce matin pour la ville. " * 9 + '"}\n'
    )
    (folder / "picture.png").touch()
    local = tmp_path / "local"
    shutil.copytree(served, local)
    for name in ("owner.json", "owner.lock", "token"):
        (local / name).unlink()
    for form in ((), ("--json",)):  # the second time nothing is new
        here = run("ingest", folder, articles_file, *form, "--library", local)
        there = run("ingest", folder, articles_file, *form, "--library", served)
        assert there == here
    assert '"unchanged": 5' in there.out
    listed = run("articles", "--library", served, "--json")
    assert listed == run("articles", "--library", local, "--json")
    ids = [source["id"] for source in json.loads(listed.out)]
    gone = [name for name in ids if name not in ("bridge", "orchard", "hostile")]
    assert run("remove", *gone, "--library", served).out == f"{len(gone)} articles removed\n"
    assert run("verify", "--library", served).code == 0


def test_progress_and_origins_travel_too(served: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "notes").mkdir(parents=True)
        (tmp_path / name / "notes" / "a.txt").write_text(f"Note {name}\n\nThis is note {name}.\n")
    steps: list[Progress] = []
    with desk(Settings(library=served)) as owner:
        assert isinstance(owner, Client)
        ingest([tmp_path / "one" / "notes"], into=owner.shelf, progress=steps.append)
        # The same folder name elsewhere: it is another's, whoever looks.
        report = ingest([tmp_path / "two" / "notes"], into=owner.shelf)
        assert "already belongs to" in report.failures[0].why
        owner.remove(["notes/a.txt"])
    assert steps == [Progress(1, 1, steps[0].what)]


def test_an_error_is_of_its_own_class_on_this_side(served: Path) -> None:
    with desk(Settings(library=served)) as owner, pytest.raises(ArticleNotFound):
        owner.remove(["nowhere"])


def test_a_rebuild_is_done_by_the_owner(run: Run, served: Path) -> None:
    done = run("rebuild", "--library", served)
    assert (done.code, done.out, done.err) == (0, "3 articles rebuilt\n", "")
    told = run("rebuild", "--library", served, "--json")
    assert json.loads(told.out) == {"schema": 1, "articles": 3}
    assert [path.name for path in (served / "indexes").iterdir()] == ["3"]


def test_a_rebuild_with_another_model_is_refused_by_the_owner(run: Run, served: Path) -> None:
    done = run("rebuild", "--library", served, PULLQUOTE_PASSAGE_TOKENS="100")
    assert (done.code, done.out) == (1, "")
    assert "'passage_tokens' 220, not 100" in done.err


def test_a_served_library_is_compacted_backed_up_and_restored_by_its_owner(
    run: Run, served: Path, tmp_path: Path
) -> None:
    assert run("compact", "--library", served).code == 0
    assert run("backup", tmp_path, "--library", served).code == 0
    (made,) = tmp_path.iterdir()
    refused = run("restore", made, "--library", served)
    assert (refused.code, refused.out) == (1, "")
    assert "--replace" in refused.err
    done = run("restore", made, "--library", served, "--replace")
    assert (done.code, done.out, done.err) == (0, "3 articles restored\n", "")
    assert run("verify", "--library", served).out.endswith("no problems.\n")
    assert "Ines Calvet" in run("ask", QUESTION, "--library", served).out


def test_doctor_shows_where_the_library_is_served(run: Run, served: Path) -> None:
    done = run("doctor", "--library", served)
    assert done.code == 0
    assert re.search(r"is served at http://127\.0\.0\.1:\d+; 3 articles", done.out)


def test_a_model_cannot_be_chosen_past_the_owner(run: Run, served: Path) -> None:
    done = run("ask", "Who closed it?", "--library", served, "--model", "ollama/small")
    assert done.code == 1
    assert "with the model that was chosen there" in done.err
    assert done.err.count("\n") == 1


def test_a_model_that_is_set_past_the_owner_is_told_of_and_the_owner_answers(
    run: Run, served: Path, environment: dict[str, str]
) -> None:
    ask = ("ask", QUESTION, "--library", served)
    done = run(*ask, "--json", PULLQUOTE_MODEL="ollama/small")
    assert (done.code, json.loads(done.out)["answered"]) == (0, True)
    assert "note: this library is served at http://127.0.0.1" in done.err
    assert "and answers are quoted there" in done.err
    assert "(ollama/small, from environment) does not count" in done.err
    assert done.err.count("\n") == 1
    file = Path(environment["HOME"]) / "pullquote.toml"
    file.write_text('model = "gguf/models/small.gguf"\n')
    try:
        assert f"(gguf/small.gguf, from {file})" in run(*ask).err
        assert run(*ask, "--quote").err == run("search", *ask[1:]).err == ""
    finally:
        file.unlink()
    assert run(*ask).err == ""


def test_a_second_server_is_told_where_the_first_is(run: Run, served: Path) -> None:
    done = run("serve", "--library", served, "--port", "0")
    assert (done.code, done.out) == (1, "")
    assert re.search(r"in use by .* \(process \d+ on .*\) at http://127\.0\.0\.1:\d+", done.err)
    assert done.err.count("\n") == 1


def test_the_token_is_for_its_owner_alone_and_kept(served: Path) -> None:
    token = served / "token"
    assert token.stat().st_mode & 0o777 == 0o600
    assert len(token.read_text()) >= 43


def test_a_client_loads_nothing_heavy(served: Path, environment: dict[str, str]) -> None:
    code = (
        "import sys\nfrom ui.cli import main\n"
        f"main(['ask', {QUESTION!r}, '--library', {str(served)!r}])\nprint(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert "Ines Calvet" in done.stdout
    heavy = {"torch", "llama_index", "chromadb", "gradio", "fastapi", "tantivy", "numpy", "uvicorn"}
    assert not heavy & set(done.stdout.split())


def test_a_wrong_token_is_one_clear_line(run: Run, served: Path) -> None:
    right = (served / "token").read_text()
    try:
        for wrong in ("x" * 43, "", "\xe4"):
            (served / "token").write_text(wrong)
            done = run("status", "--library", served)
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith("pullquote: The token is missing or wrong.")
            assert done.err.count("\n") == 1
    finally:
        (served / "token").write_text(right)


@pytest.mark.slow
def test_an_interrupted_ingest_leaves_the_server_well(
    run: Run, launch: Launch, served: Path, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    texts = (f"The ferry to Orm runs {i} times a day. " * 40 for i in range(3000))
    lines = (json.dumps({"id": f"m{i}", "text": text}) for i, text in enumerate(texts))
    file.write_text("\n".join(lines))

    def kept() -> list[str]:
        listed = json.loads(run("articles", "--library", served, "--json").out)
        return [source["id"] for source in listed if source["id"].startswith("m")]

    with launch("ingest", file, "--library", served) as process:
        until(lambda: len(kept()) > 0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, "", "pullquote: interrupted.")
    assert run("verify", "--library", served).code == 0
    assert run("remove", *kept(), "--library", served).code == 0
    assert "Ines Calvet" in run("ask", QUESTION, "--library", served).out


@pytest.mark.slow
def test_a_chat_window_serves_the_commands_too(
    run: Run, launch: Launch, library: Path, tmp_path: Path
) -> None:
    shutil.copytree(library, tmp_path / "library")
    with serving(launch, tmp_path / "library", "chat"):
        with desk(Settings(library=tmp_path / "library")) as owner:
            page = httpx.get(owner.address, trust_env=False)
            assert (page.status_code, owner.status().articles) == (200, 3)
        assert "Ines Calvet" in run("ask", QUESTION, "--library", tmp_path / "library").out


@pytest.mark.slow
def test_a_server_stopped_while_its_model_loads_ends_cleanly(
    launch: Launch, library: Path, tmp_path: Path
) -> None:
    own = tmp_path / "library"
    shutil.copytree(library, own)
    with serving(launch, own) as process, launch("ask", QUESTION, "--library", own) as asking:
        time.sleep(0.6)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "pullquote: stopped.\n")
        out, err = asking.communicate(timeout=60)
    # Answered, told so in one line, or done without the server.
    assert asking.returncode == 0 or err.count("\n") == 1, (out, err)


@pytest.mark.slow
def test_a_killed_server_leaves_nothing_in_the_way(
    run: Run, launch: Launch, library: Path, tmp_path: Path
) -> None:
    own = tmp_path / "library"
    shutil.copytree(library, own)
    with serving(launch, own) as process:
        assert owner_of(own) is not None
        token = (own / "token").read_text()
        process.kill()
        process.wait(60)
        assert (own / "owner.json").exists()
        assert owner_of(own) is None
        done = run("ask", QUESTION, "--library", own)
        assert (done.code, done.err) == (0, "")
    assert not (own / "owner.json").exists()
    with serving(launch, own) as process:
        assert (own / "token").read_text() == token
        # Killed while it is asked: one line, and the next is answered without it.
        process.send_signal(signal.SIGSTOP)
        with launch("search", "bridge", "--library", own) as asking:
            time.sleep(2)
            process.kill()
            out, err = asking.communicate(timeout=60)
        assert asking.returncode == 0 or err.count("\n") == 1, (out, err)
    assert run("verify", "--library", own).code == 0


@pytest.mark.slow
def test_a_server_ends_cleanly_also_in_the_middle_of_work(
    run: Run, launch: Launch, library: Path, tmp_path: Path
) -> None:
    own = tmp_path / "library"
    shutil.copytree(library, own)
    with Engine.open(own) as engine:
        many = (Article(id=str(i), text=f"Ferry {i} sails. " * 60) for i in range(130))
        list(engine.library.put_all((article, "") for article in many))
    with serving(launch, own) as process, launch("rebuild", "--library", own) as rebuilding:
        until((own / "indexes" / "2").exists)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "pullquote: stopped.\n")
        out, err = rebuilding.communicate(timeout=60)
        assert (rebuilding.returncode, out, err.count("\n")) == (1, "", 1)
        assert "lost" in err
    assert run("verify", "--library", own).code == 0
    assert [path.name for path in (own / "indexes").iterdir()] == ["1"]


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_sync_removes_through_the_owner_what_is_gone(
    run: Run, served: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "drop & take"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"Heron {name}\n\nA heron nests on weir {name}.")
    assert run("ingest", folder, "--library", served).out == "2 added\n"
    (folder / "one.txt").unlink()
    done = run("ingest", "--sync", folder, "--library", served)
    assert (done.code, done.out) == (0, "1 removed, 1 unchanged\n")
    (folder / "two.txt").unlink()
    done = run("ingest", "--sync", folder, "--library", served)
    assert (done.code, done.out) == (1, "")
    assert "drop & take/two.txt\n" in run("articles", "--library", served).out
    assert run("remove", "drop & take/two.txt", "--library", served).code == 0
