"""One session out of takes: their frames one after another, each take a recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import StudyError
from mimik.sources.emotiontrain import EmotionTrain
from mimik.sources.tablefiles import is_video, open_table_file
from mimik.sources.takes import Take
from mimik.study.finishing import write_session
from mimik.study.frames import FramesWriter, open_frames
from mimik.study.layout import EVENTS, FRAMES
from mimik.study.session import SessionFacts, TrialInfo
from mimik.study.sessionfile import encode_events

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.frame import Block
    from mimik.sources.recordingfile import RecordingFile
    from mimik.study.plan import ImportPlan, PlannedTake
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store

__all__ = ["write_take_session"]

_MOST = 32767


@dataclass
class _Recording:
    """One recording as it is read: first and last device time, and how many frames."""

    expression: str
    times: list[float] = field(default_factory=list)
    frames: int = 0

    def add(self, block: Block) -> None:
        first = self.times[0] if self.times else float(block.device_time[0])
        self.times = [first, float(block.device_time[-1])]
        self.frames += len(block)


def write_take_session(
    store: Store,
    place: str,
    info: SessionInfo,
    takes: Iterable[PlannedTake],
    plan: ImportPlan,
    digests: Mapping[Path, str],
    report: Callable[[Path, int], None],
) -> SessionInfo:
    """Write the files of a session into the folder ``place`` and return what is known of it.

    Args:
        store: of the study.
        place: where to write.
        info: what is known beforehand.
        takes: the files, in order.
        plan: how they are read.
        digests: of the files.
        report: told the file and the number of frames of each block.
    """
    recordings: list[_Recording] = []
    facts: list[dict[str, Any]] = []
    with (
        store.open_writer(f"{place}/{FRAMES}") as file,
        open_frames(file, synthetic=info.synthetic) as frames,
    ):
        for take in takes:
            first = len(recordings)
            opened = _opened(take, plan)
            for recording, block in _blocks(opened, take, recordings):
                _write(frames, len(recordings), recording, block)
                report(take.path, len(block))
            rows = sum(r.frames for r in recordings[first:])
            facts.append(_facts(opened, digests[take.path], range(first + 1, len(recordings) + 1), rows))
    trials = _trials(recordings)
    store.write(f"{place}/{EVENTS}", encode_events(trials, ()))
    done = replace(
        info,
        facts=_session_facts(facts),
        trials=trials,
        frames=frames.frames,
        frames_sha256=frames.digest.hexdigest(),
    )
    write_session(store, place, done)
    return done


def _opened(take: PlannedTake, plan: ImportPlan) -> RecordingFile:
    if not is_video(take.path):
        return open_table_file(take.path, rate=plan.rate)
    if plan.open_video is None:
        raise StudyError(
            f"{take.path}: expected to be told how videos are opened.",
            hint="ImportPlan(open_video=mimik.sources.video.Video)",
        )
    return plan.open_video(take.path)


def _blocks(
    opened: RecordingFile, take: PlannedTake, recordings: list[_Recording]
) -> Iterator[tuple[_Recording, Block]]:
    """Yield blocks with the recording they belong to, beginning recordings as they come."""
    if isinstance(opened, EmotionTrain):
        for expression, block in opened.runs():
            recordings.append(_Recording(expression))
            yield recordings[-1], block
        return
    recordings.append(_Recording(take.expression or ""))
    for block in opened.blocks():
        yield recordings[-1], block


def _write(frames: FramesWriter, trial: int, recording: _Recording, block: Block) -> None:
    if trial > _MOST:
        raise StudyError(f"import: expected at most {_MOST} recordings in a session, found more.")
    if not recording.expression.isprintable():
        raise StudyError(f"expression: expected a name in one line, found {recording.expression!r}.")
    recording.add(block)
    rows = len(block)
    frames.write(np.full(rows, trial, np.int16), (recording.expression,), np.zeros(rows, np.int32), block)


def _facts(opened: RecordingFile, digest: str, trials: range, rows: int) -> dict[str, Any]:
    """Facts of one file; never its name, nor any name of a device or subject."""
    facts: dict[str, Any] = {
        "sha256": digest,
        "trials": list(trials),
        "rows": rows,
        "app": opened.app,
        "rate": opened.rate if math.isfinite(opened.rate) else None,
        "not_delivered": [name for name in BLEND_SHAPES if name not in opened.channels],
    }
    if isinstance(opened, Take):
        facts |= {
            "variant": opened.variant,
            "device_model": opened.device.model,
            "app_version": opened.device.app_version,
        }
    return facts


def _session_facts(takes: list[dict[str, Any]]) -> SessionFacts:
    rates = {take["rate"] for take in takes}
    apps = {take["app"] for take in takes}
    versions = {take.get("app_version") for take in takes}
    app = apps.pop() if len(apps) == 1 else ""
    if app and len(versions) == 1 and None not in versions:
        app = f"{app} {versions.pop()}"
    return SessionFacts(
        started=math.nan, app=app, rate=rates.pop() if len(rates) == 1 else None, takes=tuple(takes)
    )


def _trials(recordings: list[_Recording]) -> tuple[TrialInfo, ...]:
    zero = min((r.times[0] for r in recordings if r.times), default=0.0)
    return tuple(
        TrialInfo(
            trial=number,
            expression=recording.expression,
            onset=recording.times[0] - zero,
            duration=recording.times[1] - recording.times[0],
            outcome="imported",
            frames=recording.frames,
        )
        for number, recording in enumerate(recordings, 1)
        if recording.times
    )
