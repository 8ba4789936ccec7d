"""Frames made coarser before they leave a study: fewer a second, fewer channels, without the resting face."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import StudyError
from mimik.frame import COLUMNS, Block
from mimik.study.resting import RESTING, known_quantile, resting_face, resting_frames
from mimik.study.session import COMPLETE, IMPORTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from mimik.study.frames import SessionFrames
    from mimik.study.session import TrialInfo

__all__ = ["AS_RECORDED", "CHANNEL_SETS", "UNTIMED", "Coarsening", "thinned"]

UNTIMED = "no frame has a time on the device's clock, to keep a rate by"
"""Why a session of which nothing is left at a lower rate can't leave a study."""

_EARLY = 0.25
"""A frame may come this share of an interval early: phones' clocks jitter, and a frame that is due must not
be lost for it."""

_BACK = 0.5
"""Seconds: a clock that falls back further is another one, or was set."""

_LOW = 0.1
"""Quantile that stands for a resting face nobody was asked for: most coefficients rest near their lowest
values, and a tenth of the frames outlasts blinks and outliers."""


@dataclass(frozen=True)
class Coarsening:
    """What is taken from frames so that they tell less about whose they are.

    Attributes:
        rate: at most so many frames per second, > 0; None leaves all.
        channels: names of ``mimik.frame.COLUMNS`` that are kept, the others become NaN, "not delivered"; None
            keeps all.
        without_rest: whether a person's resting face is subtracted from the 52 coefficients, in each session
            by itself; values may get negative. Head and eye angles stay as they are.

    Raises:
        StudyError: the rate is not above 0, or a channel is unknown, or there is none.
    """

    rate: float | None = None
    channels: tuple[str, ...] | None = None
    without_rest: bool = False

    def __post_init__(self) -> None:
        if self.rate is not None and not (self.rate > 0 and math.isfinite(self.rate)):
            raise StudyError(f"rate: expected frames per second above 0, found {self.rate}.")
        if self.channels is None:
            return
        if not self.channels:
            raise StudyError("channels: expected one or more, found none.")
        if unknown := [name for name in self.channels if name not in COLUMNS]:
            raise StudyError(
                f"channels: expected blend shapes or head and eye angles, found {unknown[0]!r}.",
                hint="Write names as in the frames' columns, such as jawOpen or headYaw.",
            )

    def apply(
        self, frames: SessionFrames, trials: Iterable[TrialInfo], *, at_rest: Collection[str] = (RESTING,)
    ) -> SessionFrames:
        """Return the frames of one session made coarser; the frames given are not changed.

        The resting face is the median of the first seconds of the first usable trial that shows it, as
        ``mimik.study.resting`` defines them. Where there is none, it is of each coefficient the 10 % quantile
        over all tracked frames of the session: an expression held most of the time then counts as rest.

        Args:
            frames: of the whole session, with any columns.
            trials: of that session, in the order they began.
            at_rest: expressions, in small letters, whose trials show the resting face.
        """
        block = frames.block
        values = block.values
        if self.without_rest and len(frames):
            values = values - self._rest(frames, trials, at_rest)
        if self.channels is not None:
            gone = ~np.isin(frames.columns, self.channels)
            values = np.where(gone, np.float32(np.nan), values)
        kept = slice(None) if self.rate is None else thinned(frames.trial, block.device_time, self.rate)
        return replace(
            frames,
            trial=frames.trial[kept],
            expression=frames.expression[kept],
            block=Block(
                block.number[kept],
                block.device_time[kept],
                block.arrival_time[kept],
                block.tracked[kept],
                values[kept],
            ),
        )

    @property
    def kept(self) -> tuple[str, ...]:
        """The channels that are kept, in the order of ``mimik.frame.COLUMNS``."""
        chosen = self.channels
        return COLUMNS if chosen is None else tuple(name for name in COLUMNS if name in chosen)

    def rate_of(self, rate: float) -> float:
        """Return how many frames per second are left of a source that sends ``rate`` of them."""
        return rate if self.rate is None else min(rate, self.rate)

    @property
    def said(self) -> str:
        """What was done, in words for a README."""
        parts = []
        if self.rate is not None:
            parts.append(f"at most {self.rate:g} frames per second")
        if self.channels is not None:
            parts.append(f"only the channels {', '.join(self.channels)}")
        if self.without_rest:
            parts.append("each person's resting face subtracted")
        return "; ".join(parts) or "as recorded"

    def _rest(
        self, frames: SessionFrames, trials: Iterable[TrialInfo], at_rest: Collection[str]
    ) -> NDArray[np.float32]:
        """Return what is subtracted from each column, float32 (k,): 0 where nothing is."""
        rest = np.zeros(len(frames.columns), dtype=np.float32)
        moved = np.flatnonzero(np.isin(frames.columns, BLEND_SHAPES))
        seen = frames.block.tracked
        if not seen.any() or not len(moved):
            return rest
        values = frames.block.values[:, moved]
        face = _shown(frames, values, trials, at_rest)
        if face is None:
            face = known_quantile(values[seen], _LOW)
        rest[moved] = np.nan_to_num(face, nan=0.0)
        return rest


AS_RECORDED = Coarsening()
"""Takes nothing away."""

CHANNEL_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "face": BLEND_SHAPES,
        "mouth-and-brows": tuple(n for n in BLEND_SHAPES if n.startswith(("mouth", "jaw", "brow"))),
        "eight": (
            *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
            *("browDownLeft", "browDownRight", "browInnerUp", "jawOpen"),
        ),
    }
)
"""Name -> channels, from many to few. "eight" is chosen by hand: what smiles, frowns, knits and raises the
brows and opens the mouth, the least that tells common expressions apart."""


def thinned(trial: NDArray[np.int16], device_time: NDArray[np.float64], rate: float) -> NDArray[np.bool_]:
    """Return which frames stay so that no trial has more than ``rate`` a second, (n,); none is made up.

    Counted from a trial's first frame, each 1/rate seconds get the first frame that falls into them; where
    the device's clock falls back, as when the session went on with another phone, counting begins anew. What
    stays would stay again. A frame without a time goes, as nobody could say that the rate is kept.

    Args:
        trial: int16 (n,), number of the trial.
        device_time: float64 (n,), seconds on the device's clock; NaN if not known.
        rate: frames per second, > 0.
    """
    keep: NDArray[np.bool_] = np.zeros(len(trial), dtype=bool)
    for number in np.unique(trial):
        rows = np.flatnonzero((trial == number) & np.isfinite(device_time))
        for part in np.split(rows, np.flatnonzero(np.diff(device_time[rows]) < -_BACK) + 1):
            since = device_time[part] - device_time[part[:1]]
            slot = np.floor(since * rate + _EARLY)
            latest = np.maximum.accumulate(np.concatenate([[-1.0], slot[:-1]]))[: len(slot)]
            keep[part[slot > latest]] = True
    return keep


def _shown(
    frames: SessionFrames, values: NDArray[np.float32], trials: Iterable[TrialInfo], at_rest: Collection[str]
) -> NDArray[np.float32] | None:
    """Return the face of the first usable trial at rest, or None."""
    usable = (trial for trial in trials if trial.outcome in (COMPLETE, IMPORTED))
    number = next((trial.trial for trial in usable if trial.expression.lower() in at_rest), None)
    if number is None:
        return None
    rows = np.flatnonzero(frames.block.tracked & (frames.trial == number))
    return resting_face(values[rows[resting_frames(frames.block.device_time[rows])]])
