"""The sessions of sittings that run: in the hub's thread, and written to the disk in another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from mimik.capture.background import WriterThread
from mimik.capture.button import Button
from mimik.capture.room import Room
from mimik.capture.view import Phase
from mimik.web.studio.beginning import begin_recording
from mimik.web.studio.seen import TELLING
from mimik.web.studio.sitting import ENDED, PREPARING, RUNNING, Note, Sitting

if TYPE_CHECKING:
    from mimik.capture.recorder import Recorder
    from mimik.capture.view import View
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study
    from mimik.web.studio.devices import Devices
    from mimik.web.studio.hub import Hub
    from mimik.web.studio.news import SittingNews

__all__ = ["Running"]

_PATIENCE = 10.0  # s for the hub's thread to carry out a call

_log = logging.getLogger(__name__)


class Running:
    """Runs the sessions of sittings beside each other, and notes on each sitting how its session ended.

    Args:
        sittings: all there are, by id.
        study: gives the study; raises StudyError where there is none.
        clock: the one that stamps arrivals.
        hub: whose thread runs the sessions.
        devices: the phones.
        news: tells of sittings.
        on_view: called with a sitting and what its participant sees, in the hub's thread.
    """

    def __init__(
        self,
        sittings: Mapping[str, Sitting],
        study: Callable[[], Study],
        clock: Clock,
        hub: Hub,
        devices: Devices,
        news: SittingNews,
        on_view: Callable[[Sitting, View], object],
    ) -> None:
        self._sittings = sittings
        self._study, self._clock, self._hub = study, clock, hub
        self._devices, self._news, self._on_view = devices, news, on_view
        self._room = Room(self._show, self._break)
        self._writing = WriterThread()

    # From any thread

    def begin(self, sitting: Sitting) -> None:
        """Begin the session of a sitting whose stage says so already; it goes back where nothing is written.

        Raises:
            StudyError: the study can't be written.
        """
        try:
            recorder = self._recorder(sitting)
        except BaseException:
            sitting.stage = PREPARING
            raise
        try:
            self._hub.call(self._room.add, sitting.device, recorder).result(_PATIENCE)
        except BaseException:
            recorder.leave()  # and so the session has ended, resumable
            raise

    def press(self, sitting: Sitting, button: Button) -> None:
        """Take in a press; one that makes no sense now is ignored."""
        if sitting.stage == RUNNING:
            self._in_hub(self._room.press, sitting.device, button)

    def answer(self, sitting: Sitting, trial: int, answers: Mapping[str, str]) -> None:
        """Take in what a participant says after a trial (its place, from 1); other trials' are ignored.

        Raises:
            AnswerRefused: an answer does not fit its question.
        """

        def answered(now: float) -> None:
            view = sitting.view
            if sitting.stage == RUNNING and view and view.phase is Phase.ASKING and view.trial == trial:
                self._room.answer(sitting.device, answers, now)
                self._room.tick(now, at_once=True)

        self._hub.call(lambda: answered(self._clock.now())).result(_PATIENCE)

    def note(self, sitting: Sitting, note: Note) -> None:
        """Keep a note with a session, if it has begun."""
        if sitting.recorder is not None:
            self._hub.call(sitting.recorder.note, note.text, note.at).result(_PATIENCE)

    def move(self, sitting: Sitting, device: int, number: int) -> int:
        """Give a sitting another phone, claimed for it; gives which one it had.

        Args:
            sitting: any.
            device: number of the phone in this run of the studio.
            number: its number in the study.
        """

        def moved() -> int:
            old = sitting.device  # as it is now: two may have asked at once
            if sitting.recorder is not None and sitting.stage == RUNNING:
                self._room.move(old, device)
                sitting.recorder.event(f"device {number}", self._clock.now())
            sitting.device, sitting.study_device = device, number
            return old

        return self._hub.call(moved).result(_PATIENCE)

    def close(self) -> None:
        """Leave all sessions, so that they can be resumed, and wait until all is written."""
        for sitting in list(self._sittings.values()):
            if sitting.recorder is not None and sitting.stage == RUNNING:
                sitting.recorder.leave()
        self._writing.close()

    # In the hub's thread

    def see(self, frames: Sequence[Frame], now: float) -> None:
        """Take in frames of all phones."""
        self._room.frames(frames, now)

    def tick(self, now: float) -> None:
        """Let time pass."""
        self._room.tick(now)

    def _show(self, device: int, view: View) -> None:
        sitting = self._on(device)
        if sitting is None:
            return
        before, sitting.view = sitting.view, view
        self._news.changed()
        self._on_view(sitting, view)
        if before is None or any(getattr(before, name) != getattr(view, name) for name in TELLING):
            self._news.tell(sitting)
            self._news.hurry()
        if view.phase in (Phase.DONE, Phase.STOPPED):
            self._room.remove(device)

    def _break(self, device: int, error: Exception) -> None:
        """Note what a session raised; the others go on."""
        recorder = self._room.remove(device)
        _log.error("a session broke off", exc_info=error)
        for sitting in list(self._sittings.values()):
            if sitting.recorder is recorder:
                self._end(sitting, "broken", _sentence(error))

    def _take_out(self, sitting: Sitting) -> None:
        """Let the room forget a sitting's session, unless another one runs on its phone by now."""
        if self._room.recorders.get(sitting.device) is sitting.recorder:
            self._room.remove(sitting.device)

    # In the writing thread

    def _written(self, sitting: Sitting, ended: Future[SessionInfo | None]) -> None:
        """Note that all of a session is on the disk, or why not."""
        error = ended.exception()
        if error is not None:
            self._hub.call(self._take_out, sitting)
            self._end(sitting, "broken", _sentence(error))
            return
        info = ended.result()
        if info is not None:
            sitting.info = info
        self._end(sitting, "stopped" if info is None else "complete", "")

    # Anywhere

    def _end(self, sitting: Sitting, how: str, problem: str) -> None:
        # What broke off was also left, and the writing thread may have been the first to say so.
        if sitting.stage == ENDED and how != "broken":
            return
        sitting.ended, sitting.problem = how, problem
        sitting.stage = ENDED
        self._devices.release(sitting.device, sitting.id)
        self._news.tell(sitting)
        self._news.study()

    def _on(self, device: int) -> Sitting | None:
        """Return the sitting whose session the room has on a phone; all may be written already."""
        recorder = self._room.recorders.get(device)
        return next((s for s in list(self._sittings.values()) if recorder and s.recorder is recorder), None)

    def _in_hub(self, act: Callable[..., object], *inputs: Any) -> None:
        def acted() -> None:
            now = self._clock.now()
            act(*inputs, now)
            self._room.tick(now, at_once=True)

        self._hub.call(acted).result(_PATIENCE)

    def _recorder(self, sitting: Sitting) -> Recorder:
        """Write that a session begins, and return what records it."""
        recorder, writer = begin_recording(
            self._study(),
            sitting,
            self._writing,
            now=self._clock.now(),
            simulated=self._devices.is_simulated(sitting.device),
            rate=self._devices.usual_rate(sitting.device),
        )
        writer.ended.add_done_callback(lambda ended: self._written(sitting, ended))
        return recorder


def _sentence(error: BaseException) -> str:
    return f"{error} {getattr(error, 'hint', '')}".strip() or type(error).__name__
