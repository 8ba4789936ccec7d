"""All sessions that run at the same time, each with a device of its own; they may come and go."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mimik.capture.button import Button
from mimik.capture.recorder import Recorder
from mimik.capture.view import View
from mimik.errors import AnswerRefused, StudyError
from mimik.frame import Frame

__all__ = ["TICK_EVERY", "Room"]

TICK_EVERY = 0.02
"""Seconds between ticks and views, at least; presses are answered at once."""


class Room:
    """Hands frames, presses and time to sessions, and views out of them.

    All methods belong to one thread. ``on_view`` and ``on_error`` are called in it and may add, remove and
    move sessions. Times are seconds since 1970 (UTC), of the clock that stamps arrivals.

    Args:
        on_view: called with a device number and what its participant sees, whenever that has changed.
        on_error: called with a device number and what its session raised, a full disk for example. That
            session has then been left, resumable as far as it was written, and the others go on. Without it
            the error is raised.
    """

    def __init__(
        self,
        on_view: Callable[[int, View], None] | None = None,
        on_error: Callable[[int, Exception], None] | None = None,
    ) -> None:
        self._on_view = on_view
        self._on_error = on_error
        self._recorders: dict[int, Recorder] = {}
        self._shown: dict[int, View] = {}
        self._ticked = -math.inf
        self._handed: Counter[int] = Counter()
        self._unclaimed: Counter[int] = Counter()

    @property
    def recorders(self) -> Mapping[int, Recorder]:
        """Device number -> its session; those that have ended are among them until they are removed."""
        return MappingProxyType(self._recorders)

    @property
    def handed(self) -> Mapping[int, int]:
        """Device number -> frames handed to a session, with or without a face."""
        return MappingProxyType(self._handed)

    @property
    def unclaimed(self) -> Mapping[int, int]:
        """Device number -> frames that no session asked for; they are not stored."""
        return MappingProxyType(self._unclaimed)

    @property
    def empty(self) -> bool:
        """Whether no session runs."""
        return all(recorder.finished for recorder in self._recorders.values())

    def add(self, device: int, recorder: Recorder) -> None:
        """Let a session have a device's frames from now on, in the place of one that has ended.

        Raises:
            StudyError: another session runs on the device.
        """
        self._require_free(device)
        self._recorders[device] = recorder
        self._shown.pop(device, None)

    def remove(self, device: int) -> Recorder | None:
        """Take a device's session out and return it, None if there is none; it is not left by this."""
        self._shown.pop(device, None)
        return self._recorders.pop(device, None)

    def move(self, old: int, new: int) -> None:
        """Let the session of one device go on with another one's frames; its view is shown anew.

        Raises:
            StudyError: the old device has no session, or another session runs on the new one.
        """
        if old == new:
            return
        if old not in self._recorders:
            raise StudyError(f"device {old}: expected one with a session, found none on it.")
        self._require_free(new)
        recorder = self.remove(old)
        assert recorder is not None
        self.add(new, recorder)

    def frames(self, frames: Sequence[Frame], now: float) -> None:
        """Hand out frames to the sessions of their devices."""
        for frame in frames:
            recorder = self._recorders.get(frame.device)
            if recorder is None:
                self._unclaimed[frame.device] += 1
            else:
                self._handed[frame.device] += 1
                self._try(frame.device, recorder, recorder.frame, frame, now)

    def press(self, device: int, button: Button, now: float) -> bool:
        """Hand out a press; say whether the device has a session."""
        recorder = self._recorders.get(device)
        if recorder is not None:
            self._try(device, recorder, recorder.press, button, now)
        return recorder is not None

    def answer(self, device: int, answers: Mapping[str, str], now: float) -> bool:
        """Hand out answers to a trial's questions; say whether the device has a session.

        Raises:
            AnswerRefused: one does not fit its question; nothing has changed.
        """
        recorder = self._recorders.get(device)
        if recorder is not None:
            self._try(device, recorder, recorder.answer, answers, now)
        return recorder is not None

    def wish(self, device: int, expression: str, now: float) -> bool:
        """Hand out a wish for the next trial; say whether the device has a session."""
        recorder = self._recorders.get(device)
        if recorder is not None:
            self._try(device, recorder, recorder.wish, expression, now)
        return recorder is not None

    def tick(self, now: float, *, at_once: bool = False) -> None:
        """Tell all sessions the time and show what has changed, if it is due or ``at_once``."""
        if 0 <= now - self._ticked < TICK_EVERY and not at_once:
            return
        self._ticked = now
        for device, recorder in tuple(self._recorders.items()):
            self._try(device, recorder, recorder.tick, now)
        self.show()

    def show(self) -> None:
        """Hand out the views that have changed."""
        if self._on_view is None:
            return
        for device, recorder in tuple(self._recorders.items()):
            view = recorder.view
            if self._recorders.get(device) is recorder and view != self._shown.get(device):
                self._shown[device] = view
                self._on_view(device, view)

    def _require_free(self, device: int) -> None:
        there = self._recorders.get(device)
        if there is not None and not there.finished:
            raise StudyError(
                f"device {device}: expected one without a session, found one that runs on it.",
                hint="Choose another device, or stop that session first.",
            )

    def _try(self, device: int, recorder: Recorder, act: Callable[..., None], *inputs: Any) -> None:
        try:
            act(*inputs)
        except AnswerRefused:
            raise
        except Exception as error:
            if self._on_error is None:
                raise
            with contextlib.suppress(Exception):  # the first error is what to tell
                recorder.leave()
            self._on_error(device, error)
