"""What is measured, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from rag.errors import EvaluationError

_OFFLINE = {
    "ANONYMIZED_TELEMETRY": "False",  # chromadb
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
"""Nobody reports home or looks for a model elsewhere. Nothing here changes how any of them works:
what Pullquote switches off for itself, it switches off itself."""


def measure(module: str, *arguments: object) -> None:
    """Runs a module of ours with ``arguments``. Raises ``EvaluationError`` with its last line if
    it fails."""
    done = subprocess.run(  # noqa: S603 - ourselves, with paths of our own
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, **_OFFLINE},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise EvaluationError(f"failed: {last}")
