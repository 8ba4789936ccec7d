"""Live Link Face datagrams: what is read, written and refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import DatagramError
from mimik.frame import COLUMNS
from mimik.sources.livelink import N_VALUES, VALUE_NAMES, Packet, encode, from_values, parse, to_values

PUBLISHED_ORDER = """
EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft
EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight
EyeWideRight JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft
MouthRight MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft
MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower
MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight
MouthUpperUpLeft MouthUpperUpRight BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft
BrowOuterUpRight CheekPuff CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut
HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch
RightEyeRoll
"""


def packet(**changes: object) -> Packet:
    facts: dict = {
        "device_id": "DEADC0DE-0001",
        "subject": "Gerät ☺",
        "number": 5375735,
        "subframe": 0.125,
        "values": np.linspace(-0.016, 1.053, N_VALUES, dtype=np.float32),
    }
    return Packet(**(facts | changes))


def test_the_order_of_values_is_the_published_one():
    assert [name[0].upper() + name[1:] for name in VALUE_NAMES] == PUBLISHED_ORDER.split()


def test_reads_a_datagram_built_by_hand():
    values = [i / 61 for i in range(61)]
    datagram = (
        b"\x06"
        + struct.pack(">i", 3)
        + b"abc"
        + struct.pack(">i", 2)
        + "é".encode()
        + struct.pack(">ifii", 90, 0.5, 60, 1)
        + bytes([61])
        + struct.pack(">61f", *values)
    )
    read = parse(datagram)
    assert (read.device_id, read.subject, read.number, read.subframe) == ("abc", "é", 90, 0.5)
    assert (read.rate, read.count, read.time) == (60.0, 90.5, 90.5 / 60)
    assert read.values is not None
    assert read.values.dtype == np.float32
    assert read.values.tolist() == np.array(values, np.float32).tolist()


def test_a_datagram_that_ends_after_the_rate_has_no_face():
    datagram = encode(packet(values=None))
    assert parse(datagram).values is None
    assert len(encode(packet())) - len(datagram) == 1 + 61 * 4


def test_every_real_datagram_is_written_back_byte_for_byte(captured):
    assert len(captured) == 180
    assert [encode(parse(datagram)) for datagram in captured] == captured


def test_real_values_equal_an_independent_decoding(captured):
    for datagram in captured:
        values = parse(datagram).values
        assert values is not None
        assert values.tolist() == list(struct.unpack(">61f", datagram[-244:]))


@given(
    device_id=st.text(max_size=50),
    subject=st.text(max_size=50),
    number=st.integers(0, 2**31 - 1),
    subframe=st.floats(0, 1, width=32),
    values=st.none() | st.lists(st.floats(-2, 2, width=32), min_size=61, max_size=61),
    numerator=st.integers(1, 2**31 - 1),
    denominator=st.integers(1, 2**31 - 1),
)
def test_what_is_written_is_read_back(device_id, subject, number, subframe, values, numerator, denominator):
    array = None if values is None else np.array(values, np.float32)
    read = parse(encode(Packet(device_id, subject, number, subframe, array, numerator, denominator)))
    assert (read.device_id, read.subject, read.number, read.subframe) == (
        device_id,
        subject,
        number,
        subframe,
    )
    assert (read.numerator, read.denominator) == (numerator, denominator)
    assert (read.values is None) == (values is None)
    if read.values is not None:
        assert read.values.tolist() == values


def changed(at: int, new: bytes) -> bytes:
    whole = bytearray(encode(packet(device_id="id", subject="s")))
    whole[at : at + len(new)] = new
    return bytes(whole)


# The head of that datagram: version 0, length 1..5, "id" 5..7, length 7..11, "s" 11, number 12, subframe 16,
# numerator 20, denominator 24, count 28, values from 29.
REFUSED = {
    "an empty one": b"",
    "version 5 of an older app": changed(0, b"\x05"),
    "MetaHuman Animator": changed(0, b"\x00\x06"),
    "found 7": changed(0, b"\x07"),
    "ends before it": b"\x06\x00\x00",
    "length of a device id": changed(1, struct.pack(">i", -1)),
    "length of a subject name": changed(7, struct.pack(">i", 2**31 - 1)),
    "timecode": changed(0, b"")[:20],
    "frame number from 0": changed(12, struct.pack(">i", -5)),
    "finite sub-frame": changed(16, struct.pack(">f", float("nan"))),
    "frame rate above 0": changed(20, struct.pack(">i", 0)),
    "count of 52": changed(28, bytes([52])),
    "too few": changed(0, b"")[:-1],
    "left over": changed(0, b"") + b"\x00",
    "finite values": changed(29 + 4 * 60, struct.pack(">f", float("inf"))),
    "UTF-8": changed(5, b"\xff\xfe"),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refuses_with_a_message_of_its_own(message):
    with pytest.raises(DatagramError, match=message):
        parse(REFUSED[message])


def test_the_largest_finite_values_are_no_reason_to_refuse():
    largest = np.full(61, np.finfo(np.float32).max, dtype=np.float32)
    assert parse(encode(packet(values=largest))).values is not None


def test_opposite_infinities_are_refused_too():
    values = np.zeros(61, dtype=np.float32)
    values[:2] = np.inf, -np.inf
    with pytest.raises(DatagramError, match="finite values"):
        parse(encode(packet(values=values)))


def test_old_and_metahuman_datagrams_come_with_a_hint():
    for start, hint in ((b"\x05", "Update"), (b"\x00\x06", "Live Link (ARKit)")):
        with pytest.raises(DatagramError) as refused:
            parse(changed(0, start))
        assert hint in refused.value.hint


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"\x06" + tail))
def test_garbage_is_refused_or_read_but_nothing_else_happens(datagram):
    try:
        assert isinstance(parse(datagram), Packet)
    except DatagramError as error:
        assert str(error)


@given(cut=st.integers(0, 400), at=st.integers(0, 320), byte=st.integers(0, 255))
def test_a_damaged_datagram_is_refused_or_read(cut, at, byte):
    damaged = bytearray(encode(packet()))[:cut]
    if at < len(damaged):
        damaged[at] = byte
    try:
        read = parse(bytes(damaged))
    except DatagramError:
        return
    assert read.values is None or np.isfinite(read.values).all()


def test_a_message_never_repeats_what_a_datagram_says():
    secret = encode(packet(device_id="Carla", subject="Carla's phone"))
    for end in range(len(secret)):
        try:
            parse(secret[:end])
        except DatagramError as error:
            assert "Carla" not in str(error) + error.hint


def test_values_take_their_places_by_name_and_the_head_has_no_position():
    values = to_values(np.arange(61, dtype=np.float32))
    assert {name: values[COLUMNS.index(name)] for name in VALUE_NAMES} == dict(
        zip(VALUE_NAMES, range(61), strict=True)
    )
    assert [name for name, value in zip(COLUMNS, values, strict=True) if np.isnan(value)] == [
        "headX",
        "headY",
        "headZ",
    ]


def test_from_values_undoes_to_values_for_one_frame_and_for_many():
    native = np.arange(3 * 61, dtype=np.float32).reshape(3, 61)
    assert np.array_equal(from_values(to_values(native)), native)
    assert np.array_equal(from_values(to_values(native[0])), native[0])


def test_a_packet_with_other_than_61_values_is_not_written():
    with pytest.raises(ValueError, match="61"):
        encode(packet(values=np.zeros(52, np.float32)))
