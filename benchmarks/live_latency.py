"""From a datagram on the loopback network to a label: how late, and how many a second on one core.

    python benchmarks/live_latency.py [--seconds 20] [--frames 30000]

Real datagrams of Live Link Face through a real socket, the receiver, the recognizer, smoothing and decision:
what ``mimik live`` does before an outlet is told. Latency: one process sends at a steady rate and writes down
when, another recognises. Throughput: bursts that wait in the socket are recognised on one core. Beside them
what one call of the model costs back to back, and after 16 ms in which others had the processor's caches.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.deploy.load import ready
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.live.recognising import LiveRecognition
from mimik.live.settings import LiveSettings
from mimik.sources.livelink import Packet, encode
from mimik.sources.receiver import LiveLinkReceiver

RATE = 60
RATES = (60, 1000)
BURST = 500
TICKS, TURN = 100_000, 10_000.0
"""The timecode counts so many a second; a turn of the clock, in seconds, fits its 32 bits."""
LABELS = ("disappointed", "happy", "sad", "stressed", "surprised")
SHAPES = {"people (3 x 128)": (3, True, 1 / 3), "published (10 x 128)": (10, False, 1.0)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each stream of frames")
    parser.add_argument("--frames", type=int, default=30_000, help="for the throughput")
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--rate", type=int, default=RATE, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        send(options.send, options.seconds, options.rate)
        return
    for name, shape in SHAPES.items():
        warm, cold = call(network(*shape), 0.0), call(network(*shape), 0.016)
        print(f"{name}: one call of the model {warm:.0f} us back to back, {cold:.0f} us after 16 ms")
        for rate in RATES:
            late = latency(network(*shape), options.seconds, rate)
            p50, p99 = np.quantile(late, (0.5, 0.99)) * 1e3
            print(f"{name}: sent to labelled at {rate} a second: p50 {p50:.3f} ms, p99 {p99:.3f} ms")
        rates = throughput(network(*shape), options.frames)
        print(
            f"{name}: socket to label on one core, bursts of {BURST}: median {statistics.median(rates):,.0f}"
            f" frames a second, best {max(rates):,.0f}, worst {min(rates):,.0f}"
        )
    print("goals: p50 below 0.2 ms, p99 below 1 ms, 10,000 frames a second")


def network(depth: int, resting: bool, power: float) -> Model:
    """Weights of no training: they take as long as any."""
    rng = np.random.default_rng(0)
    sizes = [52, *[128] * depth, len(LABELS)]
    card = ModelCard(LABELS, BLEND_SHAPES, "", {}, TrainedOn(1, synthetic=True), {}, "")
    features = Features.raw(BLEND_SHAPES, resting=resting, power=power)
    kernels = tuple((rng.normal(size=pair) / pair[0] ** 0.5).astype(np.float32) for pair in pairwise(sizes))
    return Model(card, features, kernels, tuple(np.zeros(size, np.float32) for size in sizes[1:]))


def recognition(model: Model, receiver: LiveLinkReceiver) -> LiveRecognition:
    return LiveRecognition(receiver, ready(model), settings=LiveSettings(rest=False))


def call(model: Model, pause: float) -> float:
    """Return microseconds of one call of the model, median, with a pause before each."""
    runtime, x, took = ready(model), np.full(52, 0.3, dtype=np.float32), []
    for _ in range(300):
        time.sleep(pause)
        started = time.perf_counter()
        runtime.predict_proba(x)
        took.append(time.perf_counter() - started)
    return statistics.median(took) * 1e6


def latency(model: Model, seconds: float, rate: int) -> np.ndarray:
    """Return seconds from just before a datagram is sent until its label is there (n,)."""
    with LiveLinkReceiver(0, host="127.0.0.1") as receiver:
        live = recognition(model, receiver)
        sender = subprocess.Popen(
            [
                *(sys.executable, __file__, "--send", str(receiver.address[1])),
                *("--seconds", str(seconds), "--rate", str(rate)),
            ]
        )
        late = []
        while sender.poll() is None:
            for said in live.read(0.05) or ():
                if said.device_time == said.device_time:  # the device's clock is the sender's
                    late.append((now() - said.device_time) % TURN)
    return np.array(late[rate:])  # the first second warms up


def send(port: int, seconds: float, rate: int) -> None:
    """Send a face so many times a second; its timecode is the moment of sending."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    values = np.random.default_rng(0).random(61, dtype=np.float32)
    start = time.monotonic()
    for i in range(int(seconds * rate)):
        time.sleep(max(start + i / rate - time.monotonic(), 0.0))
        number, part = divmod(now() * TICKS, 1.0)
        out.sendto(encode(Packet("bench", "", int(number), part, values, TICKS, 1)), ("127.0.0.1", port))


def now() -> float:
    """Return seconds on a clock that all processes share; it begins anew each turn."""
    return time.clock_gettime(time.CLOCK_MONOTONIC) % TURN


def throughput(model: Model, frames: int) -> list[float]:
    """Return frames a second of each burst, pinned to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    values = np.random.default_rng(0).random((BURST, 61), dtype=np.float32)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rates = []
    with LiveLinkReceiver(0, host="127.0.0.1") as receiver:
        live = recognition(model, receiver)
        for first in range(0, frames, BURST):
            for i in range(BURST):
                packet = Packet("bench", "", first + i, 0.0, values[i], RATE, 1)
                out.sendto(encode(packet), receiver.address)
            started, got = time.perf_counter(), 0
            while got < BURST:
                got += len(live.read(0.5) or ())
            rates.append(BURST / (time.perf_counter() - started))
    return rates[1:]


if __name__ == "__main__":
    main()
