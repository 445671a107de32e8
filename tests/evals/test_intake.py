"""A source taken in and measured; nothing here is timed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.intake import main
from ingest.sample import newspaper


@pytest.mark.slow
def test_an_intake_says_what_was_taken_in_and_the_memory_on_the_way(tmp_path: Path) -> None:
    out = tmp_path / "intake.json"
    arguments = [str(newspaper()), "--articles", "8", "--every", "4", "--json", str(out)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "passages a second" in done.output
    told = json.loads(out.read_text())
    assert [mark["articles"] for mark in told["marks"][:2]] == [4, 8]
    peaks = [told["open_mb"], *(mark["peak_mb"] for mark in told["marks"])]
    assert peaks == sorted(peaks)
    assert CliRunner().invoke(main, [str(tmp_path / "nowhere")]).exit_code == 1
