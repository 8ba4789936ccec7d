"""The wrapper: what training loses, and that nothing else changes."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pytest
from acted import Acted, acted
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mimik.errors import DataError
from mimik.learn.context import Context, wants_context
from mimik.learn.labels.clean import MISLABELLED, NO_LONGER, NOT_YET, CleanLabels, Dropped, dropped_frames
from mimik.learn.labels.issues import find_label_issues
from mimik.learn.labels.onset import expressing, find_spans


class Noting(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps what it is given."""

    uses_context = True

    def fit(self, X: Any, y: Any, *, context: Context, more: str = "") -> Self:
        self.X_, self.y_, self.context_, self.more_ = X, y, context, more
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any, context: Context) -> Any:
        assert len(X) == len(context)
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X: Any, context: Context) -> Any:
        return self.classes_[self.predict_proba(X, context).argmax(axis=1)]


def linear() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=300))


@pytest.fixture(scope="module")
def people() -> Acted:
    return acted(16, seconds=8)


def test_training_loses_what_is_not_yet_shown_and_only_that(people: Acted) -> None:
    model = CleanLabels(Noting()).fit(people.X, people.y, context=people.context, more="passed on")

    kept = expressing(people.X, people.context)
    np.testing.assert_array_equal(model.estimator_.X_, people.X[kept])
    np.testing.assert_array_equal(model.estimator_.y_, people.y[kept])
    np.testing.assert_array_equal(model.estimator_.context_.device_time, people.context.device_time[kept])
    assert model.estimator_.more_ == "passed on"
    assert 0.1 < 1 - kept.mean() < 0.3


def test_what_was_dropped_is_told_by_recording(people: Acted) -> None:
    model = CleanLabels(linear()).fit(people.X, people.y, context=people.context)

    spans = {span.recording: span for span in find_spans(people.X, people.context)}
    for dropped in model.dropped_:
        span = spans.pop(dropped.recording)
        assert dropped.frames == span.frames
        assert dropped.dropped == span.frames - span.shown > 0
        assert set(dropped.reasons) <= {NOT_YET, NO_LONGER}
    assert all(span.frames == span.shown for span in spans.values())
    assert len(model.dropped_) >= 76


def test_frames_to_recognise_stay_as_they_come(people: Acted) -> None:
    model = CleanLabels(linear()).fit(people.X, people.y, context=people.context)
    kept = expressing(people.X, people.context)
    alone = linear().fit(people.X[kept], people.y[kept])

    np.testing.assert_allclose(model.predict_proba(people.X), alone.predict_proba(people.X), rtol=1e-6)
    np.testing.assert_array_equal(model.predict(people.X, context=people.context), alone.predict(people.X))
    np.testing.assert_array_equal(model.classes_, alone.classes_)


def test_a_classifier_that_uses_the_context_gets_it(people: Acted) -> None:
    model = CleanLabels(Noting()).fit(people.X, people.y, context=people.context)

    some = np.arange(100)
    assert model.predict_proba(people.X[some], context=people.context.rows(some)).shape == (100, 5)
    assert model.predict(people.X[some], context=people.context.rows(some)).shape == (100,)


def test_nothing_is_dropped_if_nothing_is_asked(people: Acted) -> None:
    model = CleanLabels(linear(), onset=False).fit(people.X, people.y, context=people.context)

    assert model.dropped_ == ()
    alone = linear().fit(people.X, people.y)
    np.testing.assert_array_equal(model.predict(people.X), alone.predict(people.X))


@pytest.mark.parametrize("confident", ["frames", "trials"])
def test_confident_learning_sees_what_the_onset_left(people: Acted, confident: str) -> None:
    model = CleanLabels(Noting(), confident=confident).fit(people.X, people.y, context=people.context)

    kept = expressing(people.X, people.context)
    left = people.context.rows(kept)
    issues = find_label_issues(people.X[kept], people.y[kept], left)
    wrong = [trial.recording for trial in issues.trials if trial.suspicious]
    suspicious = issues.suspicious if confident == "frames" else np.isin(left.recording, wrong)
    np.testing.assert_array_equal(model.estimator_.X_, people.X[kept][~suspicious])
    reasons = [dropped.reasons.get(MISLABELLED, 0) for dropped in model.dropped_]
    assert sum(reasons) == suspicious.sum() > 0


class Sure(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Says 97 % for the channel that stands out."""

    def fit(self, X: Any, y: Any) -> Self:
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:
        return 0.01 + 0.96 * np.eye(4)[X[:, :4].argmax(axis=1)][:, self.classes_]


def test_no_expression_is_forgotten_altogether() -> None:
    """Three trials are given label 3 and seem to show 0, 1 and 2: all three are suspected."""
    shown = np.array([0, 1, 2] * 6 + [0, 1, 2])
    given = np.array([0, 1, 2] * 6 + [3, 3, 3])
    recording = np.repeat(np.arange(21, dtype=np.int32), 10)
    person = np.append(np.repeat(np.arange(6), 3), [0, 1, 2]).astype(np.int32)
    context = Context(
        person[recording],
        recording,
        np.tile(np.arange(10) / 30, 21),
        np.full((21, 52), np.nan, dtype=np.float32),
    )
    X = np.eye(52, dtype=np.float32)[shown[recording]]
    y = given[recording]
    issues = find_label_issues(X, y, context, estimator=Sure())
    assert {trial.recording for trial in issues.trials if trial.suspicious} == {18, 19, 20}

    model = CleanLabels(Noting(), confident="trials", judge=Sure()).fit(X, y, context=context)

    assert model.classes_.tolist() == [0, 1, 2, 3]
    assert model.dropped_ == ()


def test_dropped_frames_are_counted() -> None:
    reason = np.array(["", NOT_YET, NOT_YET, "", NO_LONGER, "", "", MISLABELLED])
    recording = np.array([2, 0, 0, 0, 0, 1, 1, 5], dtype=np.int32)

    found = dropped_frames(reason, recording)

    assert found == (Dropped(0, 4, {NOT_YET: 2, NO_LONGER: 1}), Dropped(5, 1, {MISLABELLED: 1}))
    assert found[0].dropped == 3


def test_it_is_a_classifier_as_any_other(people: Acted) -> None:
    model = CleanLabels(linear(), confident="frames", random_state=3)

    twin = clone(model)
    assert twin.get_params()["estimator__logisticregression__C"] == 0.01
    assert twin.set_params(onset=False, estimator__logisticregression__C=2.0).get_params()["onset"] is False
    assert is_classifier(model)
    assert wants_context(model)
    assert hasattr(model, "predict_proba")
    assert not hasattr(CleanLabels(RidgeClassifier()), "predict_proba")
    model.fit(people.X, people.y, context=people.context)
    assert not hasattr(model.estimator[-1], "coef_"), "the one given stays unfitted"
    assert not hasattr(model, "history_")


def test_what_cannot_be_cleaned_is_refused(people: Acted) -> None:
    with pytest.raises(DataError, match="context of the frames"):
        CleanLabels(linear()).fit(people.X, people.y)
    with pytest.raises(DataError, match="got 'all'"):
        CleanLabels(linear(), confident="all").fit(people.X, people.y, context=people.context)
