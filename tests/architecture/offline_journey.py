"""A program that does everything while it refuses, and counts, every way out of this machine.

Run with the folder to work in; prints what it saw as one line of JSON.
"""

import importlib
import ipaddress
import json
import pkgutil
import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

ATTEMPTS: list[str] = []
ADDRESSED = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
NAMED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def loopback(host: object) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def refuse(event: str, details: tuple[Any, ...]) -> None:
    if event in ADDRESSED:
        address = details[ADDRESSED[event]]
        # Addresses of other kinds than (host, port, ...) are files of this machine.
        host = address[0] if isinstance(address, tuple) else None
    elif event in NAMED:
        host = details[0]
    else:
        return
    if not loopback(host.decode() if isinstance(host, bytes) else host):
        # Kept, too: who asks may swallow the refusal.
        ATTEMPTS.append(f"{event} {host}")
        raise ConnectionRefusedError(f"{event} {host}")


def import_all() -> None:
    for folder in ("rag", "ingest", "evals", "ui"):
        package = importlib.import_module(folder)
        for module in pkgutil.iter_modules(package.__path__):
            if module.name != "__main__":
                importlib.import_module(f"{folder}.{module.name}")


def ask(folder: Path) -> dict[str, Any]:
    from pullquote import Engine, ingest

    articles = folder / "articles"
    articles.mkdir()
    ferry = "The night ferry returns to Port Alder on 3 June. Tickets go on sale in May."
    (articles / "ferry.txt").write_text(f"Ferry returns\n\n{ferry}\n")
    (articles / "bakery.md").write_text("# Bakery moves\n\nThe bakery moved to Mill Street.\n")
    html = "<html><head><title>Bridge</title></head><body><article><h1>Bridge shut</h1>"
    html += "<p>The old bridge is shut to cars until autumn, the council said.</p>" * 3
    (articles / "bridge.html").write_text(html + "</article></body></html>")
    with Engine.create(folder / "library") as engine:
        # As `pullquote chat` does it: the page first, the model when it is needed.
        page = window(engine, folder)
        ingest([articles], into=engine.library)
        hits = engine.search("night ferry")
        answer = engine.ask("When does the night ferry return to Port Alder?")
        return {
            "found": Path(hits[0].source.id).stem,
            "quotes": [citation.quote for citation in answer.citations],
            "telemetry": telemetry(),
            **page,
        }


def window(engine: Any, folder: Path) -> dict[str, Any]:
    """The chat page, and whatever it would have a browser load from elsewhere."""
    from contextlib import ExitStack, closing

    from starlette.testclient import TestClient

    from ui.app import program_app
    from ui.store import Store
    from ui.window.mount import add_window

    ready: Future[None] = Future()
    ready.set_result(None)
    app = program_app(engine, lambda: ready, [], "token")
    with ExitStack() as stack:
        add_window(
            app,
            engine,
            store=stack.enter_context(closing(Store(folder / "visitors.sqlite3"))),
            logins=None,
            background=stack.enter_context(ThreadPoolExecutor(1)),
            stack=stack,
            sample=False,
        )
        client = stack.enter_context(TestClient(app, base_url="http://127.0.0.1"))
        page = client.get("/", headers={"Accept": "text/html"})
    elements = re.findall(r"<(?:script|link|img|iframe)[^>]*>", page.text)
    loads = [e for e in elements if re.search(r"""(?:src|href)=["']?(?:https?:)?//(?!127\.)""", e)]
    return {"page": page.status_code, "loads": loads}


def telemetry() -> dict[str, bool]:
    """For each dependency that can report home, whether it would, while an engine is open."""
    from chromadb.api.shared_system_client import SharedSystemClient
    from gradio.analytics import analytics_enabled
    from huggingface_hub import constants

    (chroma,) = SharedSystemClient._identifier_to_system.values()
    return {
        "chromadb": chroma.settings.anonymized_telemetry,
        "gradio": analytics_enabled(),
        "huggingface_hub": not constants.HF_HUB_DISABLE_TELEMETRY,
    }


def main() -> None:
    sys.addaudithook(refuse)
    seen = ask(Path(sys.argv[1]))
    import_all()
    seen["attempts"] = ATTEMPTS
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
