"""The routes of participants' screens, without a browser."""

from __future__ import annotations

import time

import pytest
from fake_screen import CHOICE, KEY, seat
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from mimik.web.allowance import Allowance

BASE = f"/api/screens/{KEY}"
LINE = f"ws://localhost{BASE}/watch"


@pytest.fixture
def client(stage):
    with TestClient(stage.app, base_url="http://localhost") as speaking:
        yield speaking


@pytest.fixture
def line(client, screen):
    """A WebSocket that has told the first state."""
    screen.shown = [seat("waiting-for-start")]
    with client.websocket_connect(LINE) as socket:
        assert [s["seat"] for s in socket.receive_json()["seats"]] == ["one"]
        yield socket


def settle(line):
    """Wait until all that was sent before has been dealt with; returns what else came."""
    line.send_json({"alive": True})
    came = []
    while "alive" not in (message := line.receive_json()):
        came.append(message)
    return came


def test_the_page_and_the_end_of_a_link(client, stage):
    page = client.get(f"/screen/{KEY}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    stage.gone = True
    gone = client.get(f"/screen/{KEY}")
    assert (gone.status_code, "no longer in use" in gone.text) == (404, True)
    answer = client.post(f"{BASE}/press", json={"seat": "one", "button": "start"})
    assert (answer.status_code, answer.json()["hint"]) == (404, "Ask for a new one.")
    with client.websocket_connect(LINE) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == 4404


def test_presses_over_the_line(line, screen):
    line.send_json({"seat": "one", "press": "start", "trial": 2})
    line.send_json({"seat": "one", "press": "start"})
    line.send_json({"seat": "one", "press": "start", "trial": 1})  # meant for what is over
    line.send_json({"seat": "one", "press": "stop"})  # the operator's: the screen refuses
    assert [list(message) for message in settle(line)] == [["refused"]]
    assert screen.presses == [("one", "start")] * 2


def test_answers_over_the_line(line, screen):
    screen.shown = [seat("asking", questions=[CHOICE])]
    line.send_json({"seat": "one", "trial": 2, "answers": {"felt": "sad"}})
    settle(line)
    screen.refuses = True
    line.send_json({"seat": "one", "trial": 2, "answers": {}})
    assert settle(line) == [{"refused": {"seat": "one", "error": "That does not fit."}}]
    assert screen.answers == [("one", 2, {"felt": "sad"})]


def test_the_same_over_http(client, screen):
    screen.shown = [seat("waiting-for-start")]
    pressed = {"seat": "one", "button": "start", "trial": 2}
    assert client.post(f"{BASE}/press", json=pressed).status_code == 204
    screen.shown = [seat("asking", questions=[CHOICE])]
    given = {"seat": "one", "trial": 2, "answers": {"felt": "sad"}}
    assert client.post(f"{BASE}/answers", json=given).status_code == 204
    assert (screen.presses, screen.answers) == ([("one", "start")], [("one", 2, {"felt": "sad"})])
    assert client.post(f"{BASE}/press", json={"seat": "one", "button": "explode"}).status_code == 422
    assert client.post(f"{BASE}/answers", json={**given, "trial": "x"}).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "", "no JSON", "[]", "7", "null", '{"press": "start"}', '{"seat": 7, "press": "start"}', "[" * 50_000,
        '{"seat": "one", "press": ["start"]}', '{"seat": "one", "press": "start", "trial": "2"}',
        '{"seat": "one", "answers": []}', '{"seat": "one", "answers": {"a": 1}, "trial": 2}',
        '{"seat": "one", "answers": {"a": "b"}}', '{"ready": 1}', '{"alive": 1}',
        '{"seat": "' + "x" * 70_000 + '"}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_ignored(line, screen, text):
    line.send_text(text)
    line.send_bytes(b"\x00\xff")
    assert settle(line) == []
    assert (screen.presses, screen.answers) == ([], [])


def test_a_flood_is_ignored(client, screen):
    screen.shown = [seat("waiting-for-start")]
    begun = time.monotonic()
    with client.websocket_connect(LINE) as socket:
        for _ in range(500):
            socket.send_json({"seat": "one", "press": "start"})
    assert 40 <= len(screen.presses) <= 41 + 20 * (time.monotonic() - begun)
    assert len(screen.presses) < 500


def test_an_allowance_grows_again_but_not_for_ever():
    allowance = Allowance(per_second=10, burst=3)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(0.15), allowance.take(0.16)] == [True, False]
    assert [allowance.take(99.0) for _ in range(4)] == [True, True, True, False]


def test_connections_are_counted(client, screen):
    with client.websocket_connect(LINE) as first, client.websocket_connect(LINE) as second:
        first.receive_json()
        second.send_json({"ready": True})
        second.receive_json()
        settle(second)
        assert sorted(screen.ready.values()) == [False, True]
    assert screen.ready == {}


def test_media_of_the_protocol_alone(client, stage):
    clip = client.get(f"{BASE}/media/media/clip.webm")
    assert (clip.status_code, clip.headers["content-type"]) == (200, "video/webm")
    assert clip.headers["accept-ranges"] == "bytes"
    picture = client.get(f"{BASE}/media/media/sad%20face.png")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    (stage.folder / "media" / "other.png").write_text("not the protocol's")
    for path in (
        "mimik-study.toml",
        "media/other.png",
        "../mimik-study.toml",
        "media/%2e%2e/mimik-study.toml",
        "",
        "%00",
    ):
        assert client.get(f"{BASE}/media/{path}").status_code == 404, path
    stage.gone = True
    assert client.get(f"{BASE}/media/media/clip.webm").status_code == 404


def test_what_is_to_be_fetched_beforehand(client, stage):
    stage.media = (*stage.media, "media/lost.png")
    told = client.get(f"{BASE}/media").json()
    assert [entry["url"] for entry in told] == [
        f"{BASE}/media/media/clip.webm",
        f"{BASE}/media/media/sad%20face.png",
    ]
    assert [len(client.get(entry["url"]).content) for entry in told] == [entry["bytes"] for entry in told]


def test_clips_are_given_in_pieces(client, stage):
    whole = (stage.folder / "media" / "clip.webm").read_bytes()
    probe = client.get(
        f"{BASE}/media/media/clip.webm", headers={"Range": "bytes=0-1"}
    )  # Safari's first question
    assert (probe.status_code, probe.content) == (206, whole[:2])
    assert probe.headers["content-range"] == f"bytes 0-1/{len(whole)}"
    rest = client.get(f"{BASE}/media/media/clip.webm", headers={"Range": "bytes=1000-"})
    assert (rest.status_code, rest.content) == (206, whole[1000:])
    assert client.get(f"{BASE}/media/media/clip.webm", headers={"Range": "bytes=999999-"}).status_code == 416


def test_a_link_that_ends_closes_its_lines(line, stage):
    stage.gone = True
    line.send_json({"alive": True})
    with pytest.raises(WebSocketDisconnect) as closed:
        line.receive_json()
    assert closed.value.code == 4404


def test_foreign_pages_may_not_listen(client):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(LINE, headers={"origin": "http://evil.example"}) as socket,
    ):
        socket.receive_json()
