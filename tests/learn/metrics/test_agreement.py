"""Agreement: published examples, another library, and how often intervals hold the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import DataError
from mimik.learn.metrics.agreement import Intraclass, Reliability, reliability
from mimik.learn.plain import from_plain, to_plain

SHROUT_AND_FLEISS = np.array(  # their table 2: six targets, four judges
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
# What version 0.7.0 gives, by judges: agreement, consistency, consistency of the mean, each with its ends.
PINGOUIN = {
    (0, 1, 2, 3): (
        (0.28976377952755916, 0.018786513374712058, 0.7610843696489527),
        (0.7148407148407154, 0.34246476503392614, 0.9458582599553597),
        (0.9093155423770697, 0.6756747138163055, 0.9858916781690623),
    ),
    (1, 2): (
        (0.5559845559845561, -0.06777905772916136, 0.9230399194637783),
        (0.8944099378881988, 0.4302847855124887, 0.9845218606390505),
        (0.9442622950819672, 0.6016770783984986, 0.9922005699871881),
    ),
}
NONE = Intraclass(None, None, None)


def _table(
    seed: int, targets: int, raters: int, *, spread: float = 1.0, offset: float = 1.0, noise: float = 1.0
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (
        rng.normal(5, spread, (targets, 1))
        + rng.normal(0, offset, (1, raters))
        + rng.normal(0, noise, (targets, raters))
    )


def _components(table: np.ndarray) -> tuple[float, float, float]:
    """Return the variance of targets, of raters and of what remains."""
    n, k = table.shape
    target, rater = np.divmod(np.arange(n * k), k)
    y = table.ravel()

    def left(*factors: np.ndarray) -> float:
        """The sum of squares that these factors leave unexplained."""
        design = np.concatenate([np.eye(factor.max() + 1)[factor] for factor in factors], axis=1)
        return float(np.square(y - design @ np.linalg.lstsq(design, y, rcond=None)[0]).sum())

    noise = left(target, rater) / ((n - 1) * (k - 1))
    of_targets = (left(rater) - left(target, rater)) / (n - 1)
    of_raters = (left(target) - left(target, rater)) / (k - 1)
    return (of_targets - noise) / k, (of_raters - noise) / n, noise


def _all(found: Reliability) -> tuple[Intraclass, Intraclass, Intraclass]:
    return found.agreement, found.consistency, found.consistency_of_mean


def _values(icc: Intraclass) -> tuple[Any, Any, Any]:
    return icc.value, icc.low, icc.high


def test_the_published_example() -> None:
    """Shrout and Fleiss 1979, table 4; McGraw and Wong's ICC(A,1) and ICC(C,1) are the same numbers."""
    found = reliability(SHROUT_AND_FLEISS)
    assert found.agreement.value == pytest.approx(0.29, abs=0.005)
    assert found.consistency.value == pytest.approx(0.71, abs=0.005)
    assert found.consistency_of_mean.value == pytest.approx(0.91, abs=0.005)


@pytest.mark.parametrize("judges", PINGOUIN)
def test_coefficients_and_intervals_are_those_of_another_library(judges: tuple[int, ...]) -> None:
    found = reliability(SHROUT_AND_FLEISS[:, judges])
    for icc, expected in zip(_all(found), PINGOUIN[judges], strict=True):
        assert _values(icc) == pytest.approx(expected, abs=1e-12)


@given(seed=st.integers(0, 10**6), targets=st.integers(3, 30), raters=st.integers(2, 6))
def test_coefficients_are_those_of_variance_components(seed: int, targets: int, raters: int) -> None:
    """Least squares on indicators, and from them the variance of targets, of raters and of noise."""
    table = _table(seed, targets, raters, spread=seed % 3, offset=seed % 2)
    found = reliability(table)
    of_targets, of_raters, noise = _components(table)
    assert found.consistency.value == pytest.approx(of_targets / (of_targets + noise))
    assert found.agreement.value == pytest.approx(of_targets / (of_targets + of_raters + noise))
    assert found.consistency_of_mean.value == pytest.approx(of_targets / (of_targets + noise / raters))
    assert found.sem == pytest.approx(np.sqrt(noise))
    assert found.sem_agreement == pytest.approx(np.sqrt(noise + max(of_raters, 0)))


