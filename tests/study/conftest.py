"""A small study to write into."""

from __future__ import annotations

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
