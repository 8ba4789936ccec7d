"""Damage done to a tiny study, by a seed: bits flipped, files cut short, deleted, swapped, folders copied.

What a mutation must be found by is told by readers that know nothing of Mimik's checks.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mimik.frame import Frame
from mimik.protocol import parse_protocol
from mimik.study import SessionFacts, Study

START = 1_700_000_000.0
PROTOCOL = """
format = 1
name = "tiny"
version = 1
languages = ["en"]
start = "automatic"
check_every = 0.5
min_seconds = 1.5
[title]
en = "Tiny"
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

EDITS = (
    ("participants.tsv", "31", "41"),
    ("protocol.toml", "Look sad", "Look glad"),
    ("study.toml", "Tiny", "Tidy"),
    ("session.json", '"test"', '"best"'),
    ("events.tsv", "\t0.500000", "\t0.600000"),
    ("consent/sub-P1.toml", "2023", "2024"),
    ("audit.jsonl", '"wrote"', '"write"'),
)


def tiny_study(folder: Path, *, people: int = 2, frames: int = 6) -> Study:
    """Make a study of finished sessions, and one that broke off."""
    study = Study.create(folder, title="Tiny", protocol=parse_protocol(PROTOCOL, where=""))
    device = study.device_number("a phone")
    for person in range(people):
        who = study.add_participant(f"sub-P{person}", age="31").id
        study.record_consent(who, version="1", at=START)
        record(study, who, person * 1000, frames, device).finish(START + 60)
    record(study, "sub-P0", 9000, frames, device).leave()
    return study


def record(study: Study, who: str, first: int, frames: int, device: int | None = None):
    writer = study.start_session(who, SessionFacts(started=START, device=device, app="test"))
    for trial, expression in ((1, "happy"), (2, "sad")):
        writer.open_trial(trial, expression, START + trial)
        for i in range(frames):
            number = first + 100 * trial + i
            values = np.random.default_rng(number).random(64, dtype=np.float32)
            writer.frame(trial, Frame(1, number, number / 60, START + number / 60, True, values))
        writer.close_trial(trial, "complete", START + trial + 0.5)
    return writer


@dataclass(frozen=True)
class Damage:
    """What was done, and whether a check must find it."""

    text: str
    must_be_found: bool


def do_damage(folder: Path, rng: random.Random) -> Damage:
    """Mutate a study's files in one way."""
    ways = (flip, flip, flip, cut, delete, swap, copy_session, edit, edit, delete_folder)
    return rng.choice(ways)(folder, rng)


def flip(folder: Path, rng: random.Random) -> Damage:
    path = any_file(folder, rng)
    old = path.read_bytes()
    place, bit = rng.randrange(len(old)), rng.randrange(8)
    path.write_bytes(old[:place] + bytes([old[place] ^ 1 << bit]) + old[place + 1 :])
    return Damage(f"bit {bit} of byte {place} of {path.name} flipped", matters(path, old))


def cut(folder: Path, rng: random.Random) -> Damage:
    path = any_file(folder, rng)
    old = path.read_bytes()
    size = rng.randrange(len(old))
    path.write_bytes(old[:size])
    return Damage(f"{path.name} of {len(old)} bytes cut to {size}", matters(path, old))


def delete(folder: Path, rng: random.Random) -> Damage:
    path = any_file(folder, rng)
    path.unlink()
    return Damage(f"{path.name} deleted", True)


def swap(folder: Path, rng: random.Random) -> Damage:
    name = rng.choice(("frames.parquet", "session.json"))
    first, second = rng.sample(sorted(folder.rglob(name)), 2)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    return Damage(f"{first} and {second} swapped", True)


def copy_session(folder: Path, rng: random.Random) -> Damage:
    source = rng.choice(sorted(folder.glob("sub-*/ses-*")))
    target = rng.choice(sorted(folder.glob("sub-*"))) / "ses-09"
    shutil.copytree(source, target)
    return Damage(f"{source} copied to {target}", True)


def edit(folder: Path, rng: random.Random) -> Damage:
    """Change a text so that it can still be read and agrees with the others."""
    name, old, new = rng.choice(EDITS)
    path = rng.choice(sorted(folder.rglob(name)))
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    return Damage(f"{old!r} in {path} made {new!r}", old in text)


def delete_folder(folder: Path, rng: random.Random) -> Damage:
    path = rng.choice(sorted([*folder.glob("sub-*"), *folder.glob("sub-*/ses-*")]))
    shutil.rmtree(path)
    return Damage(f"{path} deleted", True)


def any_file(folder: Path, rng: random.Random) -> Path:
    return rng.choice(sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size))


def matters(path: Path, old: bytes) -> bool:
    """Whether another content must be found: all is kept in digests, but the end of a journal."""
    new = path.read_bytes()
    if path.name == "recording.journal":  # its torn end is no damage
        return len(new) == len(old) and new[:-300] != old[:-300] and first_change(new, old) < len(old) - 300
    return new != old


def first_change(new: bytes, old: bytes) -> int:
    return next(i for i, (a, b) in enumerate(zip(new, old, strict=True)) if a != b)
