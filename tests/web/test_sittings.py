"""A session from the phone to the study folder, through the studio's routes."""

from __future__ import annotations

import pytest
from web_world import wait_until

START = {"button": "start"}


def a_phone(client, number: int = 1) -> int:
    client.post("/api/devices/simulated", json={"count": 1}).raise_for_status()
    wait_until(lambda: len(client.get("/api/devices").json()) >= number)
    assert client.post(f"/api/devices/{number}/accept").json()["accepted"]
    return number


def prepared(client, device: int, **more) -> dict:
    answer = client.post("/api/sittings", json={"device": device, "consent": True, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def now(client, sitting: dict) -> dict:
    return next(s for s in client.get("/api/sittings").json() if s["id"] == sitting["id"])


def in_phase(client, sitting: dict, phase: str) -> dict:
    return wait_until(lambda: (s := now(client, sitting)) and (s["view"] or {}).get("phase") == phase and s)


def test_a_whole_session_ends_in_the_study(client, studio):
    sitting = prepared(client, a_phone(client))
    assert (sitting["stage"], sitting["view"], studio.study.participants) == ("preparing", None, ())
    client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    for prompt in ("Please look happy", "Please look sad"):
        assert in_phase(client, sitting, "waiting-for-start")["view"]["prompt"] == prompt
        client.post(f"/api/sittings/{sitting['id']}/press", json=START).raise_for_status()
    ended = wait_until(lambda: (s := now(client, sitting)) and s["stage"] == "ended" and s)
    assert in_phase(client, sitting, "done")["view"]["message"] == "Done. Thank you!"
    (info,) = studio.study.sessions()
    assert (ended["ended"], ended["problem"], info.status) == ("complete", "", "complete")
    assert [t.expression for t in info.trials] == ["happy", "sad"]
    assert info.frames == ended["frames_total"] >= 60
    assert info.facts.device == 1 and info.facts.app == "Mimik virtual phone" and info.synthetic


@pytest.mark.parametrize("how", ["screen", "paper"])
def test_consent_is_written_with_its_purposes_and_how_it_was_given(client, studio, how):
    sitting = prepared(client, a_phone(client), purposes=["study", "later-use"], how=how)
    assert studio.study.participants == ()
    client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    consent = studio.study.participants[0].consent
    assert (consent.version, consent.purposes, consent.how) == ("1", ("study", "later-use"), how)
    told = client.get("/api/participants").json()[0]["consent"]
    assert (told["purposes"], told["how"], told["origin"]) == (["study", "later-use"], how, "")


def test_consent_on_paper_may_be_of_an_earlier_day(client, studio):
    sitting = prepared(client, a_phone(client), how="paper", given="2025-11-03")
    client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    consent = studio.study.participants[0].consent
    assert consent.when == "2025-11-03" and consent.at > consent.given.end
    told = client.get("/api/participants").json()[0]["consent"]
    assert (told["given"], told["at"], told["how"]) == ("2025-11-03", consent.at, "paper")


@pytest.mark.parametrize(
    ("wrong", "status", "why"),
    [
        ({"how": "paper", "given": "2999-01-01"}, 409, "not after"),
        ({"how": "paper", "given": "0001-01-01"}, 409, "since 1970"),
        ({"how": "screen", "given": "2025-11-03"}, 409, "on paper"),
        ({"how": "paper", "given": "last May"}, 422, "given"),
    ],
)
def test_a_wrong_day_is_refused_and_nothing_is_written(client, studio, wrong, status, why):
    refused = client.post("/api/sittings", json={"device": a_phone(client), "consent": True, **wrong})
    assert refused.status_code == status and why in refused.text
    assert studio.study.participants == () and client.get("/api/sittings").json() == []


def test_paper_of_before_what_was_said_last_prepares_nothing(client, studio):
    who = studio.study.add_participant().id
    studio.study.record_consent(who, at=1_770_000_000.0, version="1", how="screen")
    studio.study.add_consent_text("2", "Other words.")
    asked = {"device": a_phone(client), "participant": who, "consent": True, "how": "paper"}
    refused = client.post("/api/sittings", json={**asked, "given": "2025-11-03"})
    assert (
        refused.status_code == 409
        and "2026-02-02T02:40:00Z; found one of 2025-11-03" in refused.json()["error"]
    )
    assert client.post("/api/sittings", json={**asked, "given": "2026-02-03"}).status_code == 201


def test_consent_is_to_the_study_alone_unless_more_is_said(client, studio):
    client.post(f"/api/sittings/{prepared(client, a_phone(client))['id']}/begin").raise_for_status()
    assert studio.study.participants[0].consent.purposes == ("study",)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"purposes": ["selling"]}, 422), ({"purposes": ["sharing"]}, 409), ({"how": "elsewhere"}, 422)],
)
def test_unknown_purposes_are_refused_and_nothing_is_written(client, studio, wrong, status):
    asked = {"device": a_phone(client), "consent": True, **wrong}
    assert client.post("/api/sittings", json=asked).status_code == status
    assert studio.study.participants == ()


