"""VTube Studio's JSON datagrams, and the request that makes a phone send them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.clock import ManualClock
from mimik.errors import DatagramError
from mimik.frame import COLUMNS
from mimik.sources.source import Source
from mimik.sources.vtubestudio import VTubeStudioReceiver, parse, request

LOOPBACK = "127.0.0.1"


def spoken(time: int = 1_700_000_000_123, *, found: bool = True, level: float = 0.0, **changes) -> bytes:
    """A datagram as the app's maker describes it; its blend shapes begin with a capital."""
    shapes = [{"k": n[0].upper() + n[1:], "v": level + i / 100} for i, n in enumerate(BLEND_SHAPES)]
    content = {
        "Timestamp": time,
        "Hotkey": -1,
        "FaceFound": found,
        "Rotation": {"x": 10.0, "y": -20.0, "z": 5.0},
        "Position": {"x": 1.0, "y": 2.0, "z": -30.0},
        "BlendShapes": shapes,
        "EyeLeft": {"x": 3.0, "y": -4.0, "z": 0.0},
        "EyeRight": {"x": 1.0, "y": 2.0, "z": 0.0},
    }
    return json.dumps(content | changes).encode()


def test_a_datagram_equals_a_naive_reading():
    raw = spoken(level=0.1)
    reading = parse(raw)
    content = json.loads(raw)
    for entry in content["BlendShapes"]:
        name = entry["k"][0].lower() + entry["k"][1:]
        assert reading.values[INDEX[name]] == np.float32(entry["v"])
    named = dict(zip(COLUMNS, reading.values.tolist(), strict=True))
    for key, part in (("Rotation", "head"), ("EyeLeft", "leftEye"), ("EyeRight", "rightEye")):
        angles = [named[f"{part}{angle}"] for angle in ("Pitch", "Yaw", "Roll")]
        assert angles == pytest.approx([np.deg2rad(content[key][axis]) for axis in "xyz"])
    assert np.isnan([named[f"head{axis}"] for axis in "XYZ"]).all(), "their unit is not known"
    assert (reading.device_time, reading.tracked, reading.extra) == (1_700_000_000.123, True, ())


def test_a_face_not_found_is_a_frame_without_a_face():
    reading = parse(spoken(found=False))
    assert not reading.tracked
    assert np.isnan(reading.values).all()
    assert reading.device_time == 1_700_000_000.123


def test_any_spelling_will_do_and_unknown_names_are_told():
    shapes = [{"k": "mouthSmile_L", "v": 0.5}, {"k": "jawOpen", "v": 1}, {"k": "hat\ud800", "v": 1}]
    reading = parse(spoken(BlendShapes=shapes))
    assert (reading.values[INDEX["mouthSmileLeft"]], reading.values[INDEX["jawOpen"]]) == (0.5, 1.0)
    assert reading.extra == ("hat?",)
    assert np.count_nonzero(~np.isnan(reading.values[:52])) == 2


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "JSON of VTube Studio"),
        (b"\xff", "JSON of VTube Studio"),
        (b"[" * 100_000, "JSON of VTube Studio"),
        (b"[1]", "JSON object"),
        (b"{}", "Timestamp"),
        (spoken(Timestamp="now"), "Timestamp"),
        (spoken(Timestamp=True), "Timestamp"),
        (spoken(Timestamp=10**20), "Timestamp"),
        (spoken(FaceFound=1), "FaceFound"),
        (spoken(BlendShapes=None), "found none"),
        (spoken(BlendShapes=[{"k": "hat", "v": 1}]), "found none"),
        (spoken(BlendShapes=["jawOpen"]), "name k and a value v"),
        (spoken(BlendShapes=[{"k": "jawOpen"}]), "number for jawOpen"),
        (spoken(BlendShapes=[{"k": "jawOpen", "v": True}]), "number for jawOpen"),
        (spoken(BlendShapes=[{"k": "jawOpen", "v": float("nan")}]), "number for jawOpen"),
        (spoken(BlendShapes=[{"k": "jawOpen", "v": 10**400}]), "number for jawOpen"),
        (spoken(BlendShapes=[{"k": "jawOpen", "v": 1e9}]), "finite number for jawOpen"),
        (spoken(BlendShapes=[{"k": "jawOpen", "v": 0}, {"k": "JawOpen", "v": 0}]), "jawOpen once"),
        (spoken(Rotation=[1, 2, 3]), "x, y and z for Rotation"),
        (spoken(EyeLeft={"x": 1, "y": 2}), "number for EyeLeft z"),
    ],
)
def test_garbage_is_refused_with_a_message_of_its_own(raw, said):
    with pytest.raises(DatagramError, match=said):
        parse(raw)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("kvxyz"), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["Timestamp", "FaceFound", "BlendShapes", "Rotation", "EyeLeft"])


