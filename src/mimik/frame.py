"""A frame: one moment from one face; and a block: many frames as columns.

Values are kept exactly as the source sent them, but for units: angles are radians, lengths metres.
What a source cannot deliver is NaN here and null on disk, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "NOT_TRACKED", "N_COLUMNS", "Block", "Frame"]

COLUMNS: tuple[str, ...] = (
    *BLEND_SHAPES,
    *("headYaw", "headPitch", "headRoll"),
    *("headX", "headY", "headZ"),
    *("leftEyeYaw", "leftEyePitch", "leftEyeRoll"),
    *("rightEyeYaw", "rightEyePitch", "rightEyeRoll"),
)
"""Names of a frame's 64 values: 52 coefficients, head rotation, head position, left eye, right eye."""

N_COLUMNS = len(COLUMNS)

NOT_TRACKED: NDArray[np.float32] = np.full(N_COLUMNS, np.nan, dtype=np.float32)
"""The values (64,) of a frame without a face."""
NOT_TRACKED.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One moment from one face.

    Attributes:
        device: number of the device within this study or receiver, from 1.
        number: the device's own frame count, or -1 where it has none.
        device_time: seconds on the device's clock, whose zero is the device's own affair.
        arrival_time: seconds since 1970 (UTC) when the frame reached this computer; NaN if never known.
        tracked: whether the device saw a face.
        values: float32 (64,), named by ``COLUMNS``; about 0..1, radians, metres; NaN is "not delivered".
    """

    device: int
    number: int
    device_time: float
    arrival_time: float
    tracked: bool
    values: NDArray[np.float32]

    @property
    def coefficients(self) -> NDArray[np.float32]:
        """The 52 blend shape coefficients (52,), in the order of ``BLEND_SHAPES``; about 0 to 1."""
        return self.values[:52]

    @property
    def head_rotation(self) -> NDArray[np.float32]:
        """Yaw, pitch and roll of the head (3,), radians."""
        return self.values[52:55]

    @property
    def head_position(self) -> NDArray[np.float32]:
        """Place of the head (3,), metres from the camera."""
        return self.values[55:58]

    @property
    def left_eye(self) -> NDArray[np.float32]:
        """Yaw, pitch and roll of the left eye (3,), radians."""
        return self.values[58:61]

    @property
    def right_eye(self) -> NDArray[np.float32]:
        """Yaw, pitch and roll of the right eye (3,), radians."""
        return self.values[61:64]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Frames of one device as columns, in the order they came.

    Attributes:
        number: int32 (n,), the device's own frame count, -1 where it has none.
        device_time: float64 (n,), seconds on the device's clock.
        arrival_time: float64 (n,), seconds since 1970, NaN if never known.
        tracked: bool (n,).
        values: float32 (n, 64), named by ``COLUMNS``; NaN is "not delivered".
    """

    number: NDArray[np.int32]
    device_time: NDArray[np.float64]
    arrival_time: NDArray[np.float64]
    tracked: NDArray[np.bool_]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.device_time)

    @classmethod
    def of(cls, frames: Sequence[Frame]) -> Block:
        """Stack frames, which all come from one device."""
        return cls(
            number=np.array([f.number for f in frames], dtype=np.int32),
            device_time=np.array([f.device_time for f in frames], dtype=np.float64),
            arrival_time=np.array([f.arrival_time for f in frames], dtype=np.float64),
            tracked=np.array([f.tracked for f in frames], dtype=np.bool_),
            values=np.array([f.values for f in frames], dtype=np.float32).reshape(-1, N_COLUMNS),
        )

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        """Put blocks one after another."""
        if not blocks:
            return cls.of(())
        return cls(
            number=np.concatenate([b.number for b in blocks]),
            device_time=np.concatenate([b.device_time for b in blocks]),
            arrival_time=np.concatenate([b.arrival_time for b in blocks]),
            tracked=np.concatenate([b.tracked for b in blocks]),
            values=np.concatenate([b.values for b in blocks]),
        )

    def part(self, start: int, stop: int) -> Block:
        """Return the frames from ``start`` up to ``stop``, as views."""
        return self._rows(slice(start, stop))

    def where(self, chosen: NDArray[np.bool_]) -> Block:
        """Return the frames for which ``chosen`` (n,) is true, as copies."""
        return self._rows(chosen)

    def _rows(self, rows: slice | NDArray[np.bool_]) -> Block:
        return Block(
            number=self.number[rows],
            device_time=self.device_time[rows],
            arrival_time=self.arrival_time[rows],
            tracked=self.tracked[rows],
            values=self.values[rows],
        )

    def frames(self, device: int = 1) -> Iterator[Frame]:
        """Yield the frames one by one, as if ``device`` sent them."""
        for number, device_time, arrival_time, tracked, values in zip(
            self.number.tolist(),
            self.device_time.tolist(),
            self.arrival_time.tolist(),
            self.tracked.tolist(),
            self.values,
            strict=True,
        ):
            yield Frame(device, number, device_time, arrival_time, tracked, values)
