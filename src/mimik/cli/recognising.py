"""What a recognizer sees in recordings of any length, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.frame import Block
from mimik.sources.mediapipenames import NOT_DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.learn.runtime import Runtime
    from mimik.sources.recordingfile import RecordingFile

__all__ = ["Recognised", "recognise", "refuse_lacking"]

_SOME = 8


@dataclass(eq=False)
class Recognised:
    """What was recognised in one recording.

    Attributes:
        name: of the recording.
        resting_known: whether the person's resting face was known.
        frames: in the recording.
        tracked: those with a face.
        sums: of the probabilities over these, float64 (labels,).
        best: in how many of them each label is the most probable, int64 (labels,).
        seconds: device time of the blocks' frames, each float64 (n,); kept for pictures only.
        proba: probabilities of the blocks' frames, each float32 (n, labels), NaN without a face; likewise.
    """

    name: str
    resting_known: bool
    sums: NDArray[np.float64]
    best: NDArray[np.int64]
    frames: int = 0
    tracked: int = 0
    seconds: list[NDArray[np.float64]] = field(default_factory=list)
    proba: list[NDArray[np.float32]] = field(default_factory=list)

    def facts(self, labels: tuple[Any, ...]) -> dict[str, Any]:
        """Return what is told of the recording, as JSON has it."""
        told = {"recording": self.name, "frames": self.frames, "tracked": self.tracked}
        if not self.tracked:
            return {**told, "recognised": None}
        mean, share = self.sums / self.tracked, self.best / self.tracked
        return {
            **told,
            "resting_face_known": self.resting_known,
            "recognised": labels[int(mean.argmax())],
            "probability": dict(zip(map(str, labels), mean.tolist(), strict=True)),
            "share_of_frames": dict(zip(map(str, labels), share.tolist(), strict=True)),
        }


def recognise(
    model: Runtime,
    name: str,
    blocks: Iterable[Block],
    resting: NDArray[np.float32] | None,
    add: Any,
    *,
    keep: bool,
) -> Recognised:
    """Run a model over the blocks of a recording.

    Args:
        model: the recognizer, ready to run.
        name: of the recording.
        blocks: in order.
        resting: the person's resting face, float32 (52,), or None.
        add: called with the name, and for each block with the number of its first frame, the block and the
            probabilities of its frames with a face.
        keep: whether to keep each frame's time and probabilities (some 30 bytes).

    Raises:
        DataError: frames lack what the model needs.
    """
    labels = len(model.card.labels)
    told = Recognised(name, resting is not None, np.zeros(labels), np.zeros(labels, dtype=np.int64))
    # What remembers must see a recording whole: each block would begin anew.
    for block in [Block.joined(tuple(blocks))] if model.remembers else blocks:
        p = model.predict_proba(block.where(block.tracked), resting=resting)
        add(name, told.frames, block, p)
        told.frames += len(block)
        told.tracked += len(p)
        told.sums += p.sum(axis=0, dtype=np.float64)
        told.best += np.bincount(p.argmax(axis=1), minlength=labels) if len(p) else 0
        if keep:
            every = np.full((len(block), labels), np.nan, dtype=np.float32)
            every[block.tracked] = p
            told.seconds.append(block.device_time)
            told.proba.append(every)
    return told


def refuse_lacking(model: Runtime, recording: RecordingFile) -> None:
    """Refuse a recording that cannot have what a model needs, and say what to do.

    Raises:
        DataError: it cannot.
    """
    needed = model.card.channels
    lacking = [name for name in needed if name not in recording.channels]
    if not lacking:
        return
    hint = "Train a model on recordings that lack them too."
    if set(lacking) <= set(NOT_DELIVERED):
        hint = "Train a model that does without them: mimik train STUDY --for-webcams"
    rest = f" and {len(lacking) - _SOME} more" if len(lacking) > _SOME else ""
    made_by = recording.app or "the recording"
    raise DataError(
        f"{recording.path}: the model needs {len(needed)} coefficients, and {made_by} does not deliver "
        f"{len(lacking)} of them: {', '.join(lacking[:_SOME])}{rest}.",
        hint=hint,
    )
