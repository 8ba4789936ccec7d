"""A page in Chromium that has the drawings' modules: ``page.evaluate`` gets at them through ``import()``."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import mimik

STATIC = Path(mimik.__file__).parent / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; frame-src 'self'"
)
PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Drawings</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/css/style.css">
<link rel="stylesheet" href="/static/css/draw.css"></head>
<body><main id="main"><h1>Drawings</h1><div id="place"></div></main></body></html>"""


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/static"))

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the static files are served, under the policy that the studio's pages have."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


class Drawing:
    """A page on which one drawing is made and asked.

    Attributes:
        page: Playwright's.
        errors: what the page complained about.
    """

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.goto(address)

    def make(self, module: str, name: str, options: str = "{}") -> None:
        """Put a drawing into the page as ``globalThis.drawn``; options are JavaScript."""
        self.page.evaluate(
            f"""async () => {{
                const {{ {name} }} = await import("/static/js/draw/{module}.js");
                globalThis.drawn = new {name}(document.getElementById("place"), {options});
            }}"""
        )

    def show(self, *values: Any) -> None:
        self.page.evaluate("values => drawn.show(...values)", json.loads(json.dumps(values)))

    def has(self, condition: str) -> None:
        """Wait until a condition in JavaScript is true; Playwright's own way needs a laxer policy."""
        for _ in range(600):
            if self.page.evaluate(condition):
                return
            self.page.evaluate("new Promise(done => requestAnimationFrame(done))")
        raise AssertionError(f"still not true: {condition}")


@pytest.fixture
def drawing(browser: Any, address: str) -> Iterator[Drawing]:
    page = browser.new_page(viewport={"width": 800, "height": 900})
    drawing = Drawing(page, address)
    yield drawing
    page.close()
    assert drawing.errors == []
