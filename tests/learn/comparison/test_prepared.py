"""Classifiers on the features that networks get."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planted import planted
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.comparison.prepared import Prepared


def lda() -> LinearDiscriminantAnalysis:
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")


def test_plain_inputs_are_standardised_channels() -> None:
    data = planted(people=6)
    model = Prepared(lda()).fit(data.X, data.y, context=data.context)
    by_hand = make_pipeline(StandardScaler(), lda()).fit(data.X, data.y)

    np.testing.assert_allclose(
        model.predict_proba(data.X, context=data.context), by_hand.predict_proba(data.X), atol=1e-4
    )


def test_the_resting_face_is_subtracted_before_the_root() -> None:
    data = planted(people=4)
    rng = np.random.default_rng(0)
    faces = rng.random((data.n_recordings, 52)).astype(np.float32)
    X = faces[data.recording] + np.abs(data.X) * 0.1
    context = replace(data, X=X, resting=faces).context
    risen = np.cbrt(np.clip(X - faces[data.recording], 0, 1))

    model = Prepared(lda(), resting=True, power=1 / 3).fit(X, data.y, context=context)
    by_hand = Prepared(lda()).fit(risen, data.y)

    np.testing.assert_allclose(
        model.predict_proba(X, context=context), by_hand.predict_proba(risen), atol=1e-4
    )


def test_channels_are_chosen_by_the_training_frames_alone() -> None:
    data = planted(people=4)
    X = data.X.copy()
    X[:, 11] = np.nan  # never delivered
    X[::50, 20] = np.nan  # too often missing
    X[5, 30] = np.nan  # missing once
    model = Prepared(lda()).fit(X, data.y)

    assert len(model.features_.channels) == 50
    assert not {BLEND_SHAPES[11], BLEND_SHAPES[20]} & set(model.features_.channels)
    p = model.predict_proba(np.full((2, 52), np.nan, dtype=np.float32))
    assert np.isfinite(p).all()
    mean = np.zeros((1, 52), dtype=np.float32)
    mean[:, np.isin(np.arange(52), [11, 20], invert=True)] = model.features_.mean
    np.testing.assert_allclose(p[:1], model.predict_proba(mean), rtol=1e-5)


def test_large_sets_are_thinned_evenly() -> None:
    class Counted(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            self.rows_ = len(X)
            return super().fit(X, y)

    data = planted(people=6)

    rows = [
        Prepared(Counted(max_iter=2000), most=most).fit(data.X, data.y).estimator_.rows_
        for most in (None, 10**6, 288, 100)
    ]

    assert len(data) == 288
    assert rows == [288, 288, 288, 96]


def test_probabilities_are_there_if_the_classifier_has_them() -> None:
    assert hasattr(Prepared(LinearDiscriminantAnalysis()), "predict_proba")
    assert not hasattr(Prepared(LinearSVC()), "predict_proba")


def test_frames_without_a_channel_are_an_error() -> None:
    with pytest.raises(DataError, match="No coefficient"):
        Prepared(LogisticRegression()).fit(np.full((4, 52), np.nan), [0, 1, 0, 1])
