"""Who took part and what each of them showed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.learn.checks import check_dataset
from mimik.learn.dataset import Dataset


@pytest.mark.parametrize(("people", "codes"), [(19, {"EVAL008"}), (20, set())])
def test_too_few_people(clean: Dataset, found, people: int, codes: set[str]) -> None:
    fewer = clean.subset(clean.participant < people)

    assert found(fewer) == codes
    assert check_dataset(fewer)["EVAL008"].value == people


def test_an_expression_that_few_people_showed(clean: Dataset, found) -> None:
    happy = clean.expressions.index("happy")
    broken = clean.subset((clean.y != happy) | (clean.participant < 12))

    assert found(broken) == {"EVAL008", "EVAL019"}
    finding = check_dataset(broken)["EVAL008"]
    assert finding.details == ("happy: 12 people",)
    assert finding.value == 12


def test_simulated_people(clean: Dataset, found) -> None:
    broken = replace(clean, synthetic=True)

    assert found(broken) == {"EVAL010"}
    assert check_dataset(broken)["EVAL010"].value == 1.0


def test_simulated_people_among_others(clean: Dataset, found) -> None:
    facts = tuple(
        replace(fact, app="Mimik virtual phone") if fact.session.startswith("sub-03") else fact
        for fact in clean.facts
    )

    assert found(replace(clean, facts=facts)) == {"EVAL010", "EVAL017"}
    finding = check_dataset(replace(clean, facts=facts))["EVAL010"]
    assert finding.value == pytest.approx(1 / 22)
    assert finding.details == ("simulated: sub-03",)


def test_an_expression_that_one_person_did_not_show(clean: Dataset, found) -> None:
    broken = clean.subset((clean.y != 0) | (clean.participant != 5))

    assert found(broken) == {"EVAL019"}
    finding = check_dataset(broken)["EVAL019"]
    assert finding.details == ("disappointed: not shown by 1, sub-05",)
    assert finding.value == 1


def test_somebody_with_one_expression_only(clean: Dataset, found) -> None:
    broken = clean.subset((clean.y == 2) | (clean.participant != 5))

    assert found(broken) == {"EVAL019", "EVAL020"}
    assert check_dataset(broken)["EVAL020"].details == ("sub-05: happy",)


def test_labels_of_people_need_not_be_had_by_everybody(clean: Dataset) -> None:
    sex = (clean.participant % 2).astype(np.int64)
    labelled = replace(clean, y=sex, expressions=("f", "m"), target="column:sex", unit="participant")

    report = check_dataset(labelled)

    assert report["EVAL019"].status == report["EVAL020"].status == "not applicable"
    assert report["EVAL008"].status == "passed"


def test_no_resting_face(clean: Dataset, found) -> None:
    resting = clean.resting.copy()
    resting[15:20] = np.nan
    broken = replace(clean, resting=resting)

    assert found(broken) == {"EVAL024"}
    finding = check_dataset(broken)["EVAL024"]
    assert finding.details == ("sub-03",)
    assert finding.value == 1


def test_one_person_with_most_of_the_frames(clean: Dataset, found) -> None:
    many = np.flatnonzero(clean.participant == 0)
    rng = np.random.default_rng(0)
    more = [clean]
    for i in range(4):  # the same person's further trials
        extra = clean.subset(clean.participant == 0)
        noisy = extra.X + 0.004 * rng.standard_normal(extra.X.shape).astype(np.float32)
        more.append(replace(extra, X=noisy, recordings=tuple(f"{name}-{i}" for name in extra.recordings)))
    broken = joined(more)

    assert len(broken) == len(clean) + 4 * len(many)
    assert found(broken) == {"EVAL027"}
    finding = check_dataset(broken)["EVAL027"]
    assert finding.value == pytest.approx(5 / 26)
    assert finding.details == ("sub-00: 19.2 % of the frames",)


def joined(parts: list[Dataset]) -> Dataset:
    """Put data sets together whose people are all in the first."""
    first = parts[0]
    offsets = np.cumsum([0, *(part.n_recordings for part in parts[:-1])])
    who = [np.array([first.participants.index(p) for p in part.participants]) for part in parts]
    pairs = list(zip(parts, offsets, strict=True))
    return replace(
        first,
        X=np.concatenate([part.X for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        participant=np.concatenate([w[p.participant] for w, p in zip(who, parts, strict=True)]),
        recording=np.concatenate([part.recording + offset for part, offset in pairs]),
        device_time=np.concatenate([part.device_time for part in parts]),
        recordings=tuple(name for part in parts for name in part.recordings),
        facts=tuple(fact for part in parts for fact in part.facts),
        resting=np.concatenate([part.resting for part in parts]),
    )
