"""What the packages underneath would tell others, switched off before they are imported."""

from __future__ import annotations

import os

_OFF = {
    "ANONYMIZED_TELEMETRY": "False",  # chromadb
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",  # gradio's version check, too
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # A warning of the tokenizers whenever a process with threads starts another.
    "TOKENIZERS_PARALLELISM": "false",
}


def switch_off() -> None:
    """Sets the switches; each package reads its own when it is imported."""
    os.environ.update(_OFF)
