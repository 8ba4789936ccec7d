"""Answers from paper or a spreadsheet reach their trials, or none does and every fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_answers import ASKING, START

from mimik.errors import StudyError
from mimik.protocol import Protocol, parse_protocol
from mimik.study import SessionFacts, Study
from mimik.study.collected import Collected
from mimik.study.collected import collect_answers as collect


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return parse_protocol(ASKING, where="asking")


@pytest.fixture
def two(study: Study) -> Study:
    """Two people: A showed happy, sad, happy (one of them twice); B happy and sad, and went away."""
    sessions = {
        "sub-A": "happy redone, happy complete, sad complete, sad complete",
        "sub-B": "happy complete, sad incomplete",
    }
    for who, trials in sessions.items():
        study.add_participant(who)
        study.record_consent(who, version="1", at=START)
        with study.start_session(who, SessionFacts(started=START)) as writer:
            for number, trial in enumerate(trials.split(", "), 1):
                expression, outcome = trial.split()
                writer.open_trial(number, expression, START + number)
                writer.close_trial(number, outcome, START + number + 0.5)
            writer.finish(START + 9)
    return study


def table(folder: Path, *lines: str, header: str = "participant,trial,question,answer") -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def collect_answers(study: Study, path: Path, **options: object) -> Collected:
    return collect(study, path.read_bytes(), where=str(path), **options)


def answers(study: Study) -> dict[tuple[str, int], dict[str, str]]:
    found = {(info.participant, t.trial): dict(t.answers) for info in study.sessions() for t in info.trials}
    return {place: said for place, said in found.items() if said}


def test_answers_reach_their_trials(two: Study, tmp_path: Path) -> None:
    path = table(tmp_path, "sub-A,2,strength,7", "A,2,liked,y", "sub-B,1,strength,0", "sub-B,1,remarks,")
    found = collect_answers(two, path)
    assert answers(two) == {("sub-A", 2): {"strength": "7", "liked": "y"}, ("sub-B", 1): {"strength": "0"}}
    assert (len(found.answers), found.same, found.empty, found.replaced) == (3, 0, 1, 0)
    assert found.questions == {"strength": 2, "liked": 1}
    [file] = two.folder.glob("sub-B/ses-01/answers.tsv")
    assert file.read_text() == "onset\ttrial\tquestion\tanswer\nn/a\t1\tstrength\t0\n"
    assert not list(two.folder.glob(".staged*"))


def test_a_trial_can_be_named_by_its_expression_where_there_is_one(two: Study, tmp_path: Path) -> None:
    header = "Participant_ID;Session;Expression;Question;Answer;rt"
    path = table(tmp_path, "sub-A;1;happy;strength;3;512", "sub-B;ses-01;happy;liked;n;", header=header)
    found = collect_answers(two, path)
    assert answers(two) == {("sub-A", 2): {"strength": "3"}, ("sub-B", 1): {"liked": "n"}}
    assert found.passed_over == ("rt",)
    path = table(tmp_path, "sub-A,sad,strength,3", header="participant,expression,question,answer")
    with pytest.raises(StudyError, match=r"line 2: sub-A/ses-01: expected one trial of 'sad', found 3, 4"):
        collect_answers(two, path)


def test_answers_to_a_trial_done_again_stay_with_it(two: Study, tmp_path: Path) -> None:
    found = collect_answers(two, table(tmp_path, "sub-A,1,strength,7"))
    assert [answer.redone for answer in found.answers] == [True]
    assert answers(two) == {("sub-A", 1): {"strength": "7"}}


def test_the_same_answer_again_changes_nothing_and_another_needs_to_be_wanted(
    two: Study, tmp_path: Path
) -> None:
    collect_answers(two, table(tmp_path, "sub-A,2,strength,7"))
    [file] = two.folder.rglob("answers.tsv")
    before = file.read_bytes()
    again = collect_answers(two, table(tmp_path, "sub-A,2,strength,7.0"))
    assert (again.answers, again.same) == ((), 1)
    other = table(tmp_path, "sub-A,2,strength,8", "sub-A,2,liked,y")
    with pytest.raises(StudyError, match=r"line 2: .*answered already, with '7'; found '8'") as error:
        collect_answers(two, other)
    assert "--replace" in error.value.hint
    assert file.read_bytes() == before
    replaced = collect_answers(two, other, replace=True)
    assert (len(replaced.answers), replaced.replaced) == (2, 1)
    assert answers(two) == {("sub-A", 2): {"strength": "8", "liked": "y"}}
    assert file.read_bytes().startswith(before)  # the earlier answer can still be read


def test_a_dry_run_stores_nothing(two: Study, tmp_path: Path) -> None:
    path = table(tmp_path, "sub-A,2,strength,7")
    assert collect_answers(two, path, dry_run=True) == collect_answers(two, path)
    assert len(list(two.folder.rglob("answers.tsv"))) == 1


def test_every_fault_is_told_with_its_line_and_nothing_is_stored(two: Study, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "sub-A,2,strength,7",
        "sub-C,1,strength,7",
        "sub-A,9,strength,7",
        "sub-A,2,strength,8",
        "sub-B,1,liked,maybe",
        "sub-B,1,arousal,5",
        "sub-B,,liked,y",
    )
    with pytest.raises(StudyError) as error:
        collect_answers(two, path)
    assert str(error.value).splitlines() == [
        f"{path}: nothing was stored.",
        "  line 3: expected a participant with a session, found 'sub-C'.",
        "  line 4: sub-A/ses-01: expected one of its trials (2 happy, 3 sad, 4 sad), found trial 9.",
        "  line 5: sub-A/ses-01, trial 2 (happy): expected one answer to 'strength', line 2 has '7'.",
        "  line 6: sub-B/ses-01, trial 1 (happy): expected one of 'y', 'n' to the question 'liked', "
        "found 'maybe'.",
        "  line 7: sub-B/ses-01, trial 1 (happy): expected a question that is asked there "
        "(strength, liked, remarks), found 'arousal'.",
        "  line 8: expected the number of a trial or its expression, found neither.",
    ]
    assert "--also arousal" in error.value.hint
    assert answers(two) == {}


def test_many_faults_are_counted(two: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as error:
        collect_answers(two, table(tmp_path, *["sub-C,1,strength,7"] * 25))
    assert str(error.value).splitlines()[-1] == "  ... and 15 more"


def test_questions_that_the_protocol_does_not_ask_must_be_named(two: Study, tmp_path: Path) -> None:
    path = table(tmp_path, "sub-A,3,arousal,9", "sub-A,3,felt,a bit odd")
    with pytest.raises(StudyError, match="expected a whole number from 1 to 5 to the question 'arousal'"):
        collect_answers(two, path, also=["arousal=1..5", "felt"])
    collect_answers(two, path, also=["arousal=1..9", "felt"])
    assert answers(two) == {("sub-A", 3): {"arousal": "9", "felt": "a bit odd"}}
    for wrong in ("", "how strong", "x=5..1", "x=1-5"):
        with pytest.raises(StudyError, match="expected a"):
            collect_answers(two, path, also=[wrong])


def test_names_are_told_apart_by_a_key(two: Study, tmp_path: Path) -> None:
    path = table(tmp_path, "Anna,2,strength,7")
    with pytest.raises(StudyError, match="found 'Anna'"):
        collect_answers(two, path)
    collect_answers(two, path, key={"Anna": "sub-A"})
    assert answers(two) == {("sub-A", 2): {"strength": "7"}}


def test_an_unfinished_session_takes_none(two: Study, tmp_path: Path) -> None:
    with two.start_session("sub-A", SessionFacts(started=START)) as writer:
        writer.open_trial(1, "happy", START)
    path = table(tmp_path, "sub-A,2,1,strength,7", header="participant,session,trial,question,answer")
    with pytest.raises(StudyError, match="expected a finished session, found sub-A/ses-02"):
        collect_answers(two, path)
    path = table(tmp_path, "sub-A,3,1,strength,7", header="participant,session,trial,question,answer")
    with pytest.raises(StudyError, match=r"expected a session of sub-A \(ses-01, ses-02\), found '3'"):
        collect_answers(two, path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b"participant,trial,answer\n", "line 1: expected the columns participant, question, answer"),
        (b"participant,question,answer\n", "and trial or expression"),
        (b"participant,trial,question,answer,answer\n", "found twice: answer"),
        (b"participant,trial,question,answer\na,1,q,1,2\n", "line 2: expected 4 cells, found 5"),
        (b"participant,trial,question,answer\n\xff\n", "expected a table as CSV"),
        (b'participant,trial,question,answer\na,1,q,"1', "expected a table as CSV"),
    ],
)
def test_what_is_no_table_of_answers_is_told(
    two: Study, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(StudyError, match=message):
        collect_answers(two, path)
