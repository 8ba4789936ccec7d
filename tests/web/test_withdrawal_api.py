"""Withdrawing a participant over HTTP: what would go, that it goes, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_world import wait_until

from mimik.web.studio.job import Job
from mimik.web.studio.studio import Studio


@pytest.fixture
def studio(make_studio: Callable[..., Studio], study_with_models: Path) -> Studio:
    return make_studio(folder=study_with_models)


@pytest.fixture
def who(studio: Studio) -> str:
    return studio.require_study().participants[0].id


def path(participant: str) -> str:
    return f"/api/participants/{participant}/withdrawal"


def test_a_plan_names_what_goes_and_changes_nothing(client: TestClient, studio: Studio, who: str) -> None:
    release = studio.require_study().record_release("bids", [who], at=1795600000.0)
    plan = client.get(path(who)).json()

    assert plan["sessions"] == [s.session for s in studio.require_study().sessions(who)]
    assert "derivatives/models/one.json" in plan["computed"]
    assert plan["models"] == 3
    assert plan["releases"] == [{"id": release.id, "kind": "bids", "at": 1795600000.0}]
    assert who in [person["id"] for person in client.get("/api/participants").json()]


def test_a_withdrawn_participant_is_gone_and_the_search_says_so(
    client: TestClient, studio: Studio, who: str
) -> None:
    study = studio.require_study()
    done = client.post(path(who), json={"reason": "changed their mind"}).raise_for_status().json()

    assert done["searched"]["files"] > 0
    assert done["searched"]["found"] == done["searched"]["unread"] == []
    assert who not in [person["id"] for person in client.get("/api/participants").json()]
    assert who not in [session["participant"] for session in client.get("/api/sessions").json()]
    assert "changed their mind" in study.store.read("withdrawn.tsv").decode()
    assert client.get(path(who)).status_code == client.post(path(who), json={}).status_code == 404


def test_models_that_learned_from_them_are_marked(client: TestClient, who: str) -> None:
    def marks() -> dict[str, int]:
        return {model["name"]: model["withdrew"] for model in client.get("/api/models").json()["models"]}

    assert marks() == {"one": 0, "plain": 0, "two": 0}
    client.post(path(who), json={}).raise_for_status()
    assert marks() == {"one": 1, "plain": 1, "two": 1}
    assert client.get("/api/models/one").json()["withdrew"] == 1


def test_nobody_is_withdrawn_while_they_sit(client: TestClient, who: str) -> None:
    client.post("/api/devices/simulated", json={"count": 1}).raise_for_status()
    wait_until(lambda: client.get("/api/devices").json())
    client.post("/api/devices/1/accept").raise_for_status()
    wanted = {"device": 1, "participant": who, "consent": True}
    sitting = client.post("/api/sittings", json=wanted).raise_for_status().json()
    for _ in range(2):  # prepared, then running
        answer = client.post(path(who), json={})
        assert answer.status_code == 409
        assert "sits in no session" in answer.json()["error"] and "Sessions" in answer.json()["hint"]
        client.post(f"/api/sittings/{sitting['id']}/begin")
    client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "stop"}).raise_for_status()
    wait_until(lambda: client.get("/api/sittings").json()[0]["stage"] == "ended")

    assert client.post(path(who), json={}).raise_for_status().json()["searched"]["found"] == []
    assert client.get("/api/sittings").json() == []


def test_nobody_is_withdrawn_while_another_program_records_them(client: TestClient, studio: Studio) -> None:
    study = studio.require_study()
    info = study.sessions()[0]
    writer = study.start_session(info.participant, info.facts)
    answer = client.post(path(info.participant), json={})
    writer.leave()

    assert answer.status_code == 409
    assert info.participant in [person.id for person in study.participants]


def test_nobody_is_withdrawn_while_a_model_may_learn_from_them(
    client: TestClient, studio: Studio, who: str
) -> None:
    studio.jobs._jobs["x"] = Job("x", "train", {"name": "new"})
    answer = client.post(path(who), json={})
    del studio.jobs._jobs["x"]

    assert answer.status_code == 409
    assert "Models" in answer.json()["hint"]
