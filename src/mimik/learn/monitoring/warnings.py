"""What must be read before a monitoring's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.monitoring.measures import HEAD
from mimik.learn.monitoring.monitoring import ALL, Verdict
from mimik.learn.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimik.learn.model import Model
    from mimik.learn.monitoring.monitoring import Monitoring

__all__ = ["notices_of"]


def notices_of(found: Monitoring, model: Model | None, fingerprint: str | None = None) -> tuple[Notice, ...]:
    """Return the notices that a monitoring calls for.

    Args:
        found: values and changes.
        model: the recognizer whose confidence is among them.
        fingerprint: of the study's data, to tell whether the recognizer was trained on just these.
    """
    return (
        *_of_data(found),
        *(_of_model(found, model, fingerprint) if model is not None else ()),
        *_of_noise(found),
    )


def _of_data(found: Monitoring) -> Iterator[Notice]:
    if found.synthetic:
        text = "Simulated people: these numbers show that the road works, and say nothing about real faces."
        yield Notice("synthetic-data", "serious", text)
    devices = {session.device for session in found.sessions}
    if len(devices) > 1:
        text = "The sessions were recorded on different devices: a change may be the device's."
        yield Notice("device-changed", "warning", text)
    if unknown := [session.session for session in found.sessions if not session.resting]:
        yield Notice(
            "resting-unknown",
            "warning",
            f"No resting face in {_some(unknown)}: no expressivity there. Let the protocol begin with a"
            " neutral trial (baseline = true).",
        )
    if lacking := [name for name in BLEND_SHAPES if name not in found.channels]:
        text = f"Not every session delivered {_some(lacking)}: left out of all measures."
        yield Notice("channels-left-out", "info", text)
    if not any(row.measure.region == HEAD and row.value == row.value for row in found.rows):
        yield Notice("head-unknown", "info", "The head's rotation was not recorded.")


def _of_model(found: Monitoring, model: Model, fingerprint: str | None) -> Iterator[Notice]:
    trained_on = model.card.trained_on
    if trained_on.synthetic and not found.synthetic:
        text = "The recognizer learned from simulated people: its confidence says nothing about real faces."
        yield Notice("synthetic-model", "serious", text)
    if fingerprint is not None and trained_on.fingerprint == fingerprint:
        who = "The recognizer was trained on just these data, this participant's among them."
    elif trained_on.study == found.title:
        who = (
            f"The recognizer was trained on a study of the same title, {found.title!r}: this participant may"
            " well be among the people it learned from."
        )
    else:
        yield Notice(
            "maybe-trained-on",
            "warning",
            "A model's card knows the title and the fingerprint of the study it was trained on, but no"
            " people: that this participant is not among them cannot be told. Its confidence is worth"
            " something only for people it has not learned from.",
        )
        return
    text = f"{who} Its confidence is then too high, most of all in the sessions it learned from."
    yield Notice("trained-on-study", "serious", text)


def _of_noise(found: Monitoring) -> Iterator[Notice]:
    if unknown := _without_noise(found):
        yield Notice(
            "noise-unknown",
            "warning",
            f"No repeated trials within a session for {_some(unknown)}: no change of these can be told from"
            " noise. Record with a protocol of two or more rounds (repeats = 3).",
        )
    if judged := found.judged():
        by_chance = (1 - found.level) * judged
        yield Notice(
            "many-changes",
            "info",
            f"{judged:,} changes were held against noise; about {by_chance:.0f} of them would be beyond it by"
            " chance alone. Decide beforehand which one counts.",
        )
        yield Notice(
            "noise-within-session",
            "info",
            "The noise is that of trials repeated within one session. What differs from day to day (light,"
            " seat, mood, effort) comes on top, so a change beyond noise need not last.",
        )


def _without_noise(found: Monitoring) -> list[str]:
    rows = [row for row in found.rows if row.expression != ALL]
    judged = {row.expression for row in rows if row.verdict in (Verdict.WITHIN, Verdict.BEYOND)}
    unknown = {row.expression for row in rows if row.verdict is Verdict.UNKNOWN}
    return [e for e in found.expressions if e in unknown - judged]


def _some(names: Sequence[str], most: int = 6) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
