"""Circumstances that go with what is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.learn.checks import check_dataset
from mimik.learn.dataset import Dataset


def shown(dataset: Dataset) -> list[str]:
    return [fact.prompted for fact in dataset.facts]


def test_an_expression_recorded_on_one_device_only(clean: Dataset, found) -> None:
    facts = tuple(replace(fact, device="2" if fact.prompted == "happy" else "1") for fact in clean.facts)
    broken = replace(clean, facts=facts)

    assert found(broken) == {"EVAL016"}
    finding = check_dataset(broken)["EVAL016"]
    assert finding.value == pytest.approx(1.0)
    assert "device: happy 1 0, 2 22" in finding.details


def test_an_expression_recorded_with_one_app_only(clean: Dataset, found) -> None:
    facts = tuple(
        replace(fact, app="Face Cap 2.1") if fact.prompted == "sad" else fact for fact in clean.facts
    )

    assert found(replace(clean, facts=facts)) == {"EVAL016", "EVAL017"}


def test_an_expression_recorded_at_another_frame_rate(clean: Dataset, found) -> None:
    happy = clean.y == clean.expressions.index("happy")
    every_other = np.arange(len(clean)) % 2 == 0
    broken = clean.subset(~happy | every_other)

    assert found(broken) == {"EVAL016", "EVAL017"}
    assert "frame rate" in check_dataset(broken)["EVAL016"].text


def test_labels_of_people_that_go_with_their_site(clean: Dataset) -> None:
    ill = np.array([person["site"] == "Ulm" for person in clean.people])
    broken = replace(
        clean,
        y=ill[clean.participant].astype(np.int64),
        expressions=("well", "ill"),
        target="column:group",
        unit="participant",
    )
    finding = check_dataset(broken)["EVAL016"]

    assert finding.status == "found"
    assert "site: ill Bonn 0, Ulm 12" in finding.details


def test_many_trials_of_one_person_on_a_device_are_one_observation(clean: Dataset) -> None:
    # one person shows happy on a phone of their own: 1 of 22 people, however many frames
    facts = tuple(
        replace(fact, device="3") if fact.session.startswith("sub-00") and fact.prompted == "happy" else fact
        for fact in clean.facts
    )

    assert check_dataset(replace(clean, facts=facts))["EVAL016"].status == "passed"


def test_mixed_frame_rates(clean: Dataset, found) -> None:
    every_other = np.arange(len(clean)) % 2 == 0
    broken = clean.subset((clean.participant >= 6) | every_other)

    assert found(broken) == {"EVAL017"}
    assert check_dataset(broken)["EVAL017"].details == (
        "15 frames/s: 30 recordings",
        "30 frames/s: 80 recordings",
    )


def test_mixed_apps_but_not_mixed_versions(clean: Dataset, found) -> None:
    facts = tuple(
        replace(fact, app="Live Link Face 1.4" if i % 2 else fact.app) for i, fact in enumerate(clean.facts)
    )
    others = tuple(replace(fact, app="Face Cap") if i < 25 else fact for i, fact in enumerate(clean.facts))

    assert found(replace(clean, facts=facts)) == set()
    assert found(replace(clean, facts=others)) == {"EVAL017"}


def in_one_order(dataset: Dataset) -> Dataset:
    place = {name: number for number, name in enumerate(dataset.expressions, 1)}
    return replace(dataset, facts=tuple(replace(f, trial=place[f.prompted]) for f in dataset.facts))


def test_the_same_order_for_everybody(clean: Dataset, found) -> None:
    broken = in_one_order(clean)

    assert found(broken) == {"EVAL018"}
    finding = check_dataset(broken)["EVAL018"]
    assert finding.value == 1.0
    assert finding.details == (", ".join(clean.expressions),)


def test_imported_takes_have_no_order(clean: Dataset) -> None:
    ordered = in_one_order(clean)
    facts = tuple(replace(fact, started=float("nan")) for fact in ordered.facts)

    assert check_dataset(replace(ordered, facts=facts))["EVAL018"].status == "not applicable"


def test_one_session_shows_nothing_about_order(clean: Dataset) -> None:
    assert check_dataset(clean.subset(clean.participant == 0))["EVAL018"].status == "passed"


def test_uneven_expressions(clean: Dataset, found) -> None:
    keep = (clean.y == 2) | (np.arange(len(clean)) % 120 < 60)
    broken = clean.subset(keep)

    assert found(broken) == {"EVAL015"}
    finding = check_dataset(broken)["EVAL015"]
    assert finding.value == pytest.approx(1 / 3)
    assert finding.details[0] == "happy: 33.3 % of the frames"
