"""Timelines: what was recognised when, cut into cells and drawn."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from mimik.errors import DataError
from mimik.learn.report.timeline import NO_FACE, Timeline, cells_of
from mimik.learn.report.timelines import SYNTHETIC, write_timelines

USE = "Recognises what a test says. For research only."
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def timeline(
    n: int = 90, *, rate: float = 30.0, no_face: slice = slice(0, 0), name: str = "a.mp4"
) -> Timeline:
    rng = np.random.default_rng(1)
    p = rng.random((n, 3)).astype(np.float32)
    p /= p.sum(axis=1, keepdims=True)
    p[no_face] = np.nan
    return Timeline(name, ("happy", "sad", "calm & still"), 7.0 + np.arange(n) / rate, p)


def naive(found: Timeline, edges: np.ndarray) -> np.ndarray:
    """Mean over the frames with a face that begin in each cell, NaN where fewer than half have one."""
    seconds = found.seconds - found.seconds.min()
    rows = []
    for low, high in pairwise(edges):
        inside = found.proba[(seconds >= low) & (seconds < high)]
        seen = inside[~np.isnan(inside[:, 0])]
        enough = len(seen) > 0 and 2 * len(seen) >= len(inside)
        rows.append(seen.mean(axis=0, dtype=np.float64) if enough else np.full(3, np.nan))
    return np.array(rows)


def test_a_short_recording_is_drawn_frame_by_frame():
    found = timeline(no_face=slice(10, 20))
    cells = cells_of(found)
    assert len(cells.proba) == 90
    np.testing.assert_array_equal(cells.proba, found.proba)
    np.testing.assert_allclose(cells.edges, np.arange(91) / 30, atol=1e-9)


def test_a_long_recording_is_the_mean_of_neighbours():
    found = timeline(5003, rate=60, no_face=slice(1000, 1500))
    cells = cells_of(found, most=100)
    assert cells.proba.shape == (100, 3)
    np.testing.assert_allclose(cells.proba, naive(found, cells.edges), atol=1e-6)
    assert np.isnan(cells.proba[22:29]).all()


def test_frames_that_never_came_are_no_face():
    found = timeline(90)
    found.seconds[45:] += 2.0
    cells = cells_of(found)
    (gap,) = np.flatnonzero(np.isnan(cells.proba[:, 0]))
    assert cells.edges[gap + 1] - cells.edges[gap] == pytest.approx(2.0, abs=0.01)


def test_few_frames_far_apart_leave_no_holes_between_them():
    seconds = np.concatenate([np.arange(50) / 60, 1 + np.arange(100) / 5])
    p = np.full((150, 3), 1 / 3, np.float32)
    assert not np.isnan(cells_of(Timeline("a", ("x", "y", "z"), seconds, p), most=140).proba[20:]).any()


def test_one_frame_is_enough():
    cells = cells_of(timeline(1))
    assert len(cells.proba) == 1
    assert cells.edges[1] > cells.edges[0]


def test_the_page_stands_alone_and_says_what_it_is(tmp_path: Path):
    both = [timeline(no_face=slice(10, 40)), timeline(name="<b>.csv")]
    page = write_timelines(tmp_path / "a.html", both, use=USE, synthetic=True, now=NOW).read_text("utf-8")
    assert page.count("<svg") == 2
    assert "calm &amp; still" in page
    assert "&lt;b&gt;.csv" in page
    assert "<b>.csv" not in page
    assert USE in page
    assert "simulated people" in page
    assert "not a medical device" in page
    assert page.count(f">{NO_FACE}<") == 1, "hatched in one of the two only"
    assert "67% with a face" in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert "#010101" not in page


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_picture_says_what_it_is(tmp_path: Path, synthetic: bool):
    path = write_timelines(tmp_path / "a.svg", [timeline()], use=USE, synthetic=synthetic)
    text = "".join(ElementTree.parse(path).getroot().itertext())
    assert USE in text
    assert "not an emotion felt" in text
    assert "a.mp4" in text
    assert (SYNTHETIC in text) is synthetic
    again = write_timelines(tmp_path / "b.svg", [timeline()], use=USE, synthetic=synthetic)
    assert path.read_bytes() == again.read_bytes()


def test_a_png_is_one(tmp_path: Path):
    path = write_timelines(tmp_path / "a.PNG", [timeline(no_face=slice(0, 90))], use=USE, synthetic=False)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir()] == ["a.PNG"]


def test_what_cannot_be_drawn_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"ends in \.html, \.svg, \.png"):
        write_timelines(tmp_path / "a.pdf", [timeline()], use=USE, synthetic=False)
    with pytest.raises(DataError, match="one recording") as error:
        write_timelines(tmp_path / "a.png", [timeline(), timeline()], use=USE, synthetic=False)
    assert ".html" in error.value.hint
