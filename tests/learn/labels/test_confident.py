"""Confident learning: against a second, naive implementation, and on labels made wrong on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from acted import Acted, acted
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mimik.errors import DataError
from mimik.learn.context import Context
from mimik.learn.labels.confident import confident_joint, confident_thresholds, prune
from mimik.learn.labels.issues import LabelIssues, find_label_issues
from mimik.learn.labels.outside import centred, outside_proba

# --- the logic, example by example ---


def naive_joint(given: list[int], proba: NDArray[np.float64]) -> list[list[float]]:
    """Equations 1 to 3 of the paper, in loops."""
    k = proba.shape[1]
    members = [[i for i, label in enumerate(given) if label == j] for j in range(k)]
    threshold = [sum(proba[i][j] for i in m) / len(m) if m else float("inf") for j, m in enumerate(members)]
    counts = [[0.0] * k for _ in range(k)]
    for i, label in enumerate(given):
        reached = [j for j in range(k) if proba[i][j] >= threshold[j] - 1e-9]
        if reached:
            counts[label][max(reached, key=lambda j: proba[i][j])] += 1
    for j in range(k):
        counts[j][j] = max(counts[j][j], 1.0)
        scale = len(members[j]) / sum(counts[j])
        counts[j] = [count * scale for count in counts[j]]
    return counts


def naive_prune(given: list[int], proba: NDArray[np.float64], by: str) -> set[int]:
    joint = naive_joint(given, proba)
    k = len(joint)
    wrong: set[int] = set()
    for i in range(k):
        members = [n for n, label in enumerate(given) if label == i]
        if by == "class":
            ranked = sorted(members, key=lambda n: proba[n][i])
            wrong |= set(ranked[: round(sum(joint[i]) - joint[i][i])])
            continue
        for j in range(k):
            if j != i:
                ranked = sorted(members, key=lambda n: proba[n][i] - proba[n][j])
                wrong |= set(ranked[: round(joint[i][j])])
    return {n for n in wrong if int(np.argmax(proba[n])) != given[n]}


def noisy_example(seed: int, n: int = 400, k: int = 4) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, k, n)
    given = np.where(rng.random(n) < 0.25, rng.integers(0, k, n), true)
    proba = rng.dirichlet(np.full(k, 0.6), n) + 0.8 * np.eye(k)[true] * rng.random((n, 1))
    return given, proba / proba.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(8))
def test_the_joint_is_that_of_a_naive_implementation(seed: int) -> None:
    given, proba = noisy_example(seed)

    joint = confident_joint(given, proba)

    np.testing.assert_allclose(joint, naive_joint(given.tolist(), proba))
    np.testing.assert_allclose(joint.sum(axis=1), np.bincount(given))


@pytest.mark.parametrize("by", ["noise-rate", "class"])
@pytest.mark.parametrize("seed", range(8))
def test_so_is_what_is_pruned(seed: int, by: str) -> None:
    given, proba = noisy_example(seed)

    wrong = prune(given, proba, by=by)  # type: ignore[arg-type]

    assert set(np.flatnonzero(wrong).tolist()) == naive_prune(given.tolist(), proba, by)
    assert 0 < wrong.sum() < len(given)
    both = prune(given, proba, by="both")
    assert not (both & ~wrong).any()


def test_an_example_by_hand() -> None:
    given = np.array([0, 0, 0, 1, 1])
    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])

    np.testing.assert_allclose(confident_thresholds(given, proba), [0.6, 0.75])
    np.testing.assert_allclose(confident_joint(given, proba), [[2, 1], [0, 2]])
    assert prune(given, proba).tolist() == [False, False, True, False, False]


def test_a_class_nobody_was_given_gets_no_example() -> None:
    given = np.array([0, 0, 2, 2])
    proba = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6]])

    joint = confident_joint(given, proba)

    np.testing.assert_allclose(joint.sum(axis=1), [2, 0, 2])
    assert joint[:, 1].sum() == 0


def test_certain_and_right_means_nothing_is_wrong() -> None:
    given = np.array([0, 1, 2, 0, 1, 2])

    assert not prune(given, np.eye(3)[given]).any()


# --- on people ---


@pytest.fixture(scope="module")
def people() -> Acted:
    return acted(40, seconds=5, before=3)


@pytest.fixture(scope="module")
def mistaken(people: Acted) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Labels of which those of 20 of 200 trials are wrong, and which trials these are."""
    rng = np.random.default_rng(0)
    wrong = np.zeros(200, dtype=bool)
    wrong[rng.choice(200, 20, replace=False)] = True
    shift = np.where(wrong, rng.integers(1, 5, 200), 0)
    return (people.y + shift[people.context.recording]) % 5, wrong


@pytest.fixture(scope="module")
def issues(people: Acted, mistaken: tuple[NDArray[np.int64], NDArray[np.bool_]]) -> LabelIssues:
    return find_label_issues(people.X, mistaken[0], people.context)


def test_most_wrong_trials_are_found(
    issues: LabelIssues, mistaken: tuple[NDArray[np.int64], NDArray[np.bool_]]
) -> None:
    suspicious = {trial.recording for trial in issues.trials if trial.suspicious}
    wrong = set(np.flatnonzero(mistaken[1]).tolist())

    print(f"{len(suspicious & wrong)} of {len(wrong)} wrong trials found, {len(suspicious)} suspected")
    assert len(suspicious & wrong) >= 16
    assert len(suspicious) < 200 / 2, "but people with a way of their own are suspected, too"


