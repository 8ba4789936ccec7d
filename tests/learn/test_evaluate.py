"""Evaluation: honest on people never seen, and frank about what shuffled frames add."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from tiny import tiny_people

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.dataset import Dataset
from mimik.learn.evaluate import evaluate
from mimik.learn.evaluation import Evaluation
from mimik.learn.recognizer import Recognizer
from mimik.learn.splits import choose_split


def _codes(evaluation: Evaluation) -> list[str]:
    return [notice.code for notice in evaluation.notices]


class WithHistory(ClassifierMixin, BaseEstimator):
    """Names always the first expression, and keeps the figures of two epochs."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> WithHistory:
        self.classes_ = np.unique(y)
        self.history_ = {"loss": [2.0, 1.0], "accuracy": [0.25, 0.5]}
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.full(len(X), self.classes_[0])


class Witness(ClassifierMixin, BaseEstimator):
    """Fails when it is asked to predict people it was trained on, unless it is asked for all of them."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> Witness:
        self.classes_ = np.unique(y)
        self.seen_ = set(X[:, 0].tolist())
        self.n_ = len(X)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        if len(X) != self.n_ and set(X[:, 0].tolist()) & self.seen_:
            raise AssertionError("a person stands on both sides")
        return np.zeros(len(X), dtype=int)


def test_a_classifier_that_memorises_people_is_found_out() -> None:
    evaluation = evaluate(tiny_people(), KNeighborsClassifier(1), jobs=1)
    assert evaluation.leaking is not None
    assert evaluation.result.scores.accuracy == pytest.approx(0.2, abs=0.1)
    assert evaluation.leaking.scores.accuracy == pytest.approx(1.0, abs=0.01)
    assert evaluation.leaking.meaning == "leaks: frames of one recording stand on both sides"
    assert evaluation.inflated_by == pytest.approx(0.8, abs=0.1)


def test_a_classifier_that_finds_what_people_share_is_hardly_inflated() -> None:
    evaluation = evaluate(tiny_people(shared=1.0, own=0.2), NearestCentroid(), jobs=1)
    assert evaluation.result.scores.accuracy == pytest.approx(1.0, abs=0.02)
    assert evaluation.inflated_by == pytest.approx(0.0, abs=0.02)


def test_people_who_train_are_never_tested() -> None:
    dataset = tiny_people(10, frames=4)
    dataset.X[:, 0] = dataset.participant
    evaluate(dataset, Witness(), compare_frame_split=False, jobs=1)


def test_the_outcome_does_not_depend_on_the_number_of_processes() -> None:
    dataset = tiny_people(10, shared=0.5)
    tree = DecisionTreeClassifier(max_features=5)  # draws random numbers: its open seed is set
    alone, together = (evaluate(dataset, tree, seed=3, jobs=jobs) for jobs in (1, 2))
    assert alone == together
    assert tree.random_state is None


def test_the_order_of_people_does_not_change_the_figures() -> None:
    dataset = tiny_people(10, shared=0.6)
    order = np.argsort(-dataset.participant, kind="stable")
    backwards = Dataset(
        X=dataset.X[order],
        y=dataset.y[order],
        participant=9 - dataset.participant[order],
        recording=dataset.recording[order],
        device_time=dataset.device_time[order],
        expressions=dataset.expressions,
        participants=dataset.participants[::-1],
        recordings=dataset.recordings,
        title="tiny",
        synthetic=False,
    )
    here, there = (
        evaluate(d, KNeighborsClassifier(3), jobs=1, compare_frame_split=False) for d in (dataset, backwards)
    )
    assert here.result.scores == there.result.scores
    assert here.result.people == there.result.people[::-1]


def test_predictions_are_pooled_over_folds_and_told_apart_by_person() -> None:
    dataset = tiny_people(8, shared=0.5)
    evaluation = evaluate(dataset, KNeighborsClassifier(3), folds=4, jobs=1, compare_frame_split=False)
    split = choose_split(dataset, folds=4)
    predicted = np.empty_like(dataset.y)
    for fold in range(4):
        train, test = split.train(fold), split.test(fold)
        model = KNeighborsClassifier(3).fit(dataset.X[train], dataset.y[train])
        predicted[test] = model.predict(dataset.X[test])
        assert evaluation.result.folds[fold].accuracy == np.mean(predicted[test] == dataset.y[test])
    assert evaluation.result.scores.accuracy == np.mean(predicted == dataset.y)
    for p, person in enumerate(evaluation.result.people):
        mine = dataset.participant == p
        assert person.participant == f"sub-{p:02}"
        assert person.frames == mine.sum()
        assert person.accuracy == pytest.approx(np.mean(predicted[mine] == dataset.y[mine]))


def test_training_frames_are_recognised_anew_for_the_published_training_table() -> None:
    evaluation = evaluate(tiny_people(6), KNeighborsClassifier(1), folds=3, jobs=1, compare_frame_split=False)
    training = evaluation.result.training_scores
    assert training.accuracy == 1.0
    assert training.total == 2 * len(tiny_people(6))


def test_progress_counts_the_folds_of_both_splits() -> None:
    seen: list[tuple[int, int]] = []
    evaluate(tiny_people(6), NearestCentroid(), folds=3, jobs=1, on_progress=lambda *step: seen.append(step))
    assert seen == [(i, 6) for i in range(1, 7)]


def test_simulated_people_are_said_to_be_so_before_all_else() -> None:
    evaluation = evaluate(tiny_people(6, synthetic=True), NearestCentroid(), jobs=1)
    assert evaluation.data.synthetic
    assert _codes(evaluation)[0] == "EVAL010"


def test_few_people_are_said_to_be_too_few() -> None:
    assert "EVAL008" in _codes(evaluate(tiny_people(19, frames=2), NearestCentroid(), jobs=1))
    assert "EVAL008" not in _codes(evaluate(tiny_people(20, frames=2), NearestCentroid(), jobs=1))


def test_one_person_is_evaluated_by_recording_and_says_so() -> None:
    evaluation = evaluate(tiny_people(1, takes=3), NearestCentroid(), jobs=1)
    assert evaluation.result.kind == "recording"
    assert _codes(evaluation)[0] == "EVAL001"  # the same person on both sides


def test_an_expression_that_one_fold_cannot_learn_is_named() -> None:
    dataset = tiny_people(6)
    only_first = dataset.subset((dataset.y != 4) | (dataset.participant == 0))
    evaluation = evaluate(only_first, NearestCentroid(), folds=3, jobs=1, compare_frame_split=False)
    found = {check.code: check for check in evaluation.checks}
    assert "surprised" in found["EVAL007"].text + "".join(found["EVAL007"].details)
    assert found["EVAL012"].status == "found"
    assert "EVAL007" in _codes(evaluation)


def test_every_check_says_what_it_found_or_why_it_does_not_apply() -> None:
    evaluation = evaluate(tiny_people(6), KNeighborsClassifier(1), folds=2, jobs=1)
    found = {check.code: check for check in evaluation.checks}
    assert {check.status for check in evaluation.checks} == {"passed", "found", "not applicable"}
    assert all(check.text for check in evaluation.checks)
    assert found["EVAL001"].status == "passed"
    assert evaluation.inflated_by == pytest.approx(found["EVAL011"].value, abs=1e-6)


def test_training_curves_are_kept_per_fold_also_through_a_pipeline() -> None:
    model = make_pipeline(StandardScaler(), WithHistory())
    evaluation = evaluate(tiny_people(6), model, folds=2, jobs=1, compare_frame_split=False)
    assert [f.history for f in evaluation.result.folds] == [{"loss": (2.0, 1.0), "accuracy": (0.25, 0.5)}] * 2
    plain = evaluate(tiny_people(6), NearestCentroid(), folds=2, jobs=1, compare_frame_split=False)
    assert plain.result.folds[0].history is None


def test_channels_not_delivered_are_explained_to_classifiers_that_cannot_take_them() -> None:
    dataset = tiny_people(6)
    dataset.X[:, 51] = np.nan
    with pytest.raises(DataError, match=r"LogisticRegression could not learn .* NaN") as error:
        evaluate(dataset, LogisticRegression(), jobs=2)
    assert "Recognizer" in error.value.hint


def test_the_recognizer_leaves_out_channels_not_delivered_and_shows_its_training() -> None:
    dataset = tiny_people(4, frames=40, shared=1.0, own=0.2)
    dataset.X[:, 51] = np.nan
    evaluation = evaluate(dataset, Recognizer("fast", epochs=2), folds=2, jobs=1, compare_frame_split=False)
    assert evaluation.result.scores.total == len(dataset)
    for fold in evaluation.result.folds:
        assert fold.history is not None
        assert {"accuracy", "loss"} <= set(fold.history)
        assert len(fold.history["loss"]) == 2


def test_what_is_no_classifier_is_refused() -> None:
    with pytest.raises(DataError, match="expected a scikit-learn classifier, got StandardScaler"):
        evaluate(tiny_people(6), StandardScaler())


def test_one_expression_is_nothing_to_tell_apart() -> None:
    with pytest.raises(DataError, match="at least 2 expressions"):
        evaluate(tiny_people(6, expressions=("happy",)), NearestCentroid())


def test_an_evaluation_goes_through_json_and_back() -> None:
    evaluation = evaluate(tiny_people(6, synthetic=True), WithHistory(), jobs=1)
    again = Evaluation.from_dict(json.loads(json.dumps(evaluation.to_dict(), allow_nan=False)))
    assert again == evaluation
    assert again.inflated_by == evaluation.inflated_by


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 1}, "format 2, got 1"),
        ({"seed": "one"}, r"evaluation\.seed: expected int, got 'one'"),
        ({"notices": [{"code": "x", "severity": "dire", "text": ""}]}, "severity"),
        ({"result": {}}, "'kind' of SplitResult is missing"),
        ({"data": []}, "expected the fields of DataFacts"),
    ],
)
def test_a_damaged_evaluation_is_refused_with_its_place(change: dict[str, object], message: str) -> None:
    data = evaluate(tiny_people(6, frames=2), NearestCentroid(), jobs=1).to_dict()
    with pytest.raises(DataError, match=message):
        Evaluation.from_dict({**data, **change})


def test_channels_that_only_some_people_have_are_left_out_with_a_notice() -> None:
    data = tiny_people(4)
    X = data.X.copy()
    X[data.participant == 0, BLEND_SHAPES.index("tongueOut")] = np.nan

    evaluation = evaluate(
        replace(data, X=X), Recognizer(epochs=1), folds=2, compare_frame_split=False, jobs=1
    )

    (notice,) = (n for n in evaluation.notices if n.code == "channels-left-out")
    assert "tongueOut" in notice.text
    assert evaluation.result.scores.total == len(data)
