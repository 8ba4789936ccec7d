"""Streams of the Lab Streaming Layer as other programs make them, with plain pylsl."""

from __future__ import annotations

import itertools
import os
from typing import Any

import pylsl

from mimik.blendshapes import BLEND_SHAPES

_numbers = itertools.count()


def fresh_name() -> str:
    """A name that no other stream has, also where tests run twice at once."""
    return f"test-{os.getpid()}-{next(_numbers)}"


def outlet(
    name: str,
    labels: tuple[str, ...] = BLEND_SHAPES,
    *,
    kind: str = "MoCap",
    rate: float = 60.0,
    form: str = "float32",
    source_id: str | None = None,
    synthetic: bool = False,
    channels: int | None = None,
) -> Any:
    """Begin a stream; it ends when nothing refers to it any more."""
    count = len(labels) if channels is None else channels
    identity = f"{name}-id" if source_id is None else source_id
    info = pylsl.StreamInfo(name, kind, count, rate, form, identity)
    listed = info.desc().append_child("channels")
    for label in labels:
        listed.append_child("channel").append_child_value("label", label)
    if synthetic:
        info.desc().append_child("acquisition").append_child_value("synthetic", "true")
    return pylsl.StreamOutlet(info)
