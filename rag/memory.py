"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Has the C library let go of what is free. Takes some milliseconds; to be called now and
    then in long work.

    glibc keeps it, in an arena for each of many threads: after forty thousand passages, half a
    gigabyte (``python -m evals.intake``). Other C libraries have no such call, and need none.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
