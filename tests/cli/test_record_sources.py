"""``mimik record --source``: a session with any app or tracker."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pylsl
import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import build_msg
from pythonosc.udp_client import UDPClient

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.study.study import Study

LOOPBACK = "127.0.0.1"


@pytest.fixture
def study(mimik, tmp_path: Path, short_protocol: Path) -> Path:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    return tmp_path / "real"


class VTubePhone:
    """A phone with VTube Studio: sends 60 frames a second to whoever asks, as long as it is asked to."""

    def __init__(self) -> None:
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.wire.bind((LOOPBACK, 0))
        self.wire.settimeout(0.01)
        self.port = self.wire.getsockname()[1]
        self.sent = 0

    def run(self, stop: threading.Event) -> None:
        to = None
        while not stop.wait(1 / 60):
            with suppress(TimeoutError):
                to = (LOOPBACK, json.loads(self.wire.recv(1000))["ports"][0])
            if to:
                self.wire.sendto(self.frame(), to)
                self.sent += 1

    def frame(self) -> bytes:
        shapes = [{"k": name, "v": 0.25} for name in BLEND_SHAPES]
        time = 1_700_000_000_000 + 17 * self.sent
        return json.dumps({"Timestamp": time, "FaceFound": True, "BlendShapes": shapes}).encode()


@contextmanager
def running(work) -> Iterator[None]:
    """Do ``work(stop)`` in a thread of its own until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_whole_session_with_vtube_studio(mimik_json, study: Path) -> None:
    phone = VTubePhone()
    with phone.wire, running(phone.run):
        told = mimik_json(
            "record",
            study,
            "--consent-given",
            "--source",
            f"vtubestudio:{LOOPBACK}:{phone.port}",
            "--patience",
            20,
        )

    assert told["status"] == "complete"
    assert [trial["expression"] for trial in told["trials"]] == ["happy", "sad"]
    (session,) = Study.open(study).sessions()
    assert (session.facts.app, session.facts.device, session.facts.rate) == ("VTube Studio", 1, None)
    block = Study.open(study).read_session(session).block
    sent = 1_700_000_000 + 0.017 * np.arange(phone.sent)
    assert np.isin(np.round(block.device_time, 3), np.round(sent, 3)).all(), "the phone's own time is kept"
    assert (block.values[:, INDEX["jawOpen"]] == 0.25).all()


def test_face_cap_is_told_the_address_and_known_by_its_own(mimik, study: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]

    def send(stop: threading.Event) -> None:
        with UDPClient(LOOPBACK, port) as client:
            while not stop.wait(1 / 60):
                builder = OscBundleBuilder(IMMEDIATELY)
                for index in range(52):
                    builder.add_content(build_msg("/W", [index, 0.5]))
                client.send(builder.build())

    with running(send):
        told = mimik("record", study, "--consent-given", "--source", f"facecap:{port}", "--patience", 20)

    assert f"port {port}" in told.stderr
    assert "complete" in told.stdout
    (session,) = Study.open(study).sessions()
    assert (session.facts.app, session.facts.device) == ("Face Cap", 1)


def begin_stream(name: str, *, synthetic: bool) -> pylsl.StreamOutlet:
    info = pylsl.StreamInfo(name, "MoCap", 52, 60.0, "float32", name)
    channels = info.desc().append_child("channels")
    for label in BLEND_SHAPES:
        channels.append_child("channel").append_child_value("label", label)
    info.desc().append_child("acquisition").append_child_value("synthetic", "true" if synthetic else "false")
    return pylsl.StreamOutlet(info)


def test_a_whole_session_with_a_stream_of_the_lab_streaming_layer(mimik_json, study: Path) -> None:
    name = f"record-{os.getpid()}"
    stream = begin_stream(name, synthetic=False)

    def send(stop: threading.Event) -> None:
        while not stop.wait(1 / 60):
            stream.push_sample([0.5] * 52)

    with running(send):
        told = mimik_json("record", study, "--consent-given", "--source", f"lsl:{name}", "--patience", 20)

    assert told["status"] == "complete"
    (session,) = Study.open(study).sessions()
    assert (session.facts.app, session.facts.device, session.facts.rate) == ("Lab Streaming Layer", 1, 60.0)


def test_a_stream_of_simulated_people_is_kept_out_of_a_study_of_real_ones(mimik, study: Path) -> None:
    name = f"simulated-{os.getpid()}"
    stream = begin_stream(name, synthetic=True)
    before = files_of(study)

    result = mimik("record", study, "--consent-given", "--source", f"lsl:{name}", "--patience", 20)

    assert result.exit_code == 1
    assert "made for simulated people" in result.stderr
    assert files_of(study) == before
    del stream


def files_of(study: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("vtubestudio:127.0.0.1", "Expected VTube Studio to send, found nothing in 0.3 s"),
        ("facecap:0", "Expected Face Cap to send, found nothing"),
        ("lsl:nobody", "a stream named 'nobody'"),
        ("vtubestudio", "Expected vtubestudio:ADDRESS"),
        ("phone", "neither a known one nor a file"),
        ("virtual", "made for simulated people"),
    ],
)
def test_a_session_that_cannot_begin_leaves_no_trace(mimik, study: Path, source: str, said: str) -> None:
    before = files_of(study)

    result = mimik("record", study, "--consent-given", "--patience", 0.3, "--source", source)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Try:" in result.stderr
    assert files_of(study) == before


def test_ifacialmocap_is_waited_for_as_any_other(mimik, study: Path) -> None:
    before = files_of(study)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((LOOPBACK, 0))
        phone = f"{LOOPBACK}:{free.getsockname()[1]}"

    result = mimik("record", study, "--consent-given", "--patience", 0.3, "--ifacialmocap", phone)

    assert result.exit_code == 1
    assert "Expected iFacialMocap to send" in result.stderr
    assert files_of(study) == before


def test_a_recording_is_no_session(mimik, study: Path, tmp_path: Path) -> None:
    (tmp_path / "take.csv").write_text("")

    result = mimik("record", study, "--consent-given", "--source", tmp_path / "take.csv")

    assert result.exit_code == 1
    assert "mimik import" in result.stderr


def test_one_source_is_enough(mimik, study: Path) -> None:
    result = mimik("record", study, "--source", "facecap", "--virtual")

    assert result.exit_code == 1
    assert "Expected one source of frames, found facecap and virtual" in result.stderr


def test_a_port_stands_in_the_source(mimik, study: Path) -> None:
    result = mimik("record", study, "--source", "facecap", "--port", 9001)

    assert result.exit_code == 1
    assert "--source facecap:9001" in result.stderr


def test_a_simulated_person_can_be_named_as_a_source(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "study", "--synthetic", "--protocol", short_protocol)

    result = mimik("record", tmp_path / "study", "--source", "virtual", "--seed", 1)

    assert "complete" in result.stdout
