"""Streams of the Lab Streaming Layer, sent by real outlets of pylsl over loopback."""

from __future__ import annotations

import time

import numpy as np
import pylsl
import pytest
from lsl_streams import fresh_name, outlet

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.clock import ManualClock
from mimik.errors import MimikError
from mimik.frame import Frame
from mimik.sources.lsl import LslInlet
from mimik.sources.source import Source

PATIENCE = 20.0  # s; what is waited for comes in a fraction of it


def found(name: str, clock: ManualClock | None = None) -> LslInlet:
    inlet = LslInlet(name, clock=clock)
    inlet.wait(PATIENCE)
    return inlet


def drained(source: LslInlet, expected: int) -> list[Frame]:
    """Read until all expected frames are there, or none come any more."""
    frames: list[Frame] = []
    while len(frames) < expected and (got := source.read(5.0)):
        frames += got
    return frames


def test_samples_arrive_whole_in_order_and_with_their_time_stamps():
    name, clock = fresh_name(), ManualClock(50.0)
    stream = outlet(name)
    sent = np.random.default_rng(1).random((300, 52)).astype(np.float32)
    with found(name, clock) as source:
        assert isinstance(source, Source)
        for i, row in enumerate(sent):
            stream.push_sample(row.tolist(), 1000.0 + i / 60)
        frames = drained(source, 300)
        assert (source.name, source.source_id, source.rate) == (name, f"{name}-id", 60.0)
        assert source.last_arrival == 50.0
    assert np.array_equal(np.array([frame.coefficients for frame in frames]), sent)
    assert [frame.device_time for frame in frames] == pytest.approx([1000.0 + i / 60 for i in range(300)])
    assert {(f.device, f.number, f.arrival_time, f.tracked) for f in frames} == {(1, -1, 50.0, True)}
    assert all(np.isnan(frame.values[52:]).all() for frame in frames)
    assert source.read(0.0) is None


def test_channels_are_found_by_name_in_any_order_and_spelling():
    name = fresh_name()
    stream = outlet(name, ("MouthSmileRight", "heart rate", "jawOpen", "mouthSmile_L"), form="double64")
    with found(name) as source:
        stream.push_sample([0.1, 70.0, 0.2, 0.3])
        (frame,) = drained(source, 1)
    there = np.flatnonzero(~np.isnan(frame.values)).tolist()
    assert there == sorted(INDEX[n] for n in ("mouthSmileRight", "jawOpen", "mouthSmileLeft"))
    assert [float(frame.values[INDEX[n]]) for n in ("mouthSmileRight", "jawOpen", "mouthSmileLeft")] == (
        pytest.approx([0.1, 0.2, 0.3])
    )


def test_a_sample_without_numbers_is_a_frame_without_a_face():
    name = fresh_name()
    stream = outlet(name, rate=0.0)
    with found(name) as source:
        stream.push_sample([float("nan")] * 52)
        stream.push_sample([float("nan")] * 51 + [0.5])
        lost, partly = drained(source, 2)
        assert source.rate is None
    assert not lost.tracked
    assert np.isnan(lost.values).all()
    assert partly.tracked
    assert partly.values[51] == 0.5


def test_infinite_numbers_are_refused_and_counted():
    name = fresh_name()
    stream = outlet(name)
    with found(name) as source:
        stream.push_sample([float("inf")] * 52)
        stream.push_sample([0.5] * 52)
        assert len(drained(source, 1)) == 1
        assert [(refusal.sender, refusal.count) for refusal in source.refusals] == [(name, 1)]


def test_a_lost_stream_is_silence_and_is_read_again_when_it_comes_back():
    name = fresh_name()
    stream = outlet(name, source_id="")  # nothing that liblsl could find it by
    with found(name) as source:
        stream.push_sample([0.1] * 52)
        assert len(drained(source, 1)) == 1
        del stream
        assert source.read(0.3) == ()
        stream = outlet(name, BLEND_SHAPES[::-1], source_id="")
        came: list[Frame] = []
        deadline = time.monotonic() + PATIENCE
        while not came and time.monotonic() < deadline:
            if stream.have_consumers():
                stream.push_sample([i / 100 for i in range(52)])
            came += source.read(0.05) or ()
    assert float(came[0].values[51]) == 0.0, "its channels are looked up anew"


def test_without_a_name_the_first_face_is_read_and_other_streams_are_passed_over():
    name = fresh_name()
    others = [
        outlet(fresh_name(), ("Fz", "Cz"), kind="EEG"),
        outlet(fresh_name(), (), kind="MoCap", channels=3),
    ]
    stream = outlet(name, kind="Face")
    with LslInlet() as source:
        source.wait(PATIENCE)
        assert source.name == name
        assert source.refusals == ()
    del others, stream


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ({"labels": ("Fz", "Cz")}, "labelled as blend shapes"),
        ({"labels": (), "channels": 52}, "labelled as blend shapes"),
        ({"labels": BLEND_SHAPES, "channels": 60}, "labelled as blend shapes"),
        ({"labels": ("jawOpen", "JawOpen")}, "each blend shape once"),
        ({"labels": ("jawOpen",), "form": "string"}, "stream of numbers"),
    ],
)
def test_a_stream_that_is_no_face_is_refused_with_its_reason(stream, said):
    name = fresh_name()
    kept = outlet(name, **stream)
    with LslInlet(name) as source:
        deadline = time.monotonic() + PATIENCE
        while not source.refusals and time.monotonic() < deadline:
            source.read(0.05)
        with pytest.raises(MimikError, match=said) as error:
            source.wait(0.0)
    assert name in str(error.value)
    assert "labelled" in error.value.hint
    del kept


def test_a_stream_that_is_not_there_is_told_with_those_that_are():
    other = fresh_name()
    kept = outlet(other, ("Fz",), kind="EEG")
    with LslInlet("nobody") as source:
        deadline = time.monotonic() + PATIENCE
        message = ""
        while other not in message and time.monotonic() < deadline:
            with pytest.raises(MimikError, match="a stream named 'nobody'") as error:
                source.wait(0.1)
            message = str(error.value)
    assert other in message
    del kept


def test_simulated_people_are_known_as_such_and_do_not_turn_into_real_ones():
    name = fresh_name()
    stream = outlet(name, synthetic=True)
    with found(name) as source:
        assert source.synthetic
        del stream
        stream = outlet(name)
        deadline = time.monotonic() + PATIENCE
        while not source.refusals and time.monotonic() < deadline:
            source.read(0.05)
        assert "simulated or real people as before" in source.refusals[0].message
    del stream


def test_reading_before_there_is_a_stream_is_silence():
    with LslInlet(fresh_name()) as source:
        assert source.read(0.0) == ()
        assert (source.name, source.source_id, source.rate, source.synthetic) == ("", "", None, False)
    source.close()
    assert pylsl.local_clock() > 0
