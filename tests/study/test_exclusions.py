"""A bad trial is marked, kept, and told; what was decided before stays in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError
from mimik.study import SessionInfo, SessionWriter, Study, TrialInfo
from mimik.study.exclusions import Exclusion, encode_exclusions, parse_exclusions, with_exclusions

START = 1_700_000_000.0
HEADER = "at\ttrial\texcluded\treason\n"


@pytest.fixture
def show(frame) -> Callable[..., None]:
    def trial(writer: SessionWriter, number: int, outcome: str = "complete") -> None:
        at = START + number
        writer.open_trial(number, ("happy", "sad", "calm")[number % 3], at)
        writer.frame(number, frame(number))
        writer.close_trial(number, outcome, at + 0.5)

    return trial


@pytest.fixture
def finished(begin, show) -> SessionInfo:
    """Trials 1 (done again), 2 and 3 (broke off)."""
    writer = begin()
    show(writer, 1, "redone")
    show(writer, 1)
    show(writer, 2)
    show(writer, 3, "incomplete")
    return writer.finish(START + 9)


def file_of(study: Study) -> Path:
    [path] = study.folder.glob("sub-*/ses-01/exclusions.tsv")
    return path


def outcomes(info: SessionInfo) -> list[tuple[int, str, str]]:
    return [(trial.trial, trial.outcome, trial.excluded) for trial in info.trials]


def test_a_bad_trial_is_marked_with_its_reason(study: Study, finished: SessionInfo) -> None:
    told = study.exclude_trial(finished, 1, " talked to\n\tsomebody ", at=START + 60)
    expected = [
        (1, "redone", ""),
        (1, "excluded", "talked to / somebody"),
        (2, "complete", ""),
        (3, "incomplete", ""),
    ]
    assert outcomes(told) == expected
    [read] = Study.open(study.folder).sessions()
    assert read == told
    assert file_of(study).read_text() == HEADER + "2023-11-14T22:14:20+00:00\t1\tyes\ttalked to / somebody\n"


def test_its_frames_and_their_digests_stay(study: Study, finished: SessionInfo) -> None:
    before, frames = study.fingerprint(), len(study.read_session(finished))
    told = study.exclude_trial(finished, 1, "bad", at=START)
    assert study.fingerprint() == before
    assert len(study.read_session(told)) == frames
    assert told.frames_sha256 == finished.frames_sha256


def test_taken_back_it_is_used_again_and_the_file_keeps_both(study: Study, finished: SessionInfo) -> None:
    study.exclude_trial(finished, 2, "bad", at=START)
    back = study.include_trial(finished, 2, at=START + 1)
    assert back == finished
    study.exclude_trial(back, 2, "bad after all", at=START + 2)
    lines = [line.split("\t")[1:] for line in file_of(study).read_text().splitlines()[1:]]
    assert lines == [["2", "yes", "bad"], ["2", "no", "n/a"], ["2", "yes", "bad after all"]]
    assert study.sessions()[0].trials[2].excluded == "bad after all"


def test_the_same_decision_again_adds_nothing(study: Study, finished: SessionInfo) -> None:
    study.exclude_trial(finished, 2, "bad", at=START)
    before = file_of(study).read_bytes()
    study.exclude_trial(finished, 2, " bad", at=START + 1)
    assert file_of(study).read_bytes() == before


@pytest.mark.parametrize(
    ("trial", "reason", "message"),
    [
        (3, "bad", r"ses-01, trial 3: expected a finished trial, found one that is incomplete"),
        (7, "bad", r"trial 7: expected one of the session's trials \(1, 2, 3\)"),
        (1, " \n\t", "trial 1, reason: expected some words"),
        (1, "x" * 2001, "at most 2,000 characters, found 2,001"),
    ],
)
def test_what_cannot_be_excluded_is_told(
    study: Study, finished: SessionInfo, trial: int, reason: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        study.exclude_trial(finished, trial, reason, at=START)
    assert not list(study.folder.rglob("exclusions.tsv"))


def test_a_trial_only_done_again_cannot_be_excluded(study: Study, begin, show) -> None:
    writer = begin()
    show(writer, 1, "redone")
    with pytest.raises(StudyError, match="found one that is redone"):
        study.exclude_trial(writer.finish(START + 5), 1, "bad", at=START)


def test_what_is_not_excluded_cannot_be_taken_back(study: Study, finished: SessionInfo) -> None:
    with pytest.raises(StudyError, match="trial 2: expected an excluded trial"):
        study.include_trial(finished, 2, at=START)


def test_an_interrupted_session_comes_first_to_its_end(study: Study, begin, show) -> None:
    writer = begin()
    show(writer, 1)
    writer.leave()
    [info] = study.sessions()
    with pytest.raises(StudyError, match="expected a finished session") as error:
        study.exclude_trial(info, 1, "bad", at=START)
    assert "mimik finish" in error.value.hint
    kept = study.finish_session(info, at=START + 3)
    assert study.exclude_trial(kept, 1, "bad", at=START).trials[0].excluded == "bad"


TRIALS = tuple(
    TrialInfo(trial=n, expression="happy", onset=float(n), duration=1.0, outcome=outcome, frames=1)
    for n, outcome in ((1, "complete"), (2, "imported"), (3, "incomplete"))
)


def test_a_spreadsheet_may_have_saved_the_file() -> None:
    text = "\ufeff" + HEADER + '\t1\tyes\t"two\nlines"\n\t\t\t\n2026-01-02 03:04\t2\tno\t\n'
    found = parse_exclusions(text.replace("\n", "\r\n").encode(), where="", trials=TRIALS)
    assert found == (Exclusion(None, 1, True, "two / lines"), Exclusion(1767323040.0, 2, False, ""))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("n/a\t4\tyes\tbad", "line 2: .*no such finished trial: 4"),
        ("n/a\t3\tyes\tbad", "line 2: .*no such finished trial: 3"),
        ("n/a\tone\tyes\tbad", "line 2: .*one"),
        ("n/a\t1\tmaybe\tbad", "line 2: .*neither yes nor no: 'maybe'"),
        ("n/a\t1\tyes\tn/a", "line 2: .*no reason"),
        ("soon\t1\tyes\tbad", "line 2: .*soon"),
        ("n/a\t1\tyes", "line 2: "),
        ('n/a\t1\tyes\t"bad', "line 2: "),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line(line: str, message: str) -> None:
    with pytest.raises(StudyDamaged, match=f"exclusions.tsv, {message}") as error:
        parse_exclusions((HEADER + line + "\n").encode(), where="exclusions.tsv", trials=TRIALS)
    assert error.value.hint
    with pytest.raises(StudyDamaged, match=r"line 1: .*not the columns"):
        parse_exclusions(b"trial,excluded\n", where="exclusions.tsv", trials=TRIALS)


def test_a_faulty_file_is_told_wherever_the_study_is_read(study: Study, finished: SessionInfo) -> None:
    study.exclude_trial(finished, 1, "bad", at=START)
    file_of(study).write_text(HEADER + "n/a\t9\tyes\tbad\n")
    with pytest.raises(StudyDamaged, match=r"ses-01/exclusions\.tsv, line 2"):
        study.sessions()
    with pytest.raises(StudyDamaged, match="line 2"):
        study.exclude_trial(finished, 1, "bad", at=START)
    assert "\t9\t" in file_of(study).read_text(), "nothing is written over it"


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
decisions = st.builds(
    lambda at, trial, excluded, reason: Exclusion(at, trial, excluded, reason if excluded else ""),
    st.none() | st.integers(0, 4_000_000_000).map(float),
    st.sampled_from([1, 2]),
    st.booleans(),
    words.map(lambda text: " ".join(text.split())).filter(lambda text: text not in ("", "n/a")),
)


@given(st.lists(decisions, max_size=6))
def test_any_decisions_come_back_as_written_and_the_last_counts(made: list[Exclusion]) -> None:
    back = parse_exclusions(encode_exclusions(made), where="", trials=TRIALS)
    assert list(back) == made
    last = {e.trial: e.reason for e in made}
    told = with_exclusions(TRIALS, back)
    assert [trial.excluded for trial in told] == [last.get(trial.trial, "") for trial in TRIALS]
    plain = [
        t if t.excluded == "" else replace(t, outcome=old.outcome, excluded="")
        for t, old in zip(told, TRIALS, strict=True)
    ]
    assert tuple(plain) == TRIALS


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: (HEADER + t).encode("utf-8", "ignore")))
def test_any_bytes_are_read_or_refused_with_their_line(data: bytes) -> None:
    try:
        parse_exclusions(data, where="exclusions.tsv", trials=TRIALS)
    except StudyDamaged as error:
        assert "exclusions.tsv, line " in str(error)
