"""One session's coefficients over time, with the trials marked: what the paper's Figure 5 draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.allowed import allowed_sessions
from mimik.study.session import EXCLUDED, INTERRUPTED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["LONGEST_PAUSE", "Course", "course_of"]

LONGEST_PAUSE = 2.0
"""Seconds to which a pause between trials is shortened."""


@dataclass(frozen=True, eq=False)
class Course:
    """Coefficients of one session over time.

    Attributes:
        time: float64 (n,), seconds from the first frame, never falling; long pauses are shortened.
        values: float32 (n, k), about 0..1; NaN where nothing was delivered or no face was seen.
        channels: the k names.
        spans: (start, end, expression) of each trial, seconds as in ``time``; excluded ones are left out.
        label: whose and which session, such as "sub-AB/ses-01".
    """

    time: NDArray[np.float64]
    values: NDArray[np.float32]
    channels: tuple[str, ...]
    spans: tuple[tuple[float, float, str], ...]
    label: str = ""

    def moving(self, count: int) -> tuple[int, ...]:
        """Return positions of the channels that moved most, most first; of a left/right pair only one."""
        spread = np.array([_spread(column) for column in self.values.T])
        chosen: list[int] = []
        pairs: set[str] = set()
        for i in np.argsort(-spread, kind="stable").tolist():
            pair = self.channels[i].removesuffix("Left").removesuffix("Right")
            if spread[i] > 0 and pair not in pairs and len(chosen) < count:
                chosen.append(i)
                pairs.add(pair)
        return tuple(chosen)


def course_of(study: Study, session: SessionInfo | None = None) -> Course:
    """Read a session's course; by default the study's first finished one.

    Raises:
        DataError: the session has no frames, or there is none.
    """
    if session is None:
        sessions, _ = allowed_sessions(study, study.sessions())
        session = next((s for s in sessions if s.status != INTERRUPTED and _shown(s)), None)
    if session is None:
        raise DataError(f"expected a finished session in the study {study.title!r}, found none")
    frames = study.read_session(session, BLEND_SHAPES)
    excluded = [trial.trial for trial in session.trials if trial.outcome == EXCLUDED]
    kept = ~np.isin(frames.trial, excluded)
    trial, expression, block = frames.trial[kept], frames.expression[kept], frames.block.where(kept)
    if not len(trial):
        raise DataError(f"{session.path}: the session holds no frames" + " to show" * bool(excluded))
    starts = np.flatnonzero(np.diff(trial, prepend=trial[0] - 1))
    time = _joined(block.device_time, starts)
    ends = np.append(starts[1:], len(time)) - 1
    spans = tuple(
        (float(time[a]), float(time[b]), frames.expressions[expression[a]])
        for a, b in zip(starts, ends, strict=True)
    )
    values = np.where(block.tracked[:, None], block.values, np.float32(np.nan))
    return Course(time, values, BLEND_SHAPES, spans, f"{session.participant}/{session.session}")


def _shown(session: SessionInfo) -> int:
    """Return how many frames of a session are not excluded."""
    return sum(trial.frames for trial in session.trials if trial.outcome != EXCLUDED)


def _joined(device_time: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Put trials one after another: their clocks may jump between takes, and pauses be long."""
    step = np.diff(device_time, prepend=device_time[0])
    pause = step[starts]
    pause = np.where(pause < 0, LONGEST_PAUSE, np.minimum(pause, LONGEST_PAUSE))
    pause[0] = 0.0
    step[starts] = pause
    return np.cumsum(np.maximum(step, 0.0))


def _spread(column: NDArray[np.float32]) -> float:
    delivered = column[np.isfinite(column)]
    return float(delivered.std()) if len(delivered) > 1 else 0.0
