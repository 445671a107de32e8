"""The frame of every page: one file that loads nothing and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.reports.pages import texts


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evals.reports.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Each text is made visible on its way in, wherever a template uses it.
        finalize=_visible,
    )
    environment.filters["visible"] = texts.visible
    environment.globals |= {
        "number": texts.number,
        "interval": _interval,
        "share": texts.share,
        "milliseconds": texts.milliseconds,
        "p_value": texts.p_value,
    }
    return environment


def _interval(low: float | None, high: float | None, sign: bool = False) -> str:
    """On two lines at most, where a column is narrow."""
    return texts.interval(low, high, sign).replace(" to ", " to\u00a0")


def _visible(value: Any) -> Any:
    """Text, escaped already or not, made visible; anything else as it is."""
    return type(value)(texts.visible(value)) if isinstance(value, str) else value


def page(template: str, **values: Any) -> str:
    """The page of ``template``, with the style and the script in it and the policy that lets
    nothing else be loaded or run."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(script)}",
            "img-src data:",  # the empty icon, so that no browser asks for one
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), script=Markup(script), policy=policy, **values)  # noqa: S704 - files of ours
    )


def _asset(name: str) -> str:
    return (files("evals.reports.pages") / "templates" / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """What a policy calls an inline text that is exactly this one."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