def test_nothing_begins_without_consent(client, studio):
    device = a_phone(client)
    refused = client.post("/api/sittings", json={"device": device})
    assert refused.status_code == 409
    assert "consent" in refused.json()["error"]
    assert client.get("/api/sittings").json() == [] and studio.study.participants == ()


def test_only_an_accepted_phone_records(client):
    client.post("/api/devices/simulated", json={"count": 1})
    wait_until(lambda: client.get("/api/devices").json())
    refused = client.post("/api/sittings", json={"device": 1, "consent": True})
    assert refused.status_code == 409 and "accepted" in refused.json()["error"]
    assert client.post("/api/sittings", json={"device": 9, "consent": True}).status_code == 404


def test_a_phone_serves_one_sitting_at_a_time(client):
    device = a_phone(client)
    first = prepared(client, device)
    assert client.post("/api/sittings", json={"device": device, "consent": True}).status_code == 409
    assert client.delete(f"/api/sittings/{first['id']}").status_code == 204
    prepared(client, device)


def test_a_stopped_session_goes_on_where_it_was(client, studio):
    device = a_phone(client)
    sitting = prepared(client, device)
    client.post(f"/api/sittings/{sitting['id']}/begin")
    in_phase(client, sitting, "waiting-for-start")
    client.post(f"/api/sittings/{sitting['id']}/press", json=START)
    wait_until(lambda: now(client, sitting)["view"]["trial"] == 2)
    client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "stop"})
    ended = wait_until(lambda: (s := now(client, sitting)) and s["stage"] == "ended" and s)
    assert ended["ended"] == "stopped"
    (left,) = client.get("/api/study").json()["unfinished"]
    assert (left["trials_done"], left["trials"]) == (1, 2)

    again = prepared(client, device, participant=left["participant"], resume=left["session"], consent=False)
    client.post(f"/api/sittings/{again['id']}/begin").raise_for_status()
    assert in_phase(client, again, "waiting-for-start")["view"]["prompt"] == "Please look sad"
    client.post(f"/api/sittings/{again['id']}/press", json=START)
    wait_until(lambda: now(client, again)["stage"] == "ended")
    (info,) = studio.study.sessions()
    assert info.status == "complete" and [t.outcome for t in info.trials] == ["complete", "complete"]


def test_a_trial_is_redone_and_a_note_kept(client, studio):
    sitting = prepared(client, a_phone(client))
    client.post(f"/api/sittings/{sitting['id']}/begin")
    client.post(f"/api/sittings/{sitting['id']}/notes", json={"text": "wears\nglasses"}).raise_for_status()
    assert in_phase(client, sitting, "waiting-for-start")["can"] == ["start", "pause", "stop"]
    client.post(f"/api/sittings/{sitting['id']}/press", json=START)
    paused = client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "pause"}).json()
    assert paused["can"] == ["resume", "redo", "stop"]
    redone = client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "redo"}).json()
    assert redone["can"] == ["resume", "stop"]
    client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "resume"})
    for _ in range(2):
        in_phase(client, sitting, "waiting-for-start")
        client.post(f"/api/sittings/{sitting['id']}/press", json=START)
    wait_until(lambda: now(client, sitting)["stage"] == "ended")
    (info,) = studio.study.sessions()
    assert [t.outcome for t in info.trials] == ["redone", "complete", "complete"]
    assert "note: wears / glasses" in (info.path / "events.tsv").read_text()


def test_ten_sessions_run_beside_each_other(client, studio):
    client.post("/api/devices/simulated", json={"count": 10})
    wait_until(lambda: len(client.get("/api/devices").json()) == 10)
    sittings = []
    for number in range(1, 11):
        client.post(f"/api/devices/{number}/accept")
        sittings.append(prepared(client, number))
    for sitting in sittings:
        client.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()
    for _ in range(2):
        for sitting in sittings:
            in_phase(client, sitting, "waiting-for-start")
        for sitting in sittings:
            client.post(f"/api/sittings/{sitting['id']}/press", json=START)
    wait_until(lambda: all(s["stage"] == "ended" for s in client.get("/api/sittings").json()))
    assert [s.status for s in studio.study.sessions()] == ["complete"] * 10
    assert len({s["participant"] for s in client.get("/api/sittings").json()}) == 10


