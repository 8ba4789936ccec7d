"""Consent asked for on the participant's own screen: what is asked, what is said, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_world import wait_until

from mimik.errors import ConsentMissing, StudyError
from mimik.study.consent import ON_OWN_SCREEN
from mimik.study.purposes import PURPOSES
from mimik.study.study import Study
from mimik.web.studio.asked import AskedConsent, consent_to_ask
from mimik.web.studio.studio import Studio

ALL = dict.fromkeys(PURPOSES, True)
STUDY_ALONE = {"study": True, "sharing": False, "later-use": False}
NOTHING = dict.fromkeys(PURPOSES, False)
ASKED_FIRST = {"version": "1", "state": "asked", "round": 1}


# What is asked, and the states it goes through


def test_it_is_asked_then_given_for_what_was_allowed() -> None:
    asked = AskedConsent("2")
    assert asked.facts() == {"version": "2", "state": "asked", "round": 1, "purposes": []}
    consent = asked.answer("2", {**STUDY_ALONE, "later-use": True}, at=12.5)
    assert consent is not None
    assert (consent.at, consent.version, consent.how) == (12.5, "2", ON_OWN_SCREEN)
    assert consent.purposes == ("study", "later-use")
    assert (asked.state, asked.purposes) == ("given", ("study", "later-use"))
    asked.require_given()


def test_without_this_study_the_rest_counts_for_nothing() -> None:
    asked = AskedConsent("1")
    assert asked.answer("1", {**ALL, "study": False}, at=0.0) is None
    assert asked.facts() == {"version": "1", "state": "declined", "round": 1, "purposes": []}


@pytest.mark.parametrize("said", [None, NOTHING])
def test_nothing_begins_before_it_is_given(said: dict[str, bool] | None) -> None:
    asked = AskedConsent("1")
    if said is not None:
        asked.answer("1", said, at=0.0)
    with pytest.raises(ConsentMissing, match=asked.state):
        asked.require_given()


def test_who_wants_to_is_asked_again() -> None:
    asked = AskedConsent("1")
    for round_, (said, state) in enumerate(
        ((NOTHING, "declined"), (ALL, "given"), (STUDY_ALONE, "given")), 1
    ):
        asked.answer("1", said, at=0.0)
        assert asked.state == state
        asked.ask_again()
        assert asked.facts() == {"version": "1", "state": "asked", "round": round_ + 1, "purposes": []}


def test_an_answer_counts_once_and_in_its_own_round() -> None:
    asked = AskedConsent("1")
    assert asked.awaits(1) and not asked.awaits(2) and not asked.answered(1)
    for said in (NOTHING, ALL):
        round_ = asked.round
        asked.answer("1", said, at=0.0)
        assert asked.answered(round_) and not asked.awaits(round_)
        asked.ask_again()
        assert asked.awaits(round_ + 1)
        assert not asked.awaits(round_) and not asked.answered(round_) and not asked.answered(round_ + 1)


def test_what_is_recorded_is_not_asked_again() -> None:
    asked = AskedConsent("1")
    asked.answer("1", ALL, at=0.0)
    asked.recorded = True
    asked.ask_again()
    assert (asked.state, asked.round) == ("given", 1)


@pytest.mark.parametrize(
    ("version", "answers", "told"),
    [
        ("1", ALL, "version 2"),
        ("2", {}, "each of"),
        ("2", {"study": True}, "each of"),
        ("2", {**ALL, "selling": True}, "each of"),
    ],
)
def test_answers_that_do_not_fit_change_nothing(version: str, answers: dict[str, bool], told: str) -> None:
    asked = AskedConsent("2")
    with pytest.raises(StudyError, match=told):
        asked.answer(version, answers, at=0.0)
    assert asked.state == "asked"


def test_the_screen_is_not_told_what_was_allowed() -> None:
    asked = AskedConsent("1")
    asked.answer("1", ALL, at=0.0)
    assert asked.seen() == {"version": "1", "state": "given", "round": 1}


def test_who_agreed_to_the_newest_text_is_not_asked(studio: Studio) -> None:
    study = studio.require_study()
    name = study.add_participant().id
    for who in (None, name):
        to_ask = consent_to_ask(study, who)
        assert to_ask is not None and to_ask.version == "1"
    study.record_consent(name, at=1.0, version="1")
    assert consent_to_ask(study, name) is None
    study.add_consent_text("2", "Other words.")
    again = consent_to_ask(study, name)
    assert again is not None and again.version == "2"


# Through the routes


@pytest.fixture
def sitting(client: TestClient) -> dict[str, Any]:
    """A sitting whose participant is asked on their screen."""
    return asking(client)


def asking(client: TestClient, **more: Any) -> dict[str, Any]:
    client.post("/api/devices/simulated", json={"count": 1}).raise_for_status()
    wait_until(lambda: client.get("/api/devices").json())
    client.post("/api/devices/1/accept").raise_for_status()
    answer = client.post("/api/sittings", json={"device": 1, "ask": True, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def say(
    client: TestClient, sitting: dict[str, Any], answers: Any, version: str = "1", round_: int | None = None
) -> Any:
    asked = now(client)["consent"] or {"round": 1}
    body = {"seat": sitting["id"], "version": version, "consent": answers, "round": round_ or asked["round"]}
    return client.post(f"/api/screens/{sitting['screen']['key']}/consent", json=body)


def now(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/api/sittings").json()[0])


def begin(client: TestClient, sitting: dict[str, Any]) -> Any:
    return client.post(f"/api/sittings/{sitting['id']}/begin")


def test_what_was_said_is_written_when_the_session_begins(
    client: TestClient, studio: Studio, sitting: dict[str, Any]
) -> None:
    assert sitting["consent"] == {"version": "1", "state": "asked", "round": 1, "purposes": []}
    before = studio.clock.now()
    assert say(client, sitting, {**STUDY_ALONE, "sharing": True}).status_code == 204
    after = studio.clock.now()
    given = {"version": "1", "state": "given", "round": 1, "purposes": ["study", "sharing"]}
    assert now(client)["consent"] == given
    assert studio.require_study().participants == ()  # nothing before it begins
    assert begin(client, sitting).status_code == 200
    study = Study.open(studio.folder)
    (person,) = study.participants
    (consent,) = study.consent_history(person.id)
    assert (consent.version, consent.purposes, consent.how) == ("1", ("study", "sharing"), "own-screen")
    assert int(before) <= consent.at <= after
    assert client.get("/api/participants").json()[0]["consent"]["how"] == "own-screen"


def test_nothing_begins_while_it_is_asked(
    client: TestClient, studio: Studio, sitting: dict[str, Any]
) -> None:
    refused = begin(client, sitting)
    assert refused.status_code == 409 and "asked" in refused.json()["error"]
    assert now(client)["stage"] == "preparing" and studio.require_study().participants == ()


def test_who_declines_leaves_nothing(client: TestClient, studio: Studio, sitting: dict[str, Any]) -> None:
    say(client, sitting, NOTHING).raise_for_status()
    assert now(client)["consent"]["state"] == "declined"
    assert begin(client, sitting).status_code == 409
    client.delete(f"/api/sittings/{sitting['id']}").raise_for_status()
    assert studio.require_study().participants == () and studio.require_study().sessions() == ()


def test_answers_may_be_taken_back_until_it_begins(
    client: TestClient, studio: Studio, sitting: dict[str, Any]
) -> None:
    say(client, sitting, ALL)
    say(client, sitting, STUDY_ALONE)  # a second message without asking again is the first one, come twice
    assert now(client)["consent"]["purposes"] == list(PURPOSES)
    say(client, sitting, None)
    assert now(client)["consent"]["state"] == "asked" and begin(client, sitting).status_code == 409
    say(client, sitting, STUDY_ALONE)
    begin(client, sitting).raise_for_status()
    for late in (None, NOTHING):
        assert say(client, sitting, late).status_code == 204
    consent = studio.require_study().participants[0].consent
    assert consent is not None and consent.purposes == ("study",)


@pytest.mark.parametrize("last", [NOTHING, None])
def test_a_late_yes_never_overrides_what_was_said_after_it(
    client: TestClient, studio: Studio, sitting: dict[str, Any], last: dict[str, bool] | None
) -> None:
    for said in (ALL, None, NOTHING, *([None] if last is None else [])):
        say(client, sitting, said).raise_for_status()
    before = now(client)["consent"]
    assert before["state"] == ("asked" if last is None else "declined")
    for late in (ALL, None):  # both of the first round
        assert say(client, sitting, late, round_=1).status_code == 204
    assert now(client)["consent"] == before
    assert begin(client, sitting).status_code == 409 and studio.require_study().participants == ()


def test_without_asking_again_a_no_stands(client: TestClient, sitting: dict[str, Any]) -> None:
    say(client, sitting, NOTHING).raise_for_status()
    say(client, sitting, ALL).raise_for_status()
    assert now(client)["consent"]["state"] == "declined"


@pytest.mark.parametrize("round_", [None, 0, "1", 1.0, True])
def test_what_is_said_needs_its_round(client: TestClient, sitting: dict[str, Any], round_: Any) -> None:
    place = f"/api/screens/{sitting['screen']['key']}/consent"
    body = {"seat": sitting["id"], "version": "1", "consent": ALL, "round": round_}
    assert client.post(place, json=body).status_code == 422
    del body["round"]
    assert client.post(place, json=body).status_code == 422
    assert now(client)["consent"]["state"] == "asked"


def test_once_it_is_recorded_the_screen_offers_no_change(
    client: TestClient, studio: Studio, sitting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        asked = studio.sittings.get(sitting["id"]).asked
        assert asked is not None
        asked.recorded = True  # as when the disk is full just after
        raise StudyError("Expected room on the disk, found none.")

    say(client, sitting, ALL).raise_for_status()
    monkeypatch.setattr(studio.sittings._running, "_recorder", broken)
    path = f"ws://localhost/api/screens/{sitting['screen']['key']}/watch"
    with client.websocket_connect(path) as screen:
        assert screen.receive_json()["seats"][0]["consent"]["state"] == "given"
        assert begin(client, sitting).status_code == 409
        (seat,) = screen.receive_json()["seats"]
        assert (seat["stage"], seat["consent"]) == ("preparing", None)
    say(client, sitting, None).raise_for_status()
    assert now(client)["consent"]["state"] == "given"


@pytest.mark.parametrize(
    ("answers", "version", "status"),
    [
        (STUDY_ALONE, "2", 409),
        ({"study": True}, "1", 409),
        ({**ALL, "selling": True}, "1", 409),
        ({**ALL, "study": "yes"}, "1", 422),
        ([], "1", 422),
    ],
)
def test_what_does_not_fit_is_refused(
    client: TestClient, sitting: dict[str, Any], answers: Any, version: str, status: int
) -> None:
    assert say(client, sitting, answers, version).status_code == status
    assert now(client)["consent"]["state"] == "asked"


def test_who_was_not_asked_can_say_nothing(client: TestClient, studio: Studio) -> None:
    sitting = asking(client, ask=False, consent=True)
    assert sitting["consent"] is None
    for said in (ALL, None):
        assert say(client, sitting, said).status_code == 204
    begin(client, sitting).raise_for_status()
    consent = studio.require_study().participants[0].consent
    assert consent is not None and (consent.purposes, consent.how) == (("study",), "screen")


def test_a_seat_of_another_screen_is_none_of_its_business(
    client: TestClient, sitting: dict[str, Any]
) -> None:
    assert say(client, sitting | {"id": "another"}, ALL).status_code == 404


def test_a_known_participant_who_agreed_is_not_asked_again(client: TestClient, studio: Studio) -> None:
    study = studio.require_study()
    name = study.add_participant().id
    study.record_consent(name, at=1.0, version="1", purposes=PURPOSES)
    sitting = asking(client, participant=name)
    assert sitting["consent"] is None
    begin(client, sitting).raise_for_status()
    assert len(study.consent_history(name)) == 1


def test_the_screen_gets_the_text_it_asks_for_and_no_other(
    client: TestClient, studio: Studio, sitting: dict[str, Any]
) -> None:
    place = f"/api/screens/{sitting['screen']['key']}/consent"
    study = studio.require_study()
    study.add_consent_text("2", "Other words.")
    told = client.get(f"{place}/1").json()
    assert told["version"] == "1" and told["text"] == study.consent_text("1")
    assert [one["purpose"] for one in told["purposes"]] == list(PURPOSES)
    assert all(set(one["text"]) == {"en", "de"} for one in told["purposes"])
    assert client.get(f"{place}/2").status_code == 404
    assert client.get("/api/screens/unknown/consent/1").status_code == 404
    say(client, sitting, ALL)
    begin(client, sitting)
    assert client.get(f"{place}/1").status_code == 404


@pytest.fixture
def line(client: TestClient, sitting: dict[str, Any]) -> Iterator[Any]:
    """The screen's WebSocket."""
    with client.websocket_connect(f"ws://localhost/api/screens/{sitting['screen']['key']}/watch") as socket:
        assert socket.receive_json()["seats"][0]["consent"] == ASKED_FIRST
        yield socket


