"""Recordings over HTTP: what the study holds, number by number, and marks that end up in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from mimik.frame import COLUMNS, NOT_TRACKED, Block, Frame
from mimik.study import SessionFacts
from mimik.study.frames import SessionFrames
from mimik.study.importing import ImportPlan, import_takes
from mimik.study.session import INTERRUPTED
from mimik.web.app import create_app
from mimik.web.studio.recorded import ROW_BYTES, timeline
from mimik.web.studio.studio import Studio


@pytest.fixture
def studio(recorded: Path, make_studio: Callable[..., Studio]) -> Studio:
    return make_studio(folder=recorded)


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with TestClient(create_app(studio), base_url="http://localhost") as speaking:
        yield speaking


def finished(studio: Studio) -> Any:
    return next(s for s in studio.require_study().sessions() if s.status == "complete")


def broken_off(studio: Studio) -> Any:
    return next(s for s in studio.require_study().sessions() if s.status == INTERRUPTED)


def path(info: Any, more: str = "") -> str:
    return f"/api/sessions/{info.participant}/{info.session}{more}"


def unpacked(content: bytes, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A second reader of the bytes: times, values (n, columns), trial, tracked."""
    n = len(content) // (ROW_BYTES + 4 * columns)
    times = np.frombuffer(content, "<f8", n)
    values = np.frombuffer(content, "<f4", n * columns, 8 * n).reshape(columns, n).T
    trial = np.frombuffer(content, "<i2", n, (8 + 4 * columns) * n)
    tracked = np.frombuffer(content, "u1", n, (10 + 4 * columns) * n)
    return times, values, trial, tracked


def test_all_sessions_are_listed_with_their_trials(client, studio):
    listed = client.get("/api/sessions").json()
    there = studio.require_study().sessions()

    assert [(s["participant"], s["session"], s["status"]) for s in listed] == [
        (s.participant, s.session, s.status) for s in there
    ]
    assert {s["status"] for s in listed} == {"complete", "interrupted"}
    for told, info in zip(listed, there, strict=True):
        assert told["frames"] == info.frames
        assert [t["expression"] for t in told["trials"]] == [t.expression for t in info.trials]
        assert not told["running"]


def test_frames_are_those_of_the_study_value_by_value(client, studio):
    info = finished(studio)
    columns = ("mouthSmileLeft", "jawOpen", "headYaw", "headX")
    response = client.get(path(info, "/frames"), params={"columns": ",".join(columns)})
    frames = studio.require_study().read_session(info, columns)
    times, values, trial, tracked = unpacked(response.content, len(columns))

    assert response.headers["content-type"] == "application/octet-stream"
    assert int(response.headers["mimik-frames"]) == len(frames) == len(times)
    np.testing.assert_array_equal(times, frames.block.device_time - frames.block.device_time[0])
    np.testing.assert_array_equal(values, frames.block.values)
    np.testing.assert_array_equal(trial, frames.trial)
    np.testing.assert_array_equal(tracked.astype(bool), frames.block.tracked)


def test_without_columns_there_are_times_trials_and_tracking(client, studio):
    content = client.get(path(finished(studio), "/frames")).content
    times, values, trial, _ = unpacked(content, 0)

    assert values.shape == (len(times), 0)
    assert set(trial.tolist()) == {1, 2}


