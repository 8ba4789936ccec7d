"""What recognizers say, made up for tests of outlets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.live.outlet import Description, Event
from mimik.live.recognition import Recognition, State

LABELS = ("happy", "sad", "müde / tired")
START = 1_790_000_000.25  # s since 1970, in September 2026


def description(**changes: Any) -> Description:
    made = Description(
        labels=LABELS,
        rate=60.0,
        delay=0.3,
        model="recognizer.mimik",
        use="research only",
        synthetic=True,
    )
    return replace(made, **changes)


def seen(i: int = 0, **changes: Any) -> Recognition:
    """Frame ``i`` of a happy face, at 60 frames a second; its values differ from those before."""
    rise = np.float32(i % 100) / 1000
    probabilities = np.array([0.7 + rise, 0.2 - rise, 0.1], np.float32)
    smoothed = np.array([0.6 + rise, 0.3 - rise, 0.1], np.float32)
    made = Recognition(
        device=1,
        time=START + i / 60,
        device_time=100.0 + i / 60,
        state=State.RECOGNISED,
        expression="happy",
        confidence=float(smoothed[0]),
        probabilities=probabilities,
        smoothed=smoothed,
        coefficients=np.linspace(0, 0.9, len(BLEND_SHAPES), dtype=np.float32) + rise,
        changed=i == 0,
    )
    return replace(made, **changes)


def no_face(i: int = 0, **changes: Any) -> Recognition:
    """What is said after a silence."""
    made = Recognition(
        device=1,
        time=START + i / 60,
        device_time=float("nan"),
        state=State.NO_FACE,
        expression=None,
        confidence=float("nan"),
        probabilities=np.full(len(LABELS), np.nan, np.float32),
        smoothed=np.full(len(LABELS), np.nan, np.float32),
        coefficients=np.full(len(BLEND_SHAPES), np.nan, np.float32),
        changed=True,
    )
    return replace(made, **changes)


def event(**changes: Any) -> Event:
    made = Event(time=START + 2.5, device=1, rule="tired too long", kind="message", content="Have a break")
    return replace(made, **changes)
