"""What is measured of a trial, on faces made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sittings import sitting

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.learn.monitoring.measures import FACE, FORMULAS, HEAD, Measure, measure, measures_of, unit_of
from mimik.learn.monitoring.sides import LEFT, RIGHT, asymmetry
from mimik.learn.trials import TrialFrames
from mimik.sources.virtual.person import Person

ALL_CHANNELS = np.ones(52, dtype=bool)


def trial(
    X: np.ndarray, *, resting: np.ndarray | None = None, rotation: np.ndarray | None = None
) -> TrialFrames:
    n = len(X)
    return TrialFrames(
        participant="sub-A",
        session="ses-01",
        trial=0,
        expression="happy",
        device=1,
        started=0.0,
        synthetic=True,
        device_time=np.arange(n) / 60,
        X=X.astype(np.float32),
        rotation=np.zeros((n, 3), np.float32) if rotation is None else rotation.astype(np.float32),
        plateau=np.ones(n, dtype=bool),
        resting=np.zeros(52, np.float32) if resting is None else resting.astype(np.float32),
    )


def face(**coefficients: float) -> np.ndarray:
    values = np.zeros(52)
    for name, value in coefficients.items():
        values[INDEX[name]] = value
    return values


def test_sides_are_compared_where_a_side_of_the_face_is_meant() -> None:
    pairs = {(BLEND_SHAPES[a], BLEND_SHAPES[b]) for a, b in zip(LEFT, RIGHT, strict=True)}

    assert len(pairs) == 14
    assert ("mouthSmileLeft", "mouthSmileRight") in pairs
    assert not {("mouthLeft", "mouthRight"), ("jawLeft", "jawRight")} & pairs
    assert not any(a.startswith("eyeLook") for a, _ in pairs)


def test_asymmetry_is_signed_towards_the_stronger_left() -> None:
    level = face(mouthSmileLeft=0.6, mouthSmileRight=0.2, browDownLeft=0.1, browDownRight=0.5)

    assert asymmetry(level, ALL_CHANNELS) == (pytest.approx(0.0), pytest.approx(0.8 / 14))
    assert asymmetry(-level, ALL_CHANNELS)[1] == pytest.approx(0.8 / 14)
    only_smile = np.isin(BLEND_SHAPES, ["mouthSmileLeft", "mouthSmileRight"])
    assert asymmetry(level, only_smile) == (pytest.approx(0.4), pytest.approx(0.4))
    assert np.isnan(asymmetry(level, np.isin(BLEND_SHAPES, ["mouthSmileLeft", "jawOpen"]))).all()


def test_expressivity_is_the_distance_from_the_resting_face() -> None:
    X = np.tile(face(mouthSmileLeft=0.4, jawOpen=0.4, eyeBlinkLeft=0.9, eyeLookInLeft=0.7), (60, 1))
    found = measure(trial(X, resting=face(mouthSmileLeft=0.1)), ALL_CHANNELS)

    assert found[Measure("expressivity", FACE)] == pytest.approx(0.5)  # blinks and gaze don't count
    assert found[Measure("expressivity", "mouth")] == pytest.approx(0.3)
    assert found[Measure("expressivity", "eyes")] == pytest.approx(0.0)
    unknown = measure(trial(X, resting=np.full(52, np.nan)), ALL_CHANNELS)
    assert np.isnan(unknown[Measure("expressivity", FACE)])
    assert unknown[Measure("asymmetry", "mouth")] == pytest.approx(0.4 / 7)


def test_regions_move_by_the_mean_of_their_channels() -> None:
    X = np.zeros((300, 52))
    X[:, INDEX["tongueOut"]] = np.linspace(0, 1, 300)
    X[:, INDEX["jawOpen"]] = np.linspace(0, 1, 300)
    found = measure(trial(X), ALL_CHANNELS)

    assert found[Measure("range", "tongue")] == pytest.approx(0.9)
    assert found[Measure("range", "jaw")] == pytest.approx(0.9 / 4)
    assert found[Measure("peak speed", "tongue")] == pytest.approx(60 / 299)
    assert found[Measure("range", "brows")] == 0.0
    without_jaw_open = ALL_CHANNELS & (np.arange(52) != INDEX["jawOpen"])
    assert measure(trial(X), without_jaw_open)[Measure("range", "jaw")] == 0.0


def test_the_head_is_told_in_degrees_and_may_turn_past_half_a_circle() -> None:
    yaw = np.pi + np.radians(np.linspace(-10, 10, 301))
    turned = np.zeros((301, 3))
    turned[:, 0] = np.angle(np.exp(1j * yaw))  # jumps from 180 to -180 degrees midway
    found = measure(trial(np.zeros((301, 52)), rotation=turned), ALL_CHANNELS)

    assert found[Measure("range", HEAD)] == pytest.approx(18 / 3, rel=1e-3)
    assert found[Measure("peak speed", HEAD)] == pytest.approx(4 / 3, rel=1e-3)
    lost = measure(trial(np.zeros((60, 52)), rotation=np.full((60, 3), np.nan)), ALL_CHANNELS)
    assert np.isnan(lost[Measure("range", HEAD)])


def test_every_measure_has_a_formula_and_a_unit() -> None:
    measures = measures_of(model=True)

    assert {m.name for m in measures} == set(FORMULAS)
    assert {unit_of(m) for m in measures} == {
        "coefficient",
        "coefficient/s",
        "degree",
        "degree/s",
        "probability",
    }
    assert Measure("confidence", FACE) not in measures_of(model=False)


def test_thirty_and_sixty_frames_a_second_measure_the_same() -> None:
    for one in sitting(Person(2, fps=60), "sub-A", 1, seconds=8.0):
        half = replace(
            one,
            device_time=one.device_time[::2],
            X=one.X[::2],
            rotation=one.rotation[::2],
            plateau=one.plateau[::2],
        )
        full, halved = measure(one, ALL_CHANNELS), measure(half, ALL_CHANNELS)

        for key in full:
            assert halved[key] == pytest.approx(full[key], rel=0.1, abs=0.01), key
