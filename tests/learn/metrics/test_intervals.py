"""Intervals over people hold the truth 95 times in 100; those over frames do not."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from sklearn import metrics

from mimik.errors import DataError
from mimik.learn.estimate import Estimate
from mimik.learn.figures import NOMINAL, ORDINAL, figures_of
from mimik.learn.metrics.intervals import (
    BOUNDS,
    FEW_PEOPLE,
    jackknife,
    paired_intervals,
    participant_intervals,
)
from mimik.learn.tally import Tally

K = 4
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "matthews", "weighted_kappa", "mae")
STUDIES = 400


def _confusions(
    rng: np.random.Generator, people: int, skill: float | np.ndarray, spread: float = 0.9
) -> np.ndarray:
    """Simulate people (people, k, k): each has an ability, each trial a day; a trial's frames go together."""
    ability = skill + rng.normal(0, spread, (people, 1, 1)) + rng.normal(0, 0.6, (people, K, 1))
    share = 1 / (1 + np.exp(-ability - rng.normal(0, 0.8, (people, K, 3))))
    frames = rng.integers(60, 240, share.shape)
    hits = rng.binomial(frames, share)
    errors = rng.dirichlet(np.full(K - 1, 0.7), (people, K))
    missed = rng.multinomial((frames - hits).sum(axis=2), errors)
    found = np.zeros((people, K, K))
    for i in range(K):
        found[:, i, i] = hits[:, i].sum(axis=1)
        found[:, i, np.arange(K) != i] = missed[:, i]
    return found


def _tally(confusions: np.ndarray) -> Tally:
    return Tally(confusions, None, None, None)


@cache
def _truth(skill: float) -> dict[str, float]:
    everybody = _confusions(np.random.default_rng(99), 50_000, skill).sum(axis=0)
    return {name: float(value) for name, value in figures_of(_tally(everybody), FIGURES).items()}


def _held(estimate: Estimate, truth: float) -> bool:
    return estimate.low is not None and estimate.high is not None and estimate.low <= truth <= estimate.high


def _coverage(people: int, skill: float) -> dict[str, float]:
    held = dict.fromkeys(FIGURES, 0)
    confusions = _confusions(np.random.default_rng(people), people * STUDIES, skill)
    for study in np.split(confusions, STUDIES):
        for name, estimate in participant_intervals(_tally(study), FIGURES).items():
            held[name] += _held(estimate, _truth(skill)[name])
    return {name: count / STUDIES for name, count in held.items()}


@pytest.mark.parametrize("skill", [0.8, 2.5])
@pytest.mark.parametrize("people", [20, 30, 60])
def test_intervals_hold_the_truth_about_95_times_in_100(people: int, skill: float) -> None:
    for name, share in _coverage(people, skill).items():
        assert 0.92 <= share <= 0.98, name


def test_resampled_frames_would_hold_it_far_less_often() -> None:
    held = 0
    rng = np.random.default_rng(30)
    for study in np.split(_confusions(rng, 30 * 200, 0.8), 200):
        total = study.sum(axis=0)
        drawn = rng.multinomial(int(total.sum()), (total / total.sum()).ravel(), size=400)
        accuracy = figures_of(_tally(drawn.reshape(-1, K, K).astype(float)), ("accuracy",))["accuracy"]
        low, high = np.quantile(accuracy, [0.025, 0.975])
        held += low <= _truth(0.8)["accuracy"] <= high
    assert held / 200 < 0.3


