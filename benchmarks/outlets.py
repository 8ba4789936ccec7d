"""How long live recognition is held up by handing a frame to each outlet, with a reader in another process.

Frames come as from ten phones, 600 a second, five labels. Prints microseconds a frame on the caller's thread:
the median, the 99th percentile, the longest; and of LSL how long a device takes that appears, and how exactly
the clocks were compared. Everything stays on this computer. Needs the extra "live".
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

import numpy as np

from mimik.live.outlet import Description, Outlet
from mimik.live.outlets.lines import CsvOutlet, JsonLinesOutlet
from mimik.live.outlets.lsl import LslOutlet, source_id
from mimik.live.outlets.osc import OscOutlet
from mimik.live.outlets.websocket import WebSocketOutlet
from mimik.live.recognition import Recognition, State

LABELS = ("disappointed", "happy", "sad", "stressed", "surprised")
DESCRIPTION = Description(LABELS, 60.0, 0.3, "benchmark.mimik", "research only", synthetic=True)
NAME = f"Mimik benchmark {os.getpid()}"
RATE = 600  # frames a second
LOOPBACK = (
    "[ports]\nIPv6 = disable\n[multicast]\nAddressesOverride = {127.0.0.1}\nListenAddress = 127.0.0.1\n"
    "[log]\nlevel = -3\n"
)


def recognitions(count: int) -> list[Recognition]:
    random = np.random.default_rng(0)
    p = random.dirichlet(np.ones(len(LABELS)), count).astype(np.float32)
    coefficients = random.random((count, 52), dtype=np.float32)
    return [
        Recognition(
            device=1,
            time=time.time() + i / RATE,
            device_time=i / RATE,
            state=State.RECOGNISED,
            expression=LABELS[i // 60 % 5],
            confidence=float(p[i].max()),
            probabilities=p[i],
            smoothed=p[i],
            coefficients=coefficients[i],
            changed=i % 60 == 0,
        )
        for i in range(count)
    ]


def read_websocket(url: str, reading: Flag) -> None:
    from websockets.sync.client import connect

    with connect(url, proxy=None) as client:
        for _ in client:
            reading.set()


def read_lsl(ids: list[str], reading: Flag) -> None:
    import pylsl

    inlets = [pylsl.StreamInlet(pylsl.resolve_byprop("source_id", one, timeout=20)[0]) for one in ids]
    for inlet in inlets:
        inlet.open_stream()
    reading.set()
    while True:
        inlets[0].pull_chunk(timeout=1.0)
        inlets[1].pull_chunk()
        inlets[2].pull_chunk()


def microseconds(outlet: Outlet, frames: list[Recognition]) -> str:
    """Hand the frames over as they would come; where one is late, the next does not wait."""
    took = np.empty(len(frames))
    begin = time.perf_counter()
    for i, frame in enumerate(frames):
        wait = begin + i / RATE - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        start = time.perf_counter()
        outlet.send(frame)
        took[i] = time.perf_counter() - start
    median, late, longest = np.percentile(took * 1e6, [50, 99, 100])
    return f"{median:8.0f} {late:8.0f} {longest:8.0f}"


def measure(
    label: str, outlet: Outlet, frames: list[Recognition], read: Callable[[Outlet], tuple] | None = None
) -> None:
    outlet.open(DESCRIPTION)
    reader = None
    if read is not None:
        target, first = read(outlet)
        reading = multiprocessing.get_context("spawn").Event()
        reader = multiprocessing.get_context("spawn").Process(
            target=target, args=(first, reading), daemon=True
        )
        reader.start()
        reading.wait()
    print(f"{label:34}{microseconds(outlet, frames)}", flush=True)
    if isinstance(outlet, LslOutlet):
        start = time.perf_counter()
        outlet.send(Recognition(2, *[getattr(frames[0], name) for name in Recognition.__slots__[1:]]))
        print(f"{'LSL, a device that appears':34}{(time.perf_counter() - start) * 1e6:8.0f}")
        print(f"LSL's clock against ours: within {outlet.clock_error * 1e6:.2f} us")
    outlet.close()
    if reader is not None:
        reader.terminate()
        reader.join()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", type=int, default=3000, help="for each outlet (default: 3000)")
    frames = recognitions(options.parse_args().frames)
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind(("127.0.0.1", 0))
        settings = Path(folder, "lsl_api.cfg")
        settings.write_text(LOOPBACK, encoding="utf-8")
        os.environ["LSLAPICFG"] = str(settings)
        ids = [source_id(NAME, 1, stream) for stream in ("coefficients", "probabilities", "markers")]
        print(f"{'us a frame':34}{'median':>8} {'99 %':>8} {'longest':>8}")
        measure("WebSocket, nobody listens", WebSocketOutlet(port=0), frames)
        measure("WebSocket", WebSocketOutlet(port=0), frames, lambda o: (read_websocket, o.url))
        measure(
            "WebSocket with coefficients",
            WebSocketOutlet(port=0),
            frames,
            lambda o: (read_websocket, o.url + "?coefficients=1"),
        )
        measure("LSL", LslOutlet(NAME, devices=(1,)), frames, lambda _: (read_lsl, ids))
        measure("OSC", OscOutlet("127.0.0.1", receiver.getsockname()[1]), frames)
        measure("CSV", CsvOutlet(Path(folder, "run.csv")), frames)
        measure("JSON Lines", JsonLinesOutlet(Path(folder, "run.jsonl")), frames)


if __name__ == "__main__":
    main()
