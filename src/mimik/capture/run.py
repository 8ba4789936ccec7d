"""The loop of a recording: one source, one or many participants, each with a device of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from mimik.capture.button import Button
from mimik.capture.recorder import Recorder
from mimik.capture.room import Room
from mimik.capture.view import View
from mimik.clock import Clock
from mimik.sources.source import Source

__all__ = ["RunResult", "run"]

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
    room = Room(on_view)
    for device, recorder in recorders.items():
        room.add(device, recorder)
    with ExitStack() as at_end:
        for recorder in recorders.values():
            at_end.callback(recorder.leave)
        while not room.empty and not (until is not None and until()):
            got = source.read(PATIENCE)
            if got is None:
                break
            room.frames(got, clock.now())
            pressed = presses is not None and _press(room, presses(), clock.now())
            if wishes is not None:
                _wish(room, wishes(), clock.now())
            room.tick(clock.now(), at_once=pressed)
        room.show()
        return _result(room)


def _press(room: Room, presses: Iterable[tuple[int, Button]], now: float) -> bool:
    """Hand out presses; say whether there were any for a session."""
    pressed = False
    for device, button in presses:
        pressed |= room.press(device, button, now)
    return pressed


def _wish(room: Room, wishes: Iterable[tuple[int, str]], now: float) -> None:
    for device, expression in wishes:
        room.wish(device, expression, now)


def _result(room: Room) -> RunResult:
    finished = tuple(device for device, r in room.recorders.items() if r.finished)
    unfinished = tuple(device for device, r in room.recorders.items() if not r.finished)
    return RunResult(finished, unfinished, dict(room.handed), dict(room.unclaimed))
