"""Ordered labels: proper probabilities, decisions that mind distance, and what references say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from mimik.errors import DataError, ModelDamaged
from mimik.learn.decisions import median_label
from mimik.learn.ordinal import OrdinalClassifier
from mimik.learn.proportional_odds import ProportionalOdds, _loss
from mimik.learn.threshold_network import ThresholdNetwork

MODELS = [ProportionalOdds(), ThresholdNetwork(steps=60, random_state=0)]
both = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


def ordered(n: int = 600, steps: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows (n, 8) whose first columns grow with the label, whole numbers below ``steps``."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, steps, n)
    X = 0.3 * rng.normal(size=(n, 8))
    X[:, :3] += y[:, None] / steps
    return X.astype(np.float32), y


@both
def test_probabilities_are_proper_and_fall_on_both_sides(model: OrdinalClassifier) -> None:
    X, y = ordered()
    p = clone(model).fit(X, y).predict_proba(X)
    assert p.shape == (600, 6)
    assert p.min() >= 0
    np.testing.assert_allclose(p.sum(axis=1), 1.0)


@both
def test_text_is_ordered_as_numbers_and_comes_back_as_given(model: OrdinalClassifier) -> None:
    X, y = ordered(steps=11)
    fitted = clone(model).fit(X, y.astype(str))
    assert fitted.classes_.tolist() == [str(i) for i in range(11)]
    numbers = clone(model).fit(X, y)
    np.testing.assert_array_equal(fitted.predict(X), numbers.predict(X).astype(str))
    np.testing.assert_allclose(fitted.predict_proba(X), numbers.predict_proba(X))


@both
def test_the_mean_lies_on_the_scale_of_the_labels(model: OrdinalClassifier) -> None:
    X, y = ordered(steps=3)
    labels = np.array([-10, 0, 30])[y]
    fitted = clone(model).fit(X, labels)
    np.testing.assert_allclose(fitted.expected(X), fitted.predict_proba(X) @ np.array([-10, 0, 30]))
    assert np.corrcoef(fitted.expected(X), labels)[0, 1] > 0.6


@both
def test_order_is_learned_better_than_chance(model: OrdinalClassifier) -> None:
    X, y = ordered(2000)
    fitted = clone(model).fit(X[:1000], y[:1000])
    predicted, truth = fitted.predict(X[1000:]), y[1000:]
    assert cohen_kappa_score(truth, predicted, weights="quadratic") > 0.6


@both
def test_columns_not_delivered_are_not_used_and_rows_that_lack_others_are_left_out(
    model: OrdinalClassifier,
) -> None:
    X, y = ordered()
    holes = X.copy()
    holes[:, 5] = np.nan
    holes[:3, 2] = np.nan
    fitted = clone(model).fit(holes, y)
    assert fitted.columns_.tolist() == [0, 1, 2, 3, 4, 6, 7]
    without = clone(model).fit(np.delete(X[3:], 5, axis=1), y[3:])
    np.testing.assert_allclose(
        fitted.predict_proba(holes[3:]), without.predict_proba(np.delete(X[3:], 5, axis=1)), atol=1e-6
    )
    with pytest.raises(DataError, match=r"3 of 600 rows \(the first is number 0\)"):
        fitted.predict_proba(holes)
    with pytest.raises(DataError, match="found none"):
        clone(model).fit(np.full((9, 2), np.nan), np.arange(9))


@both
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b"], "labels that are numbers, found 'a', 'b'"),
        (["1", "1"], "at least 2 different numbers"),
        (["1", "1.0"], "at least 2 different numbers"),
        (["1"], "one label per row"),
    ],
)
def test_labels_without_order_are_refused(model: OrdinalClassifier, labels: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        clone(model).fit(np.eye(2), labels)


@both
def test_it_is_a_classifier_of_scikit_learn(model: OrdinalClassifier) -> None:
    X, y = ordered()
    people = np.arange(len(y)) // 50
    predicted = cross_val_predict(clone(model), X, y, groups=people, cv=GroupKFold(3))
    assert set(predicted) <= set(y)
    assert clone(model).get_params() == model.get_params()


@both
def test_two_labels_are_enough(model: OrdinalClassifier) -> None:
    X, y = ordered(steps=2)
    fitted = clone(model).fit(X, y)
    assert fitted.predict_proba(X).shape == (600, 2)
    assert fitted.score(X, y) > 0.8


def test_the_median_has_the_least_expected_distance() -> None:
    proba = np.random.default_rng(0).dirichlet(np.ones(7) * 0.5, size=400)
    distance = np.abs(np.arange(7)[:, None] - np.arange(7))  # of each decision from each truth
    expected = proba @ distance.T
    chosen = median_label(proba)
    np.testing.assert_allclose(expected[np.arange(400), chosen], expected.min(axis=1))
    assert median_label(np.array([[0.5, 0.0, 0.5], [0.2, 0.3, 0.5]])).tolist() == [0, 1]


def test_with_two_labels_proportional_odds_are_logistic_regression() -> None:
    X, y = ordered(steps=2)
    penalty = 0.05
    fitted = ProportionalOdds(penalty=penalty).fit(X, y)
    scaled = (X - fitted.mean_) / fitted.scale_
    reference = LogisticRegression(C=1 / (penalty * len(y)), tol=1e-8).fit(scaled, y)
    np.testing.assert_allclose(fitted.predict_proba(X), reference.predict_proba(scaled), atol=2e-4)


def test_the_slope_of_the_loss_is_right() -> None:
    X, y = ordered(50, steps=4)
    parameters = np.random.default_rng(3).normal(scale=0.5, size=8 + 3)

    def value(p: np.ndarray) -> float:
        return _loss(p, X.astype(np.float64), y, 4, 0.3)[0]

    slope = _loss(parameters, X.astype(np.float64), y, 4, 0.3)[1]
    np.testing.assert_allclose(slope, approx_fprime(parameters, value, 1e-7), atol=1e-5)


def test_proportional_odds_find_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(20_000, 3)).astype(np.float32)
    weights, cuts = np.array([1.0, -2.0, 0.0]), np.array([-1.5, 0.0, 2.0])
    y = (X @ weights + rng.logistic(size=len(X)))[:, None] > cuts
    fitted = ProportionalOdds(penalty=0.0).fit(X, y.sum(axis=1))
    found = fitted.weights_ / fitted.scale_
    np.testing.assert_allclose(found, weights, atol=0.06)
    np.testing.assert_allclose(fitted.cuts_ + fitted.mean_ @ found, cuts, atol=0.06)


def test_proportional_odds_are_plain_numbers_and_come_back() -> None:
    X, y = ordered()
    fitted = ProportionalOdds().fit(X, y.astype(str))
    plain = json.loads(json.dumps(fitted.to_dict()))
    again = ProportionalOdds.from_dict(plain)
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    np.testing.assert_allclose(again.predict_proba(X), fitted.predict_proba(X))
    for broken in ({**plain, "cuts": plain["cuts"][:-1]}, {**plain, "weights": [1.0]}, {"labels": ["1"]}):
        with pytest.raises(ModelDamaged, match="expected a proportional-odds model"):
            ProportionalOdds.from_dict(broken)


def test_the_same_seed_gives_the_same_network() -> None:
    X, y = ordered()
    first, same, other = (ThresholdNetwork(steps=20, random_state=s).fit(X, y) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.predict_proba(X), same.predict_proba(X))
    assert not np.allclose(first.predict_proba(X), other.predict_proba(X))
