"""Sessions of simulated people: as arrays for many, and in a study's folder for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import N_COLUMNS, Block
from mimik.learn.monitoring.sides import LEFT
from mimik.learn.trials import TrialFrames, trials_of_session
from mimik.protocol import parse_protocol
from mimik.sources.virtual.person import CHUNK, Person
from mimik.study.frames import SessionFrames
from mimik.study.session import COMPLETE, SessionFacts, SessionInfo, TrialInfo
from mimik.study.study import Study

SHOWN = ("happy", "sad", "surprised")
START = 1_700_000_000.0
DAY = 86_400.0

PROTOCOL = """
format = 1
name = "again"
version = 1
languages = ["en"]
start = "button"
repeats = 2
min_seconds = 3.0
[title]
en = "Again"
[texts]
fixation = { en = "Look at the X" }
face_lost = { en = "Come back" }
paused = { en = "Paused" }
done = { en = "Done" }
start = { en = "Press Start" }
[[trials]]
expression = "neutral"
baseline = true
prompt = { en = "Look neutral" }
[[trials]]
expression = "happy"
prompt = { en = "Look happy" }
[[trials]]
expression = "sad"
prompt = { en = "Look sad" }
"""

Change = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def weaker_left(X: NDArray[np.float32]) -> NDArray[np.float32]:
    """The left half of the face moves half as much."""
    weak = X.copy()
    weak[:, LEFT] *= 0.5
    return weak


def unchanged(X: NDArray[np.float32]) -> NDArray[np.float32]:
    return X


def order_of(expressions: Sequence[str], repeats: int) -> list[str]:
    return ["neutral", *(list(expressions) * repeats)]


def act(person: Person, expression: str, seconds: float) -> Block:
    """Ask a person for an expression, wait until it is shown, and record it."""
    person.ask(None if expression == "neutral" else expression)
    for _ in range(3 * person.fps // CHUNK):
        person.move()
    pieces = [person.move() for _ in range(round(seconds * person.fps / CHUNK))]
    values = np.full((len(pieces) * CHUNK, N_COLUMNS), np.nan, dtype=np.float32)
    values[:, :55] = np.concatenate([v for v, _ in pieces])[:, :55]
    seen = np.concatenate([s for _, s in pieces])
    n = len(values)
    time = np.arange(n) / person.fps
    return Block(np.arange(n, dtype=np.int32), time, START + time, seen, values)


def sitting(
    person: Person,
    who: str,
    number: int,
    *,
    expressions: Sequence[str] = SHOWN,
    repeats: int = 2,
    seconds: float = 4.0,
    change: Change = unchanged,
) -> tuple[TrialFrames, ...]:
    """One session of a person, as ``read_trials`` would give it."""
    names = order_of(expressions, repeats)
    blocks = [act(person, name, seconds) for name in names]
    block = Block.joined(blocks)
    block.values[:, : len(BLEND_SHAPES)] = change(block.values[:, : len(BLEND_SHAPES)])
    known = tuple(sorted(set(names)))
    frames = SessionFrames(
        trial=np.repeat(np.arange(len(names)), [len(b) for b in blocks]).astype(np.int16),
        expression=np.repeat([known.index(n) for n in names], [len(b) for b in blocks]).astype(np.int32),
        expressions=known,
        columns=BLEND_SHAPES,
        block=replace(block, values=block.values[:, :55]),
    )
    info = SessionInfo(
        participant=who,
        session=f"ses-{number:02}",
        path=Path(),
        status=COMPLETE,
        facts=SessionFacts(started=START + number * DAY, device=1),
        trials=tuple(
            TrialInfo(trial=i, expression=n, onset=0.0, duration=None, outcome=COMPLETE, frames=len(b))
            for i, (n, b) in enumerate(zip(names, blocks, strict=True))
        ),
        synthetic=True,
    )
    return trials_of_session(info, frames)


def cohort(
    people: int,
    sessions: int = 2,
    *,
    first: int = 0,
    fps: int = 30,
    changes: Sequence[Change] = (),
    expressions: Sequence[str] = SHOWN,
    repeats: int = 2,
) -> Iterator[tuple[TrialFrames, ...]]:
    """Yield the trials of each person; ``changes`` of each session."""
    for seed in range(first, first + people):
        person = Person(seed, fps=fps)
        yield tuple(
            trial
            for number in range(1, sessions + 1)
            for trial in sitting(
                person,
                f"sub-{seed:04}",
                number,
                expressions=expressions,
                repeats=repeats,
                change=changes[number - 1] if changes else unchanged,
            )
        )


def write_study(folder: Path, changes: Sequence[Change], *, others: int = 0) -> tuple[Study, str]:
    """Write a study in which the first participant has a session for each change, and others have one."""
    study = Study.create(folder, title="again", protocol=parse_protocol(PROTOCOL, where=""), synthetic=True)
    people = []
    for seed in range(1 + others):
        person = Person(seed, fps=30)
        who = study.add_participant(rng=np.random.default_rng(seed)).id
        study.record_consent(who, at=START, basis="simulated")
        for number, change in enumerate(changes if seed == 0 else (unchanged,)):
            _write_session(study, who, person, START + number * DAY, change)
        people.append(who)
    return study, people[0]


def _write_session(study: Study, who: str, person: Person, started: float, change: Change) -> None:
    facts = SessionFacts(started=started, device=1, app="test", rate=30.0)
    with study.start_session(who, facts) as writer:
        for trial, name in enumerate(order_of(("happy", "sad"), 2)):
            block = act(person, name, 3.0)
            block.values[:, : len(BLEND_SHAPES)] = change(block.values[:, : len(BLEND_SHAPES)])
            writer.open_trial(trial, name, started + 10 * trial)
            for frame in block.frames():
                writer.frame(trial, frame)
            writer.close_trial(trial, "complete", started + 10 * trial + 5)
        writer.finish(started + 100)
