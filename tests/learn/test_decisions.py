"""One decision for a recording or a person, compared with plain loops."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mimik.errors import DataError
from mimik.learn.decisions import decide, per_participant, per_recording


def _some(n: int, k: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(k), size=n).astype(np.float32)


def test_a_recording_is_the_mean_of_its_frames() -> None:
    proba, recording = _some(40), np.random.default_rng(1).integers(0, 6, 40)
    codes, means = per_recording(proba, recording)
    assert codes.tolist() == sorted(set(recording.tolist()))
    for code, mean in zip(codes, means, strict=True):
        frames = [row for row, of in zip(proba.tolist(), recording, strict=True) if of == code]
        np.testing.assert_allclose(mean, [sum(column) / len(frames) for column in zip(*frames, strict=True)])
    np.testing.assert_allclose(means.sum(axis=1), 1.0, rtol=1e-6)


def test_a_long_recording_weighs_no_more_than_a_short_one() -> None:
    proba = np.array([[1.0, 0.0]] * 9 + [[0.0, 1.0]])
    recording, participant = np.array([0] * 9 + [1]), np.zeros(10, dtype=np.int32)
    _, (mean,) = per_participant(proba, recording, participant)
    assert mean.tolist() == [0.5, 0.5]
    _, (of_frames,) = decide(proba, participant)
    assert of_frames.tolist() == pytest.approx([0.9, 0.1])


def test_people_are_decided_over_all_their_recordings() -> None:
    recording = np.repeat(np.arange(8), 5)
    participant = np.array([2, 0, 2, 1, 0, 1, 2, 0])[recording]
    proba = _some(40, seed=2)
    codes, means = per_participant(proba, recording, participant)
    assert codes.tolist() == [0, 1, 2]
    for code, mean in zip(codes, means, strict=True):
        theirs = [
            proba[recording == r].mean(axis=0) for r in range(8) if participant[recording == r][0] == code
        ]
        np.testing.assert_allclose(mean, np.mean(theirs, axis=0), rtol=1e-6)


def test_frames_never_tested_do_not_count_and_groups_of_nothing_else_are_not_there() -> None:
    proba = _some(6)
    proba[[1, 4, 5]] = np.nan
    recording = np.array([0, 0, 0, 1, 2, 2])
    codes, means = per_recording(proba, recording)
    assert codes.tolist() == [0, 1]
    np.testing.assert_allclose(means, [proba[[0, 2]].mean(axis=0), proba[3]], rtol=1e-6)
    codes, _ = per_participant(proba, recording, np.array([0, 0, 0, 1, 2, 2]))
    assert codes.tolist() == [0, 1]
    codes, means = per_recording(np.full((3, 4), np.nan), np.arange(3))
    assert codes.shape == (0,)
    assert means.shape == (0, 4)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match=r"got \(4, 3\) and \(3,\)"):
        per_recording(_some(4), np.zeros(3, dtype=int))
    with pytest.raises(DataError, match="from 0, got -1"):
        per_recording(_some(2), np.array([0, -1]))
    with pytest.raises(DataError, match="got two in number 1"):
        per_participant(_some(3), np.array([0, 1, 1]), np.array([0, 0, 1]))


def test_the_published_study_takes_a_moment() -> None:
    frames, people = 563_226, 226
    recording = np.sort(np.random.default_rng(3).integers(0, people * 5, frames))
    proba = _some(frames, k=5)
    started = time.perf_counter()
    codes, means = per_participant(proba, recording, recording // 5)
    assert time.perf_counter() - started < 2
    assert (len(codes), means.shape) == (people, (people, 5))
