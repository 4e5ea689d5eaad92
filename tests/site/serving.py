"""Serve made sites as a static host does, each below its own path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from goalsheets.built import Built


def write_site(built: Built, folder: Path) -> Path:
    """Write a made site into a folder."""
    for path, data in built.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


@contextmanager
def served(folder: Path, not_found: Path) -> Iterator[str]:
    """Serve a folder on loopback; yield the address of its root, which ends with a slash."""
    handler = partial(_StaticHost, directory=str(folder), not_found=not_found.read_bytes())
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _StaticHost(SimpleHTTPRequestHandler):
    """Answer quietly, and with the site's own page where there is nothing."""

    def __init__(self, *arguments: Any, not_found: bytes, **keywords: Any) -> None:
        self.not_found = not_found
        super().__init__(*arguments, **keywords)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is http.server's
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != HTTPStatus.NOT_FOUND:
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.not_found)))
        self.end_headers()
        self.wfile.write(self.not_found)
