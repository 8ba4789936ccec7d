"""A small study to write into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import Protocol, load_protocol
from mimik.study import SessionFacts, SessionWriter, Study

START = 1_700_000_000.0


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return load_protocol("hartmann2022")


@pytest.fixture
def study(tmp_path: Path, protocol: Protocol) -> Study:
    return Study.create(tmp_path / "study", title="Small", protocol=protocol)


@pytest.fixture
def person(study: Study) -> str:
    """A participant who agreed."""
    who = study.add_participant().id
    study.record_consent(who, version="1", at=START)
    return who


@pytest.fixture
def begin(study: Study, person: str) -> Iterator[Callable[[], SessionWriter]]:
    """Start sessions; whatever is left open is closed."""
    open_: list[SessionWriter] = []

    def start() -> SessionWriter:
        open_.append(study.start_session(person, SessionFacts(started=START)))
        return open_[-1]

    yield start
    for writer in open_:
        writer.leave()


@pytest.fixture
def frame() -> Callable[..., Frame]:
    """Make the i-th frame of a device at 60 frames a second; the same i gives the same frame."""

    def make(i: int, *, tracked: bool = True) -> Frame:
        values = np.random.default_rng(i).random(64, dtype=np.float32) if tracked else NOT_TRACKED
        return Frame(1, i, i / 60, START + i / 60, tracked, values)

    return make


@pytest.fixture
def validate(validator: Callable[[Path], list[str]] | None) -> Callable[[Path], list[str]]:
    """The official validator, without which a test is skipped."""
    if validator is None:
        pytest.skip("bids-validator-deno is not installed")
    return validator


@pytest.fixture(scope="session")
def validator() -> Callable[[Path], list[str]] | None:
    """Return what gives the errors the official validator finds, in every row; None where there is none."""
    beside = str(Path(sys.executable).parent)  # where the programs of this environment lie
    program = shutil.which("bids-validator-deno", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if program is None:
        return None

    def run(folder: Path) -> list[str]:
        done = subprocess.run(
            [program, folder, "--format", "json", "--max-rows", "-1"],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        issues = json.loads(done.stdout)["issues"]["issues"]
        return [f"{i['code']} {i.get('location')}" for i in issues if i["severity"] == "error"]

    return run
