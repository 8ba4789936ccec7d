"""The level of each channel, and of each region of the face, in the plateau of every trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.learn.trials import TrialFrames

__all__ = ["CHANNELS", "PEAK", "STATISTICS", "Levels", "Sat", "levels_of"]

CHANNELS: Mapping[str, str] = MappingProxyType(
    {name: region for region, names in GROUPS.items() for name in (region, *names)}
)
"""What is told: each region's mean, then its channels -> the region."""

STATISTICS = ("mean", "peak")
"""The level of a channel in a plateau, either way."""

PEAK = 95.0
"""Percentile of a plateau that is its peak; the maximum would be that of the noise, the longer the higher."""


@dataclass(frozen=True, slots=True)
class Sat:
    """Who showed what, when and before which device.

    Attributes:
        participant: the pseudonym.
        session: its name.
        trial: its number in the session.
        expression: what was asked for.
        device: the study's number of the device, None if not known.
        started: when the session began, seconds since 1970 (UTC); NaN if not known.
    """

    participant: str
    session: str
    trial: int
    expression: str
    device: int | None
    started: float


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of n trials.

    Attributes:
        trials: n of them.
        values: float64 (n, 2, 59), per statistic and channel in the order of ``STATISTICS`` and ``CHANNELS``;
            coefficients, NaN where not delivered.
        synthetic: whether any trial is made up.
    """

    trials: tuple[Sat, ...]
    values: NDArray[np.float64]
    synthetic: bool


def levels_of(trials: Iterable[TrialFrames]) -> Levels:
    """Take the mean and the peak of each channel in each plateau.

    A region is the mean over its channels: of the frame for its peak, so that channels that peak at different
    moments don't add up. A region of which a channel was not delivered is NaN.
    """
    found: list[Sat] = []
    values: list[NDArray[np.float64]] = []
    synthetic = False
    for trial in trials:
        held = trial.X[trial.plateau].astype(np.float64)
        everything = np.concatenate([_of_region(held, region) for region in GROUPS], axis=1)
        values.append(np.stack([everything.mean(axis=0), np.percentile(everything, PEAK, axis=0)]))
        found.append(
            Sat(trial.participant, trial.session, trial.trial, trial.expression, trial.device, trial.started)
        )
        synthetic |= trial.synthetic
    table = np.array(values).reshape(len(found), len(STATISTICS), len(CHANNELS))
    return Levels(tuple(found), table, synthetic)


def _of_region(held: NDArray[np.float64], region: str) -> NDArray[np.float64]:
    own = held[:, np.isin(BLEND_SHAPES, GROUPS[region])]
    return np.concatenate([own.mean(axis=1, keepdims=True), own], axis=1)
