"""What `mimik predict` is asked about: recordings of any kind, and trials of studies, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.cli.console import notes, progress
from mimik.cli.recognising import refuse_lacking
from mimik.errors import DataError
from mimik.frame import Block
from mimik.learn.allowed import allowed_sessions
from mimik.learn.at_rest import AtRest, neutral_face
from mimik.sources.facemodel import find_face_model
from mimik.sources.recordings import open_recording
from mimik.sources.tablefiles import is_video
from mimik.study.resting import RESTING_SECONDS
from mimik.study.study import Study

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.runtime import Runtime
    from mimik.sources.recordingfile import RecordingFile

__all__ = ["Reading", "recordings"]


@dataclass(frozen=True)
class Reading:
    """How recordings are opened; see ``open_recording``."""

    face_model: Path | None
    rate: float | None

    def open(self, path: Path, **more: Any) -> RecordingFile:
        """Open a recording; ``more`` goes to ``open_recording``."""
        return open_recording(path, face_model=self.face_model, rate=self.rate, **more)

    def check(self, model: Runtime, path: Path) -> None:
        """Refuse a recording that the model cannot be used on, or whose faces cannot be looked for."""
        refuse_lacking(model, self.open(path))
        if is_video(path):
            find_face_model(self.face_model)


def _resting(path: Path, reading: Reading) -> NDArray[np.float32]:
    """Return the resting face from the first seconds of a recording."""
    first: list[Block] = []
    for block in reading.open(path).blocks(64):
        first.append(block.where(block.tracked))
        seconds = np.concatenate([part.device_time for part in first])
        if len(seconds) and seconds[-1] - seconds[0] >= RESTING_SECONDS:
            break
    seen = Block.joined(first)
    seen = seen.where(seen.device_time - seen.device_time[:1] < RESTING_SECONDS)
    found = neutral_face(seen.values[:, : len(BLEND_SHAPES)], seen.device_time)
    if found.face is None:
        raise DataError(
            f"{path}: expected a face at rest in the first {RESTING_SECONDS:g} s; {found.reason}",
            hint="record a few seconds of the person's neutral face",
        )
    return found.face


def recordings(
    model: Runtime, inputs: list[Path], neutral: Path | None, reading: Reading
) -> Iterator[tuple[str, Iterable[Block], NDArray[np.float32] | None]]:
    """Yield each recording's name, frames and, where it is known, its person's resting face."""
    for path in inputs:  # before hours are spent on the first one
        if not path.is_dir():
            reading.check(model, path)
    resting = _resting(neutral, reading) if neutral else None
    for path in inputs:
        if path.is_dir():
            yield from _of_study(Study.open(path))
            continue
        with progress(f"Looking at {path.name}") as update:
            yield path.name, reading.open(path, progress=update).blocks(), resting


def _of_study(study: Study) -> Iterator[tuple[str, Iterable[Block], NDArray[np.float32] | None]]:
    sessions, notices = allowed_sessions(study, study.sessions())
    for notice in notices:
        notes.print(notice.text)
    for info in sessions:
        if info.status == "interrupted":
            continue
        frames = study.read_session(info)
        usable = [trial for trial in info.trials if trial.outcome in ("complete", "imported")]
        resting, _ = AtRest.of(study.protocol, info, usable).face(frames)
        for trial in info.trials:
            if trial.outcome in ("excluded", "redone"):
                continue
            rows = frames.trial == trial.trial
            if rows.any():
                name = f"{info.participant}/{info.session}/{trial.trial} ({trial.expression})"
                yield name, [frames.block.where(rows)], resting
