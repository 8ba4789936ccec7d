"""A program killed with SIGKILL in the middle of any change: what it told as done is there, no harm is."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from small_study import START, new_study, recorded

from mimik.study import Study
from mimik.study.integrity import check_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

HEAD = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from mimik.study import Study
from mimik.study.importing import import_takes
from small_study import PLAN, START, recorded, write_take
study = Study.open(sys.argv[1])
tell = lambda *words: print(*words, flush=True)
tell("ready")
"""
ADD = """
while True:
    who = study.add_participant(age="31").id
    tell("person", who)
    study.record_consent(who, version="1", at=START)
    tell("agreed", who)
"""
FINISH = """
number = 100_000 * (1 + int(sys.argv[2].rpartition("takes")[2]))
while True:
    recorded(study, first=number).leave()
    [info] = [s for s in study.sessions("sub-P1") if s.status == "interrupted"]
    done = study.finish_session(info, at=START + 60)
    tell("session", done.session, done.frames_sha256)
    number += 100
"""
EXCLUDE = """
[info] = study.sessions("sub-P1")
number = 0
while True:
    study.exclude_trial(info, 0, f"reason {number}", at=START)
    tell("marks", 2 * number + 1)
    study.include_trial(info, 0, at=START)
    tell("marks", 2 * number + 2)
    number += 1
"""
IMPORT = """
from pathlib import Path
place, number = Path(sys.argv[2]), 0
while True:
    for expression in ("happy", "sad"):
        folder = place / f"{number}" / f"person{number}" / expression
        write_take(folder / "take.csv", seed=hash((sys.argv[2], number, expression)) % 2**32)
    done = import_takes(study, [place / f"{number}"], PLAN)
    tell("imported", *(f"{s.participant}/{s.session}" for s in done.sessions))
    number += 1
"""
DEEDS = {"add people": ADD, "finish": FINISH, "exclude": EXCLUDE, "import": IMPORT}


def live_and_die(code: str, arguments: list[str], *, after: float) -> list[list[str]]:
    """Run a program, kill it some seconds after it is ready, and return what it told."""
    words = [sys.executable, "-c", HEAD + code, *arguments]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stderr is not None
        assert child.stdout.readline() == "ready\n", child.stderr.read()
        killer = threading.Timer(after, child.send_signal, [signal.SIGKILL])
        killer.start()
        told = [line.split() for line in child.stdout if line.endswith("\n")]
        killer.join()
        error = child.stderr.read()
    assert child.returncode == -signal.SIGKILL, error
    return told


def check_told(study: Study, told: list[list[str]]) -> None:
    """Hold that what was told is there."""
    people = {person.id: person for person in study.participants}
    sessions = {f"{s.participant}/{s.session}": s for s in study.sessions()}
    for words in told:
        match words:
            case ["person", who]:
                assert people[who].columns == {"age": "31"}
            case ["agreed", who]:
                assert people[who].agreed_to("1")
            case ["session", name, digest]:
                assert sessions[f"sub-P1/{name}"].frames_sha256 == digest
            case ["marks", count]:
                lines = (study.folder / "sub-P1" / "ses-01" / "exclusions.tsv").read_text().splitlines()
                assert int(count) <= len(lines) - 1 <= int(count) + 1 or words is not told[-1]
            case ["imported", *names]:
                assert set(names) <= set(sessions)


def check_unharmed(study: Study) -> None:
    """Hold that every file is whole, an import is there wholly or not at all, and nothing is left over."""
    found = check_files(study.folder)
    assert not found.serious, [f.text for f in found.findings]
    assert "FILE010" not in {f.code for f in found.findings}
    for info in study.sessions():
        if info.status == "interrupted":
            info = study.finish_session(info, at=START + 60)
        study.read_session(info)
    people = {person.id for person in study.participants}
    assert {info.participant for info in study.sessions()} <= people


def kill_many(place: Path, code: str, *, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    study = new_study(place / "study")
    recorded(study, first=50_000).finish(START + 60)
    told = 0
    for i in range(kills):
        words = live_and_die(code, [str(study.folder), str(place / f"takes{i}")], after=rng.uniform(0.0, 1.5))
        opened = Study.open(study.folder)
        check_told(opened, words)
        check_unharmed(opened)
        told += len(words)
        if code is EXCLUDE:
            forget_marks(opened)
    assert told >= kills // 4


def forget_marks(study: Study) -> None:
    (study.folder / "sub-P1" / "ses-01" / "exclusions.tsv").unlink(missing_ok=True)


@pytest.mark.parametrize("code", DEEDS.values(), ids=DEEDS)
def test_a_killed_change_is_done_or_not(tmp_path: Path, code: str) -> None:
    kill_many(tmp_path, code, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("code", DEEDS.values(), ids=DEEDS)
def test_two_hundred_killed_changes_are_done_or_not(tmp_path: Path, code: str) -> None:
    kill_many(tmp_path, code, kills=200, seed=2)


COMMAND = "import sys; from mimik.cli.main import run; run()"


def command(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_when(
    program: subprocess.Popen[bytes], holds: Callable[[], object], *, patience: int = 1200
) -> None:
    """Kill a program as soon as something holds."""
    try:
        for _ in range(patience):
            if holds() or program.poll() is not None:
                break
            threading.Event().wait(0.05)
        assert program.poll() is None, "it ended before it was killed"
    finally:
        program.kill()
        program.wait()


@pytest.mark.parametrize("sessions", [1, 3])
def test_a_killed_simulation_leaves_whole_sessions_and_those_under_way_to_resume(
    tmp_path: Path, sessions: int
) -> None:
    folder = tmp_path / "study"
    assert command("new", folder, "--synthetic", "--protocol", "hartmann2022").wait() == 0

    finished = lambda: len(list(folder.glob("sub-*/ses-01/frames.parquet"))) >= sessions  # noqa: E731
    killed_when(command("simulate", folder, "-n", 60), finished)

    study = Study.open(folder)
    statuses = [info.status for info in study.sessions()]
    assert statuses.count("complete") >= sessions
    assert statuses.count("interrupted") <= 16  # so many sit beside each other
    check_unharmed(study)
