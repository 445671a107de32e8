"""What is built is what others get: the wheel, beside programs with folders like ours."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["rag", "ingest", "ui", "prompts", "evals"]

HOST = """
import json, prompts, ui
from pullquote import Engine, ingest

with Engine.create("library") as engine:
    ingest(["lighthouse.txt"], into=engine.library)
    answer = engine.ask("When was the Skerry lighthouse lit?")
    quotes = [citation.quote for citation in answer.citations]
print(json.dumps({"quotes": quotes, "ui": ui.WHOSE, "prompts": prompts.WHOSE}))
"""


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    built = run(*command, "--outdir", out, ROOT, cwd=out)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel, and borrows what the wheel needs."""
    place = tmp_path_factory.mktemp("host") / "venv"
    venv.create(place)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    done = run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=place)
    assert done.returncode == 0, done.stderr
    # Python runs no .pth file of a folder that a .pth file names, so an editable install of
    # this checkout over there stays out of sight.
    (site,) = place.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])
    return place / "bin"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A program's folder with `ui` and `prompts` packages of its own."""
    for name in ("ui", "prompts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('WHOSE = "host"\n')
    story = (
        "Skerry lighthouse\n\nThe Skerry lighthouse was first lit in 1841, after nine winters.\n"
    )
    (tmp_path / "lighthouse.txt").write_text(story)
    (tmp_path / "main.py").write_text(HOST)
    return tmp_path


def test_the_wheel_holds_the_door_the_folders_and_the_licence(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    ours = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert held == ours | {"pullquote.py"}
    assert {"rag/fitted.json", "prompts/writing.md"} <= held
    assert any(n.endswith("licenses/LICENSE") for n in zipfile.ZipFile(wheel).namelist())


def test_it_works_beside_a_program_with_its_own_ui_and_prompts(installed: Path, host: Path) -> None:
    done = run(installed / "python", "main.py", cwd=host)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "quotes": ["The Skerry lighthouse was first lit in 1841, after nine winters."],
        "ui": "host",
        "prompts": "host",
    }


def test_its_command_works_from_that_folder_too(installed: Path, host: Path) -> None:
    done = run(installed / "pullquote", "--help", cwd=host)
    assert done.returncode == 0, done.stderr
    assert "ingest" in done.stdout


@pytest.mark.parametrize("name", ["rag", "ingest"])
def test_a_program_with_its_own_rag_or_ingest_is_told_so(
    name: str, installed: Path, host: Path
) -> None:
    (host / name).mkdir()
    (host / name / "__init__.py").touch()
    done = run(installed / "python", "main.py", cwd=host)
    assert done.returncode != 0
    error = done.stderr.splitlines()[-1]
    assert error.startswith(f"ImportError: pullquote needs its own '{name}' package"), done.stderr
    assert str(host / name) in error
