"""Who sits down: a participant, their consent, and a session begun anew or resumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from mimik.capture.simulation import BASIS
from mimik.cli.console import notes
from mimik.errors import ConsentMissing, StudyError

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Who", "agree", "choose_participant", "unfinished"]


@dataclass(frozen=True, slots=True)
class Who:
    """A participant about to sit down; ``position`` counts the study's participants from 0."""

    id: str
    position: int


def choose_participant(study: Study, pseudonym: str | None) -> Who:
    """Return the participant of that pseudonym, or a new one under a fresh pseudonym.

    Raises:
        StudyError: no participant has it.
    """
    known = [p.id for p in study.participants]
    if pseudonym is None:
        return Who(study.add_participant().id, len(known))
    for name in (pseudonym, f"sub-{pseudonym}"):
        if name in known:
            return Who(name, known.index(name))
    raise StudyError(
        f"Expected a participant of {study.folder / 'participants.tsv'}, found {pseudonym!r}.",
        hint="Leave the option out for a new participant; `mimik info` lists those there are.",
    )


def agree(study: Study, who: Who, *, given: bool, virtual: bool, at: float) -> None:
    """Make sure a consent is recorded: it is already, was given on paper, or is given now; simulated people
    need none.

    Raises:
        ConsentMissing: the participant does not agree, or cannot be asked.
    """
    participant = next(p for p in study.participants if p.id == who.id)
    if participant.consent is not None and (participant.consent.version or study.synthetic):
        return  # the basis of imported data is no consent to a recording
    if virtual:
        study.record_consent(who.id, basis=BASIS, at=at)
        return
    version = study.consent_versions[-1]
    if not given:
        notes.rule("Consent")
        notes.print(escape(study.consent_text(version)))
        notes.rule()
        given = _ask("Has the participant agreed to this?")
    if not given:
        raise ConsentMissing(
            f"Nothing was recorded: {who.id} has not agreed.",
            hint="Where consent was given on paper, say so with --consent-given.",
        )
    study.record_consent(who.id, version=version, at=at)


def unfinished(study: Study, pseudonym: str | None, *, resume: bool | None) -> SessionInfo | None:
    """Return the interrupted session to go on with, or None for a new one.

    Args:
        study: where to look.
        pseudonym: only this participant's sessions; None for anybody's.
        resume: True takes the latest, False none; None asks.
    """
    if resume is False:
        return None
    broken = [s for s in study.sessions() if s.status == "interrupted"]
    broken = [s for s in broken if pseudonym in (None, s.participant, s.participant.removeprefix("sub-"))]
    if not broken:
        if resume:
            raise StudyError("Expected an interrupted session to resume, found none.")
        return None
    latest = max(broken, key=lambda s: s.facts.started)
    done = sum(t.outcome == "complete" for t in latest.trials)
    notes.print(
        f"{latest.participant} {latest.session} was interrupted: "
        f"{done} trials complete, {latest.frames:,} frames kept."
    )
    return latest if resume or _ask("Go on with it?") else None


def _ask(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # no terminal to ask, or the end of the input
        return False