def test_the_end_of_the_studio_leaves_sessions_to_be_resumed(make_studio):
    from mimik.study.study import Study

    studio = make_studio()
    studio.simulate(1)
    wait_until(lambda: studio.devices.all())
    studio.devices.accept(1)
    sitting = studio.sittings.prepare(device=1, consent=True)
    studio.sittings.begin(sitting.id)
    wait_until(lambda: sitting.view and sitting.view.phase == "waiting-for-start")
    studio.close()
    (info,) = Study.open(studio.folder).sessions()
    assert info.status == "interrupted" and info.problem == ""


def test_a_participant_sits_once_at_a_time(client):
    first, second = a_phone(client), a_phone(client, 2)
    sitting = prepared(client, first)
    who = client.post(f"/api/sittings/{sitting['id']}/begin").json()["participant"]
    refused = client.post("/api/sittings", json={"device": second, "participant": who})
    assert refused.status_code == 409 and "sits nowhere" in refused.json()["error"]
    assert client.get("/api/devices").json()[1]["sitting"] is None


def test_a_session_goes_on_as_it_is_when_it_begins_not_as_it_was_when_it_was_chosen(client, studio):
    """Another program recorded a trial of it in between."""
    from mimik.capture.effects import Outcome

    sitting = prepared(client, a_phone(client))
    client.post(f"/api/sittings/{sitting['id']}/begin")
    in_phase(client, sitting, "waiting-for-start")
    client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "stop"})
    wait_until(lambda: now(client, sitting)["stage"] == "ended")
    client.delete(f"/api/sittings/{sitting['id']}")
    (info,) = studio.study.sessions()
    again = prepared(client, 1, participant=info.participant, resume=info.session)
    with studio.study.resume_session(info) as writer:
        writer.open_trial(1, "happy", studio.clock.now())
        writer.close_trial(1, Outcome.COMPLETE, studio.clock.now())
    client.post(f"/api/sittings/{again['id']}/begin").raise_for_status()
    assert in_phase(client, again, "waiting-for-start")["view"]["prompt"] == "Please look sad"
    client.post(f"/api/sittings/{again['id']}/press", json=START)
    wait_until(lambda: now(client, again)["stage"] == "ended")
    (info,) = studio.study.sessions()
    assert [(t.trial, t.expression, t.outcome) for t in info.trials] == [
        (1, "happy", "complete"),
        (2, "sad", "complete"),
    ]


def test_a_full_disk_ends_one_session_which_can_be_gone_on_with(client, studio, monkeypatch):
    from mimik.errors import StudyError
    from mimik.study import writer

    def full(*_):
        raise StudyError("No space left on device.", hint="Free some space.")

    device = a_phone(client)
    sitting = prepared(client, device)
    client.post(f"/api/sittings/{sitting['id']}/begin")
    with monkeypatch.context() as disk:
        disk.setattr(writer, "finish_journal", full)
        for prompt in ("Please look happy", "Please look sad"):
            assert in_phase(client, sitting, "waiting-for-start")["view"]["prompt"] == prompt
            client.post(f"/api/sittings/{sitting['id']}/press", json=START)
        ended = wait_until(lambda: (s := now(client, sitting)) and s["stage"] == "ended" and s)
    assert ended["ended"] == "broken" and "No space left" in ended["problem"]
    (info,) = studio.study.sessions()
    assert studio.study.finish_session(info).frames >= 60  # nobody holds its file any more


def test_what_broke_off_shows_no_old_view_on_its_screen(client, studio, monkeypatch):
    sitting = prepared(client, a_phone(client))
    client.post(f"/api/sittings/{sitting['id']}/begin")
    in_phase(client, sitting, "waiting-for-start")
    client.post(f"/api/sittings/{sitting['id']}/press", json={"button": "pause"})
    running = studio.sittings.get(sitting["id"])
    monkeypatch.setattr(running.recorder, "tick", lambda _: 1 / 0)
    wait_until(lambda: now(client, sitting)["ended"] == "broken")
    assert running.seat()["view"] is None and running.seat()["stage"] == "ended"


def test_sessions_of_one_participant_that_begin_at_once_get_names_of_their_own(studio):
    from concurrent.futures import ThreadPoolExecutor

    from mimik.study.session import SessionFacts

    study = studio.study
    who = study.add_participant()
    study.record_consent(who.id, at=1.0, version="1")
    with ThreadPoolExecutor(8) as pool:
        writers = list(
            pool.map(lambda i: study.start_session(who.id, SessionFacts(started=float(i))), range(8))
        )
    for writer in writers:
        writer.leave()
    assert sorted(s.session for s in study.sessions()) == [f"ses-{n:02d}" for n in range(1, 9)]
