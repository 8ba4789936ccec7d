"""Consent is written when a session begins, and not over what was said since, nor of one that can't begin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_world import wait_until

from mimik.capture.beginning import new_facts
from mimik.errors import StudyError
from mimik.study import Study
from mimik.study.purposes import PURPOSES
from mimik.web.studio.asked import AskedConsent
from mimik.web.studio.studio import Studio

ALL = dict.fromkeys(PURPOSES, True)


@pytest.fixture
def prepared(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Prepares a sitting before a simulated phone; the operator says that the participant agreed to all."""

    def prepare(**more: Any) -> dict[str, Any]:
        client.post("/api/devices/simulated", json={"count": 1}).raise_for_status()
        wait_until(lambda: client.get("/api/devices").json())
        client.post("/api/devices/1/accept").raise_for_status()
        body = {"device": 1, "consent": True, "purposes": list(PURPOSES), **more}
        answer = client.post("/api/sittings", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return prepare


def said(study: Study, who: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.version, one.purposes) for one in study.consent_history(who)]


def test_what_was_said_between_preparing_and_beginning_holds(
    client: TestClient, studio: Studio, prepared: Callable[..., dict[str, Any]]
) -> None:
    study = studio.require_study()
    who = study.add_participant().id
    sitting = prepared(participant=who)
    agreed = studio.sittings.get(sitting["id"]).agreed
    assert agreed is not None
    another = Study.open(study.folder)
    another.record_consent(who, at=agreed.at + 1e-3, version="1", purposes=("study",), how="paper")

    refused = client.post(f"/api/sittings/{sitting['id']}/begin")

    assert refused.status_code == 409 and "what they said last" in refused.json()["error"]
    assert said(study, who) == [("1", ("study",))]
    assert study.sessions() == ()


def test_of_a_session_that_cannot_be_gone_on_with_no_consent_is_left(
    client: TestClient, studio: Studio, prepared: Callable[..., dict[str, Any]]
) -> None:
    study = studio.require_study()
    who = study.add_participant().id
    study.record_consent(who, at=1.0, version="1")
    facts = new_facts(study.protocol, device=1, app="test", rate=60.0, language="en", position=0, at=2.0)
    writer = study.start_session(who, facts)
    writer.leave()
    study.add_consent_text("2", "Other words.")
    sitting = prepared(participant=who, resume=writer.session)
    other = Study.open(study.folder, recover=False)
    with other.resume_session(next(iter(other.sessions(who)))):
        refused = client.post(f"/api/sittings/{sitting['id']}/begin")
        assert refused.status_code == 409

    assert said(study, who) == [("1", ("study",))]
    client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    assert said(study, who) == [("1", ("study",)), ("2", tuple(PURPOSES))]


def test_what_is_recorded_is_taken_back_otherwise(
    client: TestClient,
    studio: Studio,
    prepared: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk was full after consent was written: the screen does not ask as if nothing were on record."""
    sitting = prepared(consent=False, ask=True)
    one = studio.sittings.get(sitting["id"])
    asked = one.asked
    assert asked is not None
    one.agreed = asked.answer("1", ALL, at=time.time())

    def full(*_: object) -> None:
        raise StudyError("the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Study, "start_session", full)
        assert client.post(f"/api/sittings/{sitting['id']}/begin").status_code == 409
    studio.sittings.ask_again(sitting["id"], round_=asked.round)

    assert asked.state == "given" and asked.recorded
    client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    (person,) = studio.require_study().participants
    assert said(studio.require_study(), person.id) == [("1", tuple(PURPOSES))]


def test_before_it_is_recorded_it_is_asked_again_on_wish() -> None:
    asked = AskedConsent("1")
    asked.answer("1", ALL, at=0.0)
    asked.ask_again()
    assert asked.state == "asked"
