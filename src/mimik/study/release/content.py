"""What a release says of a session: frames made coarser, on clocks that begin at 0, and its trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.study.outgoing import outgoing_frames, without_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mimik.study.coarsening import Coarsening
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["ReleasedSession", "ReleasedTrial", "released_session", "why_unfit"]

_REDONE = "redone"


@dataclass(frozen=True, kw_only=True)
class ReleasedTrial:
    """One trial as a release tells it.

    Attributes:
        trial: its number, as in the frames.
        expression: what the participant was asked to show.
        onset: seconds from the first frame of the session; below 0 before it.
        duration: seconds, or None where the end is not known.
        outcome: "complete", "incomplete", "imported" or "excluded".
        frames: how many of it are in the release.
        answers: what the participant reported, in the order of the release's questions; "" for none.
        excluded: why it was excluded; "" unless free text is written.
    """

    trial: int
    expression: str
    onset: float
    duration: float | None
    outcome: str
    frames: int
    answers: tuple[str, ...]
    excluded: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ReleasedSession:
    """One session as a release tells it.

    Attributes:
        participant: the pseudonym in the release.
        session: its name, such as "ses-01".
        rate: frames per second that the device said it sends, or fewer if they were made so; None if it said
            nothing.
        trials: in the order they began.
        trial: int16 (n,), number of each frame's trial.
        expression: the shown expression of each frame, as codes int32 (n,) into ``expressions``.
        expressions: the distinct expressions.
        time: float64 (n,), seconds from the session's first frame; NaN where not known.
        device_time: float64 (n,), the same on the device's own clock.
        frame: int32 (n,), the device's count of frames from its lowest; -1 where not known.
        tracked: bool (n,), whether the device saw a face.
        channels: names of the k columns of ``values``.
        values: float32 (n, k); NaN where nothing was delivered.
    """

    participant: str
    session: str
    rate: float | None
    trials: tuple[ReleasedTrial, ...]
    trial: NDArray[np.int16]
    expression: NDArray[np.int32]
    expressions: tuple[str, ...]
    time: NDArray[np.float64]
    device_time: NDArray[np.float64]
    frame: NDArray[np.int32]
    tracked: NDArray[np.bool_]
    channels: tuple[str, ...]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.trial)


def why_unfit(info: SessionInfo) -> str:
    """Return why a finished session has nothing to release; "" if it has."""
    return "no frames" if without_frames(info) else ""


def released_session(
    study: Study,
    info: SessionInfo,
    participant: str,
    coarsening: Coarsening,
    questions: Sequence[str],
    *,
    free_text: bool,
) -> ReleasedSession:
    """Read a finished session as a release tells it, see ``mimik.study.outgoing``; errors as there."""
    outgoing = outgoing_frames(study, info, coarsening)
    frames, said = outgoing.frames, info.facts.rate
    return ReleasedSession(
        participant=participant,
        session=info.session,
        rate=None if said is None else coarsening.rate_of(said),
        trials=tuple(_trials(info.trials, frames, outgoing.shift, questions, free_text=free_text)),
        trial=frames.trial,
        expression=frames.expression,
        expressions=frames.expressions,
        time=frames.block.arrival_time,
        device_time=frames.block.device_time,
        frame=frames.block.number,
        tracked=frames.block.tracked,
        channels=frames.columns,
        values=frames.block.values,
    )


def _trials(
    trials: Iterable[TrialInfo],
    frames: SessionFrames,
    shift: float,
    questions: Sequence[str],
    *,
    free_text: bool,
) -> Iterable[ReleasedTrial]:
    for each in trials:
        if each.outcome != _REDONE:
            yield ReleasedTrial(
                trial=each.trial,
                expression=each.expression,
                onset=each.onset + shift,
                duration=each.duration,
                outcome=each.outcome,
                frames=int((frames.trial == each.trial).sum()),
                answers=tuple(each.answers.get(question, "") for question in questions),
                excluded=each.excluded if free_text else "",
            )
