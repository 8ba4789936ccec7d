"""Frames, blocks, clocks, errors and the names of the package."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import mimik
from mimik import errors
from mimik.clock import ManualClock, SystemClock
from mimik.frame import COLUMNS, N_COLUMNS, NOT_TRACKED, Block, Frame


def frame(number: int, tracked: bool = True) -> Frame:
    values = np.arange(N_COLUMNS, dtype=np.float32) + number if tracked else NOT_TRACKED
    return Frame(1, number, number / 60, 100 + number / 60, tracked, values)


def test_a_frame_names_its_parts() -> None:
    one = frame(0)

    assert one.coefficients.tolist() == list(range(52))
    assert [COLUMNS[int(i)] for i in one.head_rotation] == ["headYaw", "headPitch", "headRoll"]
    assert [COLUMNS[int(i)] for i in one.head_position] == ["headX", "headY", "headZ"]
    assert [COLUMNS[int(i)] for i in one.left_eye] == ["leftEyeYaw", "leftEyePitch", "leftEyeRoll"]
    assert [COLUMNS[int(i)] for i in one.right_eye] == ["rightEyeYaw", "rightEyePitch", "rightEyeRoll"]


def test_what_is_not_delivered_is_nan_and_cannot_be_overwritten() -> None:
    assert np.isnan(NOT_TRACKED).all()
    with pytest.raises(ValueError, match="read-only"):
        NOT_TRACKED[0] = 0


def test_frames_become_a_block_and_frames_again() -> None:
    frames = [frame(1), frame(2, tracked=False), frame(4)]

    again = list(Block.of(frames).frames(device=7))

    assert [f.device for f in again] == [7, 7, 7]
    for one, other in zip(frames, again, strict=True):
        assert (one.number, one.device_time, one.arrival_time, one.tracked) == (
            other.number, other.device_time, other.arrival_time, other.tracked,
        )  # fmt: skip
        np.testing.assert_array_equal(one.values, other.values)


def test_blocks_join_and_are_cut() -> None:
    block = Block.of([frame(i) for i in range(10)])

    joined = Block.joined([block.part(0, 4), block.part(4, 10)])

    np.testing.assert_array_equal(joined.values, block.values)
    assert block.where(block.number % 2 == 0).number.tolist() == [0, 2, 4, 6, 8]
    assert len(Block.joined([])) == 0


def test_a_manual_clock_goes_only_forward() -> None:
    clock = ManualClock(5)
    clock.advance(1.5)

    assert clock.now() == 6.5
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_the_system_clock_never_goes_back() -> None:
    clock = SystemClock()
    times = [clock.now() for _ in range(100)]

    assert times == sorted(times)


def test_errors_are_one_family_and_carry_a_hint() -> None:
    for name in errors.__all__:
        error = getattr(errors, name)("what", hint="try")
        assert isinstance(error, errors.MimikError)
        assert (str(error), error.hint) == ("what", "try")
        assert name in (errors.__doc__ or ""), "the drawn tree shows every error"


def test_importing_mimik_loads_nothing() -> None:
    program = (
        "import sys, mimik; print([m for m in ('numpy', 'pyarrow', 'keras', 'jax') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in mimik.__all__:
        assert getattr(mimik, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = mimik.nonsense
