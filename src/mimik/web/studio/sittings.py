"""All sittings of the studio: prepared, begun, run beside each other, ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mimik.capture.button import Button
from mimik.errors import MimikError, StudyError
from mimik.study.consent import ON_SCREEN
from mimik.study.oneline import one_line
from mimik.study.purposes import THIS_STUDY
from mimik.web.studio.asked import consent_to_ask
from mimik.web.studio.beginning import agreement, language_of, session_to_resume
from mimik.web.studio.missing import NotFound
from mimik.web.studio.news import SittingNews
from mimik.web.studio.running import Running
from mimik.web.studio.sitting import ENDED, PREPARING, RUNNING, Note, Sitting

if TYPE_CHECKING:
    from datetime import date

    from mimik.capture.view import View
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study
    from mimik.web.studio.broadcast import Broadcast
    from mimik.web.studio.devices import Devices
    from mimik.web.studio.hub import Hub
    from mimik.web.studio.screens import Screens

__all__ = ["Sittings"]


class Sittings:
    """Sittings, by id. Frames and ticks come in the hub's thread; all else from any.

    Args:
        study: gives the study; raises StudyError where there is none.
        clock: the one that stamps arrivals.
        hub: whose thread runs the sessions.
        devices: the phones.
        screens: where participants look.
        broadcast: told of "sittings", "screen:KEY" and "study".
        on_view: called with a sitting and what its participant sees, in the hub's thread.

    Attributes:
        news: tells of them.
    """

    def __init__(
        self,
        study: Callable[[], Study],
        clock: Clock,
        hub: Hub,
        devices: Devices,
        screens: Screens,
        broadcast: Broadcast,
        *,
        on_view: Callable[[Sitting, View], object] = lambda *_: None,
    ) -> None:
        self._study, self._clock = study, clock
        self._devices, self._screens = devices, screens
        self._lock = threading.Lock()
        self._sittings: dict[str, Sitting] = {}
        self.news = SittingNews(self._sittings, clock, devices, screens, broadcast)
        self._running = Running(self._sittings, study, clock, hub, devices, self.news, on_view)

    # From any thread

    def get(self, id_: str) -> Sitting:
        """Return a sitting.

        Raises:
            NotFound: there is none of that id.
        """
        sitting = self._sittings.get(id_)
        if sitting is None:
            raise NotFound(
                "Expected a sitting of this studio, found none of that id.", hint="Reload the page."
            )
        return sitting

    @property
    def running(self) -> int:
        """How many sessions run."""
        return sum(sitting.stage == RUNNING for sitting in list(self._sittings.values()))

    def holds(self, info: SessionInfo) -> bool:
        """Whether a session of the study belongs to a sitting that runs."""
        return any(
            s.stage == RUNNING
            and s.info
            and (s.info.participant, s.info.session) == (info.participant, info.session)
            for s in list(self._sittings.values())
        )

    def of(self, participant: str) -> list[Sitting]:
        """Return a participant's sittings, those that have ended included."""
        return [s for s in list(self._sittings.values()) if s.participant == participant]

    def prepare(
        self,
        *,
        device: int,
        participant: str | None = None,
        consent: bool = False,
        purposes: Sequence[str] = (THIS_STUDY,),
        how: str = ON_SCREEN,
        given: date | None = None,
        ask: bool = False,
        language: str | None = None,
        resume: str | None = None,
        screen: str | None = None,
        label: str | None = None,
    ) -> Sitting:
        """Prepare a sitting; nothing is written yet.

        Args:
            device: number of an accepted, free phone.
            participant: a pseudonym; None for a fresh one.
            consent: whether the participant has agreed to the newest consent text, now.
            purposes: what for, among ``mimik.study.purposes.PURPOSES``.
            how: on a screen or on paper, as in ``mimik.study.consent.HOW``.
            given: the day on which it was given on paper; None for now.
            ask: instead of ``consent``: ask on the participant's screen, unless it was given before. The
                session begins only once it is given there.
            language: of the prompts; by default English if the protocol has it.
            resume: the participant's interrupted session to go on with; None for a new one.
            screen: key of a screen to share; None for one of its own.
            label: what the seat is called; by default a number.

        Raises:
            ConsentMissing: consent to the newest text is neither recorded nor given.
            NotFound: there is no such phone, participant, session or screen.
            StudyError: the phone is not free, the language is none of the protocol's, or consent was given
                before what the participant said last, or not yet.
        """
        study = self._study()
        resumed = session_to_resume(study, participant, resume)
        asked = consent_to_ask(study, participant) if ask else None
        agreed = None
        if asked is None:
            now = self._clock.now()
            agreed = agreement(
                study, participant, given=consent, purposes=purposes, how=how, on=given, at=now
            )
        spoken = language_of(study, resumed.facts.language if resumed else language)
        shown = self._screens.get(screen) if screen else self._screens.new(self)
        if shown is None:
            raise NotFound("Expected a screen that is in use, found none of that key.")
        sitting = Sitting(
            device=device,
            study_device=0,
            participant=participant,
            agreed=agreed,
            language=spoken,
            label=label or "",
            screen=shown,
            resumed=resumed,
            asked=asked,
        )
        try:
            sitting.study_device = self._devices.claim(device, sitting.id)
            self._enter(sitting)
        except MimikError:
            self._devices.release(device, sitting.id)
            if shown.empty:
                self._screens.remove(shown)
            raise
        self.news.tell(sitting)
        return sitting

    def begin(self, id_: str) -> Sitting:
        """Begin a session: participant, consent and session are written now.

        Raises:
            ConsentMissing: it is asked for on the participant's screen, and not given.
            StudyError: it has begun already, or the study can't be written.
        """
        sitting = self.get(id_)
        with self._lock:
            if self._sittings.get(id_) is not sitting:
                raise NotFound("Expected a sitting of this studio, found one that was just cleared away.")
            if sitting.stage != PREPARING:
                raise StudyError(
                    f"Expected a sitting that is being prepared, found one that is {sitting.stage}."
                )
            if sitting.asked is not None:
                sitting.asked.require_given()
            sitting.stage = RUNNING
        try:
            self._running.begin(sitting)
        finally:  # who can't begin may have been recorded as a participant who agreed
            self.news.tell(sitting)
            self.news.study()
        return sitting

    def consent(self, id_: str, version: str, answers: Mapping[str, bool], *, round_: int) -> None:
        """Take in what the participant says to each purpose, on their own screen, before the session.

        What comes twice, unasked or too late is ignored: who wants to say something else asks again first.

        Args:
            id_: of the sitting.
            version: of the text that was read.
            answers: purpose -> yes or no.
            round_: in which it was asked, as the screen was told.

        Raises:
            NotFound: there is no such sitting.
            StudyError: another version of the text was read, or not all purposes are answered.
        """
        sitting = self.get(id_)
        with self._lock:
            asked = sitting.asked
            if asked is None or sitting.stage != PREPARING or not asked.awaits(round_):
                return
            sitting.agreed = asked.answer(version, answers, at=self._clock.now())
        self.news.tell(sitting)

    def ask_again(self, id_: str, *, round_: int) -> None:
        """Forget what the participant said on their own screen; once the session has begun it stands.

        Args:
            id_: of the sitting.
            round_: whose answer it is; another one's is forgotten already.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self.get(id_)
        with self._lock:
            asked = sitting.asked
            if asked is None or sitting.stage != PREPARING or not asked.answered(round_):
                return
            asked.ask_again()
            sitting.agreed = None
        self.news.tell(sitting)

    def press(self, id_: str, button: Button) -> None:
        """Take in a press; one that makes no sense now is ignored.

        Raises:
            NotFound: there is no such sitting.
        """
        self._running.press(self.get(id_), button)

    def answer(self, id_: str, trial: int, answers: Mapping[str, str]) -> None:
        """Take in what the participant says after a trial (its place, from 1); other trials' are ignored.

        Raises:
            NotFound: there is no such sitting.
            AnswerRefused: an answer does not fit its question.
        """
        self._running.answer(self.get(id_), trial, answers)

    def note(self, id_: str, text: str) -> Sitting:
        """Keep a note with the session; before it has begun, the note waits.

        Raises:
            NotFound: there is no such sitting.
            StudyError: there is nothing in it or too much, or the session has ended.
        """
        sitting, note = self.get(id_), Note(self._clock.now(), one_line(text, where="note"))
        if sitting.stage == ENDED:
            raise StudyError(
                "Expected a session that runs, found one that has ended: it takes no more notes."
            )
        self._running.note(sitting, note)
        sitting.notes.append(note)
        self.news.changed()
        return sitting

    def move(self, id_: str, device: int) -> Sitting:
        """Give a sitting another phone.

        Raises:
            NotFound: there is no such sitting or phone.
            StudyError: the phone is not accepted, or belongs to another sitting.
        """
        sitting = self.get(id_)
        if device == sitting.device or sitting.stage == ENDED:
            return sitting
        number = self._devices.claim(device, sitting.id)
        try:
            old = self._running.move(sitting, device, number)
        except BaseException:
            self._devices.release(device, sitting.id)
            raise
        self._devices.release(old, sitting.id)
        self.news.changed()
        return sitting

    def remove(self, id_: str) -> None:
        """Clear a sitting away that has ended or not begun; its screen's key is then good for nothing.

        Raises:
            NotFound: there is no such sitting.
            StudyError: its session runs.
        """
        sitting = self.get(id_)
        with self._lock:
            if sitting.stage == RUNNING:
                raise StudyError(
                    "Expected a sitting that does not run, found one that does.",
                    hint="Stop the session first.",
                )
            self._sittings.pop(id_, None)
        self._devices.release(sitting.device, id_)
        sitting.screen.hide(sitting)
        self.news.let_go(sitting.screen)
        self.news.changed()

    def close(self) -> None:
        """Leave all sessions, so that they can be resumed, and wait until all is written."""
        self._running.close()

    # In the hub's thread

    def see(self, frames: Sequence[Frame], now: float) -> None:
        """Take in frames of all phones."""
        self._running.see(frames, now)

    def tick(self, now: float) -> None:
        """Let time pass, and tell what has changed."""
        self._running.tick(now)
        self.news.tick(now)

    # Anywhere

    def _enter(self, sitting: Sitting) -> None:
        """Put a sitting among the others, on its screen; raises StudyError where its participant sits."""
        who = sitting.participant
        with self._lock:
            others = self._sittings.values()
            if who is not None and any(s.participant == who and s.stage != ENDED for s in others):
                raise StudyError(
                    f"Expected a participant who sits nowhere, found {who} in another sitting.",
                    hint="End that session, or clear it away, first.",
                )
            sitting.label = sitting.label or self._free_label()
            self._sittings[sitting.id] = sitting
            sitting.screen.show(sitting)

    def _free_label(self) -> str:
        taken = {sitting.label for sitting in self._sittings.values()}
        return next(f"Seat {n}" for n in range(1, len(taken) + 2) if f"Seat {n}" not in taken)
