"""What is learned: what was asked for, what people reported, or what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mimik.errors import DataError, StudyError
from mimik.frame import Frame
from mimik.learn.data import load_dataset
from mimik.learn.targets import Target, parse_labels
from mimik.protocol import parse_protocol
from mimik.study.session import SessionFacts
from mimik.study.study import Study

HEAD = """
format = 1
name = "asking"
version = 1
languages = ["en"]
start = "automatic"
min_seconds = 1
scale = "SCALE"
[title]
en = "Asking"
[texts]
fixation = { en = "X" }
face_lost = { en = "Back" }
paused = { en = "Pause" }
done = { en = "Done" }
"""
QUESTIONS = """
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
options = [{ value = "yes", text = { en = "Yes" } }, { value = "no", text = { en = "No" } }]
[[trials.questions]]
id = "remarks"
kind = "text"
text = { en = "Anything else?" }
"""
Trials = list[tuple[str, Mapping[str, str]]]


def make_study(
    folder: Path, expressions: tuple[str, ...] = ("sad", "happy"), scale: str = "nominal"
) -> Study:
    text = HEAD.replace("SCALE", scale)
    for expression in expressions:
        text += f'[[trials]]\nexpression = "{expression}"\nprompt = {{ en = "Show it" }}\n{QUESTIONS}'
    return Study.create(folder, title="Tiny", protocol=parse_protocol(text, where="asking"))


def record(study: Study, trials: Trials, person: str = "sub-AAAAAA", **columns: str) -> None:
    """Three frames of each trial, whose first coefficient is the trial's number."""
    if person not in [p.id for p in study.participants]:
        study.add_participant(person, **columns)
        study.record_consent(person, at=0.0, version="1")
    with study.start_session(person, SessionFacts(started=0.0)) as writer:
        for number, (expression, answers) in enumerate(trials, 1):
            writer.open_trial(number, expression, float(number))
            for i in range(3):
                writer.frame(number, Frame(1, i, i / 60, i / 60, True, np.full(64, number, dtype=np.float32)))
            writer.close_trial(number, "complete", number + 0.5)
            for question, answer in answers.items():
                writer.answer(number, question, answer, number + 0.6)
        writer.finish(99.0)


def labels_by_trial(data) -> list[tuple[int, str]]:
    return sorted(set(zip(data.X[:, 0].astype(int).tolist(), data.labels.tolist(), strict=True)))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("prompted", Target("prompted")),
        ("reported", Target("reported")),
        (" reported:strength ", Target("reported", "strength")),
        ("column:group", Target("column", "group")),
        ("column:age:40,60", Target("column", "age", (40.0, 60.0))),
        ("column:score:-0.5", Target("column", "score", (-0.5,))),
        ("column:a:b", Target("column", "a:b")),
    ],
)
def test_labels_are_read_from_text_and_written_back(text: str, target: Target) -> None:
    assert parse_labels(text) == target
    assert parse_labels(str(target)) == target


@pytest.mark.parametrize("text", ["", "felt", "prompted:x", "column", "column:", "report:strength"])
def test_other_labels_are_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(DataError, match=r"expected labels as one of prompted, reported, .*got"):
        parse_labels(text)


def test_edges_must_ascend() -> None:
    with pytest.raises(DataError, match="ascending order, got 60,40"):
        parse_labels("column:age:60,40")


def test_what_was_asked_for_is_the_default_and_answers_come_along(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"strength": "7", "remarks": "fine"}), ("sad", {})])
    data = load_dataset(study)
    assert (data.expressions, data.target, data.scale, data.unit) == (
        ("sad", "happy"),
        "prompted",
        "nominal",
        "trial",
    )
    assert [dict(fact.answers) for fact in data.facts] == [{"strength": "7", "remarks": "fine"}, {}]
    assert data.notices == ()


def test_an_ordinal_protocol_gives_labels_in_the_order_of_numbers(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s", ("10", "0", "2"), "ordinal")
    record(study, [("10", {}), ("2", {}), ("0", {})])
    data = load_dataset(study)
    assert (data.expressions, data.scale) == (("0", "2", "10"), "ordinal")
    assert labels_by_trial(data) == [(1, "10"), (2, "2"), (3, "0")]
    assert load_dataset(study, expressions=["10", "0"]).expressions == ("0", "10")


def test_other_labels_in_an_ordinal_study_are_told(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s", ("0", "1"), "ordinal")
    record(study, [("0", {}), ("1", {}), ("neutral", {})])
    data = load_dataset(study)
    assert data.scale == "nominal"
    [notice] = data.notices
    assert (notice.code, "'neutral'" in notice.text) == ("labels-not-numbers", True)


def test_reported_answers_are_labels_and_trials_without_one_are_counted(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    trials: Trials = [("happy", {"strength": "10"}), ("sad", {"strength": "9"}), ("happy", {})]
    record(study, [*trials, ("sad", {"strength": "2", "remarks": "hm"})])
    data = load_dataset(study, labels="reported")
    assert data.expressions == ("2", "9", "10")
    assert (data.scale, data.unit, data.target) == ("ordinal", "trial", "reported:strength")
    assert labels_by_trial(data) == [(1, "10"), (2, "9"), (4, "2")]
    assert [fact.prompted for fact in data.facts] == ["happy", "sad", "sad"]
    [notice] = data.notices
    assert notice.code == "answers-missing"
    assert notice.text.startswith("1 of 4 trials have no answer to 'strength'")
    assert data.fingerprint != load_dataset(study).fingerprint


def test_only_trials_that_showed_some_expressions_can_be_taken(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"strength": "10"}), ("sad", {"strength": "9"}), ("happy", {"strength": "1"})])
    data = load_dataset(study, labels="reported:strength", expressions=["happy"])
    assert labels_by_trial(data) == [(1, "10"), (3, "1")]


