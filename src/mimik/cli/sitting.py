"""Who sits down: a participant, their consent, and a session begun anew or resumed.

Nothing is written before everything is ready: without consent or a phone, no trace is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mimik.capture.simulation import BASIS, require_synthetic
from mimik.cli.console import notes
from mimik.errors import ConsentMissing, StudyError
from mimik.study.consent import ON_PAPER, ON_SCREEN, Consent, require_last
from mimik.study.given import given_at
from mimik.study.purposes import ASKED, OPTIONAL, THIS_STUDY, check_purposes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from mimik.study.participants import Participant
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["agree", "find_participant", "seat_participant", "unfinished"]


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
    study: Study,
    participant: Participant | None,
    *,
    given: bool,
    virtual: bool,
    at: float,
    purposes: Sequence[str] | None = None,
    on: date | datetime | None = None,
) -> Consent | None:
    """Ask for consent to the newest text unless it is recorded, was given on paper, or nobody is there.

    Args:
        study: whose text.
        participant: who is asked; None for a new one.
        given: whether consent was given on paper.
        virtual: whether a simulated person sits down.
        at: when, seconds since 1970 (UTC).
        purposes: what consent on paper was given for; None for the study alone, or as recorded before.
        on: when consent on paper was given; None for now.

    Returns:
        What to record, or None if all is recorded already.

    Raises:
        ConsentMissing: the participant does not agree.
        StudyError: a simulated person for a study of real ones, unknown purposes, or a date that is to come
            or before what they said last.
    """
    if virtual:
        require_synthetic(study)
        return Consent(at, basis=BASIS)
    allowed = check_purposes(purposes or (THIS_STUDY,))
    version = study.consent_versions[-1]
    known = participant.consent if participant is not None and participant.agreed_to(version) else None
    if known is not None and on is None and (purposes is None or known.purposes == allowed):
        return None
    how = ON_PAPER
    if not given:
        given, allowed, how = *_asked(study, version), ON_SCREEN
    if not given:
        raise ConsentMissing(
            "Nothing was recorded: the participant has not agreed.",
            hint="Where consent was given on paper, say so with --consent-given.",
        )
    said = Consent(at, version=version, purposes=allowed, how=how, given=given_at(on, at))
    if participant is not None:
        require_last(study.store, participant.id, said, now=at)
    return said


def _asked(study: Study, version: str) -> tuple[bool, tuple[str, ...]]:
    """Show the text and ask; returns whether the participant takes part, and what they allow."""
    notes.rule("Consent")
    notes.print(study.consent_text(version))
    notes.rule()
    if not _ask("Has the participant agreed to this?"):
        return False, ()
    notes.print("Each of these by itself; whoever declines takes part all the same.")
    return True, (THIS_STUDY, *(one for one in OPTIONAL if _ask(f'"{ASKED[one]["en"]}"', default=False)))


def seat_participant(
    study: Study, participant: Participant | None, agreement: Consent | None
) -> tuple[str, int]:
    """Return a participant's pseudonym and place in the study (from 0), writing what is new of them."""
    name = participant.id if participant else study.add_participant().id
    if agreement is not None:
        study.record_consent(
            name,
            at=agreement.at,
            version=agreement.version or None,
            basis=agreement.basis or None,
            purposes=agreement.purposes,
            how=agreement.how,
            given=agreement.given.value if agreement.given else None,
        )
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


def _ask(question: str, *, default: bool | None = None) -> bool:
    """Ask, yes or no; Ctrl-C and the end of the input end the program."""
    return typer.confirm(question, err=True, default=default)
