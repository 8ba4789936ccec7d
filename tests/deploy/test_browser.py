"""An exported ONNX file in a real browser: onnxruntime-web (WebAssembly) in headless Chromium.

Needs Chromium and the npm package: ``npm install --prefix .venv/web onnxruntime-web``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import ClassVar

import pytest
from networks import of_kind

from mimik.deploy.export import export

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WEB = Path(os.environ.get("MIMIK_WEB", Path(__file__).parents[2] / ".venv" / "web"))
RUNTIME = WEB / "node_modules" / "onnxruntime-web" / "dist"
PATIENCE = 90  # s

pytestmark = pytest.mark.skipif(
    not CHROMIUM or not RUNTIME.is_dir(), reason="needs Chromium and the npm package onnxruntime-web"
)

PAGE = """<!doctype html><title>golden vectors</title><script type="module">
import * as ort from "./ort/ort.wasm.min.mjs";
ort.env.wasm.wasmPaths = new URL("./ort/", location.href).href;
ort.env.wasm.numThreads = 1;
const tell = (found) => fetch("/found", {method: "POST", body: JSON.stringify(found)});
try {
  const golden = await (await fetch("model.golden.json")).json();
  const session = await ort.InferenceSession.create("model.onnx");
  const feeds = {};
  for (const [name, rows] of Object.entries(golden.inputs))
    feeds[name] = new ort.Tensor("float32", Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
  const results = await session.run(feeds);
  const apart = {};
  for (const [name, rows] of Object.entries(golden.outputs))
    apart[name] = Math.max(...rows.flat().map((value, i) => Math.abs(value - results[name].data[i])));
  const one = {};
  for (const [name, rows] of Object.entries(golden.inputs))
    one[name] = new ort.Tensor("float32", Float32Array.from(rows[0]), [1, rows[0].length]);
  const started = performance.now();
  for (let i = 0; i < 500; i++) await session.run(one);
  await tell({apart, frames: golden.outputs.probabilities.length, us: (performance.now() - started) * 2});
} catch (error) { await tell({error: String(error)}); }
</script>"""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, found: Queue, *arguments, **options) -> None:
        self._found = found
        super().__init__(*arguments, **options)

    def do_POST(self) -> None:
        self._found.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def found(tmp_path) -> Iterator[Queue]:
    """What the page tells; it is served from the test's folder, with the address in ``found.address``."""
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "ort").symlink_to(RUNTIME)
    told: Queue = Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, told, directory=str(tmp_path)))
    told.address = f"http://127.0.0.1:{server.server_address[1]}/index.html"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", ["published", "people", "memories"])
def test_the_browser_gives_the_golden_vectors(kind, found, tmp_path):
    export(of_kind(kind), tmp_path / "model", "onnx", frames=10)
    switches = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
    offline = ("--disable-background-networking", "--disable-component-update", "--disable-quic")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    with subprocess.Popen(
        [CHROMIUM, *switches, *offline, profile, found.address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as browser:
        try:
            told = found.get(timeout=PATIENCE)
        finally:
            browser.kill()
    assert "error" not in told, told
    assert told["frames"] == 32
    assert max(told["apart"].values()) <= 1e-5
    print(f"{kind}: {told}")
