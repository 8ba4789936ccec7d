"""Labels that the frames themselves contradict, by confident learning.

Northcutt, Jiang & Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70 (2021) 1373-1411, section 3: probabilities from models that did not train
on an example, a threshold for each class, the joint of given and true labels estimated from counts, and
pruning by the noise rate of each pair of classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    Prune = Literal["noise-rate", "class", "both"]

__all__ = ["confident_joint", "confident_thresholds", "prune"]


def confident_thresholds(given: NDArray[np.integer], proba: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean probability of each class over the examples given that label (k,); equation 2.

    A class that no example is given has no threshold: infinity.

    Args:
        given: (n,) codes, 0..k-1.
        proba: (n, k), from models that did not train on the example.
    """
    k = proba.shape[1]
    sums = np.bincount(given, weights=proba[np.arange(len(given)), given], minlength=k)
    counts = np.bincount(given, minlength=k)
    return np.asarray(np.where(counts, sums / np.maximum(counts, 1), np.inf), dtype=np.float64)


def confident_joint(given: NDArray[np.integer], proba: NDArray[np.floating]) -> NDArray[np.float64]:
    """Estimate how many examples are given a class and truly show another, float64 (k, k), sum n.

    Counts examples that reach the threshold of a class, each for the most probable of the classes it reaches
    (equation 1), then scales each row to the number of examples that were given its label (equation 3).

    Args:
        given: (n,) codes, 0..k-1.
        proba: (n, k), from models that did not train on the example.

    Returns:
        Rows are the given labels, columns the true ones.
    """
    k = proba.shape[1]
    reached = np.where(proba >= confident_thresholds(given, proba) - 1e-9, proba, -1.0)
    true = reached.argmax(axis=1)
    confident = reached.max(axis=1) >= 0
    counts = np.bincount(given[confident] * k + true[confident], minlength=k * k).reshape(k, k)
    of_class = np.bincount(given, minlength=k)
    joint = counts.astype(np.float64)
    np.fill_diagonal(joint, np.maximum(joint.diagonal(), 1.0))  # where nobody is confident, labels stand
    return np.asarray(joint / joint.sum(axis=1, keepdims=True) * of_class[:, None])


def prune(
    given: NDArray[np.integer], proba: NDArray[np.floating], *, by: Prune = "noise-rate"
) -> NDArray[np.bool_]:
    """Return which labels (n,) are most likely wrong; section 3.2.

    Args:
        given: (n,) codes, 0..k-1.
        proba: (n, k), from models that did not train on the example.
        by: ``"noise-rate"``: for each pair of classes as many as the joint says, those whose probability of
            the other class exceeds that of the given one most. ``"class"``: for each class as many as the
            joint says, those least probable. ``"both"``: what both ways name.
    """
    joint = confident_joint(given, proba)
    wrong = np.ones(len(given), dtype=bool)
    if by in ("noise-rate", "both"):
        wrong &= _by_noise_rate(given, proba, joint)
    if by in ("class", "both"):
        wrong &= _by_class(given, proba, joint)
    return np.asarray(wrong & (proba.argmax(axis=1) != given), dtype=bool)


def _by_class(
    given: NDArray[np.integer], proba: NDArray[np.floating], joint: NDArray[np.float64]
) -> NDArray[np.bool_]:
    wrong = np.zeros(len(given), dtype=bool)
    for i in range(len(joint)):
        members = np.flatnonzero(given == i)
        count = round(float(joint[i].sum() - joint[i, i]))
        wrong[members[np.argsort(proba[members, i], kind="stable")[:count]]] = True
    return wrong


def _by_noise_rate(
    given: NDArray[np.integer], proba: NDArray[np.floating], joint: NDArray[np.float64]
) -> NDArray[np.bool_]:
    wrong = np.zeros(len(given), dtype=bool)
    for i, j in np.argwhere(joint > 0).tolist():
        if i != j:
            members = np.flatnonzero(given == i)
            margin = proba[members, i] - proba[members, j]
            wrong[members[np.argsort(margin, kind="stable")[: round(float(joint[i, j]))]]] = True
    return wrong
