"""From a study's folder to arrays, checked frame by frame against what was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Frame
from mimik.learn.course import LONGEST_PAUSE, course_of
from mimik.learn.data import load_dataset
from mimik.learn.evaluate import evaluate
from mimik.learn.reliability.reliability import reliability
from mimik.learn.reproduction.one_trial import course_of_trial
from mimik.learn.trials import read_trials
from mimik.protocol import load_protocol
from mimik.study.importing import import_takes
from mimik.study.plan import ImportPlan
from mimik.study.session import SessionFacts
from mimik.study.study import Study


def _study(folder: Path, *, synthetic: bool = False) -> Study:
    return Study.create(folder, title="Tiny", protocol=load_protocol("hartmann2022"), synthetic=synthetic)


def _frames(count: int, level: float, start: float = 0.0, lost: Iterable[int] = ()) -> list[Frame]:
    return [
        Frame(
            1,
            i,
            start + i / 60,
            start + i / 60,
            i not in lost,
            NOT_TRACKED if i in lost else _face(level + i),
        )
        for i in range(count)
    ]


def _face(level: float) -> np.ndarray:
    values = np.full(64, level / 1000, dtype=np.float32)
    values[60:] = np.nan
    return values


def _moment(first: float, later: float, *, quiet: int, then: int) -> list[Frame]:
    """Frames at 60 a second that show ``first`` for a while and ``later`` afterwards."""
    frames = _frames(quiet + then, 0)
    return [replace(f, values=_face(first if i < quiet else later)) for i, f in enumerate(frames)]


def _record(study: Study, person: str, trials: list[tuple[int, str, str, list[Frame]]]) -> None:
    """Each trial is (number, expression, outcome, frames)."""
    if person not in [p.id for p in study.participants]:
        study.add_participant(person)
        study.record_consent(person, at=0.0, version="1")
    with study.start_session(person, SessionFacts(started=0.0, device=1)) as writer:
        for number, expression, outcome, frames in trials:
            writer.open_trial(number, expression, 0.0)
            for frame in frames:
                writer.frame(number, frame)
            writer.close_trial(number, outcome, 1.0)
        writer.finish(2.0)


def test_frames_come_back_with_what_they_show_and_whose_they_are(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(
        study,
        "sub-BBBBBB",
        [(1, "happy", "complete", _frames(3, 100)), (2, "sad", "complete", _frames(2, 200))],
    )
    _record(study, "sub-AAAAAA", [(1, "sad", "complete", _frames(2, 300, start=9.0))])
    data = load_dataset(study)
    assert data.expressions == ("happy", "sad")
    assert set(data.participants) == {"sub-AAAAAA", "sub-BBBBBB"}
    got = [
        (data.participants[p], data.recordings[r], data.expressions[y], round(float(x[0]) * 1000), t)
        for p, r, y, x, t in zip(
            data.participant, data.recording, data.y, data.X, data.device_time, strict=True
        )
    ]
    b, a = "sub-BBBBBB", "sub-AAAAAA"
    expected = [(b, f"{b}/ses-01/1", "happy", 100 + i, i / 60) for i in range(3)]
    expected += [(b, f"{b}/ses-01/2", "sad", 200 + i, i / 60) for i in range(2)]
    expected += [(a, f"{a}/ses-01/1", "sad", 300 + i, 9.0 + i / 60) for i in range(2)]
    assert sorted(got) == sorted(expected)
    assert data.X.dtype == np.float32
    assert data.X.shape == (7, 52)
    assert (data.title, data.synthetic) == ("Tiny", False)


def test_frames_without_a_face_are_left_out(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(6, 0, lost=(1, 4)))])
    np.testing.assert_allclose(load_dataset(study).X[:, 0] * 1000, [0, 2, 3, 5], atol=1e-4)


def test_trials_that_broke_off_are_taken_only_when_asked_for(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(
        study,
        "sub-AAAAAA",
        [
            (1, "happy", "redone", _frames(9, 0)),
            (1, "happy", "complete", _frames(3, 0)),
            (2, "sad", "incomplete", _frames(5, 0)),
        ],
    )
    assert load_dataset(study).summary()["expressions"] == {"happy": 3}
    assert load_dataset(study, incomplete=True).summary()["expressions"] == {"happy": 3, "sad": 5}


def test_the_first_seconds_of_a_neutral_trial_give_the_resting_face_and_nothing_else(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    neutral, happy = _moment(90, 90, quiet=0, then=600), _frames(5, 700)
    _record(study, "sub-AAAAAA", [(1, "neutral", "complete", neutral), (2, "happy", "complete", happy)])
    _record(study, "sub-BBBBBB", [(1, "happy", "complete", happy)])
    data = load_dataset(study)
    seconds_at_rest = 180  # frames, at 60 a second
    assert data.summary()["expressions"] == {"happy": 10, "neutral": 600 - seconds_at_rest}
    rest = dict(zip(data.recordings, data.resting[:, 0], strict=True))
    assert rest["sub-AAAAAA/ses-01/1"] == rest["sub-AAAAAA/ses-01/2"] == pytest.approx(0.09)
    assert np.isnan(rest["sub-BBBBBB/ses-01/1"])
    only_happy = load_dataset(study, expressions=["happy"])
    np.testing.assert_allclose(sorted(only_happy.resting[:, 0]), [0.09, np.nan], rtol=1e-6)


def test_a_short_neutral_trial_keeps_half_of_its_frames(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    neutral = _moment(90, 90, quiet=0, then=181)
    trials = [(1, "neutral", "complete", neutral), (2, "sad", "complete", _frames(2, 500))]
    _record(study, "sub-AAAAAA", trials)
    assert load_dataset(study).summary()["expressions"] == {"sad": 2, "neutral": 91}


def test_who_does_not_hold_still_when_asked_for_a_neutral_face_has_no_resting_face(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    restless = _moment(100, 900, quiet=90, then=500)
    trials = [(1, "neutral", "complete", restless), (2, "sad", "complete", _frames(2, 500))]
    _record(study, "sub-AAAAAA", trials)
    data = load_dataset(study)
    assert data.summary()["expressions"] == {"sad": 2, "neutral": 590}
    assert np.isnan(data.resting).all()


def test_too_few_neutral_frames_are_no_resting_face(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    trials = [(1, "neutral", "complete", _frames(20, 0)), (2, "sad", "complete", _frames(2, 500))]
    _record(study, "sub-AAAAAA", trials)
    data = load_dataset(study)
    assert data.summary()["expressions"] == {"sad": 2, "neutral": 20}
    assert np.isnan(data.resting).all()


def test_before_anybody_reacts_to_the_first_prompt_the_face_is_at_rest(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")  # its trials start by themselves
    first, second = _moment(40, 400, quiet=60, then=60), _moment(300, 300, quiet=0, then=60)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", first), (2, "sad", "complete", second)])
    data = load_dataset(study)
    seconds_at_rest = 48  # frames: 0.8 s
    assert data.summary()["expressions"] == {"happy": 120 - seconds_at_rest, "sad": 60}
    np.testing.assert_allclose(data.resting[:, 0], [0.04, 0.04])


def test_who_shows_something_from_the_first_frame_on_has_no_resting_face(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    first, second = _moment(400, 400, quiet=0, then=120), _moment(200, 200, quiet=0, then=60)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", first), (2, "sad", "complete", second)])
    data = load_dataset(study)
    assert len(data) == 180
    assert np.isnan(data.resting).all()


def test_where_trials_wait_for_a_button_the_first_frames_show_the_expression(tmp_path: Path) -> None:
    protocol = load_protocol("follow-up")
    study = Study.create(tmp_path / "s", title="Tiny", protocol=protocol)
    first = _moment(40, 400, quiet=60, then=60)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", first), (2, "sad", "complete", first)])
    assert np.isnan(load_dataset(study).resting).all()


def test_what_is_known_of_recordings_and_people_comes_along(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    study.add_participant("sub-AAAAAA", site="Ulm", age="31")
    study.record_consent("sub-AAAAAA", at=0.0, version="1")
    trials = [(1, "sad", "complete", _frames(2, 0)), (2, "happy", "complete", _frames(2, 0))]
    _record(study, "sub-AAAAAA", trials)
    data = load_dataset(study)
    assert [(f.session, f.trial, f.prompted, f.device, f.started) for f in data.facts] == [
        ("sub-AAAAAA/ses-01", 1, "sad", "1", 0.0),
        ("sub-AAAAAA/ses-01", 2, "happy", "1", 0.0),
    ]
    assert data.people == ({"site": "Ulm", "age": "31"},)
    happy = data.subset(data.labels == "happy")
    assert [fact.trial for fact in happy.facts] == [2]


def test_expressions_are_chosen_in_the_order_given(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    trials = [(i, e, "complete", _frames(2, 0)) for i, e in enumerate(("calm", "sad", "happy"), 1)]
    _record(study, "sub-AAAAAA", trials)
    assert load_dataset(study).expressions == ("happy", "sad", "calm")  # the protocol's first
    chosen = load_dataset(study, expressions=["calm", "happy"])
    assert chosen.expressions == ("calm", "happy")
    assert chosen.n_recordings == 2


def test_an_expression_nobody_showed_is_refused_with_those_there_are(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0))])
    with pytest.raises(DataError, match="no finished trial shows angry") as error:
        load_dataset(study, expressions=["happy", "angry"])
    assert error.value.hint == "there are: happy"


def test_an_empty_study_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected finished trials in the study 'Tiny', found none") as error:
        load_dataset(_study(tmp_path / "s"))
    assert "mimik import" in error.value.hint


def test_a_study_without_a_single_face_is_refused(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0, lost=(0, 1)))])
    with pytest.raises(DataError, match="no tracked frame shows happy"):
        load_dataset(study)


def test_simulated_studies_stay_marked(tmp_path: Path) -> None:
    study = _study(tmp_path / "s", synthetic=True)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0))])
    assert load_dataset(study).synthetic


def test_progress_is_told_session_by_session(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    for person in ("sub-AAAAAA", "sub-BBBBBB"):
        _record(study, person, [(1, "happy", "complete", _frames(2, 0))])
    seen: list[tuple[int, int]] = []
    load_dataset(study, on_progress=lambda *step: seen.append(step))
    assert seen == [(1, 2), (2, 2)]


def test_a_subset_forgets_names_that_no_longer_occur(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0))])
    _record(study, "sub-BBBBBB", [(1, "sad", "complete", _frames(3, 0))])
    data = load_dataset(study)
    sad = data.subset(data.labels == "sad")
    assert (sad.expressions, sad.participants, len(sad)) == (("sad",), ("sub-BBBBBB",), 3)
    assert sad.recordings == ("sub-BBBBBB/ses-01/1",)
    assert (sad.y == 0).all()
    assert sad.fingerprint != data.fingerprint
    with pytest.raises(DataError, match="no frame"):
        data.subset(data.y < 0)


def test_a_course_runs_on_over_trials_and_shortens_pauses(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(
        study,
        "sub-AAAAAA",
        [
            (1, "happy", "complete", _frames(7, 0, start=50.0, lost=(3,))),
            (2, "sad", "complete", _frames(4, 500, start=90.0)),
            (3, "sad", "complete", _frames(4, 800, start=10.0)),  # another take, another clock
        ],
    )
    course = course_of(study)
    assert [e for _, _, e in course.spans] == ["happy", "sad", "sad"]
    assert (np.diff(course.time) >= 0).all()
    assert course.spans[0][:2] == pytest.approx((0.0, 0.1))
    assert course.spans[1][0] == pytest.approx(0.1 + LONGEST_PAUSE)
    assert course.spans[2][0] == pytest.approx(course.spans[1][1] + LONGEST_PAUSE)
    assert np.isnan(course.values[3]).all()
    assert course.channels == BLEND_SHAPES
    assert course.label == "sub-AAAAAA/ses-01"


def test_the_channels_that_moved_most_come_first_and_one_of_a_pair_is_enough(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    frames = _frames(20, 0)
    for i, frame in enumerate(frames):
        frame.values[:] = 0.1
        for name, size in (("mouthSmileLeft", 0.5), ("mouthSmileRight", 0.4), ("jawOpen", 0.2)):
            frame.values[BLEND_SHAPES.index(name)] = size * (i % 2)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", frames)])
    course = course_of(study)
    assert [course.channels[i] for i in course.moving(5)] == ["mouthSmileLeft", "jawOpen"]


def test_a_study_without_sessions_has_no_course(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a finished session"):
        course_of(_study(tmp_path / "s"))


def test_real_takes_of_one_person_are_evaluated_by_recording(tmp_path: Path, real_data: Path) -> None:
    study = _study(tmp_path / "s")
    takes = real_data / "livelink-csv" / "emotions-60fps"
    plan = ImportPlan(basis="public data", levels=("expression",), participant="one")
    import_takes(study, [takes], plan)
    everything = load_dataset(study)
    assert everything.n_participants == 1
    assert everything.n_recordings == 10
    assert np.isfinite(everything.resting).all()  # the take "Neutral" shows the face at rest
    with pytest.raises(DataError, match="only one of: Neutral"):
        evaluate(everything, DecisionTreeClassifier(), jobs=1)
    data = load_dataset(study, expressions=["Angry", "Fearful", "Sad"])
    evaluation = evaluate(data, DecisionTreeClassifier(max_depth=4), jobs=1)
    assert (evaluation.result.kind, evaluation.result.n_folds) == ("recording", 3)
    assert {"EVAL001", "folds-reduced"} <= {notice.code for notice in evaluation.notices}
    assert evaluation.result.scores.total == len(data)


def test_the_fingerprint_is_that_of_the_frames(tmp_path: Path) -> None:
    """Not of files or names: one changed value changes it, the same frames elsewhere do not."""
    copies = []
    for name, person in (("a", "sub-AAAAAA"), ("b", "sub-BBBBBB")):
        study = _study(tmp_path / name)
        _record(
            study, person, [(1, "happy", "complete", _frames(3, 100)), (2, "sad", "complete", _frames(2, 9))]
        )
        copies.append(load_dataset(study))
    data, same = copies
    X = data.X.copy()
    X[0, 0] += 0.001

    assert data.fingerprint == same.fingerprint
    assert data.fingerprint != replace(data, X=X).fingerprint
    assert data.fingerprint != load_dataset(study, expressions=["happy"]).fingerprint


def test_who_agreed_to_nothing_is_not_learned_from_and_a_notice_says_how_many(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    for person in ("sub-AAAAAA", "sub-BBBBBB", "sub-CCCCCC"):
        _record(study, person, [(1, "happy", "complete", _frames(2, 0))])
    assert not load_dataset(study).notices
    (study.folder / "consent" / "sub-BBBBBB.toml").unlink()
    data = load_dataset(study)
    assert set(data.participants) == {"sub-AAAAAA", "sub-CCCCCC"}
    (notice,) = data.notices
    assert (notice.code, notice.severity) == ("consent-missing", "warning")
    assert notice.text.startswith("1 of 3 participants have no consent") and "sub-" not in notice.text


def test_what_came_from_another_study_is_learned_from_only_where_later_use_is_allowed(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    for person, purposes in (("sub-AAAAAA", '"study", "sharing"'), ("sub-BBBBBB", '"study", "later-use"')):
        _record(study, person, [(1, "happy", "complete", _frames(2, 0))])
        (study.folder / "consent" / f"{person}.toml").write_text(
            f'[[consent]]\nat = 2026-01-01T00:00:00Z\nversion = "1"\npurposes = [{purposes}]\n'
            'origin = "Site B"\n'
        )
    assert load_dataset(study).participants == ("sub-BBBBBB",)


def test_nothing_else_is_measured_of_who_agreed_to_nothing(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    for person in ("sub-AAAAAA", "sub-BBBBBB"):
        _record(study, person, [(1, "happy", "complete", _frames(90, 0))])
    (study.folder / "consent" / "sub-AAAAAA.toml").unlink()
    assert {trial.participant for trial in read_trials(study)} == {"sub-BBBBBB"}
    assert "consent-missing" in [notice.code for notice in reliability(study).notices]
    assert course_of_trial(study, "happy") is not None
    with pytest.raises(DataError, match="found no consent recorded for sub-AAAAAA"):
        list(read_trials(study, participant="sub-AAAAAA"))
    (study.folder / "consent" / "sub-BBBBBB.toml").unlink()
    for measured in (lambda: list(read_trials(study)), lambda: course_of(study)):
        with pytest.raises(DataError, match="consent"):
            measured()


def test_a_study_in_which_nobody_may_be_learned_from_says_so(tmp_path: Path) -> None:
    study = _study(tmp_path / "s")
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0))])
    (study.folder / "consent" / "sub-AAAAAA.toml").unlink()
    with pytest.raises(DataError, match="found no consent recorded for sub-AAAAAA") as error:
        load_dataset(study)
    assert "mimik consent" in error.value.hint


def test_simulated_people_need_no_consent(tmp_path: Path) -> None:
    study = _study(tmp_path / "s", synthetic=True)
    _record(study, "sub-AAAAAA", [(1, "happy", "complete", _frames(2, 0))])
    (study.folder / "consent" / "sub-AAAAAA.toml").unlink()
    assert load_dataset(study).participants == ("sub-AAAAAA",)
