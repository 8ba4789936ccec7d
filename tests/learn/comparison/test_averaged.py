"""Averages over the last seconds, held against a naive reader."""

from __future__ import annotations

import numpy as np
import pytest
from planted import planted
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from mimik.errors import DataError
from mimik.learn.comparison.averaged import Averaged, mean_of_last
from mimik.learn.comparison.prepared import Prepared


def naively(seconds: float, values: np.ndarray, recording: np.ndarray, time: np.ndarray) -> np.ndarray:
    """One frame after the other, looking at all that went before."""
    rows = []
    for i in range(len(values)):
        there = [
            j
            for j in range(i + 1)
            if recording[j] == recording[i] and (i == j or time[i] - time[j] < seconds)
        ]
        rows.append(values[there].mean(axis=0))
    return np.array(rows)


@pytest.mark.parametrize("seconds", [0.01, 0.5, 1.0, 100.0])
def test_each_frame_gets_the_mean_of_the_last_seconds_of_its_recording(seconds: float) -> None:
    rng = np.random.default_rng(0)
    recording = np.repeat([4, 0, 9], [90, 1, 60])
    time = np.cumsum(rng.exponential(1 / 30, size=151))
    time[40:] += 0.7  # frames were lost
    time[70:] += 30  # for long
    values = rng.random((151, 3))

    found = mean_of_last(seconds, values, recording, time)

    np.testing.assert_allclose(found, naively(seconds, values, recording, time), rtol=1e-12)


def test_what_comes_later_changes_nothing_before() -> None:
    rng = np.random.default_rng(1)
    values, time = rng.random((50, 2)), np.arange(50) / 30
    other = values.copy()
    other[30:] = 0.0

    before, after = (mean_of_last(1.0, v, np.zeros(50, int), time) for v in (values, other))

    np.testing.assert_array_equal(before[:30], after[:30])
    assert (before[30:] != after[30:]).all()


def test_seconds_count_and_not_frames() -> None:
    values = np.arange(8.0)[:, None]
    slow, quick = (mean_of_last(1.0, values, np.zeros(8, int), np.arange(8) / fps) for fps in (2, 4))

    assert slow[-1] == np.mean([6, 7])
    assert quick[-1] == np.mean([4, 5, 6, 7])


def test_the_classifier_inside_is_given_the_context_only_if_it_wants_it() -> None:
    data = planted(people=4)
    for inside in (GaussianNB(), Prepared(GaussianNB())):
        model = Averaged(inside, seconds=0.2).fit(data.X, data.y, context=data.context)
        p = model.predict_proba(data.X, context=data.context)

        assert isinstance(model.estimator, type(inside))
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(model.predict(data.X, context=data.context), p.argmax(axis=1))


def test_it_is_a_scikit_learn_classifier() -> None:
    model = Averaged(LogisticRegression(C=3.0), seconds=2.0)

    again = clone(model)

    assert again.get_params()["estimator__C"] == 3.0
    assert again.set_params(seconds=0.5).seconds == 0.5
    assert model.seconds == 2.0


def test_no_time_at_all_is_an_error() -> None:
    data = planted(people=2)
    with pytest.raises(DataError, match="seconds above 0"):
        Averaged(LogisticRegression(), seconds=0).fit(data.X, data.y, context=data.context)
