"""Calibration: one temperature, fitted on people held out, that changes no decision."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from mimik.learn.calibration import LEAST_PEOPLE, held_out_people, softened, temperature
from mimik.learn.forward import probabilities


def _claims(boldness: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, 4) and labels drawn from them, the former then sharpened."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, size=(4000, 4))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (p.cumsum(axis=1) < rng.random((4000, 1))).sum(axis=1)
    sharp = np.exp(logits * boldness)
    return (sharp / sharp.sum(axis=1, keepdims=True)).astype(np.float32), np.minimum(y, 3)


@pytest.mark.parametrize("boldness", [0.5, 1.0, 3.0])
def test_claims_that_are_too_bold_or_too_timid_are_put_right(boldness: float) -> None:
    p, y = _claims(boldness)
    assert temperature(p, y) == pytest.approx(boldness, rel=0.08)


def test_no_other_temperature_makes_the_labels_more_probable() -> None:
    p, y = _claims(2.0)

    def loss(t: float) -> float:
        softer = p.astype(float) ** (1 / t)
        return float(log_loss(y, softer / softer.sum(axis=1, keepdims=True)))

    best = temperature(p, y)
    assert loss(best) < min(loss(best * 0.9), loss(best * 1.1))


def test_a_fifth_of_the_people_is_held_out_whole() -> None:
    person = np.repeat(np.arange(20), 7)
    away = held_out_people(person, seed=1)
    assert away is not None
    assert len(set(person[away])) == 4
    assert not set(person[away]) & set(person[~away])
    np.testing.assert_array_equal(away, held_out_people(person, seed=1))


def test_few_people_are_all_needed_for_training() -> None:
    assert held_out_people(np.arange(LEAST_PEOPLE - 1), seed=0) is None
    assert held_out_people(np.arange(LEAST_PEOPLE), seed=0) is not None


def test_a_softened_network_decides_the_same_and_claims_less() -> None:
    rng = np.random.default_rng(0)
    kernels = [rng.normal(size=s).astype(np.float32) for s in ((5, 8), (8, 3))]
    biases = [rng.normal(size=s).astype(np.float32) for s in (8, 3)]
    X = rng.normal(size=(50, 5)).astype(np.float32)
    before, after = probabilities(X, kernels, biases), probabilities(X, *softened(kernels, biases, 2.0))
    np.testing.assert_array_equal(before.argmax(axis=1), after.argmax(axis=1))
    expected = np.sqrt(before)
    np.testing.assert_allclose(after, expected / expected.sum(axis=1, keepdims=True), rtol=1e-4)
