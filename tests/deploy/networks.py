"""Recognizers with weights of no training: what is exported must be the same, whatever was learned."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import N_COLUMNS, Block, Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model

KINDS = {
    "published": {"depth": 10, "resting": False, "power": 1.0},
    "people": {"depth": 3, "resting": True, "power": 1 / 3},
    "few channels": {
        "depth": 2,
        "width": 16,
        "resting": True,
        "power": 0.5,
        "channels": BLEND_SHAPES[40:10:-3],
    },
    "one memory": {"depth": 2, "width": 32, "resting": False, "power": 1.0, "memories": (1.0,)},
    "memories": {"depth": 3, "resting": True, "power": 1 / 3, "memories": (0.3, 1.0, 3.0)},
}


def network(
    kind="people", *, depth=3, width=128, resting=True, power=1.0, memories=(), channels=BLEND_SHAPES, seed=0
) -> Model:
    """A network of LeCun-normal weights over features of a usual mean and scale."""
    rng = np.random.default_rng(seed)
    labels = ("disappointed", "glücklich", "sad", "stressed", "surprised")
    inputs = len(channels) * (1 + len(memories))
    sizes = [inputs, *[width] * depth, len(labels)]
    card = ModelCard(
        labels=labels,
        channels=tuple(channels),
        preset=kind,
        parameters={"width": width, "temperature": 1.25},
        trained_on=TrainedOn(1000, participants=7, study="A study", fingerprint="ab" * 32, synthetic=True),
        versions={"mimik": "0.1.0"},
        created="2026-01-01T00:00:00+00:00",
    )
    mean = rng.uniform(-0.2, 0.4, inputs).astype(np.float32)
    scale = rng.uniform(0.05, 0.3, inputs).astype(np.float32)
    return Model(
        card,
        Features(tuple(channels), resting, power, mean, scale, memories),
        tuple((rng.normal(size=pair) / np.sqrt(pair[0])).astype(np.float32) for pair in pairwise(sizes)),
        tuple((0.1 * rng.normal(size=size)).astype(np.float32) for size in sizes[1:]),
    )


def of_kind(kind: str, **other) -> Model:
    return network(kind, **{**KINDS[kind], **other})


def faces(n: int, *, seed: int = 1) -> np.ndarray:
    """Coefficients float32 (n, 52), 0..1."""
    return np.random.default_rng(seed).random((n, 52), dtype=np.float32)


def block(X: np.ndarray, device_time: np.ndarray | None = None) -> Block:
    values = np.full((len(X), N_COLUMNS), np.nan, dtype=np.float32)
    values[:, :52] = X
    time = np.arange(len(X)) / 60 if device_time is None else device_time
    return Block(np.arange(len(X), dtype=np.int32), time, time + 1e9, np.ones(len(X), dtype=bool), values)


def frame(coefficients: np.ndarray, device_time: float = 0.0) -> Frame:
    return next(block(coefficients[np.newaxis], np.array([device_time])).frames())
