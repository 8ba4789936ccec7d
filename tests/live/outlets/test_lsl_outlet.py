"""Recognitions as LSL streams, read over loopback by plain pylsl, and from an XDF file made of them."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pylsl
import pytest
import pyxdf
from outlet_examples import LABELS, START, description, event, no_face, seen
from xdf_file import pull, record_xdf

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import ManualClock, SystemClock
from mimik.live.outlet import Outlet
from mimik.live.outlets.lsl import LslOutlet, source_id
from mimik.live.recognition import State

TIMEOUT = 20.0  # s; only for what never comes
STREAMS = ("coefficients", "probabilities", "markers")
_numbers = itertools.count()


@pytest.fixture
def name() -> str:
    """A name that no other test or program has."""
    return f"Mimik test {os.getpid()} {next(_numbers)}"


@pytest.fixture
def opened(name: str) -> Iterator[Callable[..., LslOutlet]]:
    """Opens outlets, which are closed at the end."""
    made = []

    def open_one(labels: tuple[str, ...] = LABELS, rate: float | None = 60.0, **how: object) -> LslOutlet:
        outlet = LslOutlet(name, devices=(1,), **how)  # type: ignore[arg-type]
        made.append(outlet)
        outlet.open(description(labels=labels, rate=rate))
        return outlet

    yield open_one
    for outlet in made:
        outlet.close()


def reader(name: str, stream: str, device: int = 1, *, recover: bool = False) -> pylsl.StreamInlet:
    """A reader that has begun to read; one that recovers waits for a stream that ended to come again."""
    found = pylsl.resolve_byprop("source_id", source_id(name, device, stream), timeout=TIMEOUT)
    assert len(found) == 1, f"{stream} of device {device} cannot be found"
    inlet = pylsl.StreamInlet(found[0], recover=recover)
    inlet.open_stream(TIMEOUT)
    return inlet


def readers(outlet: LslOutlet, name: str, device: int = 1) -> list[pylsl.StreamInlet]:
    """Readers of a device's three streams, which the outlet knows of."""
    made = [reader(name, stream, device) for stream in STREAMS]
    assert outlet.wait_for_readers(TIMEOUT)
    return made


def labels(info: pylsl.StreamInfo) -> list[str]:
    return [str(label) for label in info.get_channel_labels() or ()]


def test_it_keeps_the_contract(name: str) -> None:
    assert isinstance(LslOutlet(name), Outlet)


def test_each_device_has_three_streams(name: str, opened: Callable[..., LslOutlet]) -> None:
    opened()

    coefficients, probabilities, markers = (reader(name, stream).info(TIMEOUT) for stream in STREAMS)

    assert [info.name() for info in (coefficients, probabilities, markers)] == [
        f"{name}-1-{stream}" for stream in STREAMS
    ]
    assert [info.type() for info in (coefficients, probabilities, markers)] == [
        "MoCap",
        "Expression",
        "Markers",
    ]
    assert [info.nominal_srate() for info in (coefficients, probabilities, markers)] == [60, 60, 0]
    assert [info.channel_format() for info in (coefficients, probabilities, markers)] == [
        pylsl.cf_float32,
        pylsl.cf_float32,
        pylsl.cf_string,
    ]
    assert tuple(labels(coefficients)) == BLEND_SHAPES
    assert tuple(labels(probabilities)) == LABELS
    assert set(coefficients.get_channel_types() or ()) == {"BlendShape"}
    assert set(probabilities.get_channel_units() or ()) == {"normalized"}


def test_each_stream_says_what_it_is_good_for(name: str, opened: Callable[..., LslOutlet]) -> None:
    opened()

    for stream in STREAMS:
        origin = reader(name, stream).info(TIMEOUT).desc().child("acquisition")
        assert origin.child_value("synthetic") == "true"
        assert origin.child_value("use") == "research only"
        assert origin.child_value("model") == "recognizer.mimik"
        assert float(origin.child_value("delay")) == 0.3


