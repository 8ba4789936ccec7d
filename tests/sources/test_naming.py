"""Any source by one text."""

from __future__ import annotations

import socket
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsl_streams import fresh_name, outlet

from mimik.clock import ManualClock
from mimik.errors import MimikError, MissingExtra
from mimik.sources.facecap import FaceCapReceiver
from mimik.sources.ifacialmocap import IFacialMocapReceiver
from mimik.sources.lsl import LslInlet
from mimik.sources.naming import FILE, SOURCES, kind_of, open_source
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.replay import Replay
from mimik.sources.source import Source
from mimik.sources.vtubestudio import VTubeStudioReceiver

LOOPBACK = "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("livelink", "livelink"),
        ("LiveLink:11112", "livelink"),
        ("lsl:Mimik-1-coefficients", "lsl"),
        ("vtubestudio:192.0.2.7:21412", "vtubestudio"),
        ("virtual", "virtual"),
        (r"C:\takes\lsl.csv", FILE),
        ("c:/takes/take.csv", FILE),
        ("takes/livelink", FILE),
        ("lsl.csv", FILE),
        ("", FILE),
    ],
)
def test_a_kind_comes_before_a_colon_and_a_drive_is_none(text, kind):
    assert kind_of(text) == kind


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("text", "app", "receiver", "devices"),
    [
        ("livelink:{port}", "Live Link Face", LiveLinkReceiver, None),
        ("facecap:{port}", "Face Cap", FaceCapReceiver, 1),
    ],
)
def test_apps_that_send_by_themselves_are_listened_to_on_a_port(text, app, receiver, devices):
    port = free_port()
    with open_source(text.format(port=port), clock=ManualClock()) as opened:
        assert isinstance(opened.source, receiver)
        assert isinstance(opened.source, Source)
        assert (opened.app, opened.port, opened.devices) == (app, port, devices)
        assert (opened.rate, opened.synthetic, tuple(opened.refusals())) == (None, False, ())
        assert opened.told
    assert opened.source.read(0.0) is None


@pytest.mark.parametrize(
    ("text", "app", "receiver"),
    [
        (f"ifacialmocap:{LOOPBACK}:{{port}}", "iFacialMocap", IFacialMocapReceiver),
        (f"facemotion3d: {LOOPBACK} : {{port}}", "Facemotion3d", IFacialMocapReceiver),
        (f"vtubestudio:{LOOPBACK}:{{port}}", "VTube Studio", VTubeStudioReceiver),
    ],
)
def test_apps_that_are_asked_are_asked_at_an_address(text, app, receiver):
    port = free_port()
    with open_source(text.format(port=port), clock=ManualClock()) as opened:
        assert isinstance(opened.source, receiver)
        assert opened.source._phone == (LOOPBACK, port)
        assert (opened.app, opened.port, opened.devices) == (app, None, 1)
        assert opened.identity() == LOOPBACK
        assert LOOPBACK in opened.told


@pytest.mark.parametrize(
    ("text", "asked", "listening"),
    [
        (f"ifacialmocap:{LOOPBACK}", 49983, 49983),
        (f"facemotion3d:{LOOPBACK}", 49993, 49993),
        (f"vtubestudio:{LOOPBACK}", 21412, 0),
    ],
)
def test_each_app_has_its_own_port(text, asked, listening, monkeypatch: pytest.MonkeyPatch):
    opened = []
    monkeypatch.setattr("mimik.sources.onephone.UdpSocket", lambda *address: opened.append(address))
    assert open_source(text).source._phone == (LOOPBACK, asked)
    assert opened == [("", listening)]


def test_a_stream_is_opened_with_what_it_says_of_itself():
    name = fresh_name()
    stream = outlet(name, rate=30.0, synthetic=True)
    with open_source(f"lsl:{name}", clock=ManualClock(), patience=20.0) as opened:
        assert isinstance(opened.source, LslInlet)
        assert (opened.rate, opened.synthetic, opened.devices) == (30.0, True, 1)
        assert opened.identity() == f"lsl {name}-id"
    del stream


def test_a_stream_that_is_not_there_is_an_error():
    with pytest.raises(MimikError, match="a stream named 'nobody'"):
        open_source("lsl:nobody", patience=0.0)


def test_a_simulated_person_is_marked_and_shows_what_is_listed():
    with open_source("virtual:happy,sad") as opened:
        frames = opened.source.read(1.0)
        assert (opened.synthetic, opened.rate, opened.devices) == (True, 60.0, 1)
        assert opened.app == "Mimik virtual phone"
    assert frames
    assert frames[0].device == 1
    assert opened.source.read(0.0) is None


def test_a_recording_is_played_in_real_time(real_data: Path):
    path = next((real_data / "livelink-csv" / "emotions-60fps" / "Angry").glob("*.csv"))
    clock = ManualClock(100.0)
    with open_source(str(path), clock=clock) as opened:
        assert isinstance(opened.source, Replay)
        assert (opened.rate, opened.app, opened.synthetic) == (60.0, "Live Link Face", False)
        first = opened.source.read(0.0)
        clock.advance(1.0)
        second = opened.source.read(0.0)
    assert len(first or ()) == 1
    assert len(second or ()) == pytest.approx(60, abs=1)


def test_webcams_are_given_their_model(monkeypatch: pytest.MonkeyPatch):
    given = []

    class Webcam:
        def __init__(self, index: int, *, face_model: Path | None) -> None:
            given.append((index, face_model))

        def read(self, timeout: float) -> None:
            return None

        def close(self) -> None:
            given.append("closed")

    monkeypatch.setitem(sys.modules, "mimik.sources.webcam", types.SimpleNamespace(Webcam=Webcam))
    with open_source("webcam:1", face_model=Path("face.task")) as opened:
        assert (opened.app, opened.devices, opened.identity()) == ("MediaPipe webcam", 1, "webcam 1")
    assert given == [(1, Path("face.task")), "closed"]


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(MissingExtra, match="optional part 'live'"):
        open_source("lsl:x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("livelink:http", r"Expected livelink\[:PORT\], found 'livelink:http'"),
        ("livelink:70000", "livelink"),
        ("livelink:-1", "livelink"),
        ("facecap:9000:1", "facecap"),
        ("ifacialmocap", "ifacialmocap:ADDRESS"),
        ("ifacialmocap:", "ifacialmocap:ADDRESS"),
        ("vtubestudio::21412", "vtubestudio:ADDRESS"),
        ("vtubestudio:192.0.2.7:", "vtubestudio:ADDRESS"),
        ("vtubestudio:a..b", "leads nowhere"),
        ("webcam:front", r"webcam\[:INDEX\]"),
        ("phone", "neither a known one nor a file"),
        (r"C:\no\such\take.csv", "neither a known one nor a file"),
        ("", "neither a known one nor a file"),
    ],
)
def test_what_cannot_be_meant_is_an_error_that_says_what_can(text, said):
    with pytest.raises(MimikError, match=said) as error:
        open_source(text)
    assert error.value.hint


def test_an_unknown_source_is_told_all_that_is_possible():
    with pytest.raises(MimikError) as error:
        open_source("phone")
    for pattern in SOURCES.values():
        assert pattern in error.value.hint


WORDS = st.text(max_size=12).filter(lambda text: text.strip() and not text.strip().isdecimal())


@given(st.sampled_from(["livelink:", "facecap:", "webcam:", "ifacialmocap::", "vtubestudio::"]), WORDS)
def test_what_follows_a_colon_and_is_no_number_is_refused(begin, rest):
    with pytest.raises(MimikError, match="Expected"):
        open_source(begin + rest)