@given(
    st.binary(max_size=80)
    | st.dictionaries(KEYS, ANYTHING, max_size=3).map(lambda changes: spoken(**changes))
)
def test_any_bytes_are_refused_or_read(raw):
    try:
        reading = parse(raw)
    except DatagramError as error:
        assert str(error)
        return
    assert reading.device_time is not None
    assert np.isfinite(reading.values[:52]).any() == reading.tracked
    assert not np.isinf(reading.values).any()


def test_the_request_is_what_the_app_asks_for():
    wanted = json.loads(request(12345))
    assert wanted["messageType"] == "iOSTrackingDataRequest"
    assert wanted["ports"] == [12345]
    assert 1.0 < wanted["time"] <= 10, "we ask each second, and the app allows ten"
    assert 1 <= len(wanted["sentBy"]) <= 32


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    """A phone's end of the wire."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((LOOPBACK, 0))
        wire.settimeout(2.0)
        yield wire


def listening(phone: socket.socket, clock: ManualClock) -> VTubeStudioReceiver:
    return VTubeStudioReceiver(LOOPBACK, phone.getsockname()[1], host=LOOPBACK, clock=clock)


def asked(phone: socket.socket) -> list[bytes]:
    """The requests that lie waiting."""
    phone.setblocking(False)
    found = []
    try:
        while True:
            found.append(phone.recv(1000))
    except BlockingIOError:
        return found


def test_a_phone_that_answers_requests_is_a_source_of_its_frames(phone):
    """The phone, in a thread of its own, answers one request with three datagrams."""

    def answer() -> None:
        (port,) = json.loads(phone.recv(1000))["ports"]
        for datagram in (spoken(1000, level=0.1), spoken(1016, found=False), spoken(1033, level=0.3)):
            phone.sendto(datagram, (LOOPBACK, port))

    answering = threading.Thread(target=answer)
    answering.start()
    frames = []
    with listening(phone, ManualClock(50.0)) as source:
        assert isinstance(source, Source)
        while len(frames) < 3 and (got := source.read(2.0)):
            frames += got
    answering.join()
    assert [(f.device_time, f.arrival_time, f.tracked, f.number) for f in frames] == [
        (1.0, 50.0, True, -1),
        (1.016, 50.0, False, -1),
        (1.033, 50.0, True, -1),
    ]
    assert [float(f.values[0]) for f in frames] == pytest.approx([0.1, np.nan, 0.3], nan_ok=True)
    assert source.read(0.0) is None


def test_the_phone_is_asked_each_second_also_while_frames_come(phone):
    clock = ManualClock(50.0)
    with listening(phone, clock) as source:
        source.read(0.0)
        source.read(0.0)
        assert asked(phone) == [request(source.address[1])]
        clock.advance(0.9)
        phone.sendto(spoken(), source.address)
        assert len(source.read(1.0)) == 1
        assert asked(phone) == []
        clock.advance(0.1)
        source.read(0.0)
        assert len(asked(phone)) == 1


def test_garbage_and_other_senders_are_refused_and_never_raised(phone):
    with listening(phone, ManualClock()) as source:
        phone.sendto(b"garbage", source.address)
        assert source.read(0.05) == ()
        assert tuple(source._frames(spoken(), "10.0.0.9")) == ()
        assert [refusal.sender for refusal in source.refusals] == [LOOPBACK, "10.0.0.9"]
