"""A model on loopback: an HTTP server that answers as an OpenAI-compatible endpoint does, with what a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "canary-draft-key-83c1"
MODEL = "house-7b"
Json = dict[str, Any]


def said(text: Any, finish: str = "stop", **message: Any) -> Json:
    """An answer with one choice."""
    return {
        "model": f"{MODEL}-2026-11",
        "choices": [{"finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}],
    }


class Endpoint:
    """`answer` gives status and body to each question; `asked` has them all, oldest first."""

    def __init__(self) -> None:
        self.answer: Callable[[Json], tuple[int, Any]] = lambda _: (200, said("It began at 10:02 [E2]."))
        self.headers: dict[str, str] = {}
        self.asked: list[Json] = []
        self.keys: list[str] = []
        self.models: tuple[int, Any] = (200, {"data": [{"id": MODEL}]})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _door(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(*(endpoint.models if self.path == "/v1/models" else (404, {})))

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.asked.append(asked)
                endpoint.keys.append(self.headers["Authorization"])
                self._reply(*(endpoint.answer(asked) if self.path == "/v1/chat/completions" else (404, {})))

            def _reply(self, status: int, body: Any) -> None:
                if status == 0:  # no answer at all
                    self.close_connection = True
                    return
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**endpoint.headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError):  # who asked may have given up
                    self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Door
