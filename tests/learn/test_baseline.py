from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mimik.blendshapes import INDEX
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Block, Frame
from mimik.learn.baseline import Baseline
from mimik.sources.takes import Take
from mimik.sources.virtual.person import CHUNK, Person


def neutral(seconds=3, fps=30, seed=0):
    """A simulated person at rest and what that face is without noise."""
    person = Person(seed, fps=fps)
    X = np.concatenate([person.move()[0][:, :52] for _ in range(seconds * fps // CHUNK)])
    return X, person._face


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("seed", range(5))
def test_a_face_at_rest_is_found(fps, seed):
    X, face = neutral(fps=fps, seed=seed)
    found = Baseline.from_frames(X, fps)
    assert found.reason == ""
    moves = [i for name, i in INDEX.items() if not name.startswith(("eyeBlink", "eyeLook"))]
    assert np.abs(found.face - face)[moves].max() < 0.05
    assert found.seconds == pytest.approx(3)


def test_blinks_do_not_move_it():
    X, _ = neutral()
    blinking = X.copy()
    blinking[10:20, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]] = 0.9
    blinks = INDEX["eyeBlinkLeft"]
    assert Baseline.from_frames(blinking, 30).face[blinks] < 0.2


def test_too_short_a_look_gives_none_and_says_so():
    found = Baseline.from_frames(neutral()[0][:20], 30)
    assert found.face is None
    assert found.reason == "a face was seen for 0.7 s, at least 1 s are needed"


def test_as_many_frames_are_half_as_long_at_twice_the_rate():
    X = neutral()[0][:40]
    assert Baseline.from_frames(X, 30).face is not None
    assert Baseline.from_frames(X, 60).face is None


def test_a_face_that_is_mostly_away_gives_none():
    X = neutral()[0].copy()
    X[40:] = np.nan
    found = Baseline.from_frames(X, 30)
    assert found.face is None
    assert found.reason == "a face was seen in 40 of 90 frames, at least half are needed"


@pytest.mark.parametrize("seed", range(5))
def test_an_expression_that_comes_up_is_no_rest(seed):
    person = Person(seed, fps=30)
    person.ask("happy")
    X = np.concatenate([person.move()[0][:, :52] for _ in range(3)])
    found = Baseline.from_frames(X, 30)
    assert found.face is None
    assert "moved" in found.reason


def test_closed_eyes_are_no_rest():
    X = neutral()[0].copy()
    X[:60, INDEX["eyeBlinkLeft"]] = 0.8
    assert "eyes were closed in" in Baseline.from_frames(X, 30).reason


def test_no_face_at_all_gives_none():
    found = Baseline.from_frames(np.full((90, 52), np.nan), 30)
    assert found.face is None
    assert np.isnan(found.movement)


def test_channels_that_are_not_delivered_stay_unknown():
    X = neutral()[0].copy()
    X[:, 51] = np.nan
    face = Baseline.from_frames(X, 30).face
    assert np.flatnonzero(np.isnan(face)).tolist() == [51]


def test_takes_blocks_and_leaves_frames_without_a_face_out():
    X, _ = neutral()
    values = np.hstack([X, np.zeros((90, 12), np.float32)])
    frames = [
        Frame(1, i, i / 30, np.nan, i % 10 != 0, NOT_TRACKED if i % 10 == 0 else values[i]) for i in range(90)
    ]
    seen = np.arange(90) % 10 != 0
    assert np.array_equal(
        Baseline.from_frames(Block.of(frames), 30).face, np.median(X[seen], axis=0).astype(np.float32)
    )


@pytest.mark.parametrize("rate", [0, -30, float("nan")])
def test_a_rate_that_cannot_be_is_a_clear_error(rate):
    with pytest.raises(DataError, match="above 0"):
        Baseline.from_frames(np.zeros((9, 52)), rate)


def test_a_real_neutral_take_has_rest_and_real_expressions_mostly_have_not(real_data):
    takes = real_data / "livelink-csv" / "emotions-60fps"

    def faces(path: Path) -> list[Baseline]:
        block = Block.joined(list(Take(path).blocks()))
        return [
            Baseline.from_frames(block.values[i : i + 180, :52], 60) for i in range(0, len(block) - 180, 180)
        ]

    at_rest = [b.face is not None for b in faces(next((takes / "Neutral").glob("*.csv")))]
    shown = [b.face is not None for path in sorted(takes.glob("[AFS]*/*.csv")) for b in faces(path)]
    assert np.mean(at_rest) > 0.7
    assert np.mean(shown) < 0.25
