"""Whatever learns or evaluates passes over trials that somebody marked as bad, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from mimik.capture.simulation import simulate
from mimik.errors import DataError
from mimik.learn.checks import check_dataset
from mimik.learn.course import course_of
from mimik.learn.data import load_dataset
from mimik.learn.evaluate import evaluate
from mimik.learn.reliability.reliability import reliability
from mimik.learn.reproduction.one_trial import course_of_trial
from mimik.learn.trials import read_trials
from mimik.protocol import load_protocol
from mimik.study.session import SessionInfo
from mimik.study.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study.create(tmp_path / "s", title="S", protocol=load_protocol("hartmann2022"), synthetic=True)
    simulate(made, participants=3)
    return made


def exclude(study: Study, *trials: int, session: int = 0) -> SessionInfo:
    info = study.sessions()[session]
    for trial in trials:
        info = study.exclude_trial(info, trial, "looked away", at=0.0)
    return info


def codes(notices) -> list[str]:
    return [notice.code for notice in notices]


def test_its_frames_are_no_data_and_the_notice_says_so(study: Study) -> None:
    before = load_dataset(study)
    bad = f"{study.sessions()[0].participant}/ses-01/2"
    exclude(study, 2)
    after = load_dataset(study)
    assert bad in before.recordings
    assert set(before.recordings) - set(after.recordings) == {bad}
    kept = before.recording != before.recordings.index(bad)
    np.testing.assert_array_equal(after.X, before.X[kept])
    assert after.fingerprint != before.fingerprint
    [notice] = [n for n in after.notices if n.code == "trials-excluded"]
    assert notice.text == "1 of 15 trials are excluded by hand, and are left out."
    assert "trials-excluded" not in codes(before.notices)
    assert bad not in load_dataset(study, incomplete=True).recordings
    study.include_trial(study.sessions()[0], 2, at=1.0)
    assert load_dataset(study).fingerprint == before.fingerprint


def test_only_excluded_trials_of_the_expressions_asked_for_are_told(study: Study) -> None:
    info = exclude(study, 2)
    others = [t.expression for t in info.trials if t.trial != 2][:2]
    assert "trials-excluded" not in codes(load_dataset(study, expressions=others).notices)


def test_an_evaluation_says_it(study: Study) -> None:
    exclude(study, 2)
    data = load_dataset(study)
    found = evaluate(data, DecisionTreeClassifier(max_depth=3), folds=None, compare_frame_split=False, jobs=1)
    assert "trials-excluded" in codes(found.notices)
    assert check_dataset(data).findings, "checks look at the same data"


def test_nothing_is_left_to_learn_from(study: Study) -> None:
    for session in range(3):
        exclude(study, 1, 2, 3, 4, 5, session=session)
    with pytest.raises(DataError, match="found none"):
        load_dataset(study)


def test_no_resting_face_is_taken_from_a_bad_first_trial(study: Study) -> None:
    before = load_dataset(study)
    info = exclude(study, 1)
    after = load_dataset(study)
    own = [name.startswith(info.participant) for name in after.recordings]
    assert np.isfinite(before.resting[:, 0]).all(), "these sessions begin by themselves"
    assert np.isnan(after.resting[own]).all()
    assert np.isfinite(after.resting[~np.array(own), 0]).all()


def test_measuring_trials_passes_it_over(study: Study) -> None:
    info = exclude(study, 2)
    names = {(trial.participant, trial.trial) for trial in read_trials(study)}
    assert len(names) == 14
    assert (info.participant, 2) not in names
    found = reliability(study)
    assert found.trials == 14
    assert codes(found.notices).count("trials-excluded") == 1


def test_pictures_do_not_show_it(study: Study) -> None:
    whole = course_of(study)
    info = exclude(study, 2)
    left = course_of(study)
    expression = info.trials[1].expression
    assert len(whole.spans) - len(left.spans) == 1
    assert expression not in [span[2] for span in left.spans]
    shown = course_of_trial(study, expression)
    assert shown is not None
    assert not shown.label.startswith(info.participant)
    exclude(study, 1, 3, 4, 5)
    assert not course_of(study).label.startswith(info.participant)
    with pytest.raises(DataError, match="no frames to show"):
        course_of(study, study.sessions()[0])
