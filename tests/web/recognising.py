"""A model whose probabilities are written on the face, and frames that bear them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Frame
from mimik.learn.card import ModelCard, TrainedOn

HAPPY, SAD, FLAT = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.34, 0.33, 0.33)
_AT = INDEX["mouthSmileLeft"]


class ReadsFaces:
    """Reads the probabilities off a face; refuses faces without them."""

    def __init__(self, *, synthetic: bool = False, resting: bool = False) -> None:
        labels, trained = ("happy", "sad", "calm"), TrainedOn(1, synthetic=synthetic)
        self.card = ModelCard(labels, BLEND_SHAPES, "people", {}, trained, {}, "")
        self.name, self.takes_resting, self.remembers = "reads faces", resting, False

    def predict_proba(self, X: Frame, *, resting: Any = None) -> Any:
        p = X.coefficients[np.newaxis, _AT : _AT + 3]
        if p[0, 0] > 8:
            raise RuntimeError("nobody foresaw this face")
        if not np.isfinite(p).all():
            raise DataError("The model needs mouthSmileLeft.", hint="Train without it.")
        return p

    def forget(self) -> None:
        pass


def face(time: float, p: Sequence[float], device: int = 1) -> Frame:
    values = np.zeros(64, dtype=np.float32)
    values[_AT : _AT + 3] = p
    return Frame(device, -1, time, time, True, values)


def no_face(time: float, device: int = 1) -> Frame:
    return Frame(device, -1, time, time, False, NOT_TRACKED)