def test_a_reader_gets_what_is_said_with_one_time_stamp(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened(clock=ManualClock(START))
    inlets = readers(outlet, name)
    said = [seen(i) for i in range(5)]

    for recognition in said:
        outlet.send(recognition)

    values, stamps = pull(inlets[0], 5, TIMEOUT)
    np.testing.assert_array_equal(np.float32(values), [r.coefficients for r in said])
    values, same_stamps = pull(inlets[1], 5, TIMEOUT)
    np.testing.assert_array_equal(np.float32(values), [r.smoothed for r in said])
    assert stamps == same_stamps
    np.testing.assert_allclose(np.diff(stamps), 1 / 60, atol=1e-6)
    assert inlets[2].pull_sample(TIMEOUT) == (["expression/happy"], stamps[0])


def test_without_a_face_all_numbers_are_nan(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened()
    inlets = readers(outlet, name)

    outlet.send(no_face())

    assert np.isnan(inlets[0].pull_sample(TIMEOUT)[0]).all()
    assert np.isnan(inlets[1].pull_sample(TIMEOUT)[0]).all()
    assert inlets[2].pull_sample(TIMEOUT)[0] == ["state/no-face"]


def test_markers_come_with_changes_and_events_only(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened()
    _, _, inlet = readers(outlet, name)

    outlet.send(seen(0))
    outlet.send(seen(1))
    outlet.send(seen(2, state=State.UNSURE, expression=None, changed=True))
    outlet.tell(event())
    outlet.tell(event(rule="a/b", kind="trial", content="sad/left"))
    outlet.send(seen(3, expression="müde / tired", changed=True))

    values, _ = pull(inlet, 5, TIMEOUT)
    assert [text for (text,) in values] == [
        "expression/happy",
        "state/unsure",
        "event/tired too long/message/Have a break",
        "event/a-b/trial/sad/left",
        "expression/müde / tired",
    ]


def test_time_stamps_are_the_arrival_on_the_clock_of_lsl(name: str, opened: Callable[..., LslOutlet]) -> None:
    clock = SystemClock()
    outlet = opened(clock=clock)
    inlet, _, _ = readers(outlet, name)

    before = pylsl.local_clock()
    arrived = clock.now()
    after = pylsl.local_clock()
    outlet.send(seen(time=arrived))

    _, stamp = inlet.pull_sample(TIMEOUT)
    error = outlet.clock_error + 1e-6  # seconds since 1970 are told to half a microsecond
    assert before - error <= stamp <= after + error
    assert outlet.clock_error < 0.01


def test_devices_are_told_apart_and_come_when_they_come(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened()
    of_first = readers(outlet, name, device=1)
    outlet.send(seen(device=2))
    of_second = readers(outlet, name, device=2)

    outlet.send(seen(7, device=2))
    outlet.send(seen(8, device=1))

    np.testing.assert_array_equal(np.float32(of_first[1].pull_sample(TIMEOUT)[0]), seen(8).smoothed)
    np.testing.assert_array_equal(np.float32(of_second[1].pull_sample(TIMEOUT)[0]), seen(7).smoothed)


def test_it_can_be_waited_for_readers(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened()
    one = reader(name, "markers")

    assert one
    assert not outlet.wait_for_readers(0.0), "the two others have no reader"


def test_an_unknown_rate_is_irregular(name: str, opened: Callable[..., LslOutlet]) -> None:
    opened(rate=None)

    assert reader(name, "coefficients").info(TIMEOUT).nominal_srate() == pylsl.IRREGULAR_RATE


def test_coefficients_can_be_kept_back(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened(coefficients=False)
    outlet.send(seen())

    assert reader(name, "markers")
    assert pylsl.resolve_byprop("name", f"{name}-1-coefficients", timeout=0.2) == []


def test_a_stream_is_known_again_by_its_source(name: str) -> None:
    known = {source_id(name, device, stream) for device in (1, 2) for stream in STREAMS}

    assert len(known) == 6
    assert known == {source_id(name, device, stream) for device in (1, 2) for stream in STREAMS}
    assert not any(socket.gethostname() in one for one in known), "names of computers often are people's"


def test_after_closing_nothing_is_sent(name: str) -> None:
    outlet = LslOutlet(name)
    outlet.open(description())
    outlet.send(seen())

    outlet.close()
    outlet.close()

    outlet.send(seen())
    outlet.tell(event())
    assert pylsl.resolve_byprop("name", f"{name}-1-markers", timeout=0.2) == []


def test_what_was_said_last_arrives(name: str) -> None:
    outlet = LslOutlet(name, devices=(1,), coefficients=False)
    outlet.open(description())
    inlets = [reader(name, stream, recover=True) for stream in ("markers", "probabilities")]
    assert outlet.wait_for_readers(TIMEOUT)
    outlet.tell(event())

    outlet.close()

    assert inlets[0].pull_sample(TIMEOUT)[0] == ["event/tired too long/message/Have a break"]


def test_a_frame_of_unknown_time_has_one_time_stamp_too(name: str, opened: Callable[..., LslOutlet]) -> None:
    outlet = opened()
    inlets = readers(outlet, name)

    outlet.send(seen(time=float("nan")))

    assert len({inlet.pull_sample(TIMEOUT)[1] for inlet in inlets}) == 1


def test_a_recording_in_the_lab_holds_what_was_said(
    name: str, opened: Callable[..., LslOutlet], tmp_path: Path
) -> None:
    clock = ManualClock(START)
    outlet = opened(clock=clock)
    inlets = readers(outlet, name)
    said = [seen(i) for i in range(90)]
    said[40:45] = [no_face(i, changed=i == 40) for i in range(40, 45)]
    said[45] = seen(45, expression="sad", changed=True)
    for recognition in said:
        outlet.send(recognition)
    outlet.tell(event(time=said[-1].time))

    record_xdf(tmp_path / "lab.xdf", inlets, [90, 90, 4], TIMEOUT)

    exact, _ = pyxdf.load_xdf(tmp_path / "lab.xdf", synchronize_clocks=False, dejitter_timestamps=False)
    coefficients, probabilities, markers = sorted(exact, key=lambda s: STREAMS.index(stream_of(s)))
    np.testing.assert_array_equal(coefficients["time_series"], [r.coefficients for r in said])
    np.testing.assert_array_equal(probabilities["time_series"], [r.smoothed for r in said])
    assert markers["time_series"] == [
        ["expression/happy"],
        ["state/no-face"],
        ["expression/sad"],
        ["event/tired too long/message/Have a break"],
    ]
    assert channel_labels(coefficients) == list(BLEND_SHAPES)
    assert channel_labels(probabilities) == list(LABELS)
    assert coefficients["info"]["desc"][0]["acquisition"][0]["synthetic"] == ["true"]
    stamps = coefficients["time_stamps"]
    np.testing.assert_allclose(stamps - stamps[0], [r.time - START for r in said], atol=1e-6)
    np.testing.assert_array_equal(probabilities["time_stamps"], stamps)
    np.testing.assert_array_equal(markers["time_stamps"], stamps[[0, 40, 45, 89]])

    usual, _ = pyxdf.load_xdf(tmp_path / "lab.xdf")
    for loaded in usual:
        expected = stamps[[0, 40, 45, 89]] if stream_of(loaded) == "markers" else stamps
        np.testing.assert_allclose(loaded["time_stamps"], expected, atol=0.005)


def stream_of(loaded: dict[str, dict[str, list[str]]]) -> str:
    return loaded["info"]["name"][0].rpartition("-")[2]


def channel_labels(loaded: dict) -> list[str]:
    channels = loaded["info"]["desc"][0]["channels"][0]["channel"]
    return [channel["label"][0] for channel in channels]
