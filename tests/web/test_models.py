"""Models of a study: what is known of each, and which can be held against each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mimik.errors import DataError, ModelError
from mimik.learn.evaluation import Evaluation
from mimik.learn.modelfile import load_model
from mimik.study.study import Study
from mimik.web.studio.comparing import Contender, compared
from mimik.web.studio.making import Making
from mimik.web.studio.missing import NotFound
from mimik.web.studio.models import Models
from mimik.web.studio.shelf import Shelf, is_name

EVERYBODY = 24


@pytest.fixture
def models(study_with_models: Path) -> Models:
    study = Study.open(study_with_models)
    return Models(study_with_models, lambda: study)


def facts_of(models: Models, name: str) -> dict[str, Any]:
    return next(model for model in models.all() if model["name"] == name)


def test_a_model_is_told_with_its_figures(models: Models) -> None:
    told = facts_of(models, "one")
    evaluation = Evaluation.from_dict(models.shelf.read_facts("one")["evaluation"])
    assert evaluation.result.trials is not None
    expected = evaluation.result.trials.figures["balanced_accuracy"]
    assert told["balanced_accuracy"]["value"] == expected.value
    assert told["balanced_accuracy"]["unit"] == "trials"
    assert told["balanced_accuracy"]["people"] == 6
    assert told["labels"] == ["happy", "sad"]
    assert (told["participants"], told["recipe"], told["synthetic"]) == (6, "people", True)
    assert told["report"] is True
    assert told["outdated"] is False
    assert told["size"] == models.path("one").stat().st_size


def test_a_model_that_a_command_put_there_is_told_too(models: Models) -> None:
    told = facts_of(models, "plain")
    assert (told["recipe"], told["participants"]) == ("people", 6)
    assert told["balanced_accuracy"] is None
    assert told["report"] is False
    assert models.one("plain")["evaluation"] is None
    with pytest.raises(NotFound, match="not tested"):
        models.report("plain")


def test_what_an_evaluation_found_is_told(models: Models) -> None:
    told = models.one("one")["evaluation"]
    assert [unit["unit"] for unit in told["units"]] == ["trials", "frames"]
    assert sum(map(sum, told["units"][0]["confusion"])) == told["recordings"] == 12
    assert len(told["people"]) == 6
    assert told["chance"] == 0.5
    assert told["notices"][0]["severity"] == "serious"  # simulated people


def test_a_model_is_outdated_once_the_study_has_changed(models: Models, study_with_models: Path) -> None:
    session = Study.open(study_with_models).sessions()[0]
    events = session.path / "events.tsv"
    events.write_text(events.read_text(encoding="utf-8").replace("complete", "incomplete"), encoding="utf-8")
    assert facts_of(models, "one")["outdated"] is True


def test_facts_of_another_model_under_this_name_are_passed_over(models: Models) -> None:
    """As after `mimik train -o` over a model of the studio."""
    models.shelf.model("one").write_bytes(models.shelf.model("plain").read_bytes())
    told = facts_of(models, "one")
    assert told["made"] == facts_of(models, "plain")["made"]
    assert told["balanced_accuracy"] is None
    with pytest.raises(NotFound):
        models.report("one")


def test_a_damaged_model_stops_nothing(models: Models) -> None:
    models.shelf.model("one").write_bytes(b"not a model")
    told = facts_of(models, "one")
    assert told["problem"]
    assert len(models.all()) == len(models) == 3


def test_a_model_and_all_that_belongs_to_it_can_be_removed(models: Models) -> None:
    models.remove("one")
    assert not [path for path in models.shelf.folder.iterdir() if path.name.startswith("one")]
    with pytest.raises(NotFound):
        models.remove("one")
    with pytest.raises(NotFound):
        models.one("one")


def test_material_is_what_could_be_learned(models: Models) -> None:
    told = models.material()
    assert told["people"] == 6
    assert list(told["frames"]) == ["happy", "sad"]
    assert all(frames >= 6 * 30 for frames in told["frames"].values())
    assert [labels["value"] for labels in told["labels"]] == ["prompted"]


def test_without_a_study_there_is_nothing(tmp_path: Path) -> None:
    models = Models(tmp_path, lambda: None)
    assert models.all() == []
    assert models.material()["people"] == 0
    assert models.free_name("m") == "m"


def test_a_free_name_is_free_whatever_the_case(models: Models) -> None:
    assert models.free_name("new") == "new"
    assert models.free_name("One") == "One-2"
    assert models.free_name("x", {"x", "x-2"}) == "x-3"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "-a", "a b", "ä", "a.b", "x" * 65, "CON", "lpt1"]
)
def test_names_that_are_none(name: str, tmp_path: Path) -> None:
    assert not is_name(name)
    with pytest.raises(ModelError):
        Shelf(tmp_path).model(name)


def test_a_change_of_files_happens_at_once_or_not_at_all(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def fail() -> None:
        with shelf.staged("m") as folder:
            (folder / "m.mimik").touch()
            raise DataError("no")

    with pytest.raises(DataError):
        fail()
    assert list(shelf.folder.iterdir()) == []


def test_how_a_model_is_made_is_plain_data() -> None:
    making = Making(preset="fast", epochs=3, expressions=("a", "b"), clean="onset", for_webcams=True)
    assert Making.of(json.loads(json.dumps(making.to_dict()))) == making


@pytest.mark.parametrize(
    "wrong",
    [{"preset": "x"}, {"epochs": 0}, {"clean": "x"}, {"labels": "x"}, {"expressions": ["happy"]}],
)
def test_a_model_that_cannot_be_made_is_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(DataError):
        Making.of(wrong)


# Side by side


def contender(name: str, shares: list[float], **changes: Any) -> Contender:
    """A model that recognised these shares of each person's trials."""
    people = [
        {"participant": f"sub-{i:02}", "trials_recognised": share, "balanced_accuracy": share, "frames": 9}
        | {"trials": 4}
        for i, share in enumerate(shares)
    ]
    data = {"expressions": ["a", "b"], "composition": {"counts": [5, 5]}, "synthetic": False}
    result = {"kind": "participant", "n_folds": 5, "people": people, "trials": True, "frames": True}
    evaluation = {"data": data, "result": result, "seed": changes.pop("seed", 0)}
    facts = {"recordings": changes.pop("recordings", "x"), "target": "prompted", "evaluation": evaluation}
    return Contender(name, changes.pop("labels", ("a", "b")), facts, **changes)


