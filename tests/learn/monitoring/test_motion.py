"""How far and how fast: courses whose answers are known, and naive readers beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import Block
from mimik.learn.monitoring.motion import GAP, HALF_WINDOW, peak_speed, robust_range, slopes
from mimik.sources.takes import Take
from mimik.sources.virtual.person import Person


def naive_slopes(time: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """A straight line through each window, one after another; only for courses without gaps."""
    found = np.full(len(time), np.nan)
    for i, now in enumerate(time):
        weight = 1 - ((time - now) / HALF_WINDOW) ** 2
        inside = weight > 0
        if now >= HALF_WINDOW and now <= time[-1] - HALF_WINDOW:  # polyfit squares what it is given
            found[i] = np.polyfit(time[inside] - now, column[inside], 1, w=np.sqrt(weight[inside]))[0]
    return found


def naive_percentile(column: NDArray[np.float64], q: float) -> float:
    ordered = sorted(x for x in column.tolist() if not np.isnan(x))
    place = q / 100 * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def test_a_steady_rise_has_one_speed_at_any_rate() -> None:
    for fps in (30, 60):
        time = np.arange(5 * fps) / fps
        speed = slopes(time, (0.25 * time)[:, None])[:, 0]

        told = np.isfinite(speed)
        assert speed[told] == pytest.approx(0.25)
        assert time[told].min() == pytest.approx(HALF_WINDOW, abs=1 / fps)
        assert time[told].max() == pytest.approx(time[-1] - HALF_WINDOW, abs=1 / fps)


@pytest.mark.parametrize("fps", [30, 60])
def test_slopes_are_those_of_a_naive_reader(fps: int) -> None:
    rng = np.random.default_rng(3)
    time = np.arange(4 * fps) / fps
    values = np.sin(3 * time)[:, None] + 0.1 * rng.standard_normal((len(time), 3))

    found = slopes(time, values)

    for k in range(3):
        np.testing.assert_allclose(found[:, k], naive_slopes(time, values[:, k]), rtol=1e-9, atol=1e-9)


def test_uneven_frames_are_taken_at_their_own_times() -> None:
    rng = np.random.default_rng(4)
    time = np.sort(rng.choice(np.arange(0, 300) / 60, 240, replace=False))  # a fifth of the frames were lost
    values = np.cos(time)[:, None]

    found, expected = slopes(time, values)[:, 0], naive_slopes(time - time[0], values[:, 0])

    both = np.isfinite(found) & np.isfinite(expected)
    assert both.sum() > 200
    np.testing.assert_allclose(found[both], expected[both], rtol=1e-9)


def test_no_speed_is_told_across_a_gap() -> None:
    time = np.concatenate([np.arange(60) / 60, 5 + np.arange(60) / 60])
    values = np.concatenate([np.zeros(60), np.ones(60)])[:, None]  # the face changed while it was not seen

    speed = slopes(time, values)

    assert np.nanmax(np.abs(speed)) == pytest.approx(0.0, abs=1e-12)
    near = np.abs(time - time[59]) < HALF_WINDOW - 0.01
    assert np.isnan(speed[near]).all()
    assert time[60] - time[59] > GAP


def test_a_clock_that_jumps_back_ends_a_stretch() -> None:
    time = np.concatenate([np.arange(30) / 30, np.arange(30) / 30])
    values = np.concatenate([np.zeros(30), np.ones(30)])[:, None]

    assert np.nanmax(np.abs(slopes(time, values))) == pytest.approx(0.0, abs=1e-12)


def test_a_channel_that_was_lost_for_a_moment_loses_only_that_moment() -> None:
    time = np.arange(120) / 60
    values = np.stack([time, time], axis=1)
    values[60, 1] = np.nan

    speed = slopes(time, values)

    assert set(np.flatnonzero(np.isnan(speed[:, 1]) & ~np.isnan(speed[:, 0]))) == set(range(52, 69))
    assert np.nanmax(np.abs(speed[:, 1] - 1.0)) < 1e-9


def test_peaks_and_ranges_are_percentiles() -> None:
    rng = np.random.default_rng(5)
    time = np.arange(300) / 60
    values = rng.random((300, 2))
    values[::7, 1] = np.nan

    found = robust_range(values)

    for k in range(2):
        expected = naive_percentile(values[:, k], 95) - naive_percentile(values[:, k], 5)
        assert found[k] == pytest.approx(expected)
    whole = values[:, :1]
    speed = np.abs(naive_slopes(time, whole[:, 0]))
    assert peak_speed(time, whole)[0] == pytest.approx(naive_percentile(speed, 95))


def test_a_sine_has_the_speed_calculus_gives() -> None:
    time = np.arange(600) / 60
    values = (0.5 + 0.5 * np.sin(2 * np.pi * 0.5 * time))[:, None]

    assert robust_range(values)[0] == pytest.approx(np.sin(0.45 * np.pi), rel=0.01)
    assert peak_speed(time, values)[0] == pytest.approx(0.5 * np.pi * np.sin(0.475 * np.pi), rel=0.02)


def test_what_cannot_be_told_is_nan() -> None:
    absent = np.full((60, 1), np.nan)

    assert np.isnan(robust_range(absent)).all()
    assert np.isnan(peak_speed(np.arange(60) / 60, absent)).all()
    assert np.isnan(peak_speed(np.arange(4) / 60, np.zeros((4, 1)))).all()
    assert np.isnan(robust_range(np.empty((0, 2)))).all()


def test_half_the_frames_give_the_same_range_and_speed() -> None:
    steady = np.array([not name.startswith("eyeBlink") for name in BLEND_SHAPES])
    for seed in range(3):
        person = Person(seed, fps=60)
        person.ask("surprised")
        seen = np.concatenate([person.move()[0] for _ in range(20)])[:, :52]
        time = np.arange(len(seen)) / 60

        apart = slopes(time, seen)[::2] - slopes(time[::2], seen[::2])
        assert np.nanmax(np.abs(apart)) < 0.05 * np.nanmax(np.abs(slopes(time, seen)))  # blinks, up to 5 / s
        ranges = robust_range(seen[::2])[steady] / robust_range(seen)[steady]
        speeds = (peak_speed(time[::2], seen[::2]) / peak_speed(time, seen))[steady]
        moving = peak_speed(time, seen)[steady] > 0.1
        assert moving.sum() > 10
        assert ranges[moving] == pytest.approx(1.0, abs=0.05)
        assert speeds[moving] == pytest.approx(1.0, abs=0.15)
        assert np.median(speeds[moving]) == pytest.approx(1.0, abs=0.03)


def test_real_faces_at_half_the_frames_have_the_same_speed(real_data: Path) -> None:
    takes = sorted((real_data / "livelink-csv" / "emotions-60fps").glob("*/MySlate_*.csv"))
    assert len(takes) > 5
    medians = []
    for path in takes[::3]:
        block = Block.joined(list(Take(path).blocks()))
        block = block.where(block.tracked)
        time, X = block.device_time, block.values[:, :52]
        moving = robust_range(X) > 0.1
        ratio = peak_speed(time[::2], X[::2])[moving] / peak_speed(time, X)[moving]
        assert np.abs(ratio - 1).max() < 0.15
        medians.append(np.median(ratio))
    assert medians == pytest.approx([1.0] * len(medians), abs=0.03)
