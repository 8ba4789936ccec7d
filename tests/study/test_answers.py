"""What people report after a trial is stored with it, checked, and comes back; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError
from mimik.frame import Frame
from mimik.protocol import Protocol, parse_protocol
from mimik.study import SessionWriter, Study, TrialInfo
from mimik.study.answers import Answer, encode_answers, parse_answers, with_answers

START = 1_700_000_000.0
HEADER = "onset\ttrial\tquestion\tanswer\n"

ASKING = """
format = 1
name = "asking"
version = 1
languages = ["en"]
start = "automatic"
min_seconds = 1
[title]
en = "Asking"
[texts]
fixation = { en = "X" }
face_lost = { en = "Back" }
paused = { en = "Pause" }
done = { en = "Done" }
[[trials]]
expression = "happy"
prompt = { en = "Happy" }
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong?" }
minimum = 0
maximum = 10
[[trials.questions]]
id = "liked"
kind = "choice"
text = { en = "Liked it?" }
options = [{ value = "y", text = { en = "Yes" } }, { value = "n", text = { en = "No" } }]
[[trials.questions]]
id = "remarks"
kind = "text"
text = { en = "Anything else?" }
[[trials]]
expression = "sad"
prompt = { en = "Sad" }
"""


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return parse_protocol(ASKING, where="asking")


def show(writer: SessionWriter, frame: Callable[..., Frame], trial: int, expression: str, at: float) -> None:
    writer.open_trial(trial, expression, at)
    writer.frame(trial, frame(trial))
    writer.close_trial(trial, "complete", at + 1)


def answers_file(study: Study) -> Path:
    [path] = study.folder.glob("sub-*/ses-01/answers.tsv")
    return path


def test_answers_come_back_with_their_trials(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START + 2)
    writer.answer(1, "strength", " 7.0 ", START + 4)
    writer.answer(1, "liked", "y", START + 5)
    writer.answer(1, "remarks", 'went "well"\r\n\tI think', START + 6.25)
    show(writer, frame, 2, "sad", START + 8)
    expected = ({"strength": "7", "liked": "y", "remarks": 'went "well"\n\tI think'}, {})
    finished = writer.finish(START + 10)
    assert tuple(trial.answers for trial in finished.trials) == expected
    [read] = Study.open(study.folder).sessions()
    assert read.trials == finished.trials
    text = answers_file(study).read_text(encoding="utf-8")
    assert text.startswith(HEADER + "4.000000\t1\tstrength\t7\n5.000000\t1\tliked\ty\n6.250000\t1\tremarks\t")


def test_a_session_without_answers_has_no_such_file(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    writer.finish(START + 2)
    assert not list(study.folder.rglob("answers.tsv"))
    assert [trial.answers for trial in study.sessions()[0].trials] == [{}]


@pytest.mark.parametrize(
    ("trial", "question", "value", "message"),
    [
        (
            1,
            "strength",
            "11",
            r"trial 1 \(happy\): expected a whole number from 0 to 10 .*'strength', found '11'",
        ),
        (1, "strength", "-1", "whole number from 0 to 10"),
        (1, "strength", "6.5", "whole number from 0 to 10"),
        (1, "strength", "six", "whole number from 0 to 10"),
        (1, "liked", "yes", "expected one of 'y', 'n' to the question 'liked', found 'yes'"),
        (1, "remarks", " \n", "expected an answer to the question 'remarks'"),
        (1, "remarks", "n/a", "expected an answer"),
        (1, "stength", "7", r"expected a question .*\(strength, liked, remarks\), found 'stength'"),
        (2, "strength", "7", r"trial 2 \(sad\): .* asks there \(none\)"),
        (3, "strength", "7", "trial 3: an answer came before the trial had begun"),
    ],
)
def test_what_the_protocol_does_not_allow_is_refused_and_not_stored(
    study: Study, begin, frame, trial: int, question: str, value: str, message: str
) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    show(writer, frame, 2, "sad", START + 2)
    with pytest.raises(StudyError, match=message):
        writer.answer(trial, question, value, START + 4)
    writer.finish(START + 5)
    assert not list(study.folder.rglob("answers.tsv"))


def test_the_last_answer_counts_and_the_first_stays_in_the_file(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    writer.answer(1, "strength", "3", START + 2)
    writer.answer(1, "strength", "4", START + 3)
    assert writer.finish(START + 5).trials[0].answers == {"strength": "4"}
    assert [line.split("\t")[3] for line in answers_file(study).read_text().splitlines()] == [
        "answer",
        "3",
        "4",
    ]


def test_answers_to_an_attempt_that_was_done_again_stay_with_it(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    writer.answer(1, "strength", "3", START + 2)
    show(writer, frame, 1, "happy", START + 3)
    writer.answer(1, "liked", "y", START + 5)
    told = [("redone", {"strength": "3"}), ("complete", {"liked": "y"})]
    finished = writer.finish(START + 6)
    assert [(t.outcome, t.answers) for t in finished.trials] == told
    assert [(t.outcome, t.answers) for t in study.sessions()[0].trials] == told


def test_answers_survive_a_crash_and_can_be_given_after_it(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    writer.answer(1, "strength", "3", START + 2)
    writer.flush(START + 2)
    journal = next(study.folder.rglob("recording.journal"))
    left = journal.read_bytes()  # what another program finds if this one dies now
    writer.leave()
    journal.write_bytes(left)
    [info] = study.sessions()
    assert [t.answers for t in info.trials] == [{"strength": "3"}]
    with study.resume_session(info) as again:
        again.answer(1, "liked", "n", START + 9)
        done = again.finish(START + 10)
    assert [t.answers for t in done.trials] == [{"strength": "3", "liked": "n"}]
    assert study.sessions()[0].trials == done.trials


def test_an_interrupted_session_kept_as_it_is_keeps_its_answers(study: Study, begin, frame) -> None:
    writer = begin()
    show(writer, frame, 1, "happy", START)
    writer.answer(1, "strength", "3", START + 2)
    writer.leave()
    [info] = study.sessions()
    assert [t.answers for t in study.finish_session(info, at=START + 3).trials] == [{"strength": "3"}]


TRIALS = tuple(
    TrialInfo(trial=n, expression="happy", onset=float(n), duration=1.0, outcome="complete", frames=1)
    for n in (1, 2)
)


def test_a_spreadsheet_may_have_saved_the_file() -> None:
    text = (
        "\ufeff"
        + HEADER
        + "n/a\t1\tstrength\t7 \n\t\t\t\n\t2\tstrength\tn/a\n\t2\tliked\t\n2.5\t2\tliked\ty\n"
    )
    found = parse_answers(text.replace("\n", "\r\n").encode(), where="answers.tsv", trials=TRIALS)
    assert found == (Answer(None, 1, "strength", "7"), Answer(2.5, 2, "liked", "y"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("n/a\t3\tstrength\t7", "line 2: .*no such trial or question: 3"),
        ("n/a\t1\thow strong\t7", "line 2: .*no such trial or question: 1, 'how strong'"),
        ("n/a\tone\tstrength\t7", "line 2: .*one"),
        ("soon\t1\tstrength\t7", "line 2: .*soon"),
        ("n/a\t1\tstrength", "line 2: "),
        ('n/a\t1\tstrength\t"7', "line 2: "),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line(line: str, message: str) -> None:
    with pytest.raises(StudyDamaged, match=f"answers.tsv, {message}") as error:
        parse_answers((HEADER + line + "\n").encode(), where="answers.tsv", trials=TRIALS)
    assert error.value.hint
    with pytest.raises(StudyDamaged, match=r"line 1: .*not the columns"):
        parse_answers(b"trial,question,answer\n", where="answers.tsv", trials=TRIALS)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
canonical = texts.map(lambda t: "\n".join(line.rstrip() for line in t.strip().splitlines()))


@given(
    st.lists(
        st.builds(
            Answer,
            st.none() | st.floats(0, 1e5).map(lambda s: round(s, 6)),
            st.sampled_from([1, 2]),
            st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,5}", fullmatch=True),
            canonical.filter(lambda t: t not in ("", "n/a")),
        ),
        max_size=5,
    )
)
def test_any_answers_come_back_as_written(answers: list[Answer]) -> None:
    back = parse_answers(encode_answers(answers), where="", trials=TRIALS)
    assert list(back) == answers


def test_answers_of_unknown_time_belong_to_the_last_attempt() -> None:
    first, last = TRIALS[0], replace(TRIALS[0], onset=9.0)
    told = with_answers([first, last], [Answer(None, 1, "a", "late"), Answer(5.0, 1, "a", "early")])
    assert [dict(t.answers) for t in told] == [{"a": "early"}, {"a": "late"}]
