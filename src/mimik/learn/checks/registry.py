"""All checks, in one place. Codes are stable: a check that goes leaves its number unused.

EVAL numbers are about data and evaluations. FILE numbers are about a study's files, in
``mimik.study.integrity``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.checks import channels, circumstances, people, predictions, sameness, splits, tracking

if TYPE_CHECKING:
    from mimik.learn.checks.check import Check

__all__ = ["ALL", "LABELS", "OF_DATA", "OF_PREDICTIONS", "OF_SPLITS", "SIMULATED", "explain"]

SIMULATED = "EVAL010"
"""The check that all simulated data is found by."""

LABELS = "EVAL009"
"""The check that asks a recognizer."""


def _sorted(*groups: tuple[Check, ...]) -> tuple[Check, ...]:
    return tuple(sorted((check for group in groups for check in group), key=lambda check: check.code))


OF_DATA = _sorted(sameness.CHECKS, tracking.CHECKS, channels.CHECKS, people.CHECKS, circumstances.CHECKS)
"""Checks of a data set alone; their functions get a ``Material``."""

OF_SPLITS = splits.CHECKS
"""Checks of a split; their functions get a ``Material`` and the ``Sides`` of its participants."""

OF_PREDICTIONS = predictions.CHECKS
"""Checks of predictions; their functions get a ``Material``, the predictions, and leaking ones or None."""

ALL = _sorted(OF_DATA, OF_SPLITS, OF_PREDICTIONS)


def explain(code: str) -> Check:
    """Return the check of a code; raises DataError for an unknown one."""
    for check in ALL:
        if check.code == code.strip().upper():
            return check
    raise DataError(
        f"expected the code of a check, found {code!r}", hint=f"from {ALL[0].code} to {ALL[-1].code}"
    )
