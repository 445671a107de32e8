"""A visitor without a browser: speaks to the page's server as Gradio's script does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httpx
from gradio_client.utils import apply_diff


@dataclass(frozen=True)
class Answered:
    """Seconds from asking until the first statement was there, and the page's last words."""

    first: float
    html: str


class Visitor:
    """One page, open as long as this is. Not safe for several threads."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=60)
        self._page = secrets.token_hex(6)
        # The page itself brings the cookie that makes a visitor.
        self._http.get("/", headers={"Accept": "text/html"}).raise_for_status()
        config = self._http.get("/config").raise_for_status().json()
        self._functions = self._known(config)
        list(self._call("load"))

    def ask(self, question: str) -> Answered:
        start, first, html = perf_counter(), 0.0, ""
        list(self._call("submit", question))
        for data in self._call("then"):
            html = data[0] if isinstance(data[0], str) else html
            if not first and "pq-statement" in html.rpartition('class="pq-turn"')[2]:
                first = perf_counter() - start
        return Answered(first or perf_counter() - start, html)

    def new(self) -> None:
        list(self._call("act", event={"act": "new"}))

    def succeeds(self, name: str, *data: Any) -> bool:
        """Whether the server does what this event asks."""
        try:
            list(self._call(name, *data))
        except AssertionError:
            return False
        return True

    def close(self) -> None:
        self._http.close()

    def _known(self, config: dict[str, Any]) -> dict[str, int]:
        """Functions by what sets them off: the page's loading, a question, an action, and what
        follows on a question."""
        known: dict[str, int] = {}
        ids = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
        for function in config["dependencies"]:
            for target, event in function["targets"]:
                if event == "load":
                    known.setdefault("load", function["id"])
                if event == "submit" and ids.get(target) == "question":
                    taken = function["id"]
                if event == "click" and len(function["inputs"]) == 6:
                    known["click"] = function["id"]
                if event == "act" and ids.get(target) == "transcript":
                    known["act"] = function["id"]
        after = {f["trigger_after"]: f["id"] for f in config["dependencies"]}
        known["submit"] = after[taken]
        known["then"] = after[known["submit"]]
        return known

    def _call(
        self, name: str, *data: Any, event: dict[str, Any] | None = None
    ) -> Iterator[list[Any]]:
        """The outputs of one event, each time there are new ones."""
        joined = self._http.post(
            "/gradio_api/queue/join",
            json={
                "data": list(data),
                "fn_index": self._functions[name],
                "session_hash": self._page,
                "event_data": event,
            },
        ).raise_for_status()
        number = joined.json()["event_id"]
        current: list[Any] = []
        path = "/gradio_api/queue/data"
        with self._http.stream("GET", path, params={"session_hash": self._page}) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("event_id") not in (number, None):
                    continue
                if message["msg"] in ("process_generating", "process_completed"):
                    assert message["success"], message
                    output = message["output"]["data"]
                    # The first outputs are whole, then only what changed is sent.
                    whole = zip(current, output, strict=True) if current else ()
                    current = [_changed(*pair) for pair in whole] or output
                    yield current
                if message["msg"] == "process_completed":
                    return


def _changed(before: Any, output: Any) -> Any:
    is_diff = isinstance(output, list) and all(isinstance(edit, list) for edit in output)
    return apply_diff(before, output) if is_diff else output
