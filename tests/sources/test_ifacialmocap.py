"""iFacialMocap's text datagrams, and the greeting that makes a phone send them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.clock import ManualClock
from mimik.errors import DatagramError
from mimik.frame import COLUMNS
from mimik.sources.ifacialmocap import GREETING, IFacialMocapReceiver, parse
from mimik.sources.source import Source

LOOPBACK = "127.0.0.1"


def test_a_real_datagram_equals_a_naive_reading(real_data):
    text = (real_data / "ifacialmocap" / "datagram.txt").read_bytes()
    values, extra = parse(text)
    assert extra == ()
    naive = dict(field.split("-", 1) for field in text.decode().split("|=")[0].split("|"))
    assert len(naive) == 52
    for name, number in naive.items():
        long = name.replace("_L", "Left").replace("_R", "Right")
        assert values[INDEX[long]] == np.float32(int(number) / 100)
    named = dict(zip(COLUMNS, values.tolist(), strict=True))
    assert named["headPitch"] == pytest.approx(np.deg2rad(-21.488958))
    assert named["headYaw"] == pytest.approx(np.deg2rad(-6.038993))
    assert named["headZ"] == pytest.approx(-0.6584072)
    assert named["rightEyePitch"] == pytest.approx(np.deg2rad(6.0297494))
    assert named["leftEyeRoll"] == pytest.approx(np.deg2rad(-0.17520553))


def test_unknown_names_of_a_real_datagram_are_reported_and_ignored(real_data):
    values, extra = parse((real_data / "ifacialmocap" / "datagram-broken.txt").read_bytes())
    assert extra == ("hapihapi", "-0.67254096", "3")
    assert np.isfinite(values).all()


def test_what_a_datagram_lacks_is_nan():
    values, _ = parse(b"jawOpen-40|=rightEye#0,90,0|")
    assert values[INDEX["jawOpen"]] == np.float32(0.4)
    assert values[COLUMNS.index("rightEyeYaw")] == pytest.approx(np.pi / 2)
    assert np.count_nonzero(np.isfinite(values)) == 4


def test_names_may_be_joined_by_an_ampersand():
    values, extra = parse(b"eyeBlink_L&7|mouthSmileRight&100|trackingStatus&1|")
    assert (values[INDEX["eyeBlinkLeft"]], values[INDEX["mouthSmileRight"]]) == (np.float32(0.07), 1)
    assert extra == ("trackingStatus",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "found none"),
        (b"hello", "found none"),
        (b"\xff\xfe", "UTF-8"),
        (b"jawOpen-much|", "number from 0 to 100 for jawOpen"),
        (b"jawOpen-1|jawOpen-2|", "jawOpen once"),
        (b"jawOpen-1|=head#1,2,3|", "6 finite numbers for head"),
        (b"jawOpen-1|=leftEye#1,nan,3|", "3 finite numbers for leftEye"),
        (b"jawOpen-1|" * 1000, "at most 8192 bytes"),
    ],
)
def test_garbage_is_refused_with_a_message_of_its_own(text, message):
    with pytest.raises(DatagramError, match=message):
        parse(text)


FIELDS = st.tuples(
    st.sampled_from([*BLEND_SHAPES[:3], "head#", "=leftEye#", "", "x", "é"]),
    st.sampled_from("-&#=|"),
    st.sampled_from(["1", "-1", "1e9", "1,2,3", "nan", "1,2,3,4,5,6", "", "9" * 400]),
).map("".join)


@given(st.binary(max_size=200) | st.lists(FIELDS, max_size=6).map(lambda fields: "|".join(fields).encode()))
def test_any_bytes_are_refused_or_read(text):
    try:
        values, extra = parse(text)
    except DatagramError as error:
        assert str(error)
        return
    assert np.isfinite(values[:52]).any()
    assert not np.isinf(values).any()
    assert len(extra) <= 64


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    """A phone's end of the wire."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((LOOPBACK, 0))
        wire.settimeout(2.0)
        yield wire


def listening(phone: socket.socket, clock: ManualClock) -> IFacialMocapReceiver:
    port = phone.getsockname()[1]
    return IFacialMocapReceiver(LOOPBACK, port, host=LOOPBACK, local_port=0, clock=clock)


def greetings(phone: socket.socket) -> int:
    """How many greetings lie waiting."""
    phone.setblocking(False)
    waiting = 0
    try:
        while phone.recv(100) == GREETING:
            waiting += 1
    except BlockingIOError:
        return waiting
    raise AssertionError("not a greeting")


def test_a_phone_is_greeted_and_its_frames_carry_the_arrival_time(phone):
    clock = ManualClock(50.0)
    with listening(phone, clock) as source:
        assert isinstance(source, Source)
        source.read(0.0)
        assert phone.recv(100) == GREETING
        phone.sendto(b"jawOpen-40|hat-3|", source.address)
        (frame,) = source.read(1.0)
        assert source.extra == ("hat",)
    assert (frame.number, frame.device_time, frame.arrival_time, frame.tracked) == (-1, 50.0, 50.0, True)
    assert source.read(0.0) is None


def test_the_greeting_is_repeated_until_frames_come_and_when_they_stop(phone):
    clock = ManualClock(50.0)
    with listening(phone, clock) as source:
        source.read(0.0)
        source.read(0.0)
        assert greetings(phone) == 1
        clock.advance(1.0)
        source.read(0.0)
        assert greetings(phone) == 1
        clock.advance(0.9)
        phone.sendto(b"jawOpen-40|", source.address)
        source.read(1.0)
        clock.advance(0.9)
        source.read(0.0)
        assert greetings(phone) == 0
        clock.advance(0.2)
        source.read(0.0)
        assert greetings(phone) == 1


def test_garbage_and_other_senders_are_refused_and_never_raised(phone):
    with listening(phone, ManualClock()) as source:
        phone.sendto(b"garbage", source.address)
        assert source.read(0.05) == ()
        assert tuple(source._frames(b"jawOpen-40|", "10.0.0.9")) == ()
        assert [refusal.sender for refusal in source.refusals] == [LOOPBACK, "10.0.0.9"]
