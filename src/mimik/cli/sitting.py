"""Who sits down: a participant, their consent, and a session begun anew or resumed.

Nothing is written before everything is ready: without consent or a phone, no trace is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from mimik.capture.simulation import BASIS, require_synthetic
from mimik.cli.console import notes
from mimik.errors import ConsentMissing, StudyError

if TYPE_CHECKING:
    from mimik.study.participants import Participant
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Agreement", "agree", "find_participant", "seat_participant", "unfinished"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is to be recorded as a participant's consent: a version of the text, or a basis."""

    at: float
    version: str | None = None
    basis: str | None = None


def find_participant(study: Study, pseudonym: str | None) -> Participant | None:
    """Return the participant of that pseudonym, with or without "sub-"; None for a new one.

    Raises:
        StudyError: no participant has it.
    """
    if pseudonym is None:
        return None
    for participant in study.participants:
        if participant.id in (pseudonym, f"sub-{pseudonym}"):
            return participant
    raise StudyError(
        f"Expected a participant of {study.folder / 'participants.tsv'}, found {pseudonym!r}.",
        hint="Leave the option out for a new participant; `mimik info` lists those there are.",
    )


def agree(
    study: Study, participant: Participant | None, *, given: bool, virtual: bool, at: float
) -> Agreement | None:
    """Ask for consent to the newest text unless it is recorded, was given on paper, or nobody is there.

    Returns:
        What to record, or None if all is recorded already.

    Raises:
        ConsentMissing: the participant does not agree.
        StudyError: a simulated person for a study of real ones.
    """
    if virtual:
        require_synthetic(study)
        return Agreement(at, basis=BASIS)
    version = study.consent_versions[-1]
    if participant is not None and participant.agreed_to(version):
        return None
    if not given:
        notes.rule("Consent")
        notes.print(study.consent_text(version))
        notes.rule()
        given = _ask("Has the participant agreed to this?")
    if not given:
        raise ConsentMissing(
            "Nothing was recorded: the participant has not agreed.",
            hint="Where consent was given on paper, say so with --consent-given.",
        )
    return Agreement(at, version=version)


def seat_participant(
    study: Study, participant: Participant | None, agreement: Agreement | None
) -> tuple[str, int]:
    """Return a participant's pseudonym and place in the study (from 0), writing what is new of them."""
    name = participant.id if participant else study.add_participant().id
    if agreement is not None:
        study.record_consent(name, at=agreement.at, version=agreement.version, basis=agreement.basis)
    return name, [p.id for p in study.participants].index(name)


def unfinished(study: Study, pseudonym: str | None, *, resume: bool | None) -> SessionInfo | None:
    """Return the interrupted session to go on with, or None for a new one.

    Args:
        study: where to look.
        pseudonym: only this participant's sessions; None for anybody's.
        resume: True takes the latest, False none; None asks.

    Raises:
        StudyError: ``resume`` is True and there is none.
    """
    if resume is False:
        return None
    broken = [s for s in study.sessions() if s.status == "interrupted" and not s.problem]
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
    """Ask, yes or no; Ctrl-C and the end of the input end the program."""
    return typer.confirm(question, err=True)