def _two_classifiers(seed: int, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Simulate the same people twice; who is hard for one is hard for the other, which is a bit better."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(0.8, 1.0, (people, 1, 1))
    return _confusions(rng, people, ability, 0.2), _confusions(rng, people, ability + 0.3, 0.2)


def test_differences_of_two_classifiers_on_the_same_people_hold_the_truth() -> None:
    names, people = FIGURES[:3], 30
    ends = [figures_of(_tally(c.sum(axis=0)), names) for c in _two_classifiers(0, 50_000)]
    studies = (np.split(c, STUDIES) for c in _two_classifiers(1, people * STUDIES))
    held = dict.fromkeys(names, 0)
    for first, second in zip(*studies, strict=True):
        for name, estimate in paired_intervals(_tally(first), _tally(second), names).items():
            held[name] += _held(estimate, float(ends[1][name] - ends[0][name]))
    for name, count in held.items():
        assert 0.92 <= count / STUDIES <= 0.98, name


def test_who_is_hard_for_both_classifiers_does_not_widen_their_difference() -> None:
    first, second = (_tally(c) for c in _two_classifiers(3, 30))
    paired = paired_intervals(first, second, ("accuracy",))["accuracy"]
    alone = participant_intervals(first, ("accuracy",))["accuracy"]
    assert _width(paired) < 0.7 * _width(alone)
    assert paired.value == pytest.approx(_accuracy(second) - _accuracy(first))
    turned = paired_intervals(second, first, ("accuracy",))["accuracy"]
    assert turned.low == pytest.approx(-paired.high)  # type: ignore[operator]


def _width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def _accuracy(tally: Tally) -> float:
    total = tally.confusion.sum(axis=0)
    return float(np.trace(total) / total.sum())


def test_leaving_people_out_is_done_as_said() -> None:
    """Against scikit-learn on the frames themselves, each person's removed."""
    rng = np.random.default_rng(5)
    y, found, person = rng.integers(K, size=600), rng.integers(K, size=600), rng.integers(8, size=600)
    found[::2] = y[::2]
    proba = np.eye(K, dtype=np.float32)[found]
    tally = Tally.of(y, found, proba, person, 8, graded=False)
    without = [metrics.f1_score(y[person != p], found[person != p], average="macro") for p in range(8)]
    expected = jackknife(metrics.f1_score(y, found, average="macro"), np.array(without), bounds=(0, 1))
    got = participant_intervals(tally, ("macro_f1",))["macro_f1"]
    assert (got.value, got.low, got.high) == pytest.approx((expected.value, expected.low, expected.high))


def test_of_a_mean_it_is_the_interval_of_students_t() -> None:
    x = np.random.default_rng(6).normal(3, 2, 25)
    without = (x.sum() - x) / 24
    found = jackknife(x.mean(), without)
    reach = 2.0638986 * x.std(ddof=1) / 5  # 97.5 % of t with 24 degrees of freedom, from a table
    assert (found.low, found.high) == pytest.approx((x.mean() - reach, x.mean() + reach))


def test_all_figures_have_bounds_and_ends_within_them() -> None:
    rng = np.random.default_rng(7)
    y, person = rng.integers(K, size=900), rng.integers(9, size=900)
    proba = rng.dirichlet(np.ones(K), 900).astype(np.float32)
    proba[np.arange(900), y] += 2 * (person > 0)  # one person is not recognised
    proba /= proba.sum(axis=1, keepdims=True)
    found = participant_intervals(Tally.of(y, proba.argmax(axis=1), proba, person, 9), ORDINAL)
    assert set(found) == set(BOUNDS) == set(ORDINAL)
    for name, estimate in found.items():
        assert BOUNDS[name][0] < estimate.low < estimate.value < estimate.high < BOUNDS[name][1], name  # type: ignore[operator]


def test_intervals_are_trusted_from_20_people() -> None:
    few, enough = (_confusions(np.random.default_rng(8), n, 0.8) for n in (FEW_PEOPLE - 1, FEW_PEOPLE))
    assert not participant_intervals(_tally(few), ("accuracy",))["accuracy"].trusted
    assert participant_intervals(_tally(enough), ("accuracy",))["accuracy"].trusted
    nobody = np.zeros((5, K, K))
    with_nobody = participant_intervals(_tally(np.concatenate([few, nobody])), ("accuracy",))["accuracy"]
    assert with_nobody == participant_intervals(_tally(few), ("accuracy",))["accuracy"]


@pytest.mark.parametrize("people", [0, 1])
def test_fewer_than_two_people_have_no_interval(people: int) -> None:
    found = participant_intervals(_tally(_confusions(np.random.default_rng(9), people, 1)), NOMINAL)
    for estimate in found.values():
        assert (estimate.value is None) == (people == 0)
        assert estimate.low is estimate.high is None
        assert not estimate.trusted


def test_people_who_do_not_differ_tell_nothing_about_others() -> None:
    perfect = np.eye(K)[None] * np.full((25, 1, 1), 100.0)
    assert participant_intervals(_tally(perfect), ("accuracy",))["accuracy"] == Estimate(1.0)
    same = np.full((25, K, K), 7.0)
    assert participant_intervals(_tally(same), ("accuracy",))["accuracy"] == Estimate(0.25)


def test_one_person_who_makes_all_errors_leaves_a_finite_interval() -> None:
    confusions = np.eye(K)[None] * np.full((25, 1, 1), 100.0)
    confusions[0, 0] = 25
    found = participant_intervals(_tally(confusions), ("accuracy",))["accuracy"]
    assert 0.9 < found.low < found.value < found.high < 1  # type: ignore[operator]


def test_a_figure_that_hangs_on_one_person_has_no_interval() -> None:
    assert jackknife(0.4, np.array([0.4, math.nan, 0.5])) == Estimate(0.4)
    assert jackknife(math.nan, np.array([0.4, 0.5])) == Estimate(None)


def test_a_higher_level_makes_wider_intervals() -> None:
    tally = _tally(_confusions(np.random.default_rng(10), 30, 0.8))
    widths = [
        _width(participant_intervals(tally, ("accuracy",), level=v)["accuracy"]) for v in (0.8, 0.95, 0.99)
    ]
    assert widths == sorted(widths)


def test_bad_input_says_what_was_expected() -> None:
    tally = _tally(np.ones((3, K, K)))
    with pytest.raises(DataError, match="level between 0 and 1"):
        participant_intervals(tally, ("accuracy",), level=95)
    with pytest.raises(DataError, match="the same people twice, got 3 and 2"):
        paired_intervals(tally, _tally(np.ones((2, K, K))), ("accuracy",))
