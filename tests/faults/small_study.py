"""A small study to do harm to, sessions that are quickly recorded, and takes that are quickly imported."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import Frame
from mimik.protocol import parse_protocol
from mimik.study import SessionFacts, SessionWriter, Study
from mimik.study.importing import ImportPlan

START = 1_700_000_000.0
PLAN = ImportPlan(basis="collected elsewhere, consent held there", levels=("participant", "expression"))
PROTOCOL = """
format = 1
name = "small"
version = 1
languages = ["en"]
start = "automatic"
check_every = 0.5
min_seconds = 0.5
[title]
en = "Small"
[texts]
fixation = { en = "Look at the X" }
face_lost = { en = "Come back" }
paused = { en = "Paused" }
done = { en = "Done" }
[[trials]]
expression = "happy"
prompt = { en = "Look happy" }
[[trials]]
expression = "sad"
prompt = { en = "Look sad" }
"""


def new_study(folder: Path) -> Study:
    """Make a study in which one person, sub-P1, agreed."""
    study = Study.create(folder, title="Small", protocol=parse_protocol(PROTOCOL, where=""))
    study.add_participant("sub-P1")
    study.record_consent("sub-P1", version="1", at=START)
    return study


def start(study: Study, who: str = "sub-P1") -> SessionWriter:
    return study.start_session(who, SessionFacts(started=START, device=study.device_number("a phone")))


def frame(number: int, at: float | None = None) -> Frame:
    values = np.random.default_rng(number).random(64, dtype=np.float32)
    return Frame(1, number, number / 60, START + number / 60 if at is None else at, True, values)


def recorded(study: Study, *, first: int = 0, frames: int = 20) -> SessionWriter:
    """Return the writer of a session with two complete trials, not yet finished."""
    writer = start(study)
    for trial, expression in enumerate(("happy", "sad")):
        begin = START + trial * frames / 60
        writer.open_trial(trial, expression, begin)
        for i in range(frames):
            writer.frame(trial, frame(first + trial * frames + i))
        writer.close_trial(trial, "complete", begin + frames / 60)
    return writer


def write_take(path: Path, *, seed: int, rows: int = 5) -> Path:
    """Write a take as Live Link Face does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Timecode", "BlendShapeCount", *(n[0].upper() + n[1:] for n in BLEND_SHAPES)])
        for i in range(rows):
            writer.writerow([f"10:00:00:{i:02d}.000", 61, *(f"{v:.9f}" for v in rng.random(52))])
    return path


def takes(folder: Path, *, people: int = 2) -> Path:
    """Write a folder of takes, ready to be imported."""
    for person in range(people):
        for expression in ("happy", "sad"):
            write_take(
                folder / f"person{person}" / expression / "take.csv", seed=10 * person + len(expression)
            )
    return folder
