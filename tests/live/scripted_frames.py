"""A model whose probabilities are written on the face, and a source that says what comes when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.clock import ManualClock
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.live.recognition import Recognition, State

LABELS = ("happy", "sad", "angry")

HAPPY, SAD, FLAT = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.34, 0.33, 0.33)

AT = INDEX["mouthSmileLeft"]
"""The probabilities stand in the coefficients from here on: none of them is a blink or a glance."""


class ScriptedModel:
    """Reads the probabilities off a face; counts how often it was told to forget."""

    def __init__(self, labels: tuple[str, ...] = LABELS, *, resting: bool = False) -> None:
        self.card = ModelCard(labels, BLEND_SHAPES, "people", {}, TrainedOn(1, synthetic=True), {}, "")
        self.name, self.takes_resting, self.remembers = "scripted", resting, False
        self.forgot = 0
        self.resting: list[Any] = []

    def predict_proba(self, X: Frame, *, resting: Any = None) -> Any:
        p = X.coefficients[np.newaxis, AT : AT + len(self.card.labels)]
        if not np.isfinite(p).all():
            raise DataError("The model needs mouthSmileLeft.", hint="Train without it.")
        self.resting.append(resting)
        return p

    def forget(self) -> None:
        self.forgot += 1


def face(time: float, p: Sequence[float], device: int = 1, *, arrival: float | None = None) -> Frame:
    values = np.zeros(64, dtype=np.float32)
    values[AT : AT + len(p)] = p
    return Frame(device, -1, time, time if arrival is None else arrival, True, values)


def no_face(time: float, device: int = 1) -> Frame:
    return Frame(device, -1, time, time, False, NOT_TRACKED)


class Script:
    """A ``Source`` of (time, frames): each ``read`` turns the clock to the next time and gives its frames."""

    def __init__(self, clock: ManualClock, steps: Sequence[tuple[float, Sequence[Frame]]]) -> None:
        self._clock, self._steps = clock, list(steps)

    def read(self, timeout: float) -> Sequence[Frame] | None:
        if not self._steps:
            return None
        time, frames = self._steps.pop(0)
        self._clock.advance(max(time - self._clock.now(), 0.0))
        return frames


def script(clock: ManualClock, frames: Sequence[Frame], *, silent_until: float | None = None) -> Script:
    """Return a source in which each frame is read when it arrives; then, perhaps, silence."""
    steps: list[tuple[float, Sequence[Frame]]] = [(frame.arrival_time, (frame,)) for frame in frames]
    if silent_until is not None:
        start = steps[-1][0]
        count = round((silent_until - start) / 0.05)
        steps += [(start + 0.05 * (i + 1), ()) for i in range(count)]
    return Script(clock, steps)


def recognition(
    time: float, said: str, p: float = 1.0, device: int = 1, *, silence: bool = False, changed: bool = True
) -> Recognition:
    """Return what would be said: a label of ``LABELS``, or the name of a state."""
    states = {state.value: state for state in State}
    state = states.get(said, State.RECOGNISED)
    smoothed = np.full(len(LABELS), np.nan, dtype=np.float32)
    if state is not State.NO_FACE:
        smoothed[:] = (1 - p) / (len(LABELS) - 1)
        smoothed[LABELS.index(said) if said in LABELS else 0] = p
    return Recognition(
        device=device,
        time=time,
        device_time=float("nan") if silence else time,
        state=state,
        expression=said if state is State.RECOGNISED else None,
        confidence=float(smoothed.max()),
        probabilities=smoothed,
        smoothed=smoothed,
        coefficients=np.zeros(52, dtype=np.float32),
        changed=changed,
    )
