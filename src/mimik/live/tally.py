"""What a live run comes to: seconds per expression, changes, frames and latency, in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimik.live.outlet import Event
    from mimik.live.recognition import Recognition

__all__ = ["Tally"]

_BIN = 1e-4
"""Seconds that latencies are counted in steps of."""


class Tally:
    """Counts recognitions as they come."""

    def __init__(self) -> None:
        self._devices: dict[int, _Device] = {}
        self._latency: Counter[int] = Counter()
        self._events: Counter[str] = Counter()

    def send(self, recognition: Recognition, now: float) -> None:
        """Count one recognition that was made at ``now``, seconds since 1970 (UTC)."""
        device = self._devices.get(recognition.device)
        if device is None:
            device = self._devices[recognition.device] = _Device()
        device.take(recognition)
        if recognition.device_time == recognition.device_time:  # else a silence
            self._latency[max(round((now - recognition.time) / _BIN), 0)] += 1

    def tell(self, event: Event) -> None:
        """Count what a rule asked for."""
        self._events[event.rule] += 1

    def latency(self, share: float) -> float:
        """Return the seconds from a frame's arrival to its recognition within which a share of them was made,
        to 0.1 ms; NaN before the first."""
        needed, seen = share * self._latency.total(), 0
        for step in sorted(self._latency):
            seen += self._latency[step]
            if seen >= needed:
                return step * _BIN
        return math.nan

    def to_dict(self, now: float) -> dict[str, Any]:
        """Return all figures as plain data; what is said stands until ``now``."""
        known = self._latency.total() > 0
        return {
            "frames": sum(device.frames for device in self._devices.values()),
            "latency_ms": {
                name: round(1000 * self.latency(share), 1) if known else None
                for name, share in (("p50", 0.5), ("p99", 0.99))
            },
            "devices": {str(number): device.to_dict(now) for number, device in self._devices.items()},
            "events": dict(self._events),
        }


class _Device:
    """What one device comes to."""

    def __init__(self) -> None:
        self.frames = self._changes = 0
        self._seconds: dict[str, float] = {}
        self._first = self._last = math.nan
        self._said = ""

    def take(self, recognition: Recognition) -> None:
        if recognition.device_time == recognition.device_time:
            self.frames += 1
            if self.frames == 1:
                self._first = recognition.time
        self._changes += recognition.changed and self._said != ""
        self._count(recognition.time)
        self._said = recognition.said

    def to_dict(self, now: float) -> dict[str, Any]:
        seconds = dict(self._seconds)
        if self._said:
            seconds[self._said] = seconds.get(self._said, 0.0) + max(now - self._last, 0.0)
        lasted = self._last - self._first
        return {
            "frames": self.frames,
            "frames_per_second": round((self.frames - 1) / lasted, 1) if lasted > 0 else None,
            "changes": self._changes,
            "seconds": {said: round(s, 2) for said, s in sorted(seconds.items(), key=lambda one: -one[1])},
        }

    def _count(self, time: float) -> None:
        """Count the time since the last recognition for what was said then."""
        if self._said:
            before = self._seconds.get(self._said, 0.0)
            self._seconds[self._said] = before + max(time - self._last, 0.0)
        self._last = time