def test_choices_keep_the_order_of_the_protocol_and_have_no_scale(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"liked": "no"}), ("sad", {"liked": "yes"})])
    data = load_dataset(study, labels="reported:liked")
    assert (data.expressions, data.scale) == (("yes", "no"), "nominal")


def test_several_questions_must_be_named(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"strength": "3", "liked": "no", "remarks": "hm"})])
    with pytest.raises(DataError, match="found: liked, strength") as error:
        load_dataset(study, labels="reported")
    assert error.value.hint == "name one: --labels reported:liked; --labels reported:strength"


def test_missing_questions_and_free_text_are_refused(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"remarks": "hm"})])
    with pytest.raises(DataError, match="found: none") as error:
        load_dataset(study, labels="reported")
    assert "mimik answers" in error.value.hint
    with pytest.raises(DataError, match=r"answers to the question 'strength' .* found none") as error:
        load_dataset(study, labels="reported:strength")
    assert "questions with answers: remarks" in error.value.hint
    with pytest.raises(DataError, match="'remarks', which is text"):
        load_dataset(study, labels="reported:remarks")


def test_an_answer_edited_into_nonsense_is_told_with_its_trial(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    record(study, [("happy", {"strength": "3"})])
    [path] = study.folder.rglob("answers.tsv")
    path.write_text(path.read_text().replace("\t3\n", "\t30\n"))
    with pytest.raises(StudyError, match=r"sub-AAAAAA/ses-01, trial 1 \(happy\): .* found '30'"):
        load_dataset(study, labels="reported:strength")


def people(study: Study, **groups: Mapping[str, str]) -> None:
    for name, columns in groups.items():
        record(study, [("happy", {}), ("sad", {})], f"sub-{name}", **columns)


def test_a_column_labels_people_and_those_without_a_value_are_counted(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    people(study, A={"group": "patient"}, B={"group": "control"}, C={"age": "9"}, D={"group": "control"})
    people(study, E={"group": "patient"})
    data = load_dataset(study, labels="column:group")
    assert (data.expressions, data.unit, data.scale) == (("control", "patient"), "participant", "nominal")
    whose = set(
        zip(data.participants, (data.labels[data.participant == i][0] for i in range(4)), strict=True)
    )
    assert whose == {("sub-A", "patient"), ("sub-B", "control"), ("sub-D", "control"), ("sub-E", "patient")}
    assert {fact.prompted for fact in data.facts} == {"happy", "sad"}
    [notice] = data.notices
    assert notice.text == "1 of 5 participants have nothing in the column 'group', and are left out."


def test_numbers_with_many_values_must_be_grouped(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    people(study, **{chr(65 + i): {"age": str(20 + 3 * (i // 2))} for i in range(24)})
    with pytest.raises(DataError, match="12 different numbers") as error:
        load_dataset(study, labels="column:age")
    assert "column:age:38 for two groups" in error.value.hint
    data = load_dataset(study, labels="column:age:30,41")
    assert data.expressions == ("under 30", "30 to under 41", "41 or more")
    ages = {p: float(columns["age"]) for p, columns in zip(data.participants, data.people, strict=True)}
    for code, label in enumerate(data.labels):
        age = ages[data.participants[data.participant[code]]]
        assert label == ("under 30" if age < 30 else "30 to under 41" if age < 41 else "41 or more")


def test_columns_that_cannot_label_people_are_refused(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    people(study, A={"name": "x", "age": "9"}, B={"name": "y", "age": "old"}, C={"name": "z", "age": "9"})
    with pytest.raises(DataError, match=r"'group' with values in .*, found none") as error:
        load_dataset(study, labels="column:group")
    assert error.value.hint == "columns with values: name, age"
    with pytest.raises(DataError, match="people who share values in the column 'name'"):
        load_dataset(study, labels="column:name")
    with pytest.raises(DataError, match="found 'old' for sub-B"):
        load_dataset(study, labels="column:age:5")


def test_a_value_of_one_person_is_told(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    people(study, A={"g": "2"}, B={"g": "10"}, C={"g": "2"})
    data = load_dataset(study, labels="column:g")
    assert data.expressions == ("2", "10")
    assert [(n.code, n.severity) for n in data.notices] == [("value-of-one-person", "serious")]
    assert data.subset(data.labels == "2").notices == data.notices
