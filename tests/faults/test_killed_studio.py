"""`mimik serve` killed while a session records: started anew, it goes on with the session where it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from mimik.protocol import parse_protocol
from mimik.study import Study
from mimik.study.integrity import check_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

PATIENCE = 60.0  # s
PROTOCOL = """
format = 1
name = "quick"
version = 1
languages = ["en"]
start = "automatic"
check_every = 0.1
min_frames = {frames}
[title]
en = "Quick"
[texts]
fixation = {{ en = "Look at the X" }}
face_lost = {{ en = "Come back" }}
paused = {{ en = "Paused" }}
done = {{ en = "Done" }}
[[trials]]
expression = "happy"
prompt = {{ en = "Look happy" }}
[[trials]]
expression = "sad"
prompt = {{ en = "Look sad" }}
"""


def wait_until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)
    return found


class Studio:
    """The program, and a browser before it."""

    def __init__(self, folder: Path, log: Path) -> None:
        words = ["serve", str(folder), "--port", "0", "--phone-port", "0", "--virtual", "1"]
        code = "from mimik.cli.main import run; run()"
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, *words],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
            )
        wait_until(lambda: "Stop with Ctrl-C" in log.read_text() or self.process.poll() is not None)
        found = re.search(r"here +(\S+)", log.read_text())
        assert found, log.read_text()
        self.here = httpx.Client(base_url=found[1])

    def begin(self, **who: str | None) -> None:
        """Sit somebody down, and let the session begin."""
        number = wait_until(lambda: self.here.get("/api/devices").json())[0]["number"]
        self.here.post(f"/api/devices/{number}/accept").raise_for_status()
        asked = {"consent": True, "device": number, "language": "en", **who}
        sitting = self.here.post("/api/sittings", json=asked).raise_for_status().json()
        self.here.post(f"/api/sittings/{sitting['id']}/begin").raise_for_status()

    def frames(self) -> int:
        view = self.here.get("/api/sittings").json()[0]["view"]
        return view["frames"] if view and view["phase"] == "recording" else 0

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.here.close()


def test_a_killed_studio_goes_on_with_its_session(tmp_path: Path) -> None:
    protocol = parse_protocol(PROTOCOL.format(frames=120), where="quick")
    folder = Study.create(tmp_path / "study", title="Trial", protocol=protocol, synthetic=True).folder
    first = Studio(folder, tmp_path / "first.txt")
    first.begin(participant=None)
    shown = wait_until(lambda: (seen := first.frames()) > 100 and seen)
    first.kill()

    assert not check_files(folder).serious
    [info] = Study.open(folder).sessions()
    assert info.status == "interrupted" and not info.problem
    assert info.frames >= shown - 61  # a second of frames at most

    second = Studio(folder, tmp_path / "second.txt")
    second.begin(participant=info.participant, resume=info.session)
    [done] = wait_until(
        lambda: [s for s in Study.open(folder, recover=False).sessions() if s.status == "complete"]
    )
    second.kill()

    assert done.session == info.session
    study = Study.open(folder)
    frames = study.read_session(done)
    assert {trial.expression for trial in done.trials if trial.outcome == "complete"} == {"happy", "sad"}
    assert len(frames) >= 240
    assert not check_files(folder).serious
