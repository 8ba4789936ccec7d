"""The loop of a recording: one source, one or many participants, each with a device of their own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from mimik.capture.button import Button
from mimik.capture.recorder import Recorder
from mimik.capture.view import View
from mimik.clock import Clock
from mimik.frame import Frame
from mimik.sources.source import Source

__all__ = ["RunResult", "run"]

TICK_EVERY = 0.02
"""Seconds between ticks and views, at least; presses are answered at once."""

PATIENCE = 0.05
"""Seconds to wait for frames before a tick."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of a run.

    Attributes:
        finished: numbers of the devices whose sessions are done or stopped.
        unfinished: numbers of the devices whose sessions broke off and can be resumed.
        frames: device number -> frames handed to its session, with or without a face.
        unclaimed: device number -> frames that no session asked for; they are not stored.
    """

    finished: tuple[int, ...]
    unfinished: tuple[int, ...]
    frames: Mapping[int, int]
    unclaimed: Mapping[int, int]


def run(
    source: Source,
    recorders: Mapping[int, Recorder],
    clock: Clock,
    *,
    on_view: Callable[[int, View], None] | None = None,
    presses: Callable[[], Iterable[tuple[int, Button]]] | None = None,
    wishes: Callable[[], Iterable[tuple[int, str]]] | None = None,
    until: Callable[[], bool] | None = None,
) -> RunResult:
    """Record until all sessions are done or stopped, the source ends, or ``until`` says so.

    However it ends, also by an error or Ctrl-C (both are raised again), sessions not done are left so that
    they can be resumed.

    Args:
        source: where frames come from.
        recorders: device number -> the session its frames belong to.
        clock: seconds since 1970 (UTC), the clock that stamps arrivals.
        on_view: called with a device number and what its participant sees, whenever that has changed.
        presses: returns (device number, button) for each press since the last call, without waiting; a press
            for a device without a session is ignored.
        wishes: returns (device number, expression) for each trial that should be shown next, likewise.
        until: asked once a round; True ends the run.
    """
    room = _Room(recorders, on_view)
    with ExitStack() as at_end:
        for recorder in recorders.values():
            at_end.callback(recorder.leave)
        while not room.empty and not (until is not None and until()):
            got = source.read(PATIENCE)
            if got is None:
                break
            room.frames(got, clock.now())
            pressed = presses is not None and room.press(presses(), clock.now())
            if wishes is not None:
                room.wish(wishes(), clock.now())
            room.tick(clock.now(), at_once=pressed)
        room.show()
        return room.result()


class _Room:
    """All sessions of a run."""

    def __init__(
        self, recorders: Mapping[int, Recorder], on_view: Callable[[int, View], None] | None
    ) -> None:
        self._recorders = recorders
        self._on_view = on_view
        self._shown: dict[int, View] = {}
        self._ticked = -math.inf
        self._frames: Counter[int] = Counter()
        self._unclaimed: Counter[int] = Counter()

    @property
    def empty(self) -> bool:
        return all(recorder.finished for recorder in self._recorders.values())

    def frames(self, frames: Sequence[Frame], now: float) -> None:
        for frame in frames:
            recorder = self._recorders.get(frame.device)
            if recorder is None:
                self._unclaimed[frame.device] += 1
            else:
                self._frames[frame.device] += 1
                recorder.frame(frame, now)

    def press(self, presses: Iterable[tuple[int, Button]], now: float) -> bool:
        """Hand out presses; say whether there were any."""
        pressed = False
        for device, button in presses:
            if recorder := self._recorders.get(device):
                recorder.press(button, now)
                pressed = True
        return pressed

    def wish(self, wishes: Iterable[tuple[int, str]], now: float) -> None:
        """Hand out wishes for the next trial."""
        for device, expression in wishes:
            if recorder := self._recorders.get(device):
                recorder.wish(expression, now)

    def tick(self, now: float, *, at_once: bool) -> None:
        if now - self._ticked < TICK_EVERY and not at_once:
            return
        self._ticked = now
        for recorder in self._recorders.values():
            recorder.tick(now)
        self.show()

    def show(self) -> None:
        """Hand out the views that have changed."""
        if self._on_view is None:
            return
        for device, recorder in self._recorders.items():
            view = recorder.view
            if view != self._shown.get(device):
                self._shown[device] = view
                self._on_view(device, view)

    def result(self) -> RunResult:
        finished = tuple(device for device, r in self._recorders.items() if r.finished)
        unfinished = tuple(device for device, r in self._recorders.items() if not r.finished)
        return RunResult(finished, unfinished, dict(self._frames), dict(self._unclaimed))
