"""Where things stand in the one chart that needs drawing: risk over coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.metrics.refusals import Point


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A path in the units of its picture, 400 wide and 240 high, and its ticks."""

    path: str
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    left: float = 44
    right: float = 380
    top: float = 12
    bottom: float = 196


def curve(points: Sequence[Point]) -> Curve:
    """Coverage to the right, from 0 to 1; risk upwards, from 0 to the next quarter above all."""
    frame = Curve("", (), ())
    highest = next(
        (q for q in (0.25, 0.5, 0.75) if all(risk <= q for _, risk, _ in points)),
        1.0,
    )

    def x(coverage: float) -> float:
        return round(frame.left + coverage * (frame.right - frame.left), 1)

    def y(risk: float) -> float:
        return round(frame.bottom - risk / highest * (frame.bottom - frame.top), 1)

    places = [f"{x(coverage)} {y(risk)}" for coverage, risk, _ in points]
    quarters = (0.0, 0.25, 0.5, 0.75, 1.0)
    return Curve(
        "M" + " L".join(places) if places else "",
        tuple(Tick(x(q), f"{q:.0%}") for q in quarters),
        tuple(Tick(y(q * highest), f"{q * highest:.0%}") for q in (0.0, 0.5, 1.0)),
    )