def spread(around: float, people: int = EVERYBODY) -> list[float]:
    return [around + 0.02 * (i % 5 - 2) for i in range(people)]


def test_a_difference_that_holds_for_people_in_general() -> None:
    better = [share + 0.1 + 0.01 * (i % 3) for i, share in enumerate(spread(0.6))]
    found = compared(contender("A", spread(0.6)), contender("B", better))
    assert found["comparable"]
    assert found["unit"] == "trials"
    assert found["trials"]["verdict"] == "better"
    assert found["trials"]["difference"]["value"] == pytest.approx(0.11)
    assert found["trials"]["difference"]["trusted"]
    assert found["sentence"] == "B is better than A by 10.6 to 11.4 points on people never seen."
    other_way = compared(contender("B", better), contender("A", spread(0.6)))
    assert other_way["sentence"] == found["sentence"]


def test_the_interval_is_students_over_the_differences() -> None:
    from scipy.stats import ttest_rel

    a, b = spread(0.6), [share + 0.03 * (i % 7 - 2) for i, share in enumerate(spread(0.6))]
    low, high = ttest_rel(b, a).confidence_interval(0.95)
    difference = compared(contender("A", a), contender("B", b))["trials"]["difference"]
    assert (difference["low"], difference["high"]) == pytest.approx((low, high))


def test_a_difference_that_may_be_none() -> None:
    b = [share + (0.05 if i % 2 else -0.04) for i, share in enumerate(spread(0.6))]
    found = compared(contender("A", spread(0.6)), contender("B", b))
    assert found["trials"]["verdict"] == "no_difference"
    assert found["sentence"].startswith(
        "With 24 people A and B cannot be told apart: B may be anything from \N{MINUS SIGN}"
    )


def test_few_people_tell_nothing_however_large_the_difference() -> None:
    few = spread(0.4, 12)
    found = compared(contender("A", few), contender("B", [share + 0.4 + share / 10 for share in few]))
    assert found["trials"]["verdict"] == "cannot_tell"
    assert found["sentence"].startswith("A and B cannot be told apart with 12 people")


def test_equal_models_are_equal() -> None:
    found = compared(contender("A", spread(0.6)), contender("B", spread(0.6)))
    assert found["sentence"] == "A and B recognise every one of 24 people equally often."


@pytest.mark.parametrize(
    ("changes", "why", "can_evaluate"),
    [
        ({"labels": ("a", "c")}, "They tell different things apart: A a, b, B a, c.", False),
        ({"seed": 1}, "not tested on the same people and folds", True),
        ({"recordings": "y"}, "not tested on the same people and folds", True),
        (
            {"recordings": "y", "problem": "Nobody knows how."},
            "not tested on the same people and folds",
            False,
        ),
    ],
)
def test_why_two_models_cannot_be_compared(changes: dict[str, Any], why: str, can_evaluate: bool) -> None:
    found = compared(contender("A", spread(0.6)), contender("B", spread(0.6), **changes))
    assert not found["comparable"]
    assert why in found["why"]
    assert found["can_evaluate"] is can_evaluate


def test_a_model_never_tested_can_be_tested_for_a_comparison(models: Models) -> None:
    found = models.compare("one", "plain")
    assert found["why"] == "plain was not tested on people never seen."
    assert found["can_evaluate"]
    assert not models.compare("one", "one")["comparable"]


def test_two_models_of_a_study_are_compared(models: Models) -> None:
    found = models.compare("one", "two")
    assert found["comparable"]
    assert found["synthetic"]
    assert {side["participant"] for side in found["trials"]["people"]} == {
        person["participant"] for person in models.one("one")["evaluation"]["people"]
    }
    assert found["sentence"].startswith("one and two cannot be told apart with 6 people")


def test_a_model_of_a_command_can_be_made_again(models: Models) -> None:
    from mimik.web.studio.made import making_of

    made = making_of(load_model(models.path("plain")), {})
    assert (made.preset, made.epochs, made.expressions) == ("people", 4, ("happy", "sad"))
