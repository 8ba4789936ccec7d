"""Phones: they appear by themselves, and record only once they are accepted."""

from __future__ import annotations

import socket

import numpy as np
import pytest
from web_world import wait_until

from mimik.sources.livelink import Packet, encode
from mimik.study.study import Study


@pytest.fixture
def send(studio):
    """Sends a frame of a phone to the studio, from this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:

        def send(device="a phone", name="iPhone", number=0, values=None):
            shown = np.full(61, 0.1, np.float32) if values is None else values
            out.sendto(encode(Packet(device, name, number, 0.0, shown)), ("127.0.0.1", studio.phone_port))

        yield send


def devices_of(client, number):
    return wait_until(lambda: (d := client.get("/api/devices").json()) and len(d) >= number and d)


def test_a_phone_appears_by_itself_with_the_name_set_in_the_app(client, send):
    assert client.get("/api/devices").json() == []
    for number in range(3):
        send(name="Lab phone 3", number=number)
    wait_until(lambda: devices_of(client, 1)[0]["frames"] == 3)
    (device,) = devices_of(client, 1)
    told = {
        key: device[key] for key in ("number", "study_number", "name", "address", "accepted", "simulated")
    }
    assert told == {
        "number": 1,
        "study_number": None,
        "name": "Lab phone 3",
        "address": "127.0.0.1",
        "accepted": False,
        "simulated": False,
    }
    assert device["battery"] is None  # the app does not tell


def test_a_strangers_phone_leaves_no_trace_in_the_study(client, studio, send):
    send(name="Somebody's iPhone")
    devices_of(client, 1)
    assert not (studio.folder / "devices.toml").exists()
    client.post("/api/devices/1/accept").raise_for_status()
    kept = (studio.folder / "devices.toml").read_text()
    assert "digest" in kept and "Somebody" not in kept


def test_an_accepted_phone_keeps_its_number_in_the_study(client, studio, send, make_studio):
    for device in ("a", "b"):
        send(device=device)
        devices_of(client, "ab".index(device) + 1)
    assert client.post("/api/devices/2/accept").json()["study_number"] == 1
    assert client.post("/api/devices/1/accept").json()["study_number"] == 2
    assert Study.open(studio.folder).device_number("b@127.0.0.1") == 1


def test_a_phone_that_falls_silent_says_so_and_what_to_look_at(client, send):
    send()
    device = wait_until(lambda: (d := devices_of(client, 1)[0]) and d["silent"] and d)
    assert not device["face"] and device["silent_for"] >= 0.5
    assert [hint["code"] for hint in device["hints"]] == ["silent"]


def test_ten_phones_of_one_name_are_told_apart_by_a_blink(client, send):
    for i in range(10):
        send(device=f"phone-{i}", name="iPad")
    devices_of(client, 10)
    shut = np.full(61, 0.1, np.float32)
    shut[[0, 7]] = 0.9  # eyeBlinkLeft, eyeBlinkRight
    send(device="phone-6", name="iPad", number=1, values=shut)
    blinked = wait_until(lambda: [d["number"] for d in devices_of(client, 10) if d["blinked"] is not None])
    assert blinked == [7]


def test_acceptance_can_be_taken_back_unless_it_records(client, studio, send):
    send()
    devices_of(client, 1)
    client.post("/api/devices/1/accept")
    sitting = client.post("/api/sittings", json={"device": 1, "consent": True}).json()
    refused = client.delete("/api/devices/1/accept")
    assert refused.status_code == 409 and "sitting" in refused.json()["error"]
    client.delete(f"/api/sittings/{sitting['id']}")
    assert client.delete("/api/devices/1/accept").json()["accepted"] is False


def test_simulated_people_sit_down_in_synthetic_studies_only(client, make_studio):
    from starlette.testclient import TestClient

    from mimik.web.app import create_app

    client.post("/api/devices/simulated", json={"count": 2}).raise_for_status()
    assert all(device["simulated"] for device in devices_of(client, 2))
    client.delete("/api/devices/simulated").raise_for_status()
    wait_until(lambda: all(d["silent"] for d in devices_of(client, 2)))
    with TestClient(create_app(make_studio(synthetic=False)), base_url="http://localhost") as real:
        refused = real.post("/api/devices/simulated", json={"count": 1})
    assert refused.status_code == 409 and "simulated" in refused.json()["error"]


def test_what_arrives_and_is_refused_is_told(client, studio, send):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"\x00\x01 MetaHuman", ("127.0.0.1", studio.phone_port))
    (refusal,) = wait_until(lambda: client.get("/api/connection").json()["refusals"])
    assert "MetaHuman" in refusal["message"] and "Live Link (ARKit)" in refusal["hint"]


def test_a_phone_that_calls_itself_one_accepted_elsewhere_is_told_and_records_nothing(client, send, studio):
    send("a phone")
    devices_of(client, 1)
    client.post("/api/devices/1/accept").raise_for_status()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
        forger.bind(("127.0.0.2", 0))
        values = np.full(61, 0.1, np.float32)
        for number in range(5):
            forged = encode(Packet("a phone", "iPhone", number, 0.0, values))
            forger.sendto(forged, ("127.0.0.1", studio.phone_port))
            send("a phone", number=number)

        ours, other = devices_of(client, 2)

        forger.sendto(encode(Packet("a phone", "iPhone", 6, 0.0, values)), ("127.0.0.1", studio.phone_port))
        hints = wait_until(
            lambda: [h for h in client.get("/api/devices").json()[1]["hints"] if h["code"] == "claims"]
        )
    assert (ours["accepted"], other["accepted"]) == (True, False)
    assert "calls itself phone 1" in hints[0]["text"]
