"""iFacialMocap and Facemotion3d: text datagrams over UDP, one phone at a time.

The computer sends a greeting to the phone's port 49983 (Facemotion3d: 49993); the phone then streams to the
same port of the computer ``name_L-<0..100>|...|=head#rx,ry,rz,px,py,pz|rightEye#x,y,z|leftEye#x,y,z|`` in
degrees and metres; Facemotion3d may join names with ``&``. Order is free. There is neither a frame number nor
a device time, so neither lost frames nor the phone's own clock can be known; nor does the app say when it
sees no face.

Rotations about x, y, z are kept as pitch, yaw, roll. By the two real datagrams at hand an eye's x agrees with
``eyeLookDown`` as Live Link Face's pitch does, but its y has the opposite sign of Live Link Face's yaw: do
not mix angles of the two apps. The head's signs are not verified.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import INDEX, blend_shape
from mimik.errors import DatagramError
from mimik.frame import NOT_TRACKED
from mimik.sources.askedphone import AskedPhone, Reading
from mimik.sources.filling import ROTATIONS, put

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.clock import Clock

__all__ = ["FACEMOTION3D_PORT", "GREETING", "PORT", "IFacialMocapReceiver", "parse"]

PORT = 49983
"""UDP port of iFacialMocap, on the phone and on the computer."""

FACEMOTION3D_PORT = 49993
"""That of Facemotion3d."""

GREETING = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
"""The text that makes the phone send."""

_LONGEST = 8192
_MOST_EXTRA = 64
_COEFFICIENT = re.compile(r"(?P<name>[^-&|#=]{1,60})[-&](?P<value>-?\d{1,6}(\.\d{1,9})?)", re.ASCII)
_PARTS = {
    "head": (*ROTATIONS["head"], "headX", "headY", "headZ"),
    "rightEye": ROTATIONS["rightEye"],
    "leftEye": ROTATIONS["leftEye"],
}
_LENGTHS = frozenset({"headX", "headY", "headZ"})


def parse(text: bytes) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Read one datagram.

    Returns:
        The values float32 (64,), named by ``COLUMNS``, about 0..1, radians, metres, NaN where the datagram
        has none; and what it holds beyond that (at most 64 names), which is ignored.

    Raises:
        DatagramError: if it holds no blend shape, or a known name with something else than a number.
    """
    fields = _fields(text)
    values = NOT_TRACKED.copy()
    extra: list[str] = []
    for field in fields:
        head, mark, numbers = field.partition("#")
        if mark and head.lstrip("=") in _PARTS:
            _rotation(values, head.lstrip("="), numbers)
        elif unknown := _coefficient(values, field):
            extra.append(unknown)
    if np.isnan(values[: len(INDEX)]).all():
        raise DatagramError("Expected blend shapes of iFacialMocap, found none.")
    return values, tuple(extra[:_MOST_EXTRA])


def _fields(text: bytes) -> list[str]:
    if len(text) > _LONGEST:
        raise DatagramError(f"Expected at most {_LONGEST} bytes of iFacialMocap text, found more.")
    try:
        return [field for field in text.decode().strip().split("|") if field.strip("= ")]
    except UnicodeDecodeError:
        raise DatagramError("Expected iFacialMocap text in UTF-8, found other bytes.") from None


def _coefficient(values: NDArray[np.float32], field: str) -> str | None:
    """Set one coefficient; return the name if it is no blend shape."""
    found = _COEFFICIENT.fullmatch(field)
    if not found:
        name = blend_shape(re.split("[-&#]", field, maxsplit=1)[0])
        if name:
            raise DatagramError(f"Expected a number from 0 to 100 for {name}, found something else.")
        return field[:60]
    name = blend_shape(found["name"])
    if not name:
        return found["name"]
    put(values, name, float(found["value"]) / 100)
    return None


def _rotation(values: NDArray[np.float32], part: str, numbers: str) -> None:
    names = _PARTS[part]
    try:
        found = [float(number) for number in numbers.split(",")]
    except ValueError:
        found = []
    if len(found) != len(names) or not np.isfinite(found).all() or np.abs(found).max() > 1e6:
        raise DatagramError(f"Expected {len(names)} finite numbers for {part}, found something else.")
    for name, number in zip(names, found, strict=True):
        put(values, name, number if name in _LENGTHS else np.deg2rad(number))


class IFacialMocapReceiver(AskedPhone):
    """A ``Source`` of one phone's frames: greets it, again each second until frames come, and when they stop.

    Frames have ``number`` -1, and their ``device_time`` is the arrival time, as the app sends neither.
    What another address sends is refused.

    Args:
        phone: the phone's IP address, as the app shows it, or its name.
        port: ``PORT``, or ``FACEMOTION3D_PORT``.
        host: this computer's address to listen on, "" for all.
        local_port: port to listen on; by default the same.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MimikError: if the port is taken, the host is not this computer's, or the phone's name leads nowhere.
    """

    def __init__(
        self,
        phone: str,
        port: int = PORT,
        *,
        host: str = "",
        local_port: int | None = None,
        device: int = 1,
        clock: Clock | None = None,
    ) -> None:
        local_port = port if local_port is None else local_port
        super().__init__(phone, port, host=host, local_port=local_port, device=device, clock=clock)

    def _question(self) -> bytes:
        return GREETING

    def _parse(self, datagram: bytes) -> Reading:
        values, extra = parse(datagram)
        return Reading(values, extra=extra)
