"""What is measured of a trial: each measure with its region, formula and unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, GROUPS, INDEX
from mimik.learn.labels.bins import SHOWING
from mimik.learn.monitoring.motion import peak_speed, robust_range
from mimik.learn.monitoring.sides import LEFT, asymmetry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.model import Model
    from mimik.learn.trials import TrialFrames

__all__ = ["FACE", "FORMULAS", "HEAD", "REGIONS", "Measure", "measure", "measures_of", "unit_of"]

FACE = "face"
"""The region that is the whole face."""
HEAD = "head"
"""The region that is the head's rotation, in degrees."""

REGIONS: Mapping[str, NDArray[np.bool_]] = MappingProxyType(
    {FACE: np.ones(len(BLEND_SHAPES), dtype=bool)}
    | {region: np.isin(BLEND_SHAPES, names) for region, names in GROUPS.items()}
)
"""Region of the face -> which of the 52 channels are its own, bool (52,)."""

FORMULAS: Mapping[str, str] = MappingProxyType(
    {
        "expressivity": "Euclidean distance of the mean face of the plateau from the resting face of the same"
        " session, over the region's channels but blinks and gaze; in coefficients (one channel from 0 to 1"
        " is 1)",
        "asymmetry": "mean of left - right over the region's pairs of channels, of the mean face of the"
        " plateau; in coefficients, positive where the face's own left side is stronger",
        "absolute asymmetry": "mean of |left - right| over the same pairs; in coefficients",
        "range": "95th minus 5th percentile of each channel over the whole trial, mean over the region's"
        " channels; in coefficients, for the head in degrees",
        "peak speed": "95th percentile of the absolute slope of a straight line through 0.3 s of each channel"
        " over the whole trial, mean over the region's channels; in coefficients per second, for the head in"
        " degrees per second",
        "confidence": "mean probability that the recognizer gives to the prompted expression on the plateau",
    }
)
"""Measure -> what it is, in words."""


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """A kind of measure and the region it is taken of.

    Attributes:
        name: a key of ``FORMULAS``.
        region: a key of ``REGIONS``, or ``HEAD``.
    """

    name: str
    region: str


def unit_of(measure: Measure) -> str:
    """Return the unit: "coefficient", "coefficient/s", "degree", "degree/s" or "probability"."""
    if measure.name == "confidence":
        return "probability"
    base = "degree" if measure.region == HEAD else "coefficient"
    return base + "/s" * (measure.name == "peak speed")


def measures_of(model: bool) -> tuple[Measure, ...]:
    """Return all measures in the order of reports; ``model``: whether a recognizer is at hand."""
    sided = [region for region, channels in REGIONS.items() if channels[LEFT].any()]
    return (
        *(Measure("expressivity", region) for region in REGIONS),
        *(Measure("asymmetry", region) for region in sided),
        *(Measure("absolute asymmetry", region) for region in sided),
        *(Measure("range", region) for region in (*REGIONS, HEAD)),
        *(Measure("peak speed", region) for region in (*REGIONS, HEAD)),
        *((Measure("confidence", FACE),) if model else ()),
    )


def measure(
    trial: TrialFrames, channels: NDArray[np.bool_], model: Model | None = None
) -> dict[Measure, float]:
    """Measure one trial.

    Args:
        trial: its frames.
        channels: bool (52,), the channels that count: those delivered in everything it is compared with.
        model: a recognizer, for its confidence.

    Returns:
        Each of ``measures_of``; NaN where it cannot be told: no resting face, no channel of the region, no
        head rotation, a trial too short for a speed, or an expression the recognizer does not know.
    """
    level = np.asarray(trial.X[trial.plateau].mean(axis=0, dtype=np.float64))
    away = level - trial.resting
    turned = _turned(trial.rotation)
    moves = {
        "range": (robust_range(trial.X), robust_range(turned)),
        "peak speed": (peak_speed(trial.device_time, trial.X), peak_speed(trial.device_time, turned)),
    }
    found: dict[Measure, float] = {}
    for region, own in REGIONS.items():
        here = own & channels
        found[Measure("expressivity", region)] = _length(away[here & SHOWING])
        sides = asymmetry(level, here)
        found[Measure("asymmetry", region)], found[Measure("absolute asymmetry", region)] = sides
        for name, (face, _) in moves.items():
            found[Measure(name, region)] = _mean(face[here])
    for name, (_, head) in moves.items():
        found[Measure(name, HEAD)] = _mean(head)
    if model is not None:
        found[Measure("confidence", FACE)] = _confidence(trial, model)
    return {measure: found[measure] for measure in measures_of(model is not None)}


def _turned(rotation: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how far the head is turned from its usual pose (n, 3), degrees, -180..180."""
    there = np.isfinite(rotation)
    around = np.exp(1j * np.where(there, rotation, 0.0)) * there
    usual = np.angle(around.sum(axis=0))
    away = (rotation - usual + np.pi) % (2 * np.pi) - np.pi
    return np.asarray(np.degrees(away), dtype=np.float64)


def _length(away: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(away)) if len(away) else float("nan")


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _confidence(trial: TrialFrames, model: Model) -> float:
    labels = [str(label) for label in model.card.labels]
    if trial.expression not in labels:
        return float("nan")
    whole = np.isfinite(trial.X[:, [INDEX[name] for name in model.card.channels]]).all(axis=1)
    held = trial.plateau & whole
    if not held.any():
        return float("nan")
    # What a memory holds on the plateau came before it.
    rows = whole if model.features.memories else held
    p = model.predict_proba(trial.X[rows], resting=trial.resting, device_time=trial.device_time[rows])
    return float(p[held[rows], labels.index(trial.expression)].mean(dtype=np.float64))
