"""The sample newspaper as a library of its own, beside the default one."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path

import platformdirs

from ingest.sample import digest, newspaper
from ingest.sync import ingest
from rag.engine import Engine
from rag.errors import PullquoteError
from rag.owner import owner_of

_log = logging.getLogger(__name__)

_NAME = re.compile(r"sample-[0-9a-f]{12}")


def sample_path() -> Path:
    """Where its library lies. Its name holds the newspaper's digest: another version of the
    newspaper is another library, and nothing of an older one is found in it."""
    home = Path(platformdirs.user_data_dir("pullquote", appauthor=False))
    return home / f"sample-{digest()[:12]}"


def prepare(sample: Engine) -> None:
    """Takes the newspaper in, unless it is there; libraries of older versions go. Trouble is
    logged and nothing more: the visitor's own articles do not depend on it."""
    try:
        report = ingest([newspaper()], into=sample.library)
        for failure in report.failures:
            _log.warning("%s", failure)
    except PullquoteError as error:
        _log.warning("The sample newspaper cannot be read: %s", error.line)
    ours = sample.library.path
    for other in ours.parent.iterdir():
        if other != ours and _NAME.fullmatch(other.name) and owner_of(other) is None:
            shutil.rmtree(other, ignore_errors=True)
