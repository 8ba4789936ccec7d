"""Participants' screens: each has a secret key, and shows one sitting or several side by side."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mimik.capture.button import Button
from mimik.web.studio.missing import NotFound

if TYPE_CHECKING:
    from mimik.web.studio.sitting import Sitting
    from mimik.web.studio.sittings import Sittings

__all__ = ["Screen", "Screens"]


class Screen:
    """What one tablet or monitor shows. Whoever knows its key may look at it, press Start and answer.

    Attributes:
        key: secret, made here; part of the screen's address.
    """

    def __init__(self, sittings: Sittings) -> None:
        self.key = secrets.token_urlsafe(16)
        self._sittings = sittings
        self._shown: list[Sitting] = []
        self._ready: dict[object, bool] = {}

    @property
    def connected(self) -> int:
        """How many browsers show it."""
        return len(self._ready)

    @property
    def ready(self) -> bool:
        """Whether somebody has said "I am ready" in one of them."""
        return any(self._ready.values())

    @property
    def empty(self) -> bool:
        """Whether it shows no sitting."""
        return not self._shown

    def show(self, sitting: Sitting) -> None:
        """Show a sitting besides the others."""
        self._shown.append(sitting)

    def hide(self, sitting: Sitting) -> None:
        """Show a sitting no longer."""
        if sitting in self._shown:
            self._shown.remove(sitting)

    def seats(self) -> list[dict[str, Any]]:
        """Return what is on the screen, as JSON has it."""
        return [sitting.seat() for sitting in self._shown]

    def press(self, seat: str, button: str) -> None:
        """Take a press of a participant, who has but one button.

        Raises:
            NotFound: the seat is not on this screen, or it is another button.
        """
        if button != Button.START:
            raise NotFound(
                f"Expected the button start, found {button[:20]!r}: the others are the operator's."
            )
        self._sittings.press(self._seat(seat), Button.START)

    def answer(self, seat: str, trial: int, answers: Mapping[str, str]) -> None:
        """Take a participant's answers to what is asked after a trial; those to another trial are late, and
        ignored.

        Raises:
            NotFound: the seat is not on this screen.
            StudyError: an answer does not fit its question.
        """
        self._sittings.answer(self._seat(seat), trial, answers)

    def consent(self, seat: str, version: str, answers: Mapping[str, bool], *, round_: int) -> None:
        """Take what a participant says to each purpose of the consent that they are asked for in a round.

        Raises:
            NotFound: the seat is not on this screen.
            StudyError: another version of the text was read, or not all purposes are answered.
        """
        self._sittings.consent(self._seat(seat), version, answers, round_=round_)

    def ask_again(self, seat: str, *, round_: int) -> None:
        """Ask a participant for consent anew, after the answer of a round.

        Raises:
            NotFound: the seat is not on this screen.
        """
        self._sittings.ask_again(self._seat(seat), round_=round_)

    def connect(self) -> object:
        """Note that a browser shows it; returns a token of this connection."""
        token = object()
        self._ready[token] = False
        self._sittings.news.changed()
        return token

    def disconnect(self, token: object) -> None:
        """Note that a browser is gone."""
        self._ready.pop(token, None)
        self._sittings.news.changed()

    def set_ready(self, token: object, ready: bool) -> None:
        """Note whether the people before that browser are ready."""
        if token in self._ready:
            self._ready[token] = ready
            self._sittings.news.changed()

    def _seat(self, seat: str) -> str:
        if all(sitting.id != seat for sitting in self._shown):
            raise NotFound("Expected a seat of this screen, found another.")
        return seat


class Screens:
    """All screens, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._screens: dict[str, Screen] = {}

    def get(self, key: str) -> Screen | None:
        """Return the screen of a key, None if there is none (any more)."""
        return self._screens.get(key)

    def new(self, sittings: Sittings) -> Screen:
        """Make a screen."""
        screen = Screen(sittings)
        with self._lock:
            self._screens[screen.key] = screen
        return screen

    def remove(self, screen: Screen) -> None:
        """Let a screen's key be good for nothing any more."""
        with self._lock:
            self._screens.pop(screen.key, None)
