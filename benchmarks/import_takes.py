"""How many rows of Live Link Face CSV takes are imported a minute.

A take of made-up values is written into a temporary folder and imported into a study; in the same run a part
of it is read by Python's csv module alone.

    python benchmarks/import_takes.py [--rows 1000000]
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.protocol import load_protocol
from mimik.study import Study
from mimik.study.importing import ImportPlan, import_takes

ANGLES = [f"{part}{turn}" for part in ("Head", "LeftEye", "RightEye") for turn in ("Yaw", "Pitch", "Roll")]
HEADER = ["Timecode", "BlendShapeCount", *(name[0].upper() + name[1:] for name in BLEND_SHAPES), *ANGLES]
NAIVE_ROWS = 20_000


def write_take(path: Path, rows: int) -> None:
    """Write a take of 60 frames a second that begins at midnight."""
    rng = np.random.default_rng(0)
    cells = [",".join(f"{v:.10f}" for v in values) for values in rng.random((997, 61))]  # prime: no pattern
    with path.open("w", newline="") as file:
        file.write(",".join(HEADER) + "\r\n")
        for i in range(rows):
            second, frame = divmod(i, 60)
            time_ = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}:{frame:02d}.000"
            file.write(f"{time_},61,{cells[i % 997]}\r\n")


def read_naively(path: Path, rows: int) -> np.ndarray:
    """Read rows as most scripts do: one by one, cell by cell."""
    values = []
    with path.open(newline="") as file:
        for row in csv.reader(file):
            if row[0] != "Timecode":
                hours, minutes, seconds, frame = row[0].split(":")
                at = int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(frame) / 60
                values.append([at, *(float(cell) for cell in row[2:])])
            if len(values) == rows:
                break
    return np.array(values, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as temporary:
        take = Path(temporary) / "take_1_phone.csv"
        write_take(take, rows)
        study = Study.create(
            Path(temporary) / "study", title="Import", protocol=load_protocol("hartmann2022")
        )
        plan = ImportPlan(basis="made up", participant="A", expression="none")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        result = import_takes(study, [take], plan)
        took = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert result.frames == rows
        start = time.perf_counter()
        naive = len(read_naively(take, min(rows, NAIVE_ROWS)))
        naive_took = (time.perf_counter() - start) * rows / naive
        size = take.stat().st_size
    print(f"{rows:,} rows ({size / 1e6:.0f} MB) imported in {took:.1f} s")
    print(f"memory: {(after - before) / 1024:.0f} MB more than before, at most")
    print(f"rows a minute: {rows / took * 60:,.0f}   (goal 1,000,000)")
    print(f"csv module alone would read them in {naive_took:.1f} s (from {naive:,} rows)")
    print(f"ratio: {naive_took / took:.1f} times the csv module")


if __name__ == "__main__":
    main()
