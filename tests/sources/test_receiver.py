"""Many phones on one port: what arrives, what is counted, what is refused."""

from __future__ import annotations

import socket
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.clock import ManualClock
from mimik.errors import MimikError
from mimik.frame import COLUMNS, Frame
from mimik.sources.livelink import Packet, encode
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.source import Source

LOOPBACK = "127.0.0.1"


def datagram(
    number: int, device: str = "phone", value: float = 0.5, face: bool = True, base: int = 60
) -> bytes:
    values = np.full(61, value, dtype=np.float32) if face else None
    return encode(Packet(device, f"{device} of Carla", number, 0.25, values, base))


def receiver(**options) -> LiveLinkReceiver:
    return LiveLinkReceiver(0, host=LOOPBACK, **options)


def drained(source: LiveLinkReceiver, expected: int) -> list[Frame]:
    """Read until all expected frames are there, or none come any more."""
    frames: list[Frame] = []
    while len(frames) < expected and (got := source.read(1.0)):
        frames += got
    return frames


def test_it_is_a_source():
    with receiver() as source:
        assert isinstance(source, Source)


def test_a_real_capture_arrives_whole_and_seven_frames_are_missing(captured, send):
    with receiver() as source:
        for raw in captured:
            send(raw, source.address)
        frames = drained(source, 180)
        status = source.phones[1]
    assert len(frames) == 180
    assert (status.frames, status.lost, status.untracked, status.step) == (180, 7, 0, 1)
    assert status.rate == pytest.approx(60, rel=0.002)
    for frame, raw in zip(frames, captured, strict=True):
        number, subframe = struct.unpack_from(">if", raw, len(raw) - 244 - 1 - 16)
        values = struct.unpack(">61f", raw[-244:])
        assert (frame.number, frame.device_time) == (number, (number + subframe) / 60)
        # Natively: 52 coefficients and the head's three angles, no position, then six angles of the eyes.
        assert frame.values[:55].tolist() == list(values[:55])
        assert np.isnan(frame.head_position).all()
        assert frame.values[58:].tolist() == list(values[55:])


def test_ten_phones_at_once_lose_and_mix_nothing(send):
    with receiver() as source:
        for number in range(60):
            for phone in range(10):
                send(datagram(number, f"phone {phone}", value=phone / 10), source.address)
        frames = drained(source, 600)
        assert {status.frames for status in source.phones.values()} == {60}
        assert {status.lost for status in source.phones.values()} == {0}
    for device in range(1, 11):
        own = [frame for frame in frames if frame.device == device]
        assert [frame.number for frame in own] == list(range(60))
        assert len({float(frame.values[0]) for frame in own}) == 1


def test_losses_of_one_phone_are_not_those_of_another(send):
    with receiver() as source:
        for number in range(200):
            if number % 5:
                send(datagram(number, "lossy"), source.address)
            send(datagram(number, "sound"), source.address)
            if number % 2 == 0:
                send(datagram(number, "slow"), source.address)
        assert len(drained(source, 160 + 200 + 100)) == 460
        sound, slow, lossy = (source.phones[device] for device in (1, 2, 3))
    assert (sound.lost, sound.step, sound.rate) == (0, 1, 60)
    assert (lossy.lost, lossy.step) == (39, 1)
    assert (slow.lost, slow.step, slow.rate) == (0, 2, 30)


def test_a_frame_without_a_face_is_a_frame(send):
    with receiver() as source:
        send(datagram(1, face=False), source.address)
        (frame,) = drained(source, 1)
        assert not frame.tracked
        assert np.isnan(frame.values).all()
        assert frame.values.shape == (len(COLUMNS),)
        assert (source.phones[1].untracked, source.phones[1].tracked) == (1, False)


def test_numbers_come_from_the_caller_and_names_stay_inside(send):
    asked = []

    def number_of(identity: str) -> int:
        asked.append(identity)
        return 41 + len(asked)

    with receiver(number_of=number_of) as source:
        for number in range(3):
            send(datagram(number, "A1B2"), source.address)
        send(b"\x06 Carla", source.address)
        send(datagram(0, "C3D4"), source.address)
        frames = drained(source, 4)
        shown = repr((frames, dict(source.phones), source.refusals))
    assert asked == [f"A1B2@{LOOPBACK}", f"C3D4@{LOOPBACK}"]
    assert {frame.device for frame in frames} == {42, 43}
    assert not any(word in shown for word in ("A1B2", "C3D4", "Carla"))


def test_the_name_set_in_the_app_and_the_address_are_told_but_never_printed(send):
    with receiver() as source:
        send(datagram(0, "A1B2"), source.address)
        drained(source, 1)
        status = source.phones[1]
    assert (status.name, status.host) == ("A1B2 of Carla", LOOPBACK)
    assert "Carla" not in repr(status) and LOOPBACK not in repr(status)


def test_arrival_is_the_clocks_time_and_silence_begins_half_a_second_later(send):
    clock = ManualClock(1000.0)
    with receiver(clock=clock) as source:
        send(datagram(6), source.address)
        (frame,) = drained(source, 1)
        status = source.phones[1]
    assert (frame.arrival_time, frame.device_time) == (1000.0, 6.25 / 60)
    assert not status.silent(1000.5)
    assert status.silent(1000.51)


def test_a_copy_is_dropped_and_a_late_frame_is_not_lost(send):
    with receiver() as source:
        for number in (1, 2, 2, 4, 3, 5, 3):
            send(datagram(number), source.address)
        frames = drained(source, 5)
        status = source.phones[1]
    assert [frame.number for frame in frames] == [1, 2, 4, 3, 5]
    assert (status.frames, status.duplicates, status.lost) == (5, 2, 0)


