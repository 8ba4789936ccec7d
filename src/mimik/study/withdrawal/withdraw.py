"""Withdrawing somebody: all of it happens, also if the program is killed in the middle.

A hidden file says what is going on: written first, removed last. Whoever opens the study next goes on.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.bounded import parse_json
from mimik.environment import operator
from mimik.errors import StudyDamaged, StudyError
from mimik.study.alone import alone
from mimik.study.audit.reading import read_lines
from mimik.study.audit.store import audited
from mimik.study.layout import JOURNAL, PARTICIPANTS, SESSION, is_participant
from mimik.study.ledger import drop_participant, reference_of
from mimik.study.oneline import one_line
from mimik.study.participants import parse_participants, write_participants
from mimik.study.registers.models import mark_models
from mimik.study.registers.releases import mark_releases
from mimik.study.registers.tombstones import add_tombstone
from mimik.study.sessionfile import parse_session
from mimik.study.toml import field
from mimik.study.withdrawal.plan import MARKER, WithdrawalPlan, computed, plan_withdrawal, theirs
from mimik.study.withdrawal.search import Searched, search_study

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Withdrawal", "recover_withdrawals", "withdraw"]


_WITHDREW = "withdrew"


@dataclass(frozen=True)
class Withdrawal:
    """What a withdrawal did.

    Attributes:
        reference: which named the participant, and names nobody now.
        plan: what went, and what was marked.
        searched: what the search afterwards went through and found.
    """

    reference: str
    plan: WithdrawalPlan
    searched: Searched


def withdraw(
    store: Store, folder: Path, participant: str, *, at: float, why: str = "", by: str | None = None
) -> Withdrawal:
    """Remove a participant from a study, for good, and search all of its folder afterwards.

    Args:
        store: of the study.
        folder: of the study.
        participant: known to the study.
        at: when, seconds since 1970 (UTC).
        why: a reason in a line of words, without names; it stays in the study.
        by: who does it; by default as the environment says.

    Raises:
        StudyBusy: a session of theirs is being recorded.
        StudyError: the pseudonym stands in ``why`` or ``by``, which stay.
    """
    why = one_line(why, where="why") if why.strip() else ""
    by = one_line(by, where="by") if by and by.strip() else by
    _refuse_named(participant, why=why, by=by or operator())
    for session in store.list(participant):
        if store.exists(f"{participant}/{session}/{JOURNAL}"):
            store.append(f"{participant}/{session}/{JOURNAL}").close()  # refused while it is recorded
    reference = reference_of(store, participant)
    plan = plan_withdrawal(store, participant, reference)
    words = (participant, *_digests(store, plan, participant))
    told = {"reference": reference, "at": float(at), "why": why, "by": by, "sessions": len(plan.sessions)}
    with alone(store):  # refused while another program holds the study, before anything is certain
        store.write(MARKER + participant, json.dumps(told).encode())
    _carry_out(store, participant, told)
    others = parse_participants(store.read(PARTICIPANTS)).rows
    return Withdrawal(reference, plan, search_study(folder, store, words, others))


def recover_withdrawals(store: Store) -> None:
    """Bring to its end what a killed program left."""
    for name in store.list():
        participant = name.removeprefix(MARKER)
        if name.startswith(MARKER) and is_participant(participant):
            told = _told(store, name)
            _carry_out(store, participant, told, noted=_is_noted(store, told["reference"]))


def _carry_out(store: Store, participant: str, told: dict[str, Any], *, noted: bool = False) -> None:
    """Do every step, each of which may have been done before; ``noted``: the audit trail tells it already."""
    reference = told["reference"]
    add_tombstone(store, participant, reference=reference, why=told["why"], at=told["at"])
    mark_models(store, reference)
    mark_releases(store, reference)
    with alone(store):
        table = parse_participants(store.read(PARTICIPANTS))
        if table.rows.pop(participant, None) is not None:
            store.write(PARTICIPANTS, write_participants(table))
    for path in [*theirs(store, participant), *computed(store)]:
        store.remove(path)
    if not noted:
        facts = {"sessions": told["sessions"]}
        audited(store).audit.note(_WITHDREW, of=reference, why=told["why"], by=told["by"], facts=facts)
    drop_participant(store, participant)
    store.remove(MARKER + participant)


def _refuse_named(participant: str, **told: str) -> None:
    for where, text in told.items():
        if participant.lower() in text.lower():
            raise StudyError(
                f"{where}: expected words that may stay in the study, found the pseudonym in them.",
                hint="Say it without naming anybody.",
            )


def _is_noted(store: Store, reference: str) -> bool:
    """Whether the audit trail tells of the withdrawal; a trail that can't be read is told it again."""
    with suppress(StudyDamaged):
        return any(line["what"] == _WITHDREW and line["of"] == reference for line in read_lines(store))
    return False


def _digests(store: Store, plan: WithdrawalPlan, participant: str) -> list[str]:
    """Return the digests of their frames, which would recognise these elsewhere."""
    digests = []
    for session in plan.sessions:
        path = f"{participant}/{session}/{SESSION}"
        with suppress(StudyDamaged):
            digests.append(parse_session(store.read(path), path=Path(path)).frames_sha256)
    return [digest for digest in digests if digest]


def _told(store: Store, name: str) -> dict[str, Any]:
    try:
        values = parse_json(store.read(name))
    except ValueError as error:
        raise StudyDamaged(f"{name}: expected JSON, found a fault: {error}.") from error
    return {
        "reference": field(values, "reference", str, where=name),
        "at": field(values, "at", float, where=name),
        "why": field(values, "why", str, where=name),
        "by": None if values.get("by") is None else field(values, "by", str, where=name),
        "sessions": field(values, "sessions", int, where=name),
    }
