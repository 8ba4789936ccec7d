"""What encryption and the audit trail cost recording: frames a second, in turns within one run.

Three studies: plain files and nothing else, the same with an audit trail, and that encrypted. Each round
records the same made-up frames into a session of each, as fast as they can be written; who comes first
changes. Told are frames a second while recording, until all of them lie on the disk, and to the finished
session, with its beginning and its end. Ratios are medians over rounds of the time to that of plain files.

    python benchmarks/sealed_recording.py [--rounds 11] [--frames 20000] [--clock processor]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from mimik.frame import Frame
from mimik.protocol import load_protocol
from mimik.study import SessionFacts, Study
from mimik.study.consent import record_consent
from mimik.study.disk.folderstore import FolderStore

START = 1_700_000_000.0
TRIALS = 12
PARTS = ("while recording", "to the finished session")
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def frames(number: int) -> list[Frame]:
    rng = np.random.default_rng(0)
    values = rng.random((number, 64)).astype(np.float32)
    return [Frame(1, i, i / 60, START + i / 60, True, values[i]) for i in range(number)]


def record(study: Study, person: str, made: list[Frame], clock: str) -> dict[str, float]:
    """Return the seconds that each part took."""
    now = CLOCKS[clock]
    begun = now()
    with study.start_session(person, SessionFacts(started=START)) as writer:
        first = now()
        for trial in range(TRIALS):
            part = made[trial * len(made) // TRIALS : (trial + 1) * len(made) // TRIALS]
            writer.open_trial(trial, "happy", part[0].arrival_time)
            for frame in part:
                writer.frame(trial, frame)
                writer.flush(frame.arrival_time)  # writes each half second, syncs each second, as in life
            writer.close_trial(trial, "complete", part[-1].arrival_time)
        last = now()
        writer.finish(made[-1].arrival_time)
    return dict(zip(PARTS, (last - first, now() - begun), strict=True))


def make(folder: Path, key: str | None, *, audited: bool = True) -> tuple[Study, str]:
    protocol = load_protocol("follow-up")
    study = Study.create(folder, title="Speed", protocol=protocol, synthetic=True, key=key)
    person = study.add_participant().id
    record_consent(study.store, person, at=START, basis="made up")
    return study if audited else Study.open(folder, store=FolderStore(folder)), person


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="a busy disk swamps the wall clock")
    asked = parser.parse_args()
    made = frames(asked.frames)
    with tempfile.TemporaryDirectory() as folder:
        studies = {
            "plain": make(Path(folder) / "plain", None, audited=False),
            "audited": make(Path(folder) / "audited", None),
            "audited, encrypted": make(Path(folder) / "encrypted", "correct horse battery"),
        }
        names = list(studies)
        took: dict[tuple[str, str], list[float]] = {(part, name): [] for part in PARTS for name in studies}
        for number in range(asked.rounds + 1):
            for name in names[number % 3 :] + names[: number % 3]:
                seconds = record(*studies[name], made, asked.clock)
                for part in PARTS if number else ():  # the first round warms up
                    took[part, name].append(seconds[part])
    for (part, name), each in took.items():
        ratios = sorted(mine / plain for mine, plain in zip(each, took[part, "plain"], strict=True))
        print(
            f"{part:24}{name:19} {asked.frames / statistics.median(each):8,.0f} frames a second, ratio "
            f"{statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
        )


if __name__ == "__main__":
    main()
