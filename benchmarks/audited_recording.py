"""How much slower recording is with the audit trail than without, both within one run.

A session of 6 trials is recorded as fast as the disk takes it, in turns through a bare folder and through the
audited store; printed are frames per second of each (the median of the rounds), and the part lost.

    python benchmarks/audited_recording.py --frames 18000 --rounds 5
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from mimik.frame import Frame
from mimik.protocol import load_protocol
from mimik.study import FolderStore, SessionFacts, Study
from mimik.study.audit.store import AuditedStore

START = 1_700_000_000.0


class Unaudited(AuditedStore):
    """The same store, without a line."""

    def __init__(self, folder: Path) -> None:
        self._plain = FolderStore(folder)
        for name in ("read", "write", "append", "open_reader", "open_writer", "exists", "list", "remove"):
            setattr(self, name, getattr(self._plain, name))
        self.rename, self.lock = self._plain.rename, self._plain.lock  # type: ignore[method-assign]

    def settle(self) -> None:
        """There is nothing to settle."""


def seconds(study: Study, who: str, frames: list[Frame]) -> float:
    """Record a session and return how long it took, from its start until its files are whole."""
    began = time.perf_counter()
    with study.start_session(who, SessionFacts(started=START)) as writer:
        each = len(frames) // 6
        for trial in range(6):
            writer.open_trial(trial, f"expression {trial}", START + trial)
            for frame in frames[trial * each : (trial + 1) * each]:
                writer.frame(trial, frame)
                writer.flush(frame.arrival_time)
            writer.close_trial(trial, "complete", START + trial)
        writer.finish(START + 600)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=18_000, help="in each session; five minutes at 60 Hz")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    values = np.random.default_rng(0).random((wanted.frames, 64), dtype=np.float32)
    frames = [Frame(1, i, i / 60, START + i / 60, True, values[i]) for i in range(wanted.frames)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        made = Study.create(folder, title="Bench", protocol=load_protocol("hartmann2022"))
        who = made.add_participant().id
        made.record_consent(who, version="1", at=START)
        taken: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(wanted.rounds):
            for name in taken:
                store = AuditedStore(FolderStore(folder)) if name == "with" else Unaudited(folder)
                study = Study.open(folder, store=store)
                if name == "without":
                    study.audit = Silent()  # type: ignore[assignment]
                taken[name].append(seconds(study, who, frames))
    for name, times in taken.items():
        print(f"{name:>8} the trail: {wanted.frames / median(times):,.0f} frames/s")
    print(f"lost: {1 - median(taken['without']) / median(taken['with']):.1%}")


class Silent:
    """A trail that takes no notes."""

    def note(self, *_: object, **__: object) -> None:
        """Note nothing."""


if __name__ == "__main__":
    main()
