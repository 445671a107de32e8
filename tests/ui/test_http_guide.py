"""The guide to HTTP says what is so: its commands are run as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch

GUIDE = Path(__file__).parents[2] / "docs" / "http.md"


@pytest.mark.slow
def test_every_command_of_the_guide_works(launch: Launch, library: Path, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl")
    shutil.copytree(library, tmp_path / "my-library")
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    with launch("serve", "--library", tmp_path / "my-library", "--port", "0") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[3]
        script = "\necho\n".join(blocks).replace("http://127.0.0.1:7860", address)
        done = subprocess.run(
            ["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '{"id": "weir/1", "outcome": "added"}' in done.stdout
    assert '"As of 2 May 2024: A grey heron nests on the weir. [1]"' in done.stdout
    assert "event: answer" in done.stdout
    assert '"removed": ["weir/1"]' in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == {"schema": 1, "articles": 3}
