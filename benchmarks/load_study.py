"""How long it takes to load a study as large as the published one: 563,226 frames of 226 participants.

A study of made-up frames is written into a temporary folder, then loaded as float32 arrays. In the same run
the same frames are loaded from Parquet in pyarrow's default encoding and, a part of them, from CSV.

    python benchmarks/load_study.py [--frames 563226] [--participants 226]
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import COLUMNS, Block
from mimik.protocol import load_protocol
from mimik.study import SessionInfo, Study, read_sessions
from mimik.study.consent import record_consent
from mimik.study.finishing import write_session
from mimik.study.frames import open_frames
from mimik.study.layout import session_folder
from mimik.study.session import COMPLETE, SessionFacts, TrialInfo
from mimik.study.sessionfile import encode_events

START = 1_700_000_000.0
CSV_PART = 20  # one participant in so many is also written as CSV


def faces(rng: np.random.Generator, rows: int) -> Block:
    """Smoothly moving values with a little noise, as faces have them."""
    knots = rng.random((rows // 30 + 2, 64)) ** 3
    at = np.arange(rows) / 30
    low = at.astype(int)
    part = (at - low)[:, None]
    values = knots[low] * (1 - part) + knots[low + 1] * part + rng.normal(0, 0.002, (rows, 64))
    values[:, 55:58] = np.nan
    times = np.arange(rows) / 60
    return Block(
        np.arange(rows, dtype=np.int32), times, START + times, np.ones(rows, bool), values.astype(np.float32)
    )


def write_study(folder: Path, frames: int, participants: int) -> Study:
    protocol = load_protocol("hartmann2022")
    study = Study.create(folder, title="As large as the published one", protocol=protocol, synthetic=True)
    rng = np.random.default_rng(0)
    names = protocol.expressions
    for part in np.array_split(np.arange(frames), participants):
        person = study.add_participant(rng=rng).id
        record_consent(study.store, person, at=START, basis="made up")
        block = faces(rng, len(part))
        trial = (np.arange(len(block)) * len(names) // len(block)).astype(np.int16)
        place = session_folder(person, "ses-01")
        with (
            study.store.open_writer(f"{place}/frames.parquet") as file,
            open_frames(file, synthetic=True) as writer,
        ):
            writer.write(trial, names, trial.astype(np.int32), block)
        trials = tuple(
            TrialInfo(
                trial=i,
                expression=name,
                onset=float(i),
                duration=1.0,
                outcome="complete",
                frames=int((trial == i).sum()),
            )
            for i, name in enumerate(names)
        )
        study.store.write(f"{place}/events.tsv", encode_events(trials, ()))
        info = SessionInfo(
            participant=person,
            session="ses-01",
            path=study.folder / place,
            status=COMPLETE,
            facts=SessionFacts(started=START),
            synthetic=True,
            consent={"basis": "made up"},
            frames=len(block),
            frames_sha256=writer.digest.hexdigest(),
        )
        write_session(study.store, place, info)
    return study


def load(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The whole way: open, list, read; X float32 (n, 52), trial and participant (n,)."""
    study = Study.open(folder)
    sessions = study.sessions()
    X = np.empty((sum(s.frames for s in sessions), len(BLEND_SHAPES)), np.float32)
    trial = np.empty(len(X), np.int16)
    person = np.empty(len(X), np.int32)
    at = 0
    for i, frames in enumerate(read_sessions(study, sessions, BLEND_SHAPES)):
        rows = slice(at, at + len(frames))
        X[rows], trial[rows], person[rows] = frames.block.values, frames.trial, i
        at += len(frames)
    return X[:at], trial[:at], person[:at]


def write_others(folder: Path, study: Study) -> tuple[list[Path], list[Path]]:
    """The same frames as Parquet in the default encoding, and a part of them as CSV."""
    plain, text = [], []
    for i, info in enumerate(study.sessions()):
        values = study.read_session(info).block.values
        plain.append(folder / f"{i}.parquet")
        pq.write_table(pa.table(dict(zip(COLUMNS, values.T, strict=True))), plain[-1])
        if i % CSV_PART == 0:
            text.append(folder / f"{i}.csv")
            with text[-1].open("w", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *values.tolist()])
    return plain, text


def load_plain(files: list[Path]) -> np.ndarray:
    tables = [pq.read_table(file, columns=list(BLEND_SHAPES)) for file in files]
    return np.concatenate([np.stack([c.to_numpy() for c in t.columns], axis=1) for t in tables])


def load_csv(files: list[Path]) -> np.ndarray:
    rows = []
    for path in files:
        with path.open(newline="") as file:
            rows += [[float(cell) for cell in row[:52]] for row in list(csv.reader(file))[1:]]
    return np.array(rows, np.float32)


def seconds(call, *args, times: int = 3):  # type: ignore[no-untyped-def]
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = call(*args)
        best = min(best, time.perf_counter() - start)
    return best, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=563_226)
    parser.add_argument("--participants", type=int, default=226)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        start = time.perf_counter()
        study = write_study(folder / "study", options.frames, options.participants)
        took = time.perf_counter() - start
        print(f"written: {options.frames:,} frames of {options.participants} people in {took:.1f} s")
        size = sum(p.stat().st_size for p in (folder / "study").rglob("*.parquet"))
        plain, text = write_others(folder, study)
        default_size = sum(p.stat().st_size for p in plain)
        took, (X, _, _) = seconds(load, folder / "study")
        assert X.shape == (options.frames, 52)
        assert X.dtype == np.float32
        default_took, other = seconds(load_plain, plain)
        np.testing.assert_array_equal(other, X)
        csv_took, part = seconds(load_csv, text, times=1)
        csv_all = csv_took * len(X) / len(part)
    print(f"study loaded in          {took:7.2f} s   {size / 1e6:6.0f} MB   (goal 2 s)")
    print(f"default Parquet loaded in{default_took:7.2f} s   {default_size / 1e6:6.0f} MB")
    print(f"CSV would load in        {csv_all:7.1f} s   (from {len(part):,} frames)")
    print(f"ratio: {default_took / took:.2f} times default Parquet, {csv_all / took:.0f} times CSV")


if __name__ == "__main__":
    main()
