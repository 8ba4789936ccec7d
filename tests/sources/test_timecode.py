"""Timecodes: digits to counts, midnight, rates."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.sources.timecode import DAY, Midnights, counts, nominal_rate


def count(text: str) -> float:
    return float(counts(pa.array([text]))[0])


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 59),
    st.text("0123456789", max_size=8),
)
def test_a_timecode_counts_as_a_naive_reader_does(hours, minutes, seconds, frames, part):
    text = f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}" + (f".{part}" if part else "")
    naive = ((hours * 60 + minutes) * 60 + seconds) * 60 + (frames + float(f"0.{part or 0}"))
    assert count(text) == pytest.approx(naive, abs=1e-8)


@given(st.text(max_size=20) | st.from_regex(r"\d\d:\d\d:\d\d:\d\d(\.\d*)?", fullmatch=True))
def test_any_text_is_a_count_or_none(text):
    assert math.isnan(count(text)) or 0 <= count(text) < DAY


def test_lengths_may_differ_and_rows_keep_their_order():
    texts = ["00:00:01:00", "00:00:01:00.5", None, "x", "00:00:01:01"]
    assert np.array_equal(counts(pa.array(texts)), [60, 60.5, np.nan, np.nan, 61], equal_nan=True)


@given(st.lists(st.integers(1, DAY // 2 - 1), max_size=50), st.integers(0, DAY - 1), st.integers(1, 10))
def test_days_run_on_however_the_rows_are_cut(steps, start, size):
    true = np.cumsum([start, *steps]).astype(np.float64)
    midnights = Midnights()
    cut = [midnights.unwrap(true[i : i + size] % DAY) for i in range(0, len(true), size)]
    assert np.array_equal(np.concatenate(cut), true)


def test_a_late_row_of_yesterday_stays_there():
    rows = np.array([DAY - 2, 0, DAY - 1, 1], dtype=np.float64)
    assert Midnights().unwrap(rows).tolist() == [DAY - 2, DAY, DAY - 1, DAY + 1]


@pytest.mark.parametrize(
    ("step", "rate"), [(1.002, 60), (2.0, 30), (1.0, 60), (2.5, 24), (2.4, 25), (7.0, 8.57)]
)
def test_the_nominal_rate(step, rate):
    assert nominal_rate(np.arange(50) * step) == rate


def test_no_rate_without_two_frames():
    assert math.isnan(nominal_rate(np.array([5.0])))
    assert math.isnan(nominal_rate(np.array([5.0, 5.0])))
