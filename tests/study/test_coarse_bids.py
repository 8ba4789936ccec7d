"""A BIDS data set made coarser: the same frames as a release of the same study, and it says what was done."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bids_folder import numbers, one, rows, table

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import StudyError, StudyReadOnly
from mimik.frame import COLUMNS, Frame
from mimik.protocol import load_protocol
from mimik.study import SessionFacts, Study
from mimik.study.bids import export_bids
from mimik.study.coarsening import AS_RECORDED, CHANNEL_SETS, Coarsening
from mimik.study.release import release_study

START = 1_700_000_000.0
CLOCKS = ["latency", "deviceTime", "frameNumber", "trial", "tracked"]
POSE = ("headZ", "headYaw", "jawOpen")

COARSENINGS = {
    "as recorded": AS_RECORDED,
    "rate": Coarsening(rate=7),
    "channels": Coarsening(channels=POSE),
    "rest": Coarsening(without_rest=True),
    "all": Coarsening(rate=10, channels=CHANNEL_SETS["mouth-and-brows"], without_rest=True),
}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Simulated: one session of a baseline trial and two others, of 2 s each at 60 frames a second."""
    study = Study.create(
        tmp_path / "study", title="Pain", protocol=load_protocol("pain-scale"), synthetic=True
    )
    add_session(study, rate=60.0)
    return study


def add_session(
    study: Study, *, rate: float | None, at: Callable[[float], float] = lambda seconds: seconds
) -> str:
    """Record one more person; ``at`` gives the device's time. Returns who it is."""
    protocol = study.protocol
    rest = next(trial.expression for trial in protocol.trials if trial.baseline)
    assert rest.lower() != "neutral"  # else nothing shows that the protocol is asked
    rng = np.random.default_rng(3)
    face = rng.random(64).astype(np.float32)
    person = study.add_participant().id
    study.record_consent(person, at=START, basis="made up")
    with study.start_session(person, SessionFacts(started=START, rate=rate)) as writer:
        count = 0
        for trial, expression in ((1, rest), (2, "5"), (3, "10")):
            writer.open_trial(trial, expression, START + count / 60)
            for _ in range(120):
                values = face if trial == 1 else rng.random(64).astype(np.float32)
                tracked = count % 11 != 5
                values = values if tracked else np.full(64, np.nan, np.float32)
                arrived = START + count / 60 + 0.002 * rng.random()
                writer.frame(trial, Frame(1, 900 + count, at(50 + count / 60), arrived, tracked, values))
                count += 1
            writer.close_trial(trial, "complete", START + count / 60)
        writer.note("Somebody came in", START + 3)
        writer.finish(START + count / 60)
    return person


def facts_of(folder: Path) -> dict[str, Any]:
    return json.loads(one(folder, "*_motion.json").read_text())


def channels_of(folder: Path) -> list[str]:
    return [line["name"] for line in table(one(folder, "*_channels.tsv"))]


def columns_of(folder: Path) -> dict[str, np.ndarray]:
    """Return the columns of the one motion table by their names."""
    lines = rows(one(folder, "*_motion.tsv"))
    return {name: numbers(lines, i) for i, name in enumerate(channels_of(folder))}


@pytest.mark.parametrize("name", COARSENINGS)
def test_frames_are_those_of_a_release_with_the_same_options(study: Study, tmp_path: Path, name: str) -> None:
    done = export_bids(study, tmp_path / "bids", coarsening=COARSENINGS[name])
    release = release_study(study, tmp_path / "csv", "csv", coarsening=COARSENINGS[name])

    with one(tmp_path / "csv", "sub-*.csv").open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    found = columns_of(tmp_path / "bids")
    assert (done.frames, done.coarsened) == (release.frames, release.coarsened)
    assert list(found)[5:] == list(expected[0])[8:]
    pairs = {"latency": "time", "deviceTime": "device_time", "frameNumber": "frame", "trial": "trial"}
    for channel, column in {**pairs, **{each: each for each in list(found)[5:]}}.items():
        told = np.array([float(row[column] or "nan") for row in expected])
        np.testing.assert_allclose(found[channel], told, rtol=0, atol=1e-6 if "ime" in column else 0)
    assert [bool(flag) for flag in found["tracked"]] == [row["tracked"] == "true" for row in expected]


