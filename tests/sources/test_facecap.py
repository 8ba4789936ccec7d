"""Face Cap's OSC messages: read by name of the index, put together to frames."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import build_msg
from pythonosc.udp_client import SimpleUDPClient, UDPClient

from mimik.blendshapes import BLEND_SHAPES, INDEX, blend_shape
from mimik.clock import ManualClock
from mimik.errors import DatagramError
from mimik.frame import COLUMNS
from mimik.sources.facecap import ORDER, FaceCapReceiver, parse
from mimik.sources.facecapframes import Assembly
from mimik.sources.source import Source

LOOPBACK = "127.0.0.1"
HEAD = [("/HT", (0.1, -0.2, -0.5)), ("/HR", (10.0, -20.0, 5.0)), ("/ELR", (3.0, -4.0)), ("/ERR", (1.0, 2.0))]


def face(level: float = 0.0) -> list[tuple[str, tuple]]:
    """All 52 blend shapes, each with a value of its own."""
    return [("/W", (index, level + index / 100)) for index in range(52)]


def message(address: str, values: tuple) -> bytes:
    return build_msg(address, list(values)).dgram


def bundle(messages: list[tuple[str, tuple]]) -> bytes:
    builder = OscBundleBuilder(IMMEDIATELY)
    for address, values in messages:
        builder.add_content(build_msg(address, list(values)))
    return builder.build().dgram


def naive(raw: bytes) -> tuple[str, list[float]]:
    """A second reader of one message: address, tags, numbers, each padded to four bytes."""
    address, rest = raw.split(b"\0", 1)
    tags = rest[rest.index(b",") + 1 :].split(b"\0", 1)[0].decode()
    return address.decode(), list(struct.unpack(f">{tags}", raw[-4 * len(tags) :]))


# As two public receivers list them, the app maker's own among them; L and R in the app's spelling.
LISTED = """
browInnerUp browDown_L browDown_R browOuterUp_L browOuterUp_R eyeLookUp_L eyeLookUp_R eyeLookDown_L
eyeLookDown_R eyeLookIn_L eyeLookIn_R eyeLookOut_L eyeLookOut_R eyeBlink_L eyeBlink_R eyeSquint_L
eyeSquint_R eyeWide_L eyeWide_R cheekPuff cheekSquint_L cheekSquint_R noseSneer_L noseSneer_R
jawOpen jawForward jawLeft jawRight mouthFunnel mouthPucker mouthLeft mouthRight mouthRollUpper
mouthRollLower mouthShrugUpper mouthShrugLower mouthClose mouthSmile_L mouthSmile_R mouthFrown_L
mouthFrown_R mouthDimple_L mouthDimple_R mouthUpperUp_L mouthUpperUp_R mouthLowerDown_L
mouthLowerDown_R mouthPress_L mouthPress_R mouthStretch_L mouthStretch_R tongueOut
"""


def test_the_order_is_the_one_that_is_published_and_holds_each_blend_shape_once():
    assert [blend_shape(spelling) for spelling in LISTED.split()] == list(ORDER)
    assert sorted(ORDER) == sorted(BLEND_SHAPES)


def test_a_bundle_is_a_whole_frame_and_equals_a_naive_reading():
    sent = [*HEAD, *face(0.2)]
    part = parse(bundle(sent))
    assert part.whole
    assert part.extra == ()
    read = [naive(message(*one)) for one in sent]
    for index, value in (numbers for address, numbers in read if address == "/W"):
        assert part.values[INDEX[ORDER[index]]] == np.float32(value)
    named = dict(zip(COLUMNS, part.values.tolist(), strict=True))
    assert [named[f"head{axis}"] for axis in "XYZ"] == pytest.approx(read[0][1])
    turned = [named[f"head{angle}"] for angle in ("Pitch", "Yaw", "Roll")]
    assert turned == pytest.approx(np.deg2rad(read[1][1]))
    assert [named["leftEyePitch"], named["leftEyeYaw"]] == pytest.approx(np.deg2rad(read[2][1]))
    assert [named["rightEyePitch"], named["rightEyeYaw"]] == pytest.approx(np.deg2rad(read[3][1]))
    assert np.isnan([named["leftEyeRoll"], named["rightEyeRoll"]]).all()


def test_a_single_message_is_a_part_and_other_addresses_are_named():
    part = parse(message("/W", (24, 0.5)))
    assert not part.whole
    assert np.flatnonzero(~np.isnan(part.values)).tolist() == [INDEX["jawOpen"]]
    assert parse(message("/HRQ", (0.0, 0.0, 0.0, 1.0))).extra == ("/HRQ",)


GOOD = message("/W", (24, 0.5))
HEADED = b"#bundle\0" + bytes(8)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "OSC messages of Face Cap"),
        (b"hello", "OSC messages of Face Cap"),
        (b"/W", "2 numbers after /W"),
        (GOOD[:-1], "2 numbers after /W"),  # python-osc alone would read a zero
        (GOOD + bytes(4), "2 numbers after /W"),
        (message("/W", (24, "much")), "2 numbers after /W"),
        (message("/HR", (1.0, 2.0)), "3 numbers after /HR"),
        (message("/W", (0.5, 0.5)), "from 0 to 51"),
        (message("/W", (-1, 0.5)), "from 0 to 51"),
        (message("/W", (52, 0.5)), "from 0 to 51"),
        (message("/W", (0, float("nan"))), "finite number for browInnerUp"),
        (message("/HT", (0.0, float("inf"), 0.0)), "finite number for headY"),
        (bundle([("/W", (24, 0.1)), ("/W", (24, 0.2))]), "jawOpen once"),
        (bundle(HEAD), "blend shapes of Face Cap"),
        (HEADED, "blend shapes of Face Cap"),
        (HEADED + struct.pack(">i", -4), "whole messages"),  # python-osc alone would never end
        (HEADED + struct.pack(">i", 400) + GOOD, "whole messages"),
        (HEADED + b"\0\0", "whole messages"),
        (HEADED + struct.pack(">i", 16) + HEADED, "OSC messages of Face Cap"),
    ],
)
def test_garbage_is_refused_with_a_message_of_its_own(raw, said):
    with pytest.raises(DatagramError, match=said):
        parse(raw)


PIECES = st.sampled_from([b"#bundle\0", b"/W\0\0", b"/HT\0", b",if\0", b",fff\0\0\0\0", GOOD, b"\0\0\0\x10"])


@given(st.binary(max_size=120) | st.lists(PIECES | st.binary(max_size=8), max_size=12).map(b"".join))
def test_any_bytes_are_refused_or_read(raw):
    try:
        part = parse(raw)
    except DatagramError as error:
        assert str(error)
        return
    assert not np.isinf(part.values).any()
    assert len(part.extra) <= 64


@given(st.lists(st.tuples(st.integers(0, 51), st.floats(-1, 2, width=32)), unique_by=lambda w: w[0]))
def test_what_is_sent_is_read(weights):
    raw = bundle([("/W", weight) for weight in weights])
    if not weights:
        with pytest.raises(DatagramError):
            parse(raw)
        return
    values = parse(raw).values
    assert {i: float(values[INDEX[ORDER[i]]]) for i, _ in weights} == dict(weights)
    assert np.count_nonzero(~np.isnan(values)) == len(weights)


def listening(clock: ManualClock) -> FaceCapReceiver:
    return FaceCapReceiver(0, host=LOOPBACK, clock=clock)


def drained(source: FaceCapReceiver, expected: int) -> list:
    frames = []
    while len(frames) < expected and (got := source.read(1.0)):
        frames += got
    return frames


def test_bundles_come_through_a_real_socket_a_frame_each():
    clock = ManualClock(50.0)
    with listening(clock) as source, UDPClient(*source.address) as client:
        assert isinstance(source, Source)
        for level in (0.1, 0.2):
            builder = OscBundleBuilder(IMMEDIATELY)
            for address, values in [*HEAD, *face(level)]:
                builder.add_content(build_msg(address, list(values)))
            client.send(builder.build())
        frames = drained(source, 2)
        assert (source.phone, source.last_arrival) == (LOOPBACK, 50.0)
    assert [float(frame.values[INDEX["browInnerUp"]]) for frame in frames] == pytest.approx([0.1, 0.2])
    assert {(f.number, f.device_time, f.arrival_time, f.tracked) for f in frames} == {(-1, 50.0, 50.0, True)}
    assert source.read(0.0) is None


def test_single_messages_become_a_frame_when_the_next_one_begins():
    clock = ManualClock(50.0)
    with listening(clock) as source, SimpleUDPClient(*source.address) as client:
        for address, values in [*HEAD, *face(0.1)]:
            client.send_message(address, values)
        assert source.read(0.05) == ()
        clock.advance(1 / 60)
        client.send_message("/HT", HEAD[0][1])
        (frame,) = drained(source, 1)
    assert np.count_nonzero(np.isnan(frame.values)) == 2  # the roll of the eyes
    assert frame.arrival_time == 50.0


def test_a_lost_message_costs_its_value_and_mixes_no_frames():
    clock = ManualClock(50.0)
    with listening(clock) as source, SimpleUDPClient(*source.address) as client:
        for level, lost in ((0.0, None), (0.1, 0), (0.2, 51), (0.3, 7), (0.4, None)):
            for address, values in face(level):
                if values[0] != lost:
                    client.send_message(address, values)
        client.send_message("/W", (0, 0.5))
        frames = drained(source, 5)
    assert [np.flatnonzero(np.isnan(f.coefficients)).tolist() for f in frames] == [
        [],
        [INDEX["browInnerUp"]],
        [INDEX["tongueOut"]],
        [INDEX[ORDER[7]]],
        [],
    ]
    levels = [float(f.values[INDEX["jawOpen"]]) - 0.24 for f in frames]
    assert levels == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=1e-6)


def test_a_frame_joined_in_the_middle_is_left_out():
    clock = ManualClock(50.0)
    with listening(clock) as source, SimpleUDPClient(*source.address) as client:
        for address, values in [*face(0.1)[30:], *face(0.2), *face(0.3)[:1]]:
            client.send_message(address, values)
        (frame,) = drained(source, 1)
    assert float(frame.values[INDEX["browInnerUp"]]) == pytest.approx(0.2)
    assert not np.isnan(frame.coefficients).any()


@settings(max_examples=30)
@given(st.data())
def test_with_up_to_25_messages_of_each_lost_coefficients_of_two_frames_are_never_mixed(data):
    """Frames of 56 messages each; the value of a coefficient tells which frame it is of."""
    assembly = Assembly(np.array([ORDER.index(name) for name in BLEND_SHAPES]))
    pose_first = data.draw(st.booleans())
    done = []
    for frame in range(5):
        weights = [("/W", (index, float(frame))) for index in range(52)]
        sent = [*HEAD, *weights] if pose_first else [*weights, *HEAD]
        lost = data.draw(st.sets(st.integers(0, 55), max_size=25))
        for index in sorted(set(range(56)) - lost):
            done += assembly.add(parse(message(*sent[index])).values, frame / 60)
    done += assembly.finish()
    for values, _ in done:
        coefficients = values[:52][~np.isnan(values[:52])]
        assert len(set(coefficients.tolist())) == 1
    assert len(done) <= 5


def test_the_last_frame_does_not_wait_for_ever():
    clock = ManualClock(50.0)
    with listening(clock) as source, SimpleUDPClient(*source.address) as client:
        for address, values in face():
            client.send_message(address, values)
        assert source.read(0.05) == ()
        clock.advance(0.11)
        (frame,) = source.read(0.0)
        assert frame.arrival_time == 50.0
        assert source.read(0.0) == ()


def test_a_head_without_a_face_is_no_frame():
    clock = ManualClock(50.0)
    with listening(clock) as source, SimpleUDPClient(*source.address) as client:
        client.send_message("/HT", HEAD[0][1])
        client.send_message("/HT", HEAD[0][1])
        assert source.read(0.05) == ()
        clock.advance(1.0)
        assert source.read(0.0) == ()


def test_the_first_phone_is_the_phone_and_garbage_is_counted():
    with listening(ManualClock()) as source:
        assert tuple(source._frames(message("/other", (1,)), "10.0.0.9")) == ()
        assert source.phone is None, "other OSC programs are no phone"
        assert len(tuple(source._frames(bundle(face()), LOOPBACK))) == 1
        assert tuple(source._frames(bundle(face()), "10.0.0.9")) == ()
        assert tuple(source._frames(b"garbage", LOOPBACK)) == ()
        assert [(r.sender, r.count) for r in source.refusals] == [("10.0.0.9", 1), (LOOPBACK, 1)]
        assert source.extra == ("/other",)
