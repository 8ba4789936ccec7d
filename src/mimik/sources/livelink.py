"""Live Link Face datagrams, version 6, as the free iPhone app sends them over UDP (default port 11111).

Big-endian: version u8 = 6; device id and subject name, each i32 length + UTF-8; frame number i32; sub-frame
f32; rate numerator and denominator i32; value count u8 = 61; values 61 x f32. Without a face in view the
datagram ends after the rate.

Two things to know about the values:

- The pairs JawLeft/JawRight and MouthLeft/MouthRight are read left first, as the public receivers do. The
  app's own CSV files put the right one first, and nobody has verified the UDP order for good.
- Head and eye angles are radians. The app does not say so; recordings do: an eye that looks down as far
  as 0.42 of its range has a pitch of 0.26, and the largest yaw of an eye in a range-of-motion take is 0.63
  (36 degrees).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DatagramError
from mimik.frame import COLUMNS, N_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "N_VALUES",
    "PORT",
    "VALUE_NAMES",
    "VERSION",
    "Packet",
    "encode",
    "from_values",
    "parse",
    "sender_of",
    "to_values",
]

PORT = 11111
"""The UDP port the app suggests."""

VERSION = 6
"""The only version read and written."""

VALUE_NAMES: tuple[str, ...] = (
    *BLEND_SHAPES,
    *("headYaw", "headPitch", "headRoll"),
    *("leftEyeYaw", "leftEyePitch", "leftEyeRoll"),
    *("rightEyeYaw", "rightEyePitch", "rightEyeRoll"),
)
"""Names of the 61 values in the order of the datagram: Mimik's order of blend shapes is the app's."""

N_VALUES = len(VALUE_NAMES)

_POSITIONS = np.array([COLUMNS.index(name) for name in VALUE_NAMES])
_GAP = COLUMNS.index("headX")
_GAP_END = COLUMNS.index("headZ") + 1
_LENGTH = struct.Struct(">i")
_TIMECODE = struct.Struct(">ifii")
_VALUES = np.dtype(">f4")
_BODY = 1 + N_VALUES * _VALUES.itemsize
_LONGEST_TEXT = 1024  # bytes; a real id has 36, a name a few dozen: more is no phone


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """What one datagram says.

    Attributes:
        device_id: the phone's own id; identifies a person's device, so it never leaves the receiver.
        subject: the name given in the app, which may be a person's; likewise.
        number: the device's frame count, >= 0, at the base of ``rate``.
        subframe: the part of a frame by which the moment is later than ``number``, usually 0 to 1.
        values: float32 (61,), named by ``VALUE_NAMES``, about 0..1 and radians; None without a face.
        numerator: frames counted ...
        denominator: ... in this many seconds. 30 fps may count by two at a base of 60.
    """

    device_id: str
    subject: str
    number: int
    subframe: float
    values: NDArray[np.float32] | None
    numerator: int = 60
    denominator: int = 1

    @property
    def rate(self) -> float:
        """Base of the frame count, per second."""
        return self.numerator / self.denominator

    @property
    def count(self) -> float:
        """Frame count with its fraction: whole numbers jump now and then, as a phone's 60 is nearly 59.9."""
        return self.number + self.subframe

    @property
    def time(self) -> float:
        """Device time in seconds, by default since the phone's start."""
        return (self.number + self.subframe) * self.denominator / self.numerator


def parse(datagram: bytes) -> Packet:
    """Read one datagram.

    Raises:
        DatagramError: if it is anything but one whole Live Link Face datagram of version 6.
    """
    start = _head_end(datagram)
    device_id, subject = _names(datagram[1:start])
    body = start + _TIMECODE.size
    if len(datagram) < body:
        raise DatagramError(f"Expected a timecode of {_TIMECODE.size} bytes, found {len(datagram) - start}.")
    number, subframe, numerator, denominator = _TIMECODE.unpack_from(datagram, start)
    if number < 0 or not math.isfinite(subframe):
        raise DatagramError("Expected a frame number from 0 and a finite sub-frame, found another.")
    if numerator <= 0 or denominator <= 0:
        raise DatagramError("Expected a frame rate above 0, found another.")
    values = None if len(datagram) == body else _values(datagram, body)
    return Packet(device_id, subject, number, subframe, values, numerator, denominator)


