"""All checks together: silent on a clean study, documented, never in the way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.capture import simulation
from mimik.errors import DataError
from mimik.learn.checks import (
    ALL,
    CheckReport,
    Finding,
    check_dataset,
    check_evaluation,
    check_predictions,
    check_split,
    explain,
    notices,
)
from mimik.learn.checks.apps import CANNOT_DELIVER, VIRTUAL
from mimik.learn.checks.registry import OF_DATA, OF_PREDICTIONS, OF_SPLITS
from mimik.learn.dataset import Dataset, RecordingFacts
from mimik.learn.predictions import Predictions
from mimik.learn.splits import Split, SplitKind, choose_split

DOCS = Path(__file__).parents[3] / "docs" / "checks.md"


def test_nothing_is_found_in_a_clean_study(clean: Dataset) -> None:
    report = check_dataset(clean, model=True)

    assert report.found == ()
    assert report.worst is None
    assert [f.code for f in report.findings if f.status == "not applicable"] == []


def test_every_check_of_data_is_asked_once_and_in_order(clean: Dataset) -> None:
    codes = [finding.code for finding in check_dataset(clean).findings]

    assert codes == sorted({check.code for check in OF_DATA})


def test_an_evaluation_is_checked_with_all_checks(clean: Dataset) -> None:
    split = choose_split(clean, folds=5)
    even = np.full((len(clean), 5), 0.2, dtype=np.float32)

    report = check_evaluation(clean, Predictions(split, even, True, ()))

    assert [finding.code for finding in report.findings] == [check.code for check in ALL]


def test_checks_change_nothing(clean: Dataset) -> None:
    before = clean.X.copy()

    check_dataset(clean)

    np.testing.assert_array_equal(clean.X, before)


def test_checks_say_the_same_again(clean: Dataset) -> None:
    assert check_dataset(clean) == check_dataset(clean)


def test_frames_of_a_recording_need_not_be_together(clean: Dataset) -> None:
    shuffled = np.random.default_rng(0).permutation(len(clean))
    shuffled = shuffled[np.argsort(clean.device_time[shuffled], kind="stable")]
    shuffled = np.concatenate([shuffled[::2], shuffled[1::2]])
    apart = replace(
        clean,
        X=clean.X[shuffled],
        y=clean.y[shuffled],
        participant=clean.participant[shuffled],
        recording=clean.recording[shuffled],
        device_time=clean.device_time[shuffled],
    )

    assert {f.code for f in check_dataset(apart).found} == {"EVAL022"}


def test_the_weightiest_comes_first() -> None:
    report = CheckReport(
        tuple(
            Finding(f"EVAL00{i}", "", weight, status, "")
            for i, (weight, status) in enumerate(
                [("info", "found"), ("serious", "passed"), ("warning", "found"), ("info", "found")]
            )
        )
    )

    assert [finding.code for finding in report.found] == ["EVAL002", "EVAL000", "EVAL003"]
    assert report.worst == "warning"
    assert next((n.code, n.severity) for n in notices(report.findings)) == ("EVAL002", "warning")


def test_a_report_is_plain_data_and_comes_back(clean: Dataset) -> None:
    report = check_dataset(replace(clean, synthetic=True))

    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))

    assert plain["worst"] == "serious"
    assert CheckReport.from_dict(plain) == report
    with pytest.raises(DataError, match="format"):
        CheckReport.from_dict({**plain, "format": 99})


def test_a_finding_is_looked_up_by_its_code(clean: Dataset) -> None:
    report = check_dataset(clean)

    assert report["EVAL008"].status == "passed"
    with pytest.raises(KeyError):
        report["EVAL001"]


def test_codes_are_unique_and_sorted_and_explained() -> None:
    codes = [check.code for check in ALL]

    assert codes == sorted(set(codes))
    assert len(codes) == len(OF_DATA) + len(OF_SPLITS) + len(OF_PREDICTIONS)
    for check in ALL:
        assert re.fullmatch(r"EVAL\d{3}", check.code)
        assert check.why.endswith((".", "?"))
        assert check.remedy.endswith((".", "?"))
        assert explain(check.code.lower()) is check


def test_an_unknown_code_is_told_with_those_there_are() -> None:
    with pytest.raises(DataError, match="EVAL999") as error:
        explain("EVAL999")
    assert ALL[-1].code in error.value.hint


def test_every_check_is_in_the_guide_with_its_title_and_severity() -> None:
    guide = DOCS.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(EVAL\d{3})` \| (\w+ \| .+?) \|$", guide, re.MULTILINE))

    assert rows == {check.code: f"{check.severity} | {check.title}" for check in ALL}


def test_every_check_is_broken_by_a_test_of_its_own() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_checks_*.py")
    )

    assert [check.code for check in ALL if f'"{check.code}"' not in tests] == []


def test_the_virtual_phone_is_known_by_its_name() -> None:
    assert simulation.APP == VIRTUAL
    assert CANNOT_DELIVER.keys() == {"MediaPipe"}


def test_other_data_than_the_split_is_told(clean: Dataset) -> None:
    split = choose_split(clean, folds=5)
    some = clean.subset(clean.participant < 10)

    with pytest.raises(DataError, match="frames"):
        check_split(some, split)
    with pytest.raises(DataError, match="shape"):
        check_predictions(some, Predictions(split, np.zeros((3, 5), dtype=np.float32), True, ()))


def test_progress_is_told_to_the_end(clean: Dataset) -> None:
    told: list[tuple[int, int]] = []

    check_dataset(clean, on_progress=lambda done, of: told.append((done, of)))

    assert told == [(i, len(OF_DATA)) for i in range(1, len(OF_DATA) + 1)]


numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)
times = st.floats(allow_nan=True, allow_infinity=True) | st.integers(0, 5).map(float)


@st.composite
def studies(draw: st.DrawFn) -> Dataset:
    """Small data sets of any content, with and without what is known besides the frames."""
    n = draw(st.integers(1, 30))
    of_recording = draw(st.lists(st.integers(0, 3), min_size=1, max_size=6))  # whose each one is
    recording = np.array(draw(st.lists(st.integers(0, len(of_recording) - 1), min_size=n, max_size=n)))
    recording = np.unique(recording, return_inverse=True)[1].ravel().astype(np.int32)
    participant = np.unique(np.array(of_recording)[recording], return_inverse=True)[1].ravel()
    y = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    y = np.unique(y, return_inverse=True)[1].ravel()
    n_recordings, people = int(recording.max()) + 1, int(participant.max()) + 1
    fact = st.builds(
        RecordingFacts,
        session=st.sampled_from(["a", "b"]),
        trial=st.integers(1, 3),
        prompted=st.just("happy"),
        device=st.sampled_from(["", "1", "2"]),
        app=st.sampled_from(["", "12", VIRTUAL, "MediaPipe 1"]),
        started=st.sampled_from([float("nan"), 1.0]),
    )
    known = draw(st.booleans())
    X = np.random.default_rng(draw(st.integers(0, 3))).random((n, 52), dtype=np.float32)
    X[draw(st.slices(n)), draw(st.slices(52))] = draw(numbers)
    X[draw(st.slices(n)), draw(st.slices(52))] = draw(numbers)
    return Dataset(
        X=X,
        y=y.astype(np.int64),
        participant=participant.astype(np.int32),
        recording=recording,
        device_time=np.array(draw(st.lists(times, min_size=n, max_size=n))),
        expressions=tuple("abc"[: int(y.max()) + 1]),
        participants=tuple(f"sub-{i}" for i in range(people)),
        recordings=tuple(f"r{i}" for i in range(n_recordings)),
        title="any",
        synthetic=draw(st.booleans()),
        facts=tuple(draw(fact) for _ in range(n_recordings)) if known else (),
        people=tuple({"site": draw(st.sampled_from(["", "x", "y"]))} for _ in range(people)) if known else (),
        unit=draw(st.sampled_from(["trial", "participant"])),
    )


@given(studies(), st.data())
def test_no_check_raises_whatever_the_data(dataset: Dataset, data: st.DataObject) -> None:
    n, k = len(dataset), len(dataset.expressions)
    fold = np.array(data.draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n)), dtype=np.int16)
    kind = data.draw(st.sampled_from(SplitKind))
    apart = dataset.participant if kind is SplitKind.SITE else None
    proba = np.random.default_rng(n).dirichlet(np.full(k, 0.1), n).astype(np.float32)
    proba[(fold < 0) | data.draw(st.sampled_from([np.zeros(n, dtype=bool), dataset.y == 0]))] = np.nan
    predictions = Predictions(Split(kind, fold, 2, 0, apart=apart), proba, data.draw(st.booleans()), ())
    leaking = Predictions(Split(SplitKind.FRAME, fold, 2, 0), proba, True, ())

    report = check_evaluation(dataset, predictions, data.draw(st.sampled_from([None, leaking])))

    assert [finding.code for finding in report.findings] == [check.code for check in ALL]
    assert all(finding.text for finding in report.findings)
    json.dumps(report.to_dict(), allow_nan=False)


@settings(max_examples=40)
@given(studies())
def test_asking_a_model_never_raises_either(dataset: Dataset) -> None:
    tame = replace(dataset, X=np.nan_to_num(dataset.X, nan=0.0, posinf=1.0, neginf=0.0).clip(-10, 10))

    assert check_dataset(tame, model=True)["EVAL009"].text
