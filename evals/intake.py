"""What taking in a large source costs: ``python -m evals.intake SOURCE...``.

Folders and files are taken into a library of their own, as ``pullquote ingest`` does it, and the
memory is noted on the way: it must not grow with the source. Beside others: ``evals.bench``.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from evals.benchmarks import process
from evals.benchmarks.intake import Intake
from rag.errors import PullquoteError


@click.command(help=__doc__)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--articles", default=0, help="Stop after so many articles; 0 for all.")
@click.option("--every", default=500, type=click.IntRange(1), help="Articles between two marks.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="A file for all figures.")
def main(sources: tuple[str, ...], articles: int, every: int, as_json: Path | None) -> None:
    with tempfile.TemporaryDirectory(prefix="pullquote-intake-") as place:
        out = Path(place) / "intake.json"
        try:
            process.measure("evals.benchmarks.intake", out, place, articles, every, *sources)
        except PullquoteError as error:
            raise click.ClickException(error.line) from error
        told = json.loads(out.read_text(encoding="utf-8"))
    for line in Intake.from_dict(told).lines():
        print(line)
    if as_json:
        as_json.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
