"""The study's routes: making one, what is told of it, and the next sensible step."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from web_world import QUICK

from mimik.capture.simulation import simulate
from mimik.web.app import create_app
from mimik.web.studio.next_step import ENOUGH, next_step

MEDIA = 'media = { kind = "picture", file = "media/one.png" }\n'


@pytest.fixture
def empty(make_studio):
    """A studio whose study is not made yet."""
    return make_studio("")


@pytest.fixture
def first(empty):
    with TestClient(create_app(empty), base_url="http://localhost") as client:
        yield client


def test_before_the_first_study_only_its_folders_name_is_told(first, empty):
    told = first.get("/api/study").json()
    assert told == {"open": False, "folder": empty.folder.name, "private": False}
    assert first.get("/api/consent").json()["default"] is True
    assert first.get("/api/participants").status_code == 409


def test_the_optional_purposes_are_told_in_english_and_german(first, client):
    for studio in (first, client):
        optional = studio.get("/api/consent").json()["optional"]
        assert [one["purpose"] for one in optional] == ["sharing", "later-use"]
        assert all(set(one["text"]) == {"en", "de"} for one in optional)


def test_a_study_is_made_of_a_built_in_protocol_once(first, empty):
    wanted = {"title": "Winter pilot", "protocol": "hartmann2022", "synthetic": True}
    made = first.post("/api/study", json=wanted)
    assert made.status_code == 201
    told = made.json()
    assert (told["title"], told["synthetic"], told["protocol"]["trials"]) == ("Winter pilot", True, 5)
    assert told["encrypted"] is False and "private" not in told
    assert empty.require_study().protocol.name == "hartmann2022"
    assert first.post("/api/study", json=wanted).status_code == 409


def test_only_built_in_protocols_have_names(first):
    refused = first.post("/api/study", json={"title": "A", "protocol": "/etc/hostname"})
    assert refused.status_code == 422 and "built-in" in refused.json()["error"]


def test_a_broken_protocol_names_its_fault_and_makes_nothing(first, empty):
    broken = QUICK.replace('start = "button"', 'start = "never"')
    refused = first.post("/api/study", json={"title": "A", "protocol_toml": broken})
    assert refused.status_code == 422 and "start" in refused.json()["error"]
    assert not empty.folder.exists() or not any(empty.folder.iterdir())


def test_pictures_do_not_come_through_a_page(first, empty):
    refused = first.post("/api/study", json={"title": "A", "protocol_toml": QUICK + MEDIA})
    assert refused.status_code == 422 and "mimik new" in refused.json()["hint"]
    assert empty.study is None


def test_a_study_at_a_glance_counts_finished_frames_per_expression(client, studio):
    simulate(studio.require_study(), participants=2)
    told = client.get("/api/study").json()
    frames = {"happy": 0, "sad": 0}
    for session in studio.require_study().sessions():
        for trial in session.trials:
            frames[trial.expression] += trial.frames
    assert told["frames"] == frames and told["participants"] == 2
    assert told["sessions"] == {"complete": 2, "interrupted": 0, "partial": 0, "imported": 0}
    (first, _) = client.get("/api/participants").json()
    assert first["consented_now"] is False and first["consent"]["basis"]  # a basis is no consent
    assert [s["status"] for s in first["sessions"]] == ["complete"]


@pytest.mark.parametrize(
    ("known", "href"),
    [
        ({"running": 1, "unfinished": 1}, "/sessions"),
        ({"unfinished": 1}, "/#unfinished"),
        ({}, "/devices"),
        ({"accepted": 1}, "/sessions"),
        ({"accepted": 1, "people": ENOUGH - 1}, "/sessions"),
        ({"accepted": 1, "people": ENOUGH}, "/models"),
        ({"accepted": 1, "people": ENOUGH, "models": 1}, "/live"),
    ],
)
def test_the_next_sensible_step(known, href):
    nothing = {"people": 0, "unfinished": 0, "running": 0, "accepted": 0, "models": 0}
    assert next_step(**nothing | known)["href"] == href
