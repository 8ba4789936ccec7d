"""A program killed in the middle of a recording loses at most a second of it and never harms the study."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from mimik.frame import Frame
from mimik.protocol import Protocol
from mimik.study import SessionInfo, Study

CHILD = Path(__file__).with_name("record_until_killed.py")
START = 1_700_000_000.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@dataclass
class Life:
    """What the killed program told."""

    started: list[str] = field(default_factory=list)
    finished: dict[str, int] = field(default_factory=dict)
    frames: dict[str, list[float]] = field(default_factory=dict)  # session -> when each frame was handed over

    def hear(self, line: str) -> None:
        match line.split():
            case ["started", session]:
                self.started.append(session)
                self.frames[session] = []
            case ["frame", _, at]:
                self.frames[self.started[-1]].append(float(at))
            case ["finished", session, count]:
                self.finished[session] = int(count)


def live_and_die(study: Study, person: str, *, session: float, after: float) -> Life:
    """Run the recording program and kill it ``after`` seconds from its first session's start."""
    life = Life()
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(study.folder), person, str(session)],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        life.hear(child.stdout.readline())
        killer = threading.Timer(after, child.send_signal, [signal.SIGKILL])
        killer.start()
        for line in child.stdout:  # ends with the program
            if line.endswith("\n"):
                life.hear(line)
        killer.join()
    assert child.returncode == -signal.SIGKILL
    return life


def check_survivors(folder: Path, life: Life) -> int:
    """Hold what must be true after a kill; return how many sessions were interrupted."""
    study = Study.open(folder)
    sessions = {info.session: info for info in study.sessions()}
    assert set(life.started) <= set(sessions)
    assert len(set(sessions) - set(life.started)) <= 1  # begun, but killed before it could say so
    interrupted = [info for info in sessions.values() if info.status == "interrupted"]
    assert len(interrupted) <= 1
    for info in sessions.values():
        assert not info.problem
        at = life.frames.get(info.session, [])
        lost = at[info.frames :]
        assert not lost or at[-1] - lost[0] <= 1.0
        if info.session in life.finished:
            assert (info.status, info.frames) == ("complete", life.finished[info.session])
    for info in interrupted:
        sessions[info.session] = resume_and_finish(study, info)
    for info in sessions.values():
        numbers = study.read_session(info).block.number
        np.testing.assert_array_equal(np.sort(numbers), np.arange(info.frames))
    return len(interrupted)


def resume_and_finish(study: Study, info: SessionInfo) -> SessionInfo:
    with study.resume_session(info) as writer:
        assert writer.done >= {t.trial for t in info.trials if t.outcome == "complete"}
        writer.open_trial(300, "after the resume", START)
        values = np.full(64, info.frames, np.float32)
        writer.frame(300, Frame(1, info.frames, 0.0, START, True, values))
        done = writer.finish(START + 1)
    frames = study.read_session(done)
    assert frames.block.number[-1] == info.frames
    np.testing.assert_array_equal(frames.block.values[:, 0], frames.block.number)
    return done


def kill_many(tmp_path: Path, protocol: Protocol, *, kills: int, seed: int, key: str | None = None) -> None:
    rng = random.Random(seed)
    interrupted = 0
    for i in range(kills):
        study = Study.create(tmp_path / str(i), title="Killed", protocol=protocol, key=key)
        person = study.add_participant().id
        study.record_consent(person, version="1", at=START)
        # long sessions are killed while recording, short ones also while they begin and end
        session = 60.0 if i % 2 else rng.uniform(0.02, 0.2)
        life = live_and_die(study, person, session=session, after=rng.uniform(0.0, 1.6))
        interrupted += check_survivors(study.folder, life)
    assert interrupted >= kills // 2


def test_a_killed_recording_loses_at_most_a_second(tmp_path: Path, protocol: Protocol) -> None:
    kill_many(tmp_path, protocol, kills=10, seed=1)


@pytest.mark.soak
def test_a_thousand_killed_recordings_lose_at_most_a_second_each(tmp_path: Path, protocol: Protocol) -> None:
    kill_many(tmp_path, protocol, kills=1000, seed=2)
