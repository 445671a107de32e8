"""A model loaded once, and libraries of invented articles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.library import Library
from rag.settings import Settings
from rag.types import Article

ARTICLES = (
    Article(
        id="bridge",
        title="Harbour bridge to close for repairs",
        text=(
            "The Tarn harbour bridge will close on 3 March for eleven weeks, the port authority"
            " said on Monday.\nEngineers found cracks in two of its nine pillars during an"
            " inspection in January. Director Maren Holt called the damage serious but"
            " repairable.\nFerries will carry foot passengers free of charge while the work lasts."
            " The repairs are expected to cost 4.2 million crowns."
        ),
        url="https://tarnpost.example/bridge",
        source="Tarn Post",
        authors=("Ida Brandt",),
        published="2024-02-12",
        language="en",
        tags=("transport",),
    ),
    Article(
        id="ferry",
        title="Ferry company adds two boats",
        text=(
            "Coastline Ferries has chartered two more boats for the weeks in which the bridge is"
            " closed.\nEach of them carries 180 passengers. The first will sail on the morning of 3"
            " March, chief executive Paul Okoye said."
        ),
        source="Coast Courier",
        published="2024-02-20",
        language="en",
        tags=("transport", "business"),
    ),
    Article(
        id="garden",
        title="Botanic garden opens its glasshouse",
        text=(
            "The glasshouse of the botanic garden in Ellmere reopened after two years."
            " Gardener Ruth Asante said the oldest palm had survived the move.\n"
            "Entry costs 60 crowns and is free for children."
        ),
        source="Tarn Post",
        language="en",
    ),
)


@pytest.fixture(scope="session")
def model() -> SentenceEmbedding:
    return SentenceEmbedding()


@pytest.fixture
def articles() -> tuple[Article, ...]:
    return ARTICLES


@pytest.fixture
def open_library(tmp_path: Path, model: SentenceEmbedding) -> Iterator[Callable[..., Library]]:
    """Opens the test's library, made when it is not there; closed at the end of the test."""
    opened: list[Library] = []

    def opener(**options: object) -> Library:
        settings = {"wait": 0.0, "create": True, **options}
        tokens = settings.pop("passage_tokens", 220)
        library = Library.open(tmp_path / "library", Derivation(model, tokens), **settings)
        opened.append(library)
        return library

    yield opener
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedding) -> Iterator[Engine]:
    """An engine over the invented articles. Tests only read from it."""
    settings = Settings(library=tmp_path_factory.mktemp("engine") / "library")
    with Engine.create(settings, embedding=model) as engine:
        for article in ARTICLES:
            engine.library.put(article)
        yield engine


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB. Making one takes root and Linux."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
    if (
        sys.platform != "linux"
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small file system is not permitted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(scope="session")
def model_servers() -> ModuleType:
    """Servers on loopback that speak the protocols of language models: ``model_servers.py``."""
    spec = util.spec_from_file_location("servers", Path(__file__).with_name("model_servers.py"))
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its types look themselves up there
    spec.loader.exec_module(module)
    return module
