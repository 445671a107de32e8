"""What every folder of tests may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public data sets; skips, and says why, where there is none."""
    place = os.environ.get("PULLQUOTE_DATA")
    if not place:
        pytest.skip("PULLQUOTE_DATA names no folder of public data sets")
    folder = Path(place)
    # A mistyped path must not pass for a green run.
    assert folder.is_dir(), f"PULLQUOTE_DATA is no folder: {folder}"
    return folder
