"""The verb ``feedback``: what visitors said of answers, for questions to measure with."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date

import click

from rag.errors import PullquoteError
from rag.settings import Settings
from ui.command import complain, day_option


@click.command()
@day_option("--since", "Given on this day or later.")
def feedback(since: date | None) -> int:
    """Print visitors' feedback, one JSON object a line: the verdict, its reason and right
    answer, the question with its history, filters and day, and the whole answer."""
    from ui.store import Store
    from ui.visitors import Visitors

    try:
        with closing(Store(Settings.load().visitors)) as store:
            for given in Visitors(store).feedback(since):
                print(json.dumps(given.to_dict(), ensure_ascii=False))
    except PullquoteError as error:
        complain(error.line)
        return 1
    return 0
