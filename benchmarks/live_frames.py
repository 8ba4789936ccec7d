"""How long live recognition takes for a frame, apart from the model, and from the socket to the label.

Prints microseconds a frame, the best of several passes: of live recognition with a model that answers at
once; of the same with datagrams that wait in the socket; and with a model of the default recipe's size in
plain NumPy.
"""

from __future__ import annotations

import argparse
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import SystemClock
from mimik.frame import Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.live.recognising import LiveRecognition
from mimik.live.settings import LiveSettings
from mimik.sources.livelink import Packet, encode
from mimik.sources.receiver import LiveLinkReceiver

LABELS = ("disappointed", "stressed", "happy", "sad", "surprised")
CARD = ModelCard(LABELS, BLEND_SHAPES, "people", {}, TrainedOn(1), {}, "")
SETTINGS = LiveSettings(rest=False)
WAITING = 64
"""Datagrams put into the socket before each read; the smallest buffers hold them."""


class AtOnce:
    """A model that always says the same."""

    card = CARD

    def predict_proba(self, X: Any, *, resting: Any = None) -> Any:  # noqa: ARG002 - says the same of all
        """Return the probabilities of one frame."""
        return _SAME


_SAME = np.array([[0.1, 0.2, 0.5, 0.1, 0.1]], dtype=np.float32)


class Given:
    """A source of frames that are there."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._batches = [frames[i : i + WAITING] for i in range(0, len(frames), WAITING)]

    def read(self, timeout: float) -> Sequence[Frame] | None:  # noqa: ARG002 - nothing to wait for
        """Return the next frames, None at the end."""
        return self._batches.pop(0) if self._batches else None


def default_size() -> Model:
    rng = np.random.default_rng(0)
    shapes = ((52, 128), (128, 128), (128, 128), (128, len(LABELS)))
    kernels = tuple((rng.normal(size=s) / np.sqrt(s[0])).astype(np.float32) for s in shapes)
    biases = tuple(np.zeros(s[1], np.float32) for s in shapes)
    return Model(CARD, Features.raw(BLEND_SHAPES, resting=True, power=1 / 3), kernels, biases)


def from_frames(model: Any, count: int) -> float:
    """Return seconds for so many frames that are there."""
    now = SystemClock().now()
    values = np.random.default_rng(0).random((100, 64), dtype=np.float32)
    frames = [Frame(1, i, i / 60, now, True, values[i % 100]) for i in range(count)]
    live = LiveRecognition(Given(frames), model, settings=SETTINGS)
    start = time.perf_counter()
    found = sum(1 for _ in live)
    assert found == count
    return time.perf_counter() - start


def from_socket(model: Any, count: int) -> float:
    """Return seconds for so many datagrams that wait in the socket, from reading them to their labels."""
    values = np.random.default_rng(0).random((count, 61), dtype=np.float32)
    datagrams = [encode(Packet("phone", "phone", i, 0.0, values[i])) for i in range(count)]
    taken, found = 0.0, 0
    with (
        LiveLinkReceiver(0, host="127.0.0.1") as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        live = LiveRecognition(receiver, model, settings=SETTINGS)
        for i in range(0, count, WAITING):
            for datagram in datagrams[i : i + WAITING]:
                out.sendto(datagram, receiver.address)
            start = time.perf_counter()
            found += len(live.read(1.0) or ())
            taken += time.perf_counter() - start
    assert found == count, f"{count - found} lost"
    return taken


def best(measure: Callable[[Any, int], float], model: Any, count: int, repeats: int) -> float:
    """Return microseconds a frame: other programs only ever slow one down."""
    return 1e6 * min(measure(model, count) for _ in range(repeats)) / count


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", type=int, default=8192, help="in a pass (default: 8192)")
    options.add_argument(
        "--repeats", type=int, default=7, help="passes, of which the best counts (default: 7)"
    )
    chosen = options.parse_args()
    for name, measure, model in (
        ("frame to label, without a model", from_frames, AtOnce()),
        ("socket to label, without a model", from_socket, AtOnce()),
        ("frame to label, model in NumPy", from_frames, default_size()),
        ("socket to label, model in NumPy", from_socket, default_size()),
    ):
        micro = best(measure, model, chosen.frames, chosen.repeats)
        print(f"{name:34} {micro:8.1f} us a frame {1e6 / micro:10,.0f} frames/s")


if __name__ == "__main__":
    main()
