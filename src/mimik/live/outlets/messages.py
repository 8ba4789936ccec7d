"""What is said of recognitions in JSON: the same words over WebSocket and in JSON Lines.

JSON knows no NaN: what is not known is null.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from mimik.blendshapes import BLEND_SHAPES
from mimik.told import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["FORMAT", "description_message", "event_message", "recognition_message", "to_json"]

FORMAT = 1
"""Version of the messages; it rises when a field changes its meaning or goes, not when one comes."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DIGITS = 6  # a millionth of a probability, of a coefficient, of a second
_number = partial(number, digits=_DIGITS)


def description_message(description: Description) -> dict[str, Any]:
    """Return what is said before all else."""
    return {
        "type": "description",
        "format": FORMAT,
        "labels": list(description.labels),
        "rate": _number(description.rate),
        "delay": _number(description.delay),
        "model": description.model,
        "use": description.use,
        "synthetic": description.synthetic,
    }


def recognition_message(
    recognition: Recognition, labels: Sequence[str], *, coefficients: bool
) -> dict[str, Any]:
    """Return what is said of one frame, with its 52 coefficients only where they are asked for."""
    message = {
        "type": "recognition",
        "device": recognition.device,
        "time": _number(recognition.time),
        "device_time": _number(recognition.device_time),
        "state": recognition.state.value,
        "expression": recognition.expression,
        "confidence": _number(recognition.confidence),
        "probabilities": _named(labels, recognition.probabilities),
        "smoothed": _named(labels, recognition.smoothed),
        "changed": recognition.changed,
    }
    if coefficients:
        message["coefficients"] = _named(BLEND_SHAPES, recognition.coefficients)
    return message


def event_message(event: Event) -> dict[str, Any]:
    """Return what is said of an action."""
    return {
        "type": "event",
        "device": event.device,
        "time": _number(event.time),
        "rule": event.rule,
        "kind": event.kind,
        "content": event.content,
    }


def to_json(message: Mapping[str, Any]) -> str:
    """Return one line of JSON."""
    return _ENCODER.encode(message)


def _named(names: Sequence[str], values: NDArray[np.float32]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in zip(names, values.tolist(), strict=True)}