def test_a_new_base_of_the_count_starts_anew_and_forgets_no_loss(send):
    with receiver() as source:
        for number in (1, 2, 5, 6):
            send(datagram(number, base=60), source.address)
        for number in (3, 4, 6, 7):
            send(datagram(number, base=30), source.address)
        assert len(drained(source, 8)) == 8
        status = source.phones[1]
    assert (status.lost, status.rate) == (2 + 1, 30)


def test_garbage_is_counted_once_per_message_and_never_raised(send):
    with receiver() as source:
        for raw in (b"", b"\x05old", b"\x05older", b"\x00\x06", b"hello"):
            send(raw, source.address)
        send(datagram(1), source.address)
        assert len(drained(source, 1)) == 1
        refused = source.refusals
    assert [refusal.count for refusal in refused] == [1, 2, 1, 1]
    assert {refusal.sender for refusal in refused} == {LOOPBACK}


def test_only_garbage_is_no_frame(send):
    with receiver() as source:
        send(b"garbage", source.address)
        assert source.read(0.05) == ()


def test_a_flood_of_phones_stops_at_a_limit():
    with receiver() as source:
        for device in range(300):
            source._frame(datagram(1, f"phone {device}"), LOOPBACK)
        assert len(source.phones) == 256
        assert source.refusals[0].count == 44


def test_a_flood_of_senders_takes_bounded_memory():
    with receiver() as source:
        for sender in range(1000):
            source._frame(b"garbage", f"10.0.{sender // 256}.{sender % 256}")
        assert len(source.refusals) == 257
        assert sum(refusal.count for refusal in source.refusals) == 1000


def test_the_end_of_a_closed_receiver_is_none():
    source = receiver()
    source.close()
    source.close()
    assert source.read(0.0) is None


def test_nothing_within_the_time_is_an_empty_answer():
    with receiver() as source:
        assert source.read(0.0) == ()
        assert source.buffer_bytes > 0


def test_a_port_in_use_is_said_so():
    with receiver() as first, pytest.raises(MimikError, match="to be free") as error:
        LiveLinkReceiver(first.address[1], host=LOOPBACK)
    assert "choose another port" in error.value.hint


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), (LOOPBACK, 70000), ("no such host!", 0)])
def test_an_address_that_is_not_ours_is_said_so(host, port):
    with pytest.raises(MimikError, match="address of this computer"):
        LiveLinkReceiver(port, host=host)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.binary(max_size=60) | st.integers(-5, 400).map(lambda n: datagram(max(n, 0))), max_size=30)
)
def test_whatever_comes_reading_never_raises(raws):
    with receiver() as source:
        frames = [frame for raw in raws if (frame := source._frame(raw, LOOPBACK))]
        good = sum(status.frames + status.duplicates for status in source.phones.values())
        assert good + sum(refusal.count for refusal in source.refusals) == len(raws)
        assert len(frames) == sum(status.frames for status in source.phones.values())


def test_frames_that_waited_unread_can_be_dropped() -> None:
    with receiver() as phones, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        for number in range(50):
            phone.sendto(datagram(number), phones.address)

        assert phones.drop_waiting() == 50
        assert phones.read(0.0) == ()


def test_a_flood_of_others_leaves_a_favoured_phone_its_frames():
    clock = ManualClock(1000.0)
    with receiver(clock=clock) as source:
        source._frame(datagram(0, "ours"), LOOPBACK)
        source.favour([1])
        kept = flooded = 0
        for number in range(1, 121):
            clock.advance(1 / 60)
            flooded += sum(
                source._frame(datagram(number * 1000 + i, f"other {i % 3}"), LOOPBACK) is not None
                for i in range(334)  # 20,000 a second
            )
            kept += source._frame(datagram(number, "ours"), LOOPBACK) is not None
    assert kept == 120
    assert 4000 <= flooded <= 4000 + 2 * 2000 + 1
    [told] = [r for r in source.refusals if "far more datagrams" in r.message]
    assert told.count == 120 * 334 - flooded
    assert told.hint


def test_even_a_favoured_phone_cannot_flood():
    with receiver(clock=ManualClock(1000.0)) as source:
        source._frame(datagram(0, "ours"), LOOPBACK)
        source.favour([1])
        kept = sum(source._frame(datagram(i, "ours"), LOOPBACK) is not None for i in range(1, 5000))
    assert kept == 2400


def test_a_phone_that_is_recorded_alone_meets_no_other():
    met = []
    with receiver(number_of=lambda identity: met.append(identity) or len(met)) as source:
        source._frame(datagram(0, "ours"), LOOPBACK)
        source.favour([1], alone=True)
        assert source._frame(datagram(0, "other"), LOOPBACK) is None
        assert source._frame(datagram(1, "ours"), LOOPBACK) is not None
        assert source._frame(datagram(2, "ours"), "192.0.2.66") is None  # its id from elsewhere
    assert met == [f"ours@{LOOPBACK}"]


def test_a_sender_with_the_id_of_a_phone_at_another_address_is_another_phone():
    with receiver() as source:
        ours = source._frame(datagram(1, "ours"), LOOPBACK)
        forged = source._frame(datagram(2, "ours"), "192.0.2.66")
    assert (ours.device, forged.device) == (1, 2)
    assert source.phones[1].frames == 1
