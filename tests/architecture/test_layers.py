import ast
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["rag", "ingest", "ui", "evals"]

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
TORCH = "torch and its kin only in rag.embedding and rag.finding.crossencoding"

# For each contract a line that breaks it, and where.
PLANTED = {
    "Arrows of the house: ui -> evals -> ingest -> rag": ("rag", "import ingest"),
    "The public door is for others: nobody inside goes through it": ("ui", "import pullquote"),
    "Prompts are read as files, never imported": ("rag", "import prompts.writing"),
    "gradio only in ui": ("evals", "import gradio"),
    "chromadb only in rag.vectors": ("rag", "from chromadb.api import ClientAPI"),
    "tantivy only in rag.lexical": ("rag", "import tantivy"),
    TORCH: ("ingest", "import torch"),
    "datasketch only in rag.likeness": ("ui", "import datasketch"),
    "trafilatura, pypdfium2, docx and watchfiles only in ingest": ("rag", "import trafilatura"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_follows_the_arrows() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_contract_catches_a_planted_violation(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for number, (folder, line) in enumerate(PLANTED.values()):
        # Inside a function: a late import crosses a border like any other.
        planted = tmp_path / folder / f"planted_{number}.py"
        planted.write_text(f"def later():\n    {line}\n")

    found = lint(tmp_path)

    assert found.returncode != 0
    verdicts = (line.partition(" BROKEN") for line in found.stdout.splitlines())
    broken = {name for name, verdict, _ in verdicts if verdict}
    assert broken == set(PLANTED), found.stdout + found.stderr


def test_prompts_hold_no_code() -> None:
    for module in (ROOT / "prompts").rglob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        code = [node for node in tree.body if not isinstance(node, ast.Expr)]
        assert not code and len(tree.body) <= 1, f"{module.name} holds more than a docstring"
