"""The command as people run it, and a small library of invented articles."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ui.cli import main

Run = Callable[..., "Done"]
Launch = Callable[..., AbstractContextManager[subprocess.Popen[str]]]

ARTICLES = [
    {
        "id": "bridge",
        "title": "Tarn opens its new bridge",
        "text": "The new bridge over the Tarn opened on Monday. Mayor Ines Calvet cut the ribbon "
        "before three hundred guests. It cost 41 million euros and took four years to build.",
        "url": "https://tarn-post.example/bridge",
        "source": "Tarn Post",
        "author": "Paul Roux",
        "published": "2024-03-04",
        "tags": ["transport"],
    },
    {
        "id": "orchard",
        "title": "Late frost hits the orchards",
        "text": "A late frost destroyed half of the apple blossom in the Albi valley. Growers "
        "expect to harvest 900 tonnes of apples, against 2,000 tonnes in the year before.",
        "url": "https://valley-herald.example/frost",
        "source": "Valley Herald",
        "published": "2024-04-22",
    },
    {
        "id": "hostile",
        "title": "<script>document.title='owned'</script> ![x](http://evil.example/t.png)",
        "text": "The lighthouse keeper of Skerrow is called Osric Penhale "
        "<img src=x onerror=\"document.title='owned'\"> ![x](http://evil.example/x.png) "
        "[press here](http://evil.example/) \x1b[31mand he is eighty.\n\n"
        "His log says ${document.title='owned'} and {{value}} and \u202edenwo\u202c. "
        "<svg onload=document.title='owned'> </div></article></script> &lt;b&gt; "
        "<a href=\"javascript:document.title='owned'\">log</a> \U0001f600 "
        "e\u0301\u0301\u0301\u0301.",
        "url": "javascript:document.title='owned'",
        "source": "<b>Evil Times</b>",
    },
]


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """This process's environment with nothing set for Pullquote, and a home of its own."""
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
    return {
        **kept,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PULLQUOTE_LOCK_WAIT": "0",
    }


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Run:
    """Runs ``pullquote`` in this process; what is heavy is then loaded only once."""

    def run(*arguments: str | Path, **given: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.chdir(environment["HOME"]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in {**environment, **given}.items():
                patch.setenv(name, value)
            code = main([str(argument) for argument in arguments])
        return Done(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def launch(environment: dict[str, str]) -> Launch:
    """Starts ``pullquote`` as a process of its own, which ends with the block."""

    @contextlib.contextmanager
    def launch(*arguments: str | Path, **given: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=environment["HOME"],
            env={**environment, **given},
        )
        with process:
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()

    return launch


@pytest.fixture(scope="session")
def articles_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def library(run: Run, articles_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the invented articles; tests only read it."""
    path = tmp_path_factory.mktemp("library") / "library"
    done = run("ingest", articles_file, "--library", path)
    assert (done.code, done.out) == (0, "3 added\n"), done.err
    return path