def test_the_most_suspicious_trials_come_first(
    issues: LabelIssues, mistaken: tuple[NDArray[np.int64], NDArray[np.bool_]]
) -> None:
    flags = [trial.suspicious for trial in issues.trials]
    margins = [trial.margin for trial in issues.trials if trial.suspicious]

    assert flags == sorted(flags, reverse=True)
    assert margins == sorted(margins, reverse=True)
    assert {trial.recording for trial in issues.trials} == set(range(200))
    first = [mistaken[1][trial.recording] for trial in issues.trials[:20]]
    assert np.mean(first) >= 0.3, "a tenth would be chance"


def test_frames_and_trials_tell_the_same_story(issues: LabelIssues, people: Acted) -> None:
    for trial in issues.trials[:3] + issues.trials[-3:]:
        rows = people.context.recording == trial.recording
        assert trial.share == pytest.approx(issues.suspicious[rows].mean())
        assert trial.confidence == pytest.approx(issues.confidence[rows].mean(), abs=1e-5)
        assert set(issues.given[rows]) == {trial.given}
    assert (issues.suggested != issues.given)[issues.suspicious].all()
    assert issues.joint.sum() == pytest.approx(len(people.y))


def test_a_person_is_judged_by_others_only(people: Acted) -> None:
    """Turning all labels of one person round changes nothing in what is thought of that person's frames."""
    some = people.context.participant < 6
    X, y, context = people.X[some], people.y[some], people.context.rows(some)
    mine = context.participant == 4

    before = outside_proba(X, y, context, folds=6)
    after = outside_proba(X, np.where(mine, (y + 2) % 5, y), context, folds=6)

    np.testing.assert_array_equal(before[mine], after[mine])
    assert not np.array_equal(before[~mine], after[~mine])


def test_recordings_of_a_single_person_are_judged_by_the_others(people: Acted) -> None:
    mine = people.context.participant == 0
    one = replace(people.context.rows(mine), participant=np.zeros(mine.sum(), dtype=np.int32))
    twice = Context(
        np.concatenate([one.participant] * 2),
        np.concatenate([one.recording, one.recording + 5]),
        np.concatenate([one.device_time] * 2),
        np.full((10, 52), np.nan, dtype=np.float32),
    )
    y = np.concatenate([people.y[mine]] * 2)
    y[twice.recording == 7] = 0

    found = find_label_issues(np.concatenate([people.X[mine]] * 2), y, twice)

    assert found.trials[0].recording == 7
    assert (found.trials[0].given, found.trials[0].suggested) == (0, 2)


def test_equal_seeds_give_equal_issues_whatever_the_labels_are_called(
    issues: LabelIssues, people: Acted, mistaken: tuple[NDArray[np.int64], NDArray[np.bool_]]
) -> None:
    names = np.array(["a", "b", "c", "d", "e"])

    again = find_label_issues(people.X, names[mistaken[0]], people.context)

    np.testing.assert_array_equal(again.suspicious, issues.suspicious)
    np.testing.assert_array_equal(again.suggested, names[issues.suggested])
    assert again.trials[0].given == names[issues.trials[0].given]


def test_any_classifier_may_judge(
    people: Acted, mistaken: tuple[NDArray[np.int64], NDArray[np.bool_]]
) -> None:
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))

    found = find_label_issues(people.X, mistaken[0], people.context, estimator=judge, folds=3)

    suspicious = {trial.recording for trial in found.trials if trial.suspicious}
    assert len(suspicious & set(np.flatnonzero(mistaken[1]).tolist())) >= 15
    assert not hasattr(judge[-1], "coef_"), "the one given stays unfitted"


def test_channels_that_were_not_delivered_do_not_matter(people: Acted) -> None:
    X = people.X.copy()
    X[:, 51] = np.nan
    X[people.context.participant == 3, 10] = np.nan

    found = find_label_issues(X, people.y, people.context)

    assert np.isfinite(found.confidence).all()
    faces = centred(X, people.context)
    assert not faces[:, 51].any()
    rows = people.context.participant == 5
    np.testing.assert_allclose(faces[rows][:, :51], X[rows][:, :51] - X[rows][:, :51].mean(axis=0), atol=1e-5)


def test_a_label_of_one_person_alone_cannot_be_judged(people: Acted) -> None:
    y = np.where(people.context.recording == 17, 9, people.y)

    found = find_label_issues(people.X, y, people.context)

    alone = people.context.recording == 17
    assert np.isnan(found.confidence[alone]).all()
    assert not found.suspicious[alone].any()
    assert (found.suggested[alone] == 9).all()
    [trial] = [trial for trial in found.trials if trial.recording == 17]
    assert not trial.suspicious
    assert np.isnan(trial.margin)


def test_what_cannot_be_judged_is_refused(people: Acted) -> None:
    one = people.context.recording == 0
    mine = people.context.participant == 0

    with pytest.raises(DataError, match="two labels or more"):
        find_label_issues(people.X[one], people.y[one], people.context.rows(one))
    with pytest.raises(DataError, match="one label per frame"):
        find_label_issues(people.X, people.y[1:], people.context)
    with pytest.raises(DataError, match="no label was given to two people") as error:
        find_label_issues(people.X[mine], people.y[mine], people.context.rows(mine))
    assert "twice" in error.value.hint
    halves = np.arange(one.sum()) % 2
    with pytest.raises(DataError, match="found one recording"):
        find_label_issues(people.X[one], halves, people.context.rows(one))
