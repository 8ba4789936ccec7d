"""A live view in the terminal; where the output is no terminal, a line whenever something changes."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from mimik.clock import Clock, SystemClock
from mimik.live.outlets.terminalview import FaceView, in_words, view

if TYPE_CHECKING:
    from rich.console import RenderableType

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["TerminalOutlet"]

_RATE_EVERY = 1.0
"""Seconds over which frames a second and latency are counted."""

_LINES = 5
"""Events and notes that stay on the screen."""


class TerminalOutlet:
    """Shows every device: what is said, the probabilities, frames a second and latency; and what rules say.

    Args:
        console: where to; its width counts.
        clock: the one that stamps arrivals.
    """

    def __init__(self, console: Console, *, clock: Clock | None = None) -> None:
        self._console = console
        self._clock = clock or SystemClock()
        self._labels: tuple[str, ...] = ()
        self._synthetic = False
        self._faces: dict[int, _Face] = {}
        self._announced: list[str] = []
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._live: Live | None = None
        self._start = self._clock.now()

    def open(self, description: Description) -> None:
        """Begin to show."""
        self._labels, self._synthetic = description.labels, description.synthetic
        self._start = self._clock.now()
        if self._console.is_terminal:
            self._live = Live(
                console=self._console, get_renderable=self._view, refresh_per_second=10, screen=True
            )
            self._live.start()

    def send(self, recognition: Recognition) -> None:
        """Take one recognition; a thread of its own draws it, ten times a second."""
        face = self._faces.get(recognition.device)
        if face is None:
            face = self._faces[recognition.device] = _Face()
        face.take(recognition, self._clock.now())
        if recognition.changed and self._live is None:
            self._print(recognition.device, in_words(recognition, self._labels), recognition.time)

    def tell(self, event: Event) -> None:
        """Take what a rule asked for."""
        self._add(event.device, f"{event.rule}: {event.kind} {event.content}", event.time)

    def note(self, device: int | None, text: str) -> None:
        """Show a sentence, about a device or all."""
        self._add(device, text, self._clock.now())

    def announce(self, text: str) -> None:
        """Show a sentence that stays until frames come."""
        self._announced.append(text)
        if self._live is None:
            self._console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        """End; may be called twice."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _add(self, device: int | None, text: str, time: float) -> None:
        if self._live is None:
            self._print(device, text, time)
        else:
            self._lines.append(self._line(device, text, time))

    def _print(self, device: int | None, text: str, time: float) -> None:
        self._console.print(Text(self._line(device, text, time)), soft_wrap=True)

    def _line(self, device: int | None, text: str, time: float) -> str:
        about = "" if device is None else f"device {device}  "
        return f"{time - self._start:6.1f} s  {about}{text}"

    def _view(self) -> RenderableType:
        # A copy: this runs in the thread that draws.
        faces = {number: face.view for number, face in sorted(self._faces.copy().items()) if face.view}
        lines = tuple(self._lines) if faces else (*self._announced, *self._lines)
        return view(faces, self._labels, lines, width=self._console.width, synthetic=self._synthetic)


class _Face:
    """One device's last recognition, and how fast they come."""

    def __init__(self) -> None:
        self.view: FaceView | None = None
        self._since = math.nan
        self._frames = 0
        self._waited = 0.0
        self._rate = self._latency = math.nan

    def take(self, recognition: Recognition, now: float) -> None:
        if recognition.device_time != recognition.device_time:  # NaN: a silence
            self._since, self._rate, self._latency = math.nan, 0.0, math.nan
        elif now - self._since < _RATE_EVERY:
            self._frames += 1
            self._waited += now - recognition.time
        else:
            self._count(recognition, now)
        self.view = FaceView(recognition, self._rate, self._latency)

    def _count(self, recognition: Recognition, now: float) -> None:
        """Tell rate and latency of the last second, and begin the next."""
        if not math.isnan(self._since):
            self._rate = self._frames / (now - self._since)
            self._latency = self._waited / self._frames if self._frames else math.nan
        self._since, self._frames, self._waited = now, 1, now - recognition.time
