"""What a study holds of somebody, and what was computed with their data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.study.layout import DERIVATIVES, consent_file, is_session
from mimik.study.registers.models import read_models
from mimik.study.registers.releases import read_releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimik.study.registers.models import LearnedModel
    from mimik.study.registers.releases import Release
    from mimik.study.store import Store

__all__ = ["MARKER", "WithdrawalPlan", "computed", "plan_withdrawal", "theirs"]

MARKER = ".withdrawing-"
"""How the name of the file begins that says who is being withdrawn."""

_MODELS = f"{DERIVATIVES}/models"


@dataclass(frozen=True)
class WithdrawalPlan:
    """What a withdrawal removes and marks.

    Attributes:
        sessions: names of their sessions.
        files: folders and files of theirs that go, besides their line in participants.tsv.
        computed: what was computed with their data and goes, as it can be computed again without them.
        models: that learned from them.
        releases: that hold them.
    """

    sessions: tuple[str, ...]
    files: tuple[str, ...]
    computed: tuple[str, ...]
    models: tuple[LearnedModel, ...]
    releases: tuple[Release, ...]


def plan_withdrawal(store: Store, participant: str, reference: str) -> WithdrawalPlan:
    """Return what a study holds of a participant; nothing is changed."""
    return WithdrawalPlan(
        sessions=tuple(name for name in store.list(participant) if is_session(name)),
        files=tuple(theirs(store, participant)),
        computed=tuple(computed(store)),
        models=tuple(model for model in read_models(store) if reference in model.people),
        releases=tuple(release for release in read_releases(store) if reference in release.people),
    )


def theirs(store: Store, participant: str) -> Iterator[str]:
    """Yield the paths of what is one participant's alone, left-over work of killed programs included."""
    for path in (participant, consent_file(participant)):
        if store.exists(path):
            yield path
    name_of = re.compile(re.escape(participant) + "(?![a-z0-9])", re.IGNORECASE)  # sub-1 is not sub-10
    for name in store.list():
        if name.startswith(".") and name_of.search(name) and not name.startswith(MARKER):
            yield name


def computed(store: Store) -> Iterator[str]:
    """Yield what was computed from everybody's data; models stay, as they hold weights alone."""
    for name in store.list(DERIVATIVES):
        path = f"{DERIVATIVES}/{name}"
        if path != _MODELS:
            yield path
    for name in store.list(_MODELS):
        if not name.endswith((".mimik", ".tflite", ".onnx", ".mlpackage")):
            yield f"{_MODELS}/{name}"
