"""A sitting: a session that runs now, from the signal check to its end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mimik.capture.view import Phase
from mimik.web.studio.seen import direction, view_facts

if TYPE_CHECKING:
    from mimik.capture.recorder import Recorder
    from mimik.capture.view import View
    from mimik.study.consent import Consent
    from mimik.study.session import SessionInfo
    from mimik.web.studio.asked import AskedConsent
    from mimik.web.studio.screens import Screen

__all__ = ["ENDED", "PREPARING", "RUNNING", "Note", "Sitting"]

PREPARING, RUNNING, ENDED = "preparing", "running", "ended"

_ANYTIME = ("stop",)
_CAN: dict[Phase, tuple[str, ...]] = {
    Phase.READY: (),
    Phase.WAITING_FOR_START: ("start", "pause"),
    Phase.WAITING_FOR_FACE: ("pause", "redo"),
    Phase.RECORDING: ("pause", "redo"),
    Phase.ASKING: ("pause",),
    Phase.PAUSED: ("resume", "redo"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What the person who runs the study wrote down; ``at`` is in seconds since 1970."""

    at: float
    text: str


@dataclass(eq=False)
class Sitting:
    """One participant who sits before a phone and a screen.

    Attributes:
        device: number of the phone in this run of the studio.
        study_device: its number in the study.
        participant: the pseudonym; None for a fresh one that is drawn when the session begins.
        agreed: what the participant agreed to just now; None if that is recorded already.
        language: of the prompts.
        label: what the seat is called on a shared screen.
        screen: what the participant looks at.
        resumed: the interrupted session to go on with, or None.
        asked: the consent that is asked for on the participant's own screen, or None.
        id: names the sitting for who runs the study.
        stage: "preparing" (nothing is written yet), "running" or "ended".
        info: the session's facts once it has begun.
        ended: how it ended: "complete", "stopped" or "broken"; None before.
        problem: what went wrong, in a sentence; "" for nothing.
    """

    device: int
    study_device: int
    participant: str | None
    agreed: Consent | None
    language: str
    label: str
    screen: Screen
    resumed: SessionInfo | None = None
    asked: AskedConsent | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    stage: str = PREPARING
    info: SessionInfo | None = None
    recorder: Recorder | None = None
    view: View | None = None
    notes: list[Note] = field(default_factory=list)
    ended: str | None = None
    problem: str = ""

    @property
    def can(self) -> tuple[str, ...]:
        """The buttons that do something now."""
        if self.stage != RUNNING or self.view is None or self.recorder is None:
            return ()
        buttons = (*_CAN.get(self.view.phase, ()), *_ANYTIME)
        return tuple(b for b in buttons if b != "redo" or self.recorder.engine.open)

    def seen(self) -> dict[str, Any] | None:
        """Return what the participant sees, as JSON has it."""
        if self.view is None:
            return None
        return view_facts(self.view, self.language, f"/api/screens/{self.screen.key}/media")

    def seat(self) -> dict[str, Any]:
        """Return what the participant's screen is told: the expression's label and counts are not for it."""
        over = self.view is not None and self.view.phase in (Phase.DONE, Phase.STOPPED)
        seen = self.seen() if self.stage != ENDED or over else None  # one that broke off shows no old view
        if seen is not None:
            for name in ("expression", "frames", "seconds"):
                del seen[name]
        # Once it is recorded there is nothing to answer here, even if the session could not begin.
        asked = self.asked if self.stage == PREPARING else None
        return {
            "seat": self.id,
            "label": self.label,
            "language": self.language,
            "direction": direction(self.language),
            "stage": self.stage,
            "consent": asked.seen() if asked and not asked.recorded else None,
            "view": seen,
        }

    def facts(self, *, address: str | None, device_state: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the operator's page is told.

        Args:
            address: of the server as other computers reach it, or None where they can't.
            device_state: how the phone is doing, None if it is gone.
        """
        path = f"/screen/{self.screen.key}"
        return {
            "id": self.id,
            "stage": self.stage,
            "participant": self.participant,
            "session": self.info.session if self.info else self.resumed.session if self.resumed else None,
            "device": self.device,
            "language": self.language,
            "label": self.label,
            "screen": {
                "key": self.screen.key,
                "path": path,
                "url": f"{address}{path}" if address else None,
                "connected": self.screen.connected,
                "ready": self.screen.ready,
            },
            "consent": self.asked.facts() if self.asked else None,
            "view": self.seen(),
            "device_state": device_state,
            "notes": [{"at": note.at, "text": note.text} for note in self.notes],
            "ended": self.ended,
            "problem": self.problem,
            "frames_total": self.info.frames if self.info and self.ended == "complete" else None,
            "can": list(self.can),
        }