def test_an_interval_exists_where_raters_disagree_almost_as_if_by_order() -> None:
    """Targets differ less than chance: the degrees of freedom of Satterthwaite's noise go to nothing."""
    table = np.array([[0.0, 1.0], [1.0, 0.0], [0.3, 0.6]])
    for shift in np.linspace(0.0, 2.0, 401):
        found = reliability(table + np.array([0.0, shift])).agreement
        assert found.low is not None
        assert found.high is not None
        assert np.isfinite([found.low, found.high]).all()


def test_rows_with_a_missing_cell_are_dropped_and_counted() -> None:
    table = _table(3, 12, 3)
    table[[2, 7], [0, 1]] = np.nan, np.inf
    found = reliability(table)
    assert (found.targets, found.raters, found.dropped) == (10, 3, 2)
    whole = reliability(np.delete(table, [2, 7], axis=0))
    assert found.agreement == whole.agreement


def test_a_constant_difference_between_raters_is_disagreement_and_no_inconsistency() -> None:
    table = _table(4, 20, 2, offset=0)
    apart = table + np.array([0, 10])
    assert reliability(apart).consistency.value == pytest.approx(reliability(table).consistency.value)
    assert reliability(apart).sem == pytest.approx(reliability(table).sem)
    agreement, sem = reliability(apart).agreement.value, reliability(apart).sem_agreement
    assert agreement is not None
    assert agreement < 0.1
    # Two raters 10 apart: the variance between them is 50.
    assert sem == pytest.approx(np.sqrt(50), rel=0.1)


def test_perfect_agreement_is_one_at_both_ends() -> None:
    found = reliability(np.arange(5.0)[:, None] + np.zeros(3))
    for icc in _all(found):
        assert _values(icc) == (1, 1, 1)
    assert found.sem == found.sem_agreement == 0


def test_perfect_consistency_with_a_constant_difference() -> None:
    found = reliability(np.arange(6.0)[:, None] + [0, 0.1, 0.7])
    assert _values(found.consistency) == (1, 1, 1)
    low, value, high = found.agreement.low, found.agreement.value, found.agreement.high
    assert low is not None
    assert value is not None
    assert high is not None
    assert low < value < high < 1


@pytest.mark.parametrize("table", [np.full((5, 3), 0.1), np.full((5, 3), 7.3)])
def test_without_any_variance_there_is_no_correlation_and_no_error(table: np.ndarray) -> None:
    found = reliability(table)
    assert _all(found) == (NONE, NONE, NONE)
    assert found.sem == 0


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (5, 1), (5, 0)])
def test_too_few_targets_or_raters_give_no_values(shape: tuple[int, int]) -> None:
    found = reliability(np.zeros(shape))
    assert found.consistency == NONE
    assert found.sem is None
    assert found.sem_agreement is None


def test_intervals_hold_the_truth_95_times_in_100() -> None:
    truth, of_mean, held = 1 / (1 + 0.5), 1 / (1 + 0.5 / 3), np.zeros(2)
    studies = 800
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        table = rng.normal(0, 1, (15, 1)) + rng.normal(0, np.sqrt(0.5), (15, 3))
        found = reliability(table)
        for i, (icc, true) in enumerate(((found.consistency, truth), (found.consistency_of_mean, of_mean))):
            assert icc.low is not None
            assert icc.high is not None
            held[i] += icc.low <= true <= icc.high
    assert ((held / studies > 0.93) & (held / studies < 0.97)).all()


def test_a_higher_level_makes_wider_intervals() -> None:
    table = _table(5, 12, 3)
    wide, narrow = reliability(table, level=0.99).agreement, reliability(table, level=0.8).agreement
    assert wide.low < narrow.low < narrow.high < wide.high  # type: ignore[operator]


def test_all_can_be_written_down_and_read_back() -> None:
    found = reliability(SHROUT_AND_FLEISS)
    assert from_plain(Reliability, to_plain(found), where="here") == found


def test_bad_input_says_what_was_expected() -> None:
    with pytest.raises(DataError, match="targets, raters"):
        reliability(np.zeros(4))
    with pytest.raises(DataError, match="level between 0 and 1"):
        reliability(SHROUT_AND_FLEISS, level=95)
