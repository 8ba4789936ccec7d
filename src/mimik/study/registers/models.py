"""Which models learned from whom: ``models.tsv``.

A model's file never names people. The study knows a model by its fingerprint, and people by reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.study.alone import alone
from mimik.study.layout import MODELS
from mimik.study.ledger import references_of
from mimik.study.registers.marking import OfPeople, marked
from mimik.study.registers.table import iso, read_register, seconds, write_register
from mimik.study.registers.tombstones import withdrawn_among

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["LearnedModel", "mark_models", "read_models", "record_model"]

_COLUMNS = ("model", "at", "people", "withdrew")


@dataclass(frozen=True, kw_only=True)
class LearnedModel(OfPeople):
    """A model that learned from people of this study.

    Attributes:
        fingerprint: SHA-256 that stands in its file.
        at: when it was made, seconds since 1970 (UTC), to the second.
    """

    fingerprint: str
    at: float


def read_models(store: Store) -> tuple[LearnedModel, ...]:
    """Return the register, in the order in which models were made; raises StudyDamaged."""
    return read_register(store, MODELS, _COLUMNS, _entry)


def record_model(store: Store, fingerprint: str, participants: Iterable[str], *, at: float) -> None:
    """Note that a model learned from participants; made again, it stands there once."""
    participants = tuple(participants)
    with alone(store):
        gone = withdrawn_among(store, participants)  # while it learned
        people = references_of(store, [each for each in participants if each not in gone])
        others = [model for model in read_models(store) if model.fingerprint != fingerprint]
        known = tuple(sorted(people.values()))
        made = LearnedModel(fingerprint=fingerprint, at=at, people=known, withdrew=len(gone))
        _write(store, [*others, made])


def mark_models(store: Store, reference: str) -> tuple[LearnedModel, ...]:
    """Mark the models that learned from somebody who withdraws, and return them; safe to do again."""
    with alone(store):
        models, changed = marked(read_models(store), reference)
        if changed:
            _write(store, models)
    return changed


def _write(store: Store, models: Iterable[LearnedModel]) -> None:
    rows = [(model.fingerprint, iso(model.at), " ".join(model.people), model.withdrew) for model in models]
    write_register(store, MODELS, _COLUMNS, rows)


def _entry(fingerprint: str, at: str, people: str, withdrew: str) -> LearnedModel:
    known = tuple(people.split())
    return LearnedModel(fingerprint=fingerprint, at=seconds(at), people=known, withdrew=int(withdrew))
