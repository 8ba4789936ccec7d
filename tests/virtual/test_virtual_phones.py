"""Simulated phones send real datagrams; tables of them reach their sessions complete."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from mimik.capture.engine import Engine
from mimik.capture.recorder import Recorder
from mimik.capture.run import run
from mimik.capture.simulation import BASIS, Sitters, simulate
from mimik.clock import ManualClock, SystemClock
from mimik.errors import StudyError
from mimik.protocol import load_protocol, parse_protocol
from mimik.sources.livelink import Packet
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.person import Habits, Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.sources.virtual.rig import LiveRig, Rig
from mimik.study.session import SessionFacts
from mimik.study.study import Study

SHORT = """
format = 1
name = "short"
version = 1
languages = ["en"]
start = "{start}"
check_every = 0.25
min_seconds = {seconds}
[title]
en = "Short"
[texts]
fixation = {{ en = "Look at the X" }}
face_lost = {{ en = "Come back" }}
paused = {{ en = "Paused" }}
done = {{ en = "Done" }}
start = {{ en = "Press Start" }}
[[trials]]
expression = "happy"
prompt = {{ en = "Look happy" }}
[[trials]]
expression = "sad"
prompt = {{ en = "Look sad" }}
"""


def short(start: str = "automatic", seconds: float = 1.0):
    return parse_protocol(SHORT.format(start=start, seconds=seconds), where="short.toml")


class LoggingPhone(VirtualPhone):
    """Remembers what it sent: frame number -> values, None without a face."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.log: dict[int, np.ndarray | None] = {}

    def _packet(self) -> Packet:
        packet = super()._packet()
        self.log[packet.number] = packet.values
        return packet


def test_a_phone_at_30_frames_counts_by_two_and_is_understood() -> None:
    clock = ManualClock(1.0)
    with (
        LiveLinkReceiver(0, host="127.0.0.1", clock=clock) as receiver,
        VirtualPhone(Person(0, fps=30), receiver.address, device_id="a") as phone,
    ):
        rig = Rig([phone], receiver, clock)
        for _ in range(120):
            rig.read(0)
        status = receiver.phones[1]

    assert status.step == 2
    assert status.frames == 121
    assert status.lost == 0
    assert status.rate == pytest.approx(30, abs=0.5)


def test_lost_datagrams_are_counted_as_lost() -> None:
    clock = ManualClock(1.0)
    with (
        LiveLinkReceiver(0, host="127.0.0.1", clock=clock) as receiver,
        VirtualPhone(Person(0), receiver.address, device_id="a", loss=0.2, seed=4) as phone,
    ):
        rig = Rig([phone], receiver, clock)
        for _ in range(300):
            rig.read(0)
        before = phone.lost
        while not phone.send():
            before = phone.lost
        while not receiver.read(1.0):
            pass
        status = receiver.phones[1]

    assert phone.lost > 30
    # the first datagrams, lost before the phone was known, can't be missed
    assert before - 3 <= status.lost <= before


def test_moments_without_a_face_arrive_as_untracked_frames() -> None:
    clock = ManualClock(1.0)
    with (
        LiveLinkReceiver(0, host="127.0.0.1", clock=clock) as receiver,
        VirtualPhone(Person(1, habits=Habits(turns=30)), receiver.address, device_id="a") as phone,
    ):
        rig = Rig([phone], receiver, clock)
        frames = [frame for _ in range(600) for frame in rig.read(0)]

    lost = [frame for frame in frames if not frame.tracked]
    assert lost
    assert all(np.isnan(frame.values).all() for frame in lost)


def test_ten_phones_at_60_frames_reach_ten_sessions_complete_and_in_their_own(tmp_path: Path) -> None:
    """In real time, through one port: not one frame lost, none under the wrong participant."""
    study = Study.create(tmp_path / "study", title="ten", protocol=short(), synthetic=True)
    clock = SystemClock()
    with ExitStack() as open_:
        receiver = open_.enter_context(
            LiveLinkReceiver(0, host="127.0.0.1", clock=clock, number_of=study.device_number)
        )
        phones = [
            open_.enter_context(
                LoggingPhone(Person(i, fps=60), receiver.address, device_id=f"pad-{i}", seed=i)
            )
            for i in range(10)
        ]
        rig = LiveRig(phones, receiver, clock)
        while len(receiver.phones) < 10:
            rig.read(0.1)
        people = {device: phones[device - 1].person for device in receiver.phones}
        sitters = Sitters(people, clock.now)
        sat: dict[int, str] = {}
        recorders = {}
        for device in receiver.phones:
            sat[device] = study.add_participant().id
            study.record_consent(sat[device], basis=BASIS, at=clock.now())
            facts = SessionFacts(started=clock.now(), device=device, seed=0)
            writer = study.start_session(sat[device], facts)
            recorders[device] = Recorder(Engine(study.protocol, seed=0), writer)

        result = run(rig, recorders, clock, on_view=sitters.on_view)

        assert len(result.finished) == 10
        assert all(phone.lost == 0 for phone in receiver.phones.values())
    for device, who in sat.items():
        (info,) = study.sessions(who)
        frames = study.read_session(info)
        sent = phones[device - 1].log
        assert {t.expression for t in info.trials} == {"happy", "sad"}
        for number, values in zip(frames.block.number.tolist(), frames.block.values, strict=True):
            np.testing.assert_array_equal(values[:52], sent[number][:52])
        assert_no_frame_missing(frames, sent)


def assert_no_frame_missing(frames, sent) -> None:
    """Within a trial, every frame sent with a face is stored."""
    for trial in np.unique(frames.trial):
        numbers = frames.block.number[frames.trial == trial]
        between = [n for n, values in sent.items() if numbers[0] <= n <= numbers[-1] and values is not None]
        assert between == numbers.tolist()


def test_a_simulated_cohort_fills_a_synthetic_study(tmp_path: Path) -> None:
    study = Study.create(
        tmp_path / "study", title="sim", protocol=load_protocol("hartmann2022"), synthetic=True
    )

    sessions = simulate(study, participants=3, at_once=2, seed=1)

    assert len(sessions) == 3
    assert all(s.synthetic and s.status == "complete" for s in sessions)
    for info in sessions:
        assert [t.expression for t in info.trials] == list(study.protocol.expressions)
        assert all(500 <= t.frames < 545 for t in info.trials)
    assert {s.facts.device for s in sessions} == {1, 2}, "two phones serve three people"


def test_simulated_people_press_start_where_the_protocol_has_a_button(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="sim", protocol=short("button"), synthetic=True)

    (info,) = simulate(study, participants=1)

    assert info.status == "complete"
    assert info.trials[0].onset > 1.5


def test_the_same_seed_makes_the_same_study(tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        study = Study.create(tmp_path / name, title="sim", protocol=short(), synthetic=True)
        simulate(study, participants=2, seed=7)
        digests.append((study.fingerprint(), [p.id for p in study.participants]))

    assert digests[0] == digests[1]


def test_a_study_of_real_people_takes_no_simulated_ones(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="real", protocol=short())

    with pytest.raises(StudyError, match="made for simulated people"):
        simulate(study, participants=1)

    assert study.participants == ()