def test_a_session_tells_where_its_trials_are_and_what_moved_most(client, studio):
    info = finished(studio)
    told = client.get(path(info)).json()
    frames = studio.require_study().read_session(info)
    seen = frames.block.values[frames.block.tracked].astype(np.float64)
    sd = {name: np.std(seen[:, i]) for i, name in enumerate(COLUMNS[:52]) if np.isfinite(seen[:, i]).all()}

    assert told["n"] == len(frames)
    assert told["tracked"] == int(frames.block.tracked.sum())
    assert [m["column"] for m in told["moved"]] == sorted(sd, key=lambda name: (-sd[name], name))
    assert [m["sd"] for m in told["moved"]] == pytest.approx(sorted(sd.values(), reverse=True), abs=1e-4)
    assert set(told["columns"]) <= set(COLUMNS)
    times = timeline(frames)
    for trial in told["trials"]:
        own = times[frames.trial == trial["trial"]]
        assert (trial["start"], trial["end"]) == (
            pytest.approx(own[0], abs=1e-3),
            pytest.approx(own[-1], abs=1e-3),
        )
    assert [trial["answers"] for trial in told["trials"]] == [dict(trial.answers) for trial in info.trials]
    assert told["trials"][1]["answers"]["strength"].isdigit()
    assert all(trial["excluded"] == "" for trial in told["trials"])


def test_notes_and_stretches_without_a_face_are_told_on_the_frames_time(client, studio):
    study = studio.require_study()
    who = study.add_participant().id
    study.record_consent(who, at=0.0, basis="test")
    writer = study.start_session(who, SessionFacts(started=1000.0, device=1))
    writer.open_trial(1, "happy", 1002.0)
    for i in range(120):
        seen = not 60 <= i < 90
        values = np.full(64, 0.5, np.float32) if seen else NOT_TRACKED
        writer.frame(1, Frame(1, i, 50 + i / 60, 1002 + i / 60, seen, values))
    writer.note("the phone fell", 1003.0, trial=1)
    writer.close_trial(1, "complete", 1004.0)
    info = writer.finish(1005.0)
    told = client.get(path(info)).json()

    assert told["lost"] == [{"from": 1.0, "to": 1.5, "kind": "no face"}]
    assert [(e["at"], e["note"]) for e in told["events"]] == [(1.0, "the phone fell")]
    assert told["moved"][0]["sd"] == 0


def test_a_trial_is_marked_as_bad_and_taken_back(client, studio):
    info = finished(studio)
    told = client.put(path(info, "/trials/2/exclusion"), json={"reason": "somebody came in"}).json()

    assert [(t["outcome"], t["excluded"]) for t in told["trials"]] == [
        ("complete", ""),
        ("excluded", "somebody came in"),
    ]
    (again,) = [s for s in studio.require_study().sessions(info.participant) if s.session == info.session]
    assert again.trials[1].excluded == "somebody came in"
    assert client.get(path(info)).json()["trials"][1]["excluded"] == "somebody came in"
    back = client.delete(path(info, "/trials/2/exclusion")).json()
    assert [t["outcome"] for t in back["trials"]] == ["complete", "complete"]


@pytest.mark.parametrize(
    ("method", "more", "body", "status"),
    [
        ("PUT", "/trials/2/exclusion", {"reason": ""}, 422),
        ("PUT", "/trials/2/exclusion", {"reason": " \n "}, 409),
        ("PUT", "/trials/99/exclusion", {"reason": "bad"}, 409),
        ("PUT", "/trials/0/exclusion", {"reason": "bad"}, 422),
        ("DELETE", "/trials/1/exclusion", None, 409),
        ("GET", "/frames?columns=smile", None, 409),
        ("POST", "/finish", {}, 409),
        ("DELETE", "", None, 409),
    ],
)
def test_what_cannot_be_done_with_a_finished_session_is_refused_in_words(
    client, studio, method, more, body, status
):
    response = client.request(method, path(finished(studio), more), json=body)

    assert response.status_code == status
    assert response.json()["error"]
    assert finished(studio).status == "complete"


def test_an_interrupted_session_is_listed_but_not_opened(client, studio):
    info = broken_off(studio)
    for more in ("", "/frames"):
        response = client.get(path(info, more))
        assert response.status_code == 409
        assert "interrupted" in response.json()["error"]
        assert "Resume it" in response.json()["hint"]


def test_an_interrupted_session_can_be_kept_as_it_is(client, studio):
    info = broken_off(studio)
    told = client.post(path(info, "/finish")).json()

    assert told["status"] == "partial"
    assert client.get(path(info)).json()["n"] == told["frames"] > 0


