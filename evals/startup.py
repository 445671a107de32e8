"""How long until the chat's page is served: ``python -m evals.startup``.

Starts ``pullquote chat`` on an empty library of its own, twice; the second start is the one people
see every day. Counts from the command to the whole page at its address.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import click


def seconds_to_page(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the command to the page, and from there to the process's end when told to."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "chat", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        address = process.stdout.readline().split()[3]
        with urllib.request.urlopen(address) as page:  # noqa: S310 - our own server on loopback
            page.read()
        served = time.perf_counter() - started
        process.send_signal(signal.SIGTERM)
        process.wait()
    return served, time.perf_counter() - started - served


@click.command(help=__doc__)
@click.option("--starts", default=3, help="How many starts.")
def main(starts: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_DATA_HOME": home}
        for number in range(1, starts + 1):
            served, ended = seconds_to_page(environment)
            print(
                f"start {number}: page after {served:.1f} s; ended {ended:.1f} s after it was told"
            )


if __name__ == "__main__":
    main()
