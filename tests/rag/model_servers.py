"""Servers on loopback that speak the protocols of language models, well or badly.

Each request is answered by the next of ``script``, the last one again and again: a function that
gets the handler and writes what it likes. ``requests`` holds what was asked.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

Behaviour = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Sequence[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.over = Event()
        self.broken = 0
        """Connections that the other side ended while it was being written to."""
        self._lock = Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next(self) -> Behaviour:
        with self._lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.broken += 1  # the other side went away, as it may


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.requests.append(json.loads(self.rfile.read(length) or b"{}"))
        self.server.headers.append(dict(self.headers))
        self.server.paths.append(self.path)
        self.close_connection = True
        self.server.next()(self)

    def log_message(self, *_: object) -> None:
        pass

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def write(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def finish_body(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def whole(self, status: int, body: str, kind: str = "application/json", **more: str) -> None:
        self.begin(status, kind, **more)
        self.write(body)
        self.finish_body()

    def event(self, content: str | None, finish: str | None = None, thought: str = "") -> None:
        """One chunk of a chat as OpenAI sends it, and other servers with what is thought."""
        delta = {} if content is None else {"content": content}
        if thought:
            delta["reasoning_content"] = thought
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {
            "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "small",
            "choices": [choice],
        }  # fmt: skip
        self.write(f"data: {json.dumps(chunk)}\n\n")


def says(*pieces: str, pause: float = 0.0) -> Behaviour:
    """A good answer; ``pause`` seconds before each piece."""

    def behave(to: Handler) -> None:
        to.begin()
        for piece in pieces:
            to.server.over.wait(pause)
            to.event(piece)
        to.event(None, "stop")
        to.write("data: [DONE]\n\n")
        to.finish_body()

    return behave


def thinks(*thoughts: str, says: Sequence[str] = (), finish: str = "stop") -> Behaviour:
    """Thinks in a field of its own before it ``says`` something, and ends with ``finish``."""

    def behave(to: Handler) -> None:
        to.begin()
        to.event("")
        for thought in thoughts:
            to.event(None, thought=thought)
        for piece in says:
            to.event(piece)
        to.event(None, finish)
        to.write("data: [DONE]\n\n")
        to.finish_body()

    return behave


def silent(to: Handler) -> None:
    """Accepts and never answers."""
    to.server.over.wait(60)


def silent_after(*pieces: str) -> Behaviour:
    def behave(to: Handler) -> None:
        to.begin()
        for piece in pieces:
            to.event(piece)
        to.server.over.wait(60)

    return behave


def fails(status: int, message: str, **headers: str) -> Behaviour:
    """An error as OpenAI says it."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return lambda to: to.whole(status, body, **headers)


def refuses_the_key(to: Handler) -> None:
    """And repeats it."""
    fails(401, f"Incorrect API key provided: {to.headers.get('Authorization')}")(to)


def repeats_the_key(to: Handler) -> None:
    """In an error that is about something else, in the middle of an answer."""
    to.begin()
    to.event("One. ")
    error = {"error": {"message": f"bad header {to.headers.get('Authorization')}"}}
    to.write(f"data: {json.dumps(error)}\n\n")
    to.finish_body()


def cut_off(*pieces: str) -> Behaviour:
    """The connection is gone in the middle of the stream."""

    def behave(to: Handler) -> None:
        to.begin()
        for piece in pieces:
            to.event(piece)
        with suppress(OSError):
            to.connection.shutdown(socket.SHUT_RDWR)

    return behave


def ends_early(*pieces: str) -> Behaviour:
    """A stream that ends as if all were said, though nobody says so."""

    def behave(to: Handler) -> None:
        to.begin()
        for piece in pieces:
            to.event(piece)
        to.finish_body()

    return behave


def page(to: Handler) -> None:
    """A web page instead of a stream."""
    to.whole(200, "<html><body>Welcome to our router</body></html>", "text/html")


def gibberish(to: Handler) -> None:
    """An event that holds no JSON."""
    to.begin()
    to.write("data: {oh no\n\n")
    to.finish_body()


def other_shape(to: Handler) -> None:
    """Events of JSON that is something else."""
    to.begin()
    to.write('data: {"weather": "fine"}\n\ndata: [1, 2]\n\n')
    to.finish_body()


def endless(to: Handler) -> None:
    """Writes on until nobody listens."""
    to.begin()
    while not to.server.over.wait(0.001):
        to.event("and on ")


def ollama(*pieces: str, thought: str = "", finish: str = "stop") -> Behaviour:
    def behave(to: Handler) -> None:
        to.begin(kind="application/x-ndjson")
        for n, piece in enumerate((*pieces, "")):
            message = {"role": "assistant", "content": piece}
            if thought and not n:
                message["thinking"] = thought
            told = {"model": "small", "message": message, "done": n == len(pieces)}
            if told["done"]:
                told["done_reason"] = finish
            to.write(json.dumps(told) + "\n")
        to.finish_body()

    return behave


def anthropic(*pieces: str, thought: str = "", finish: str = "end_turn") -> Behaviour:
    def behave(to: Handler) -> None:
        to.begin()
        usage = {"input_tokens": 3, "output_tokens": 1}
        message = {
            "id": "m", "type": "message", "role": "assistant", "model": "small", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        start = {"type": "text", "text": ""}
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": start},
        ]
        if thought:
            delta = {"type": "thinking_delta", "thinking": thought}
            events.append({"type": "content_block_delta", "index": 0, "delta": delta})
        for piece in pieces:
            delta = {"type": "text_delta", "text": piece}
            events.append({"type": "content_block_delta", "index": 0, "delta": delta})
        end = {"stop_reason": finish, "stop_sequence": None}
        events += [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}},
            {"type": "message_stop"},
        ]
        for event in events:
            to.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
        to.finish_body()

    return behave


def google(*pieces: str) -> Behaviour:
    def behave(to: Handler) -> None:
        to.begin()
        for n, piece in enumerate(pieces, 1):
            candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": piece}]}}
            if n == len(pieces):
                candidate["finishReason"] = "STOP"
            to.write(f"data: {json.dumps({'candidates': [candidate]})}\r\n\r\n")
        to.finish_body()

    return behave


@contextmanager
def serving(*script: Behaviour) -> Iterator[Server]:
    server = Server(script)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
