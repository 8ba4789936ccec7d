"""Cohen's kappa equals scikit-learn's and a published example's; undefined it is None."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from mimik.errors import DataError
from mimik.learn.figures import figures_of
from mimik.learn.metrics.kappa import Weights, cohens_kappa
from mimik.learn.tables import confusion
from mimik.learn.tally import Tally


@given(
    codes=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60),
    weights=st.sampled_from(["none", "linear", "quadratic"]),
)
def test_kappa_is_that_of_another_library(codes: list[tuple[int, int]], weights: Weights) -> None:
    shown, found = np.array(codes).T
    value = cohens_kappa(confusion(shown, found, 5), weights)
    if len(set(shown) | set(found)) == 1:
        assert value is None
        return
    theirs = None if weights == "none" else weights
    assert value == pytest.approx(cohen_kappa_score(shown, found, labels=range(5), weights=theirs), abs=1e-12)


def test_an_example_by_hand() -> None:
    matrix = np.array([[20, 5], [10, 15]])  # agreed 0.7, by chance 0.5
    assert cohens_kappa(matrix) == pytest.approx(0.4)
    assert cohens_kappa(matrix, "quadratic") == pytest.approx(0.4)  # two labels know one distance


def test_a_near_miss_costs_less_than_a_far_one() -> None:
    base = np.eye(3, dtype=int) * 10
    near, far = base.copy(), base.copy()
    near[0, 1] = far[0, 2] = 5
    for weights in ("linear", "quadratic"):
        assert cohens_kappa(near, weights) > cohens_kappa(far, weights)  # type: ignore[operator]


def test_squared_weights_are_those_of_the_figures_of_an_evaluation() -> None:
    matrix = np.random.default_rng(0).integers(1, 30, (5, 5))
    figure = figures_of(Tally(matrix.astype(float), None, None, None), ("weighted_kappa",))["weighted_kappa"]
    assert cohens_kappa(matrix, "quadratic") == pytest.approx(float(figure))


@pytest.mark.parametrize("matrix", [np.zeros((3, 3), int), np.diag([0, 9, 0])])
def test_without_frames_or_with_one_label_there_is_none(matrix: np.ndarray) -> None:
    assert cohens_kappa(matrix) is None


def test_bad_input_says_what_was_expected() -> None:
    with pytest.raises(DataError, match="square"):
        cohens_kappa(np.zeros((2, 3), int))
    with pytest.raises(DataError, match="none, linear, quadratic, got 'cubic'"):
        cohens_kappa(np.eye(2, dtype=int), "cubic")  # type: ignore[arg-type]
