"""Attackers: from recordings of known people to how much each unnamed recording looks like each of them.

All see the gallery with names and what every recording shows, as a release tells it; of probes they never see
a name. None has a setting that was tuned on the data.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.identity.sides import first_frames
from mimik.learn.identity.summaries import summaries

with needs_extra("learn"):
    from sklearn.covariance import ledoit_wolf
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.identity.sides import Sides

__all__ = ["ATTACKERS", "QUICK", "Material"]

_SMALLEST_SCALE = 1e-6
_STEADIEST = 0.1
"""Least spread of a feature within people, as a share of its spread over all."""
_GALLERY_FRAMES = 20_000
"""Frames that the regression learns from at most: neighbours are alike, and 226 people stay minutes."""
_PROBE_FRAMES = 60
"""Frames of a recording that vote at most."""
_STEPS = 100
_LEAST = 1e-12
"""No single frame rules a person out."""


@dataclass(frozen=True, eq=False)
class Material:
    """What attackers work with.

    Attributes:
        X: float32 (frames, k), finite: the channels that all people have.
        recording: int (frames,), as in the data set.
        F: float64 (recordings, features), summaries, without what recordings of an expression share in the
            gallery, scaled to variance 1 within people there.
        sides: who is known and who is to be named.
        identity: int (g,), of each gallery recording, the position of its person in ``sides.people``.
        seed: of all that is drawn.
    """

    X: NDArray[np.float32]
    recording: NDArray[np.integer]
    F: NDArray[np.float64]
    sides: Sides
    identity: NDArray[np.intp]
    seed: int

    @classmethod
    def of(cls, dataset: Dataset, sides: Sides, seed: int) -> Material:
        """Prepare a data set; only its gallery says what is usual."""
        known = np.isin(dataset.recording, sides.gallery)
        X = dataset.X[:, np.isfinite(dataset.X[known]).any(axis=0)]
        X = np.where(np.isfinite(X), X, np.nanmean(X[known], axis=0, dtype=np.float64).astype(np.float32))
        F = summaries(X, dataset.recording, dataset.device_time, dataset.n_recordings)
        identity = np.searchsorted(sides.people, sides.owner[sides.gallery])
        F = _scaled(F, dataset.y[first_frames(dataset)], sides.gallery, identity)
        return cls(X, dataset.recording, F, sides, identity, seed)


def _scaled(
    F: NDArray[np.float64], y: NDArray[np.int64], gallery: NDArray[np.intp], identity: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return features as differences from the gallery's mean for what is shown, measured in how far they vary
    within a person: what a person always has counts most."""
    means = np.tile(F[gallery].mean(axis=0), (len(F), 1))
    for code in np.unique(y[gallery]):
        means[y == code] = F[gallery[y[gallery] == code]].mean(axis=0)
    changes = F - means
    spread = changes[gallery].std(axis=0)
    _, residual = _within(changes[gallery], identity)
    # Seen too seldom to know how far it varies, a feature must not rule all others out.
    scale = np.maximum(np.sqrt(np.square(residual).mean(axis=0)), _STEADIEST * spread)
    moves = spread > _SMALLEST_SCALE
    return np.asarray(changes[:, moves] / scale[moves])


def _within(
    G: NDArray[np.float64], identity: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each person's mean (people, features), and how recordings of people with several differ from it.

    The differences are stretched as one estimates variances from them; where nobody has several recordings,
    they are those from the mean of all.
    """
    counts = np.bincount(identity)
    means = np.zeros((len(counts), G.shape[1]))
    np.add.at(means, identity, G)
    means /= counts[:, None]
    several = counts[identity] > 1
    if not several.any():
        return means, G - G.mean(axis=0)
    n = counts[identity[several]]
    return means, (G - means[identity])[several] * np.sqrt(n / (n - 1))[:, None]


def discriminant(material: Material) -> NDArray[np.float64]:
    """Linear discriminants of summaries: distance from each person's mean, channels that vary within people
    weighing less. The covariance within people is shrunk as Ledoit and Wolf 2004 say.

    Returns:
        float64 (probes, people), the higher the more alike; so do all attackers.
    """
    sides = material.sides
    G, P = material.F[sides.gallery], material.F[sides.probes]
    means, residual = _within(G, material.identity)
    if G.shape[1]:
        covariance, _ = ledoit_wolf(residual, assume_centered=True)
        size, axes = np.linalg.eigh(covariance)
        white = axes / np.sqrt(np.maximum(size, _SMALLEST_SCALE))
        means, P = means @ white, P @ white
    return -_distances(P, means)


def nearest(material: Material) -> NDArray[np.float64]:
    """The most similar known recording of each person, by the distance of summaries."""
    sides = material.sides
    found = -_distances(material.F[sides.probes], material.F[sides.gallery])
    best = np.full((len(sides.probes), len(sides.people)), -np.inf)
    np.maximum.at(best.T, material.identity, found.T)
    return best


def frames(material: Material) -> NDArray[np.float64]:
    """Logistic regression on single frames; those of a recording vote with their log probabilities."""
    sides, rng = material.sides, np.random.default_rng([material.seed, 0x6672])
    known = np.flatnonzero(np.isin(material.recording, sides.gallery))
    if len(known) > _GALLERY_FRAMES:
        known = np.sort(rng.choice(known, _GALLERY_FRAMES, replace=False))
    mean = material.X[known].mean(axis=0)
    scale = np.maximum(material.X[known].std(axis=0), _SMALLEST_SCALE)
    person = np.searchsorted(sides.people, sides.owner[material.recording[known]])
    # Whoever has many frames must not be found for that alone.
    model = LogisticRegression(max_iter=_STEPS, class_weight="balanced", random_state=material.seed)
    # Its matrices are small: more threads than one only wait for each other.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)  # nearly there is as good an attack
        model.fit((material.X[known] - mean) / scale, person)
    scores = np.full((len(sides.probes), len(sides.people)), -np.inf)
    for i, rows in enumerate(_rows_of(material.recording, sides.probes)):
        some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _PROBE_FRAMES)).astype(np.intp)]
        p = model.predict_proba((material.X[some] - mean) / scale)
        scores[i, model.classes_] = np.log(np.maximum(p, _LEAST)).mean(axis=0)
    return scores


def _rows_of(recording: NDArray[np.integer], which: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the frames of some recordings, in their order."""
    order = np.argsort(recording, kind="stable")
    start = np.searchsorted(recording[order], which, side="left")
    stop = np.searchsorted(recording[order], which, side="right")
    return [order[a:b] for a, b in zip(start, stop, strict=True)]


def _distances(A: NDArray[np.float64], B: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared Euclidean distances of rows, float64 (a, b)."""
    squares = np.square(A).sum(axis=1)[:, None] + np.square(B).sum(axis=1)[None, :] - 2 * A @ B.T
    return np.asarray(np.maximum(squares, 0.0))


ATTACKERS: Mapping[str, Callable[[Material], NDArray[np.float64]]] = MappingProxyType(
    {"discriminant": discriminant, "nearest": nearest, "frames": frames}
)
"""Name -> attacker."""

QUICK = ("discriminant", "nearest")
"""Those that take seconds with hundreds of people."""
