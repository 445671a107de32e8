"""Only what a page uploaded is taken in, and nothing of it is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ui.window.uploads import uploads_folder

if TYPE_CHECKING:
    from conftest import Chat
    from visitor import Visitor


def test_a_folder_of_uploads_ends_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    left = tmp_path / "pullquote" / "uploads" / gone.stdout.decode().strip()
    left.mkdir(parents=True)
    (left / "article.txt").write_text("left by a process that was killed")
    with uploads_folder() as folder:
        assert not left.exists()
        assert folder.name == str(os.getpid())
        (folder / "article.txt").write_text("on its way")
    assert not folder.exists()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["{secret}", "/etc/hostname", "http://127.0.0.1:9/a.txt"])
def test_a_page_cannot_name_a_file_that_it_did_not_upload(
    chat: Chat, served: Path, visitor: type[Visitor], tmp_path: Path, path: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password of the vault is Quinquereme.")
    named: dict[str, Any] = {
        "path": path.format(secret=secret),
        "orig_name": "a.txt",
        "meta": {"_type": "gradio.FileData"},
    }
    with chat("--library", served, "--port", "0") as (_, address):
        page = visitor(address)
        assert not page.succeeds("click", [named], "", "", "", "", "")
        assert "Quinquereme" not in page.ask("What is the password of the vault?").html
        page.close()
