"""Folds: what a classifier is given, where folds run, and how an interrupted run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from tiny import tiny_people

from mimik.learn.checkpoints import Checkpoints
from mimik.learn.context import Context
from mimik.learn.folds import cross_predict
from mimik.learn.predictions import Predictions
from mimik.learn.splits import choose_split


class Listener(ClassifierMixin, BaseEstimator):
    """Keeps what it was told; its probabilities tell the person, and whether that person was trained on."""

    uses_context = True

    def fit(self, X: np.ndarray, y: np.ndarray, *, context: Context) -> Listener:
        assert len(X) == len(y) == len(context)
        self.classes_ = np.unique(y)
        self.known_ = set(context.participant.tolist())
        return self

    def predict_proba(self, X: np.ndarray, *, context: Context) -> np.ndarray:
        assert len(X) == len(context)
        told = np.zeros((len(X), len(self.classes_)))
        told[:, 0] = context.participant
        told[:, 1] = np.isin(context.participant, list(self.known_))
        return told


class Counting(LogisticRegression):
    """Writes a file for each training, and breaks off when told to."""

    def __init__(self, folder: str = "", stop_at: int = 99) -> None:
        super().__init__()
        self.folder, self.stop_at = folder, stop_at

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: None = None) -> Counting:
        done = len(list(Path(self.folder).iterdir()))
        if done >= self.stop_at:
            raise KeyboardInterrupt
        (Path(self.folder) / f"{done}").touch()
        super().fit(X, y)
        return self


def _only(found: list[Predictions]) -> Predictions:
    assert len(found) == 1
    return found[0]


def test_a_classifier_that_wants_it_is_told_whose_each_frame_is() -> None:
    data = tiny_people(people=6)
    found = _only(cross_predict(data, Listener(), [choose_split(data, folds=3)], jobs=1))
    np.testing.assert_array_equal(found.proba[:, 0], data.participant)
    assert not found.proba[:, 1].any()  # nobody tested was trained on


def test_probabilities_stand_in_the_order_of_the_expressions_whatever_a_fold_has_seen() -> None:
    data = tiny_people(people=4, shared=1.0, own=0.1)
    only_first = (data.participant > 0) & (data.y == 2)  # the last people never show one expression
    data = data.subset(~only_first)
    found = _only(cross_predict(data, LogisticRegression(), [choose_split(data, folds=None)], jobs=1))
    assert found.graded
    np.testing.assert_allclose(found.proba.sum(axis=1), 1, rtol=1e-5)
    assert not found.proba[data.participant == 0, 2].any()
    assert np.mean(found.codes == data.y) > 0.75


def test_a_classifier_without_probabilities_is_taken_at_its_word() -> None:
    data = tiny_people(people=4, shared=1.0)
    split = choose_split(data, folds=2)
    found = _only(cross_predict(data, LinearSVC(), [split], jobs=1))
    assert not found.graded
    assert set(np.unique(found.proba)) == {0.0, 1.0}
    model = LinearSVC().fit(data.X[split.train(0)], data.y[split.train(0)])
    np.testing.assert_array_equal(found.codes[split.test(0)], model.predict(data.X[split.test(0)]))


def test_an_interrupted_run_goes_on_with_the_folds_that_are_missing(tmp_path: Path) -> None:
    data = tiny_people(people=6)
    split, kept = choose_split(data, folds=6), Checkpoints(tmp_path / "kept")
    (trainings := tmp_path / "trainings").mkdir()
    with pytest.raises(KeyboardInterrupt):
        cross_predict(data, Counting(str(trainings), 4), [split], jobs=1, checkpoints=kept)
    assert len(list(trainings.iterdir())) == 4
    whole = LogisticRegression()
    seen: list[tuple[int, int]] = []
    first = _only(cross_predict(data, whole, [split], jobs=1, checkpoints=kept))
    again = _only(
        cross_predict(
            data, whole, [split], jobs=1, checkpoints=kept, on_progress=lambda n, of: seen.append((n, of))
        )
    )
    np.testing.assert_array_equal(first.proba, again.proba)
    assert seen == [(6, 6)]
    rest = Counting(str(trainings), 4)
    with pytest.raises(KeyboardInterrupt):  # the same settings: four folds are there, the fifth is not
        cross_predict(data, rest, [split], jobs=1, checkpoints=kept)
    assert len(list(trainings.iterdir())) == 4


@pytest.mark.parametrize("what", ["data", "settings", "split"])
def test_folds_of_something_else_are_not_taken(tmp_path: Path, what: str) -> None:
    data = tiny_people(people=6)
    kept, split = Checkpoints(tmp_path), choose_split(data, folds=2)
    cross_predict(data, LogisticRegression(), [split], jobs=1, checkpoints=kept)
    other = replace(data, X=data.X + 1) if what == "data" else data
    model = LogisticRegression(C=0.5) if what == "settings" else LogisticRegression()
    new = choose_split(data, folds=2, seed=1) if what == "split" else split
    seen: list[int] = []
    cross_predict(other, model, [new], jobs=1, checkpoints=kept, on_progress=lambda n, _: seen.append(n))
    assert seen == [1, 2]


def test_a_damaged_fold_is_computed_anew_and_cleared_with_the_rest(tmp_path: Path) -> None:
    data = tiny_people(people=4)
    kept, split = Checkpoints(tmp_path / "kept"), choose_split(data, folds=2)
    before = _only(cross_predict(data, LogisticRegression(), [split], jobs=1, checkpoints=kept))
    for file in kept.folder.iterdir():
        file.write_bytes(file.read_bytes()[:100])
    after = _only(cross_predict(data, LogisticRegression(), [split], jobs=1, checkpoints=kept))
    np.testing.assert_array_equal(before.proba, after.proba)
    kept.clear()
    kept.clear()
    assert not kept.folder.exists()


@pytest.fixture
def cluster() -> Iterator[object]:
    """A Dask cluster of two worker processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp"
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_a_dask_cluster_of_two_workers_gives_the_same(cluster: object) -> None:
    data = tiny_people(people=6, shared=0.5)
    split = choose_split(data, folds=3)
    here = _only(cross_predict(data, LogisticRegression(), [split], jobs=1))
    with joblib.parallel_config(backend="dask"):
        there = _only(cross_predict(data, LogisticRegression(), [split]))
    np.testing.assert_array_equal(here.proba, there.proba)