def test_screen_and_operator_see_the_answer_at_once(
    client: TestClient, sitting: dict[str, Any], line: Any
) -> None:
    with client.websocket_connect("ws://localhost/api/watch") as operator:
        operator.send_json({"watch": ["sittings"]})
        line.send_json({"seat": sitting["id"], "round": 1, "version": "1", "consent": STUDY_ALONE})
        assert line.receive_json()["seats"][0]["consent"]["state"] == "given"
        while operator.receive_json()["data"][0]["consent"]["state"] != "given":
            pass
        line.send_json({"seat": sitting["id"], "round": 1, "consent": None})
        assert line.receive_json()["seats"][0]["consent"]["state"] == "asked"
        while operator.receive_json()["data"][0]["consent"]["state"] != "asked":
            pass


def test_a_yes_that_comes_late_on_an_older_line_is_ignored(
    client: TestClient, sitting: dict[str, Any], line: Any
) -> None:
    yes = {"seat": sitting["id"], "round": 1, "version": "1", "consent": ALL}
    path = f"ws://localhost/api/screens/{sitting['screen']['key']}/watch"
    with client.websocket_connect(path) as newer:
        newer.receive_json()
        for said, state in (
            (yes, "given"),
            ({"seat": sitting["id"], "round": 1, "consent": None}, "asked"),
            (yes | {"round": 2, "consent": NOTHING}, "declined"),
        ):
            newer.send_json(said)
            assert newer.receive_json()["seats"][0]["consent"]["state"] == state
        line.send_json(yes)
        line.send_json({"alive": True})
        while "alive" not in line.receive_json():
            pass
    assert now(client)["consent"]["state"] == "declined"


def test_over_the_line_what_does_not_fit_is_refused_too(sitting: dict[str, Any], line: Any) -> None:
    line.send_json({"seat": sitting["id"], "round": 1, "version": "9", "consent": ALL})
    assert "version 1" in line.receive_json()["refused"]["error"]
