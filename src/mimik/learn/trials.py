"""The trials of a study one by one, each with what it takes to measure it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import COLUMNS
from mimik.learn.allowed import allowed_sessions
from mimik.learn.context import Context
from mimik.learn.labels.onset import find_spans
from mimik.learn.labels.plateau import held_frames
from mimik.study.reading import read_sessions
from mimik.study.resting import RESTING, resting_face, resting_frames
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["TrialFrames", "read_trials", "trials_of_session"]

_HEAD = COLUMNS[52:55]


@dataclass(frozen=True, eq=False)
class TrialFrames:
    """One trial: the n frames in which a face was seen, without those that gave the resting face.

    Attributes:
        participant: the pseudonym.
        session: its name, such as "ses-01".
        trial: its number in the session.
        expression: what was asked for.
        device: the study's number of the device, None if not known.
        started: when the session began, seconds since 1970 (UTC); NaN if not known.
        synthetic: whether the frames are made up.
        device_time: float64 (n,), seconds on the device's clock.
        X: float32 (n, 52), coefficients; NaN is "not delivered".
        rotation: float32 (n, 3), yaw, pitch and roll of the head, radians; NaN is "not delivered".
        plateau: bool (n,), the frames in which the expression is held.
        resting: float32 (52,), the participant at rest in this session; NaN where not known.
    """

    participant: str
    session: str
    trial: int
    expression: str
    device: int | None
    started: float
    synthetic: bool
    device_time: NDArray[np.float64]
    X: NDArray[np.float32]
    rotation: NDArray[np.float32]
    plateau: NDArray[np.bool_]
    resting: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.X)


def read_trials(
    study: Study,
    *,
    participant: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Iterator[TrialFrames]:
    """Yield the finished trials of everybody, or of one participant, by participant and session.

    People whose consent does not allow it are left out, as in ``load_dataset``.

    Args:
        study: an open study; sessions still interrupted are passed over.
        participant: a pseudonym.
        on_progress: called with (sessions read, sessions in all).

    Raises:
        StudyError: no participant has that pseudonym.
        DataError: nobody's consent allows it.
    """
    allowed, _ = allowed_sessions(study, study.sessions(participant))
    sessions = [info for info in allowed if info.status != INTERRUPTED and info.trials]
    at_rest = {trial.expression for trial in study.protocol.trials if trial.baseline} | {RESTING}
    read = read_sessions(study, sessions, (*BLEND_SHAPES, *_HEAD))
    for done, (info, frames) in enumerate(zip(sessions, read, strict=True), 1):
        yield from trials_of_session(info, frames, at_rest)
        if on_progress is not None:
            on_progress(done, len(sessions))


def trials_of_session(
    info: SessionInfo, frames: SessionFrames, at_rest: set[str] | frozenset[str] = frozenset({RESTING})
) -> tuple[TrialFrames, ...]:
    """Return the finished trials of one session; a trial without a face is left out.

    Args:
        info: the session.
        frames: its frames, with the 52 coefficients and then the head's three angles.
        at_rest: expressions whose trials show the resting face.
    """
    finished = [trial for trial in info.trials if trial.outcome in (COMPLETE, IMPORTED)]
    rows = [np.flatnonzero((frames.trial == t.trial) & frames.block.tracked) for t in finished]
    resting = np.full(len(BLEND_SHAPES), np.nan, dtype=np.float32)
    for i, trial in enumerate(finished):
        if trial.expression in at_rest:
            used = resting_frames(frames.block.device_time[rows[i]])
            face = resting_face(frames.block.values[rows[i][used], : len(BLEND_SHAPES)])
            if face is not None:
                resting, rows[i] = face, rows[i][~used]
            break
    there = [i for i in range(len(finished)) if len(rows[i])]
    plateaus = _plateaus(frames, [rows[i] for i in there], resting)
    return tuple(
        TrialFrames(
            participant=info.participant,
            session=info.session,
            trial=finished[i].trial,
            expression=finished[i].expression,
            device=info.facts.device,
            started=info.facts.started,
            synthetic=info.synthetic,
            device_time=frames.block.device_time[rows[i]],
            X=frames.block.values[rows[i], : len(BLEND_SHAPES)],
            rotation=frames.block.values[rows[i], len(BLEND_SHAPES) :],
            plateau=plateau,
            resting=resting,
        )
        for i, plateau in zip(there, plateaus, strict=True)
    )


def _plateaus(
    frames: SessionFrames, rows: Sequence[NDArray[np.intp]], resting: NDArray[np.float32]
) -> list[NDArray[np.bool_]]:
    """Return of each trial which frames hold the expression."""
    if not rows:
        return []
    chosen = np.concatenate(rows)
    context = Context(
        participant=np.zeros(len(chosen), dtype=np.int32),
        recording=np.repeat(np.arange(len(rows), dtype=np.int32), [len(r) for r in rows]),
        device_time=frames.block.device_time[chosen],
        resting=np.tile(resting, (len(rows), 1)),
    )
    spans = find_spans(frames.block.values[chosen, : len(BLEND_SHAPES)], context)
    return [held_frames(frames.block.device_time[r], span) for r, span in zip(rows, spans, strict=True)]