def test_an_interrupted_session_can_be_removed_for_good(client, studio):
    info = broken_off(studio)

    assert client.delete(path(info)).status_code == 204
    assert not info.path.exists()
    assert client.get(path(info)).status_code == 404


def test_a_session_that_is_being_recorded_elsewhere_is_left_alone(client, studio):
    info = broken_off(studio)
    writer = studio.require_study().resume_session(info)
    try:
        assert client.delete(path(info)).status_code == 409
        assert client.post(path(info, "/finish")).status_code == 409
    finally:
        writer.leave()
    assert info.path.exists()


@pytest.mark.parametrize(
    "name",
    [
        "sub-NOBODY/ses-01",
        "../ses-01",
        "%2e%2e/ses-01",
        "sub-A/..%2f..%2fstudy.toml",
        "sub-A/%2e%2e",
        "..%5c..%5c/ses-01",
        "sub-A%00/ses-01",
        "consent/text-1.md",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_names_lead_nowhere(client, studio, name, method):
    before = sorted(str(p) for p in studio.folder.rglob("*"))
    response = client.request(method, f"/api/sessions/{name}")

    assert response.status_code in (404, 405)
    assert sorted(str(p) for p in studio.folder.rglob("*")) == before


def frames_of(trial: list[int], device: list[float], arrival: list[float]) -> SessionFrames:
    n = len(trial)
    block = Block(
        number=np.arange(n, dtype=np.int32),
        device_time=np.array(device, np.float64),
        arrival_time=np.array(arrival, np.float64),
        tracked=np.ones(n, np.bool_),
        values=np.zeros((n, 0), np.float32),
    )
    return SessionFrames(np.array(trial, np.int16), np.zeros(n, np.int32), ("happy",), (), block)


def test_after_a_change_of_devices_time_goes_on_as_the_frames_arrived():
    found = timeline(frames_of([1, 1, 1, 1], [100.0, 100.5, 7.0, 7.5], [1000.0, 1000.5, 1004.0, 1004.6]))

    np.testing.assert_allclose(found, [0.0, 0.5, 4.0, 4.5])


def test_imported_takes_of_other_days_come_one_after_another():
    nan = float("nan")
    found = timeline(frames_of([1, 1, 2, 2], [9.0, 9.5, 80_000.0, 80_000.5], [nan] * 4))

    np.testing.assert_allclose(found, [0.0, 0.5, 1.5, 2.0])


def test_real_takes_of_one_afternoon_are_laid_end_to_end(real_data, make_studio):
    studio = make_studio("hartmann2022", synthetic=False)
    plan = ImportPlan(basis="test", participant="one", levels=["expression"])
    (info,) = import_takes(
        studio.require_study(), [real_data / "livelink-csv" / "emotions-60fps"], plan
    ).sessions
    with TestClient(create_app(studio), base_url="http://localhost") as speaking:
        told = speaking.get(path(info)).json()
        content = speaking.get(path(info, "/frames?columns=jawOpen")).content
    times, values, _, _ = unpacked(content, 1)
    frames = studio.require_study().read_session(info, ["jawOpen"])

    np.testing.assert_array_equal(values, frames.block.values)
    assert (np.diff(times) >= 0).all()
    assert 300 < told["seconds"] < 400  # they were made over four hours
    for number in range(1, 11):
        own = frames.trial == number
        device = frames.block.device_time[own]
        np.testing.assert_allclose(times[own] - times[own][0], device - device[0], atol=1e-9)
    assert told["lost"] == []


def test_a_session_without_frames_has_no_times():
    assert timeline(frames_of([], [], [])).shape == (0,)


def test_the_routes_are_told_to_scripts(client):
    told = client.get("/api/openapi.json").json()["paths"]

    assert "float64" in told["/api/sessions/{participant}/{session}/frames"]["get"]["description"]