@pytest.mark.parametrize(("rate", "told"), [(10, 10), (7, 7), (240, 60), (None, 60)])
@pytest.mark.parametrize("known", [True, False])
def test_the_sampling_frequency_is_that_of_what_is_left(
    tmp_path: Path, study: Study, rate: float | None, told: float, known: bool
) -> None:
    if not known:  # what the device sends; then it is measured
        study = Study.create(tmp_path / "other", title="t", protocol=study.protocol, synthetic=True)
        add_session(study, rate=None)

    export_bids(study, tmp_path / "out", coarsening=Coarsening(rate=rate))

    facts, found = facts_of(tmp_path / "out"), columns_of(tmp_path / "out")
    assert facts["SamplingFrequency"] == pytest.approx(told, abs=1e-3)
    steps, seconds = 0, 0.0
    for trial in (1, 2, 3):
        times = found["deviceTime"][found["trial"] == trial]
        steps, seconds = steps + len(times) - 1, seconds + times[-1] - times[0]
    assert facts["SamplingFrequencyEffective"] == pytest.approx(steps / seconds, abs=1e-3)
    assert facts["SamplingFrequencyEffective"] <= told * 1.03  # the last frame of 2 s may come a bit early


def test_only_the_channels_asked_for_are_there_and_counted(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out", coarsening=Coarsening(channels=POSE))

    told = table(one(tmp_path / "out", "*_channels.tsv"))
    assert [line["name"] for line in told] == [*CLOCKS, "jawOpen", "headYaw", "headZ"]  # in the usual order
    assert {len(line) for line in rows(one(tmp_path / "out", "*_motion.tsv"))} == {8}
    facts = facts_of(tmp_path / "out")
    counts = {kind: facts[f"{kind}ChannelCount"] for kind in ("Motion", "LATENCY", "MISC", "ORNT", "POS")}
    assert counts == {"Motion": 8, "LATENCY": 2, "MISC": 4, "ORNT": 1, "POS": 1}
    assert facts["TrackedPointsCount"] == 2  # face and head
    described = json.loads(one(tmp_path / "out", "*_channels.json").read_text())
    assert (
        "blend shapes (1), as received; angles and places of head and eyes (2), as received"
        in described["name"]["Description"]
    )


def test_a_frame_of_reference_is_told_only_where_something_has_one(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "face", coarsening=Coarsening(channels=CHANNEL_SETS["face"]))
    export_bids(study, tmp_path / "all")

    described = {
        name: json.loads(one(tmp_path / name, "*_channels.json").read_text()) for name in ("face", "all")
    }
    assert "reference_frame" not in described["face"]
    assert "reference_frame" in described["all"]
    assert "angles" not in described["face"]["name"]["Description"]


def test_the_resting_face_is_subtracted_from_blend_shapes_alone(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out", coarsening=Coarsening(without_rest=True))

    (info,) = study.sessions()
    raw, found = study.read_session(info), columns_of(tmp_path / "out")
    rest = raw.block.values[0]  # the same in every frame of the baseline trial
    at_rest = (found["trial"] == 1) & (found["tracked"] == 1)
    for i, name in enumerate(COLUMNS):
        less = rest[i] if name in BLEND_SHAPES else np.float32(0)
        np.testing.assert_array_equal(found[name].astype(np.float32), raw.block.values[:, i] - less)
        assert not (found[name][at_rest].any() and name in BLEND_SHAPES)
    assert min(np.nanmin(found[name]) for name in BLEND_SHAPES) < 0


def test_each_channel_says_whether_a_resting_face_was_subtracted(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "rested", coarsening=Coarsening(without_rest=True))
    export_bids(study, tmp_path / "slower", coarsening=Coarsening(rate=10))

    told = {line["name"]: line["description"] for line in table(one(tmp_path / "rested", "*_channels.tsv"))}
    assert {name for name, text in told.items() if "Less the person's resting face" in text} == set(
        BLEND_SHAPES
    )
    described = json.loads(one(tmp_path / "rested", "*_channels.json").read_text())
    assert (
        "blend shapes (52), as received, less the person's resting face" in described["name"]["Description"]
    )
    assert "description" not in table(one(tmp_path / "slower", "*_channels.tsv"))[0]


@pytest.mark.parametrize("name", COARSENINGS)
def test_events_stay_as_they_are_and_on_the_clock_of_the_frames(
    study: Study, tmp_path: Path, name: str
) -> None:
    export_bids(study, tmp_path / "as-recorded")
    export_bids(study, tmp_path / "out", coarsening=COARSENINGS[name])

    events = one(tmp_path / "out", "*_events.tsv")
    assert events.read_bytes() == one(tmp_path / "as-recorded", "*_events.tsv").read_bytes()
    found = columns_of(tmp_path / "out")
    trials = [event for event in table(events) if event["event"] == "trial"]
    assert len(trials) == 3
    for event in trials:
        latency = found["latency"][found["trial"] == int(event["trial"])]
        onset, duration = float(event["onset"]), float(event["duration"])
        assert 0 <= latency[0] - onset < 0.02  # a trial's first frame always stays
        assert onset + duration - 1 / 5 < latency[-1] < onset + duration + 0.02


def test_what_was_done_is_said_in_words(study: Study, tmp_path: Path) -> None:
    coarsening = Coarsening(rate=10, channels=("jawOpen",), without_rest=True)
    done = export_bids(study, tmp_path / "out", coarsening=coarsening)
    export_bids(study, tmp_path / "as-recorded")

    said = "at most 10 frames per second; only the channels jawOpen; each person's resting face subtracted"
    assert done.coarsened == said
    readme = (tmp_path / "out" / "README").read_text()
    assert f"The frames are coarser than they were recorded: {said}." in readme
    assert "exactly the values that were received" not in readme
    description = json.loads((tmp_path / "out" / "dataset_description.json").read_text())
    assert description["GeneratedBy"][0]["Description"] == f"mimik bids, frames made coarser: {said}"
    assert (
        "left out" in json.loads(one(tmp_path / "out", "*_channels.json").read_text())["name"]["Description"]
    )
    as_recorded = (tmp_path / "as-recorded" / "README").read_text()
    assert "coarser" not in as_recorded and "exactly the values that were received" in as_recorded


@pytest.mark.parametrize("coarsening", [Coarsening(rate=10), Coarsening(channels=("jawOpen",))])
def test_values_that_are_only_left_out_are_said_to_be_as_received(
    study: Study, tmp_path: Path, coarsening: Coarsening
) -> None:
    export_bids(study, tmp_path / "out", coarsening=coarsening)

    readme = (tmp_path / "out" / "README").read_text()
    assert "exactly the values that were received" in readme
    assert "resting" not in readme


def test_a_session_no_frame_of_which_has_a_time_is_left_out_where_a_rate_is_asked(
    study: Study, tmp_path: Path
) -> None:
    who = add_session(study, rate=60.0, at=lambda _: math.nan)

    done = export_bids(study, tmp_path / "slower", coarsening=Coarsening(rate=10))
    whole = export_bids(study, tmp_path / "whole")

    assert done.left_out == {f"{who}/ses-01": "no frame has a time on the device's clock, to keep a rate by"}
    assert not (tmp_path / "slower" / who).exists()
    assert who not in (tmp_path / "slower" / "participants.tsv").read_text()
    assert (whole.sessions, dict(whole.left_out)) == (2, {})


def test_a_study_without_a_time_at_all_is_refused_with_the_reason(study: Study, tmp_path: Path) -> None:
    other = Study.create(tmp_path / "other", title="t", protocol=study.protocol, synthetic=True)
    add_session(other, rate=60.0, at=lambda _: math.nan)

    with pytest.raises(StudyError, match=r"found none .*no frame has a time on the device's clock"):
        export_bids(other, tmp_path / "out", coarsening=Coarsening(rate=10))
    assert not (tmp_path / "out").exists()


def test_the_study_notes_it_as_it_notes_a_release(study: Study, tmp_path: Path) -> None:
    coarsening = Coarsening(rate=10)
    done = export_bids(study, tmp_path / "bids", coarsening=coarsening)
    release_study(study, tmp_path / "csv", "csv", coarsening=coarsening)

    ours, theirs = study.releases
    assert (ours.id, ours.kind, ours.digest) == (done.id, "bids", done.digest)
    assert replace(theirs, id=ours.id, at=ours.at, kind="bids", digest=ours.digest) == ours
    lines = [json.loads(line) for line in (study.folder / "audit.jsonl").read_text().splitlines()]
    noted = [line["facts"] for line in lines if line["what"] == "released"]
    assert [facts["coarsened"] for facts in noted] == ["at most 10 frames per second"] * 2


def test_the_digest_is_that_of_all_files(study: Study, tmp_path: Path) -> None:
    done = export_bids(study, tmp_path / "out")

    files = {p.relative_to(tmp_path / "out").as_posix(): p for p in (tmp_path / "out").rglob("*.*")}
    files |= {name: tmp_path / "out" / name for name in ("README", "CHANGES")}
    listed = "".join(
        f"{hashlib.sha256(files[name].read_bytes()).hexdigest()}  {name}\n" for name in sorted(files)
    )
    assert done.digest == hashlib.sha256(listed.encode()).hexdigest()


def test_a_study_that_is_only_read_has_no_note(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StudyReadOnly("read-only")

    monkeypatch.setattr(Study, "record_release", refuse)
    done = export_bids(study, tmp_path / "out", coarsening=Coarsening(rate=10))

    assert done.id == ""
    assert (tmp_path / "out" / "README").is_file()


@pytest.mark.parametrize("name", [*COARSENINGS, "face", "pose", "few"])
def test_the_validator_finds_no_error_however_coarse(
    study: Study, tmp_path: Path, validate: Any, name: str
) -> None:
    more = {
        "face": Coarsening(channels=CHANNEL_SETS["face"]),
        "pose": Coarsening(channels=("headYaw",), without_rest=True),
        "few": Coarsening(rate=0.01, channels=("jawOpen",)),
    }
    export_bids(study, tmp_path / "out", coarsening={**COARSENINGS, **more}[name])
    assert validate(tmp_path / "out") == []