def sender_of(datagram: bytes) -> str:
    """Return the device id of a datagram, in a fifth of the time that ``parse`` takes; errors as there."""
    return _names(datagram[1 : _head_end(datagram)])[0]


def encode(packet: Packet) -> bytes:
    """Write one datagram, the exact inverse of ``parse``.

    Raises:
        ValueError: if the values are not (61,).
        struct.error: if a number does not fit its field.
    """
    texts = (text.encode() for text in (packet.device_id, packet.subject))
    head = b"".join(_LENGTH.pack(len(text)) + text for text in texts)
    timecode = _TIMECODE.pack(packet.number, packet.subframe, packet.numerator, packet.denominator)
    start = bytes([VERSION]) + head + timecode
    if packet.values is None:
        return start
    if packet.values.shape != (N_VALUES,):
        raise ValueError(f"a packet's values are ({N_VALUES},), got {packet.values.shape}")
    return start + bytes([N_VALUES]) + packet.values.astype(_VALUES).tobytes()


def to_values(native: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the 61 native values (..., 61) as a frame's (..., 64), NaN for the head's position."""
    # The head's position is the one gap between the two orders; slices are faster than positions.
    values = np.empty((*native.shape[:-1], N_COLUMNS), dtype=np.float32)
    values[..., :_GAP] = native[..., :_GAP]
    values[..., _GAP:_GAP_END] = np.nan
    values[..., _GAP_END:] = native[..., _GAP:]
    return values


def from_values(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a frame's values (..., 64) as the 61 native ones (..., 61); the inverse of ``to_values``."""
    return values[..., _POSITIONS].astype(np.float32)


def _head_end(datagram: bytes) -> int:
    """Return where the two texts end, by their stated lengths."""
    if not datagram or datagram[0] != VERSION:
        raise _other_version(datagram)
    end = 1
    for what in ("device id", "subject name"):
        if len(datagram) < end + _LENGTH.size:
            raise DatagramError(f"Expected a {what}, but the datagram ends before it.")
        (length,) = _LENGTH.unpack_from(datagram, end)
        end += _LENGTH.size + length
        if not 0 <= length <= _LONGEST_TEXT or end > len(datagram):
            raise DatagramError(f"Expected the length of a {what} that fits its datagram, found another.")
    return end


@lru_cache(maxsize=1024)  # every datagram of a phone has the same
def _names(texts: bytes) -> tuple[str, str]:
    (length,) = _LENGTH.unpack_from(texts)
    middle = _LENGTH.size + length
    try:
        return texts[_LENGTH.size : middle].decode(), texts[middle + _LENGTH.size :].decode()
    except UnicodeDecodeError:
        raise DatagramError("Expected a device id and a subject name in UTF-8, found other bytes.") from None


def _values(datagram: bytes, body: int) -> NDArray[np.float32]:
    count = datagram[body]
    if count != N_VALUES:
        raise DatagramError(f"Expected {N_VALUES} values, found a count of {count}.")
    if len(datagram) != body + _BODY:
        kind = "too few" if len(datagram) < body + _BODY else "bytes left over after them"
        raise DatagramError(f"Expected exactly {N_VALUES} values of 4 bytes, found {kind}.")
    values = np.frombuffer(datagram, _VALUES, N_VALUES, body + 1).astype(np.float32)
    # Python's sum runs in double precision: float32 can't overflow it, and NaN and infinities stay.
    if not math.isfinite(sum(values.tolist())):
        raise DatagramError("Expected finite values, found infinite ones or NaN.")
    return values


def _other_version(datagram: bytes) -> DatagramError:
    if not datagram:
        return DatagramError("Expected a Live Link Face datagram, found an empty one.")
    version = datagram[0]
    if version == 0:  # its version is two bytes wide
        return DatagramError(
            f"Expected Live Link Face version {VERSION}, found what looks like MetaHuman Animator mode.",
            hint='In the app\'s settings choose the mode "Live Link (ARKit)".',
        )
    if version < VERSION:
        return DatagramError(
            f"Expected Live Link Face version {VERSION}, found version {version} of an older app.",
            hint="Update Live Link Face on the phone.",
        )
    return DatagramError(
        f"Expected Live Link Face version {VERSION}, found {version}.",
        hint="Is another program sending to this port? If it is Live Link Face, a newer Mimik may know it.",
    )
