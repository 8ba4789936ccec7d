"""Recognitions as Lab Streaming Layer streams, to be recorded beside EEG, eye tracking and others.

Each device has three streams: coefficients, smoothed probabilities, and markers. What is said of one frame
has one time stamp in all three: the frame's arrival, on the clock of LSL.
"""

from __future__ import annotations

import hashlib
import math
import socket
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import Clock, SystemClock
from mimik.live.recognition import State
from mimik.sources.lslstream import liblsl
from mimik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["LslOutlet", "source_id"]

_LOOKS = 32  # at both clocks, to catch a moment when nothing came between
_LINGER = 0.2  # s; LSL drops what is still under way when a stream ends


@dataclass(frozen=True, slots=True)
class _Streams:
    """The pylsl outlets of one device; coefficients are None where they are not wanted."""

    coefficients: Any
    probabilities: Any
    markers: Any

    @property
    def outlets(self) -> tuple[Any, ...]:
        """All there are."""
        return tuple(o for o in (self.coefficients, self.probabilities, self.markers) if o is not None)


class LslOutlet:
    """Makes a device's streams when it first appears, or at once for ``devices``.

    Args:
        name: the streams are called ``<name>-<device>-coefficients``, ``-probabilities`` and ``-markers``.
        devices: numbers of devices whose streams are made before their first frame, so that a recorder can
            be started first.
        coefficients: whether to send the 52 coefficients, which can identify a person, to the whole network.
        clock: what the recognitions' times were read from; by default the computer's, as everywhere in Mimik.

    Attributes:
        clock_error: seconds by which time stamps may be off LSL's clock at most, as measured when it opened.
    """

    def __init__(
        self,
        name: str = "Mimik",
        *,
        devices: Sequence[int] = (),
        coefficients: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._name, self._devices, self._coefficients = name, tuple(devices), coefficients
        self._clock = clock or SystemClock()
        self._streams: dict[int, _Streams] = {}
        self._description: Description | None = None
        self._ahead = 0.0  # s by which LSL's clock is ahead of ours; a large negative number
        self.clock_error = float("nan")

    def open(self, description: Description) -> None:
        """Compare the clocks, and make the streams of the devices named.

        Raises:
            MimikError: the library of LSL cannot be loaded.
            MissingExtra: the package pylsl is not installed.
        """
        self._pylsl = liblsl()
        self._ahead, self.clock_error = _difference(self._clock.now, self._pylsl.local_clock)
        self._description = description
        for device in self._devices:
            self._of(device)

    def send(self, recognition: Recognition) -> None:
        """Send a sample of each stream; a marker only where state or expression changed."""
        streams = self._of(recognition.device)
        if streams is None:
            return
        time = self._stamp(recognition.time)
        if streams.coefficients is not None:
            streams.coefficients.push_sample(recognition.coefficients.tolist(), time)
        streams.probabilities.push_sample(recognition.smoothed.tolist(), time)
        if recognition.changed:
            kind = "expression" if recognition.state is State.RECOGNISED else "state"
            streams.markers.push_sample([f"{kind}/{recognition.said}"], time)

    def tell(self, event: Event) -> None:
        """Send a marker."""
        streams = self._of(event.device)
        if streams is not None:
            rule, kind = (part.replace("/", "-") for part in (event.rule, event.kind))
            streams.markers.push_sample([f"event/{rule}/{kind}/{event.content}"], self._stamp(event.time))

    def wait_for_readers(self, timeout: float) -> bool:
        """Wait until every stream made so far has a reader, such as a recorder; False after ``timeout`` s.

        LSL keeps nothing for readers that come later.
        """
        deadline = monotonic() + timeout
        waited = (o.wait_for_consumers(max(deadline - monotonic(), 0.0)) for o in self._outlets())
        return all(waited)

    def close(self) -> None:
        """Let readers take what was said last, and end all streams."""
        self._description = None
        if any(outlet.have_consumers() for outlet in self._outlets()):
            sleep(_LINGER)
        self._streams.clear()  # a stream of pylsl ends when nothing refers to it

    def _outlets(self) -> list[Any]:
        return [outlet for streams in self._streams.values() for outlet in streams.outlets]

    def _stamp(self, time: float) -> float:
        """Return a time on LSL's clock, in its own seconds; the present where it is not known."""
        return time + self._ahead if math.isfinite(time) else float(self._pylsl.local_clock())

    def _of(self, device: int) -> _Streams | None:
        """Return the streams of a device, made where they are new; None before opening and after closing."""
        if self._description is None:
            return None
        if device not in self._streams:
            self._streams[device] = self._make(device, self._description)
        return self._streams[device]

    def _make(self, device: int, description: Description) -> _Streams:
        rate = description.rate or self._pylsl.IRREGULAR_RATE
        wanted = {
            "coefficients": ("MoCap", BLEND_SHAPES, rate, "float32", "BlendShape", "normalized"),
            "probabilities": ("Expression", description.labels, rate, "float32", "Probability", "normalized"),
            "markers": ("Markers", ("marker",), self._pylsl.IRREGULAR_RATE, "string", "Marker", "none"),
        }
        if not self._coefficients:
            del wanted["coefficients"]
        made = {}
        for stream, (kind, channels, rate, form, channel_type, unit) in wanted.items():
            info = self._pylsl.StreamInfo(
                f"{self._name}-{device}-{stream}",
                kind,
                len(channels),
                rate,
                form,
                source_id(self._name, device, stream),
            )
            _describe_channels(info.desc(), channels, channel_type, unit)
            _describe_origin(info.desc(), description, device)
            made[stream] = self._pylsl.StreamOutlet(info)
        return _Streams(made.get("coefficients"), made["probabilities"], made["markers"])


def source_id(name: str, device: int, stream: str) -> str:
    """Return what LSL knows a stream by: the same in every run on this computer, another on every other.

    A recorder takes up a stream again by it after a restart. The computer's name is hashed.

    Args:
        name: as given to ``LslOutlet``.
        device: number of the device, from 1.
        stream: "coefficients", "probabilities" or "markers".
    """
    computer = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f"mimik-{computer}-{name}-{device}-{stream}"


def _difference(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """Return by how many seconds their clock is ahead of ours, and by how many that may be wrong."""
    best, error = 0.0, float("inf")
    for _ in range(_LOOKS):
        before, between, after = theirs(), ours(), theirs()
        if after - before < 2 * error:
            best, error = (before + after) / 2 - between, (after - before) / 2
    return best, error


def _describe_channels(desc: Any, channels: Sequence[str], kind: str, unit: str) -> None:
    listed = desc.append_child("channels")
    for label in channels:
        channel = listed.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("type", kind)
        channel.append_child_value("unit", unit)


def _describe_origin(desc: Any, description: Description, device: int) -> None:
    """Say where it comes from and what it may be used for."""
    facts = {
        "manufacturer": "Mimik",
        "version": __version__,
        "device": str(device),
        "model": description.model,
        "use": description.use,
        "synthetic": "true" if description.synthetic else "false",
        "delay": f"{description.delay:.6f}",  # s
        "time_stamps": "arrival of the frame at this computer",
    }
    origin = desc.append_child("acquisition")
    for key, value in facts.items():
        origin.append_child_value(key, value)
