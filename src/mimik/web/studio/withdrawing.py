"""Withdrawing a participant in the studio: what would go, and that nothing is at work with it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimik.errors import StudyBusy
from mimik.study.withdrawal import plan_withdrawal
from mimik.web.studio.missing import NotFound
from mimik.web.studio.sitting import ENDED

if TYPE_CHECKING:
    from mimik.study.withdrawal import Searched, Withdrawal, WithdrawalPlan
    from mimik.web.studio.studio import Studio

__all__ = ["plan_facts", "planned", "searched_facts", "withdrawn"]


def planned(studio: Studio, participant: str) -> WithdrawalPlan:
    """Return what the study holds of a participant; nothing is removed.

    Raises:
        NotFound: there is no such participant.
    """
    study = studio.require_study()
    if all(person.id != participant for person in study.participants):
        raise NotFound(
            f"Expected a participant of this study, found none called {participant[:80]!r}.",
            hint="Was their data withdrawn already? The page Recordings lists all people.",
        )
    return plan_withdrawal(study.store, participant, study.reference(participant))


def withdrawn(studio: Studio, participant: str, why: str) -> Withdrawal:
    """Remove a participant for good, with what the studio's pages still know of them.

    Args:
        studio: whose study it is.
        participant: a pseudonym.
        why: a reason in a line of words, without names; "" for none.

    Raises:
        NotFound: there is no such participant.
        StudyBusy: they sit in a session, or a model is being trained or tested.
    """
    planned(studio, participant)
    _refuse_busy(studio, participant)
    done = studio.require_study().withdraw(participant, at=studio.clock.now(), why=why)
    for sitting in studio.sittings.of(participant):
        studio.sittings.remove(sitting.id)  # it ended, and still named them
    studio.broadcast.publish("study", {})
    return done


def plan_facts(plan: WithdrawalPlan) -> dict[str, Any]:
    """Return a plan as JSON has it."""
    return {
        "sessions": list(plan.sessions),
        "computed": list(plan.computed),
        "models": len(plan.models),
        "releases": [{"id": each.id, "kind": each.kind, "at": each.at} for each in plan.releases],
    }


def searched_facts(searched: Searched) -> dict[str, Any]:
    """Return what a search found as JSON has it."""
    return {
        "files": searched.files,
        "bytes": searched.bytes,
        "found": list(searched.found),
        "unread": list(dict.fromkeys(searched.unread)),
    }


def _refuse_busy(studio: Studio, participant: str) -> None:
    if any(sitting.stage != ENDED for sitting in studio.sittings.of(participant)):
        raise StudyBusy(
            f"{participant}: expected a participant who sits in no session, found one who does.",
            hint="End that session, or clear it away, on the page Sessions first.",
        )
    if studio.jobs.left:
        raise StudyBusy(
            "Expected no model that is being trained or tested, as it may learn from them; found one.",
            hint="Wait until it has ended, or cancel it on the page Models.",
        )
