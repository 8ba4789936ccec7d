"""The Lab Streaming Layer: a stream whose channels are named as blend shapes, whatever program sends it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.clock import Clock, SystemClock
from mimik.errors import DatagramError, MimikError
from mimik.frame import NOT_TRACKED, Frame
from mimik.sources.lslstream import LslStream, described, liblsl
from mimik.sources.refusals import Refusal, Refusals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["TYPE", "LslInlet"]

TYPE = "MoCap"
"""The type of stream that is looked at first."""

_LOOK_EVERY = 0.05  # s
_ANSWER_WITHIN = 1.0  # s, for a stream to describe itself
_LOOK_UP = 0.5  # s without a sample after which we look whether the stream is still there
_FORGET = 3.0  # s after which a stream not seen any more counts as gone
_BUFFER = 10  # s of samples that may wait to be read
_BATCH = 1024
_LARGEST = 1e6
_MOST_STREAMS = 256


class LslInlet:
    """A ``Source`` of the samples of one stream. If the stream is lost, it is silent until it is found again.

    Streams do not count their samples, so ``number`` is -1. The ``device_time`` of a frame is its sample's
    time stamp, on the clock of the computer that sends. Without any coefficient (all NaN) it is not tracked.

    Args:
        name: the stream's name; None for the first that has blend shapes, those of type "MoCap" first.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MissingExtra: pylsl is not installed.
        MimikError: the library of LSL cannot be loaded.
    """

    def __init__(self, name: str | None = None, *, device: int = 1, clock: Clock | None = None) -> None:
        self._pylsl = liblsl()
        self._name = name
        self._device = device
        self._clock = clock or SystemClock()
        self._refusals = Refusals()
        self._refused: dict[str, None] = {}
        self._stream: LslStream | None = None
        self._known: LslStream | None = None
        self._last_frame = -np.inf
        self._resolver: Any = self._pylsl.ContinuousResolver(forget_after=_FORGET)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused: each message once per stream, with its count."""
        return self._refusals.all()

    @property
    def last_arrival(self) -> float:
        """When the last sample came, seconds since 1970; minus infinity before the first."""
        return float(self._last_frame)

    @property
    def name(self) -> str:
        """Name of the stream that is or was read; "" before one was found."""
        return self._known.name if self._known else ""

    @property
    def source_id(self) -> str:
        """What the sender calls itself, the same in each of its runs; "" if it does not, or before."""
        return self._known.source_id if self._known else ""

    @property
    def rate(self) -> float | None:
        """Samples per second, nominal; None for a stream without a fixed rate, or before one was found."""
        return self._known.rate if self._known else None

    @property
    def synthetic(self) -> bool:
        """Whether the stream says that simulated people are in it, as Mimik's own streams do."""
        return self._known is not None and self._known.synthetic

    def wait(self, patience: float) -> None:
        """Wait until there is a stream to read.

        Raises:
            MimikError: none was found within ``patience`` seconds; tells which streams there are.
        """
        deadline = time.monotonic() + patience
        while not self._found():
            if time.monotonic() >= deadline:
                raise self._not_found(patience)
            time.sleep(_LOOK_EVERY)

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None after ``close``.

        May take a second longer when a stream has just appeared and is slow to describe itself.
        """
        deadline = time.monotonic() + timeout
        while self._resolver is not None:
            left = max(deadline - time.monotonic(), 0.0)
            if not self._found():
                time.sleep(min(left, _LOOK_EVERY))
            elif frames := self._pull(min(left, _LOOK_UP)):
                return frames
            if time.monotonic() >= deadline:
                return ()
        return None

    def close(self) -> None:
        """Stop reading; may be called twice."""
        self._stream = self._resolver = None  # pylsl's objects end when nothing refers to them

    def __enter__(self) -> LslInlet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _found(self) -> bool:
        if self._stream is None:
            there = [info for info in self._resolver.results() if self._name in (None, info.name())]
            there.sort(key=lambda info: (info.type() != TYPE, info.name(), info.uid()))
            for info in there:
                if info.uid() not in self._refused and self._open(info):
                    break
        return self._stream is not None

    def _open(self, found: Any) -> bool:
        try:
            # Lost streams are looked for here, not by liblsl: whoever comes back may have other channels.
            inlet = self._pylsl.StreamInlet(found, max_buflen=_BUFFER, recover=False)
            stream = described(self._pylsl, inlet, _ANSWER_WITHIN)
            if self._known and stream.synthetic != self._known.synthetic:
                raise DatagramError("Expected simulated or real people as before, found the other.")
            inlet.open_stream(_ANSWER_WITHIN)
        except DatagramError as error:
            self._refuse(found, error)
            return False
        except (TimeoutError, RuntimeError):  # gone again, or it does not answer; it is tried anew
            return False
        self._stream = self._known = stream
        return True

    def _refuse(self, found: Any, error: DatagramError) -> None:
        if self._name is not None or self._known is not None:
            self._refusals.add(found.name()[:60], error)  # otherwise it is just none of ours
        if len(self._refused) < _MOST_STREAMS:
            self._refused[found.uid()] = None

    def _pull(self, timeout: float) -> Sequence[Frame]:
        stream = self._stream
        assert stream is not None
        try:
            sample, stamp = stream.inlet.pull_sample(timeout)
            samples, stamps = stream.inlet.pull_chunk(0.0, _BATCH) if stamp else ([], [])
        except RuntimeError:  # pylsl's LostError is one
            self._stream = None
            return ()
        if not stamp:
            if stream.uid not in [info.uid() for info in self._resolver.results()]:
                self._stream = None
            return ()
        return self._frames(stream, np.array([sample, *samples], dtype=np.float64), [stamp, *stamps])

    def _frames(
        self, stream: LslStream, samples: NDArray[np.float64], stamps: Sequence[float]
    ) -> Sequence[Frame]:
        now = self._clock.now()
        frames = []
        for row, stamp in zip(samples[:, stream.channels], stamps, strict=True):
            if (np.abs(row) > _LARGEST).any():
                self._refusals.add(
                    stream.name[:60], DatagramError("Expected numbers about 0 to 1, found others.")
                )
                continue
            tracked = bool(np.isfinite(row).any())
            values = NOT_TRACKED.copy()
            values[stream.places] = row
            frames.append(Frame(self._device, -1, float(stamp), now, tracked, values))
        if frames:
            self._last_frame = now
        return frames

    def _not_found(self, patience: float) -> MimikError:
        names = sorted({info.name() for info in self._resolver.results()})
        wanted = "a stream of blend shapes" if self._name is None else f"a stream named {self._name!r}"
        there = f"only {', '.join(names)}" if names else "no stream"
        reasons = " ".join(f"{refusal.sender}: {refusal.message}" for refusal in self.refusals)
        return MimikError(
            f"Expected {wanted} in this network, found {there} in {patience:g} s. {reasons}".strip(),
            hint="Start what sends it first. Its channels must be labelled as blend shapes, as jawOpen. "
            "A firewall or a guest network may be in the way.",
        )
