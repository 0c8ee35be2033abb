"""A server on loopback that speaks `count_tokens`, rate limits and errors, for the real SDK to talk to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass
class Reply:
    """What the server answers; `payload` goes out as JSON unless it is bytes."""

    payload: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def tokens(body: Body) -> int:
    """The tokens of a request as this server counts them: 10, and one for each word in it."""
    texts = [block["text"] for block in body.get("system", [])]
    texts += [block["text"] for message in body["messages"] for block in message["content"]]
    return 10 + sum(len(text.split()) for text in texts) + 100 * len(body.get("tools", []))


def counted(body: Body) -> Reply:
    return Reply({"input_tokens": tokens(body)})


def error(status: int, message: str = "", **headers: str) -> Reply:
    payload = {"type": "error", "error": {"type": "some_error", "message": message}}
    return Reply(payload, status, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class CountServer:
    """`answer` decides; `bodies`, `keys` and `times` (seconds) tell what came in, in its order."""

    url: str
    answer: Callable[[Body], Reply] = counted
    bodies: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[CountServer]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                state.bodies.append(body)
                state.keys.append(self.headers.get("authorization", "").removeprefix("Bearer "))
                state.paths.append(self.path)
                state.times.append(time.monotonic())
            reply = state.answer(body)
            payload = reply.payload if isinstance(reply.payload, bytes) else json.dumps(reply.payload).encode()
            headers = {"content-type": "application/json", "content-length": str(len(payload)), **reply.headers}
            self.send_response(reply.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the tests' stderr."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that no longer waits is no error here."""

    with Server(("127.0.0.1", 0), Handler) as server:
        state = CountServer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
