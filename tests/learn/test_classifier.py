from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from mimik.learn.classifier import SNNClassifier

SMALL = SNNClassifier(width=16, depth=2, l2=0.0, epochs=60, batch_size=32, learning_rate=3e-3, random_state=0)


def task(n=400, seed=0):
    X = np.random.default_rng(seed).random((n, 5), dtype=np.float32)
    return X, np.array(["happy", "sad", "surprised"])[X[:, :3].argmax(axis=1)]


@parametrize_with_checks([SMALL])
def test_obeys_the_rules_of_scikit_learn(estimator, check):
    check(estimator)


def test_defaults_are_those_of_the_paper():
    assert SNNClassifier().get_params() == {
        "width": 128,
        "depth": 10,
        "dropout": 0.1,
        "l2": 0.25,
        "l2_layers": 2,
        "epochs": 400,
        "batch_size": 128,
        "learning_rate": 0.001,
        "schedule": "constant",
        "random_state": None,
    }


def test_recognises_labels_of_text():
    X, y = task()
    fitted = clone(SMALL).fit(X, y)
    assert fitted.classes_.tolist() == ["happy", "sad", "surprised"]
    assert fitted.score(*task(seed=1)) > 0.85
    p = fitted.predict_proba(X)
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert (fitted.classes_[p.argmax(axis=1)] == fitted.predict(X)).all()


def test_works_in_pipeline_cross_validation_and_search():
    X, y = task(n=150)
    short = make_pipeline(StandardScaler(), clone(SMALL).set_params(epochs=3))
    scores = cross_val_score(short, X, y, groups=np.arange(150) % 5, cv=GroupKFold(3))
    assert scores.shape == (3,)
    search = GridSearchCV(short, {"snnclassifier__epochs": [2, 20]}, cv=2).fit(X, y)
    assert search.best_params_ == {"snnclassifier__epochs": 20}


def test_works_in_other_processes():
    X, y = task(n=150)
    short = clone(SMALL).set_params(epochs=3)
    in_others = cross_val_score(short, X, y, cv=2, n_jobs=2)
    assert in_others.tolist() == cross_val_score(short, X, y, cv=2).tolist()


def test_survives_pickling_as_plain_arrays():
    X, y = task()
    fitted = clone(SMALL).set_params(epochs=2).fit(X, y)
    content = pickle.dumps(fitted)
    assert b"keras" not in content
    assert b"jax" not in content
    assert np.array_equal(pickle.loads(content).predict_proba(X), fitted.predict_proba(X))


def test_learns_from_fewer_rows_than_a_batch():
    X, y = task(n=12)
    assert clone(SMALL).set_params(batch_size=128).fit(X, y).predict(X).shape == (12,)


def test_history_follows_the_epochs_with_validation():
    X, y = task()
    epochs = []
    fitted = clone(SMALL).set_params(epochs=4)
    fitted.fit(X, y, validation=task(n=50, seed=1), on_epoch=epochs.append)
    assert fitted.history_ == epochs
    assert len(epochs) == 4
    assert epochs[-1].val_accuracy == fitted.score(*task(n=50, seed=1))


def test_validation_with_unknown_labels_is_refused():
    X, y = task()
    with pytest.raises(ValueError, match="labels that the training rows do not have"):
        clone(SMALL).fit(X, y, validation=(X, np.full(len(y), "zzz")))


@pytest.mark.parametrize(
    "wrong", [{"width": 0}, {"dropout": 1.0}, {"schedule": "cosy"}, {"learning_rate": 0}]
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        clone(SMALL).set_params(**wrong).fit(*task())


def test_learns_probabilities_in_place_of_labels():
    X, y = task()
    teacher = clone(SMALL).fit(X, y)
    student = (
        clone(SMALL).set_params(width=8, dropout=0.0).fit_soft(X, teacher.predict_proba(X), teacher.classes_)
    )
    assert student.classes_.tolist() == ["happy", "sad", "surprised"]
    assert len(student.history_) == 60
    X_new, _ = task(seed=1)
    assert np.mean(student.predict(X_new) == teacher.predict(X_new)) > 0.85
    assert np.abs(student.predict_proba(X_new) - teacher.predict_proba(X_new)).mean() < 0.08


@pytest.mark.parametrize(
    ("p", "classes", "said"),
    [
        (np.full((12, 3), 1 / 3), ["a", "b"], r"shape \(12, 2\), found \(12, 3\)"),
        (np.full((11, 2), 0.5), ["a", "b"], "shape"),
        (np.full((12, 2), 0.7), ["a", "b"], "adding up to 1"),
        (np.tile([1.5, -0.5], (12, 1)), ["a", "b"], "adding up to 1"),
        (np.full((12, 2), np.nan), ["a", "b"], "adding up to 1"),
        (np.full((12, 2), 0.5), ["a", "a"], "all different"),
        (np.ones((12, 1)), ["a"], "two or more"),
    ],
)
def test_what_are_no_probabilities_is_refused(p, classes, said):
    with pytest.raises(ValueError, match=said):
        clone(SMALL).fit_soft(task(n=12)[0], p, classes)


def test_data_is_left_as_it_was():
    X, y = task()
    before = X.copy()
    clone(SMALL).set_params(epochs=1).fit(X, y)
    assert np.array_equal(X, before)
