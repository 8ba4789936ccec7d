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
import socket
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import INDEX, blend_shape
from mimik.clock import Clock, SystemClock
from mimik.errors import DatagramError, MimikError
from mimik.frame import COLUMNS, NOT_TRACKED, Frame
from mimik.sources.refusals import Refusal, Refusals
from mimik.sources.udp import UdpSocket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["FACEMOTION3D_PORT", "GREETING", "PORT", "IFacialMocapReceiver", "parse"]

PORT = 49983
"""UDP port of iFacialMocap, on the phone and on the computer."""

FACEMOTION3D_PORT = 49993
"""That of Facemotion3d."""

GREETING = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
"""The text that makes the phone send."""

_GREET_EVERY = 1.0
_LONGEST = 8192
_MOST_EXTRA = 64
_COEFFICIENT = re.compile(r"(?P<name>[^-&|#=]{1,60})[-&](?P<value>-?\d{1,6}(\.\d{1,9})?)", re.ASCII)
_PARTS = {
    # The app gives rotations about x, y, z: pitch, yaw, roll.
    "head": ("headPitch", "headYaw", "headRoll", "headX", "headY", "headZ"),
    "rightEye": ("rightEyePitch", "rightEyeYaw", "rightEyeRoll"),
    "leftEye": ("leftEyePitch", "leftEyeYaw", "leftEyeRoll"),
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
    _set(values, name, float(found["value"]) / 100)
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
        _set(values, name, number if name in _LENGTHS else np.deg2rad(number))


def _set(values: NDArray[np.float32], name: str, value: float) -> None:
    position = COLUMNS.index(name)
    if not np.isnan(values[position]):
        raise DatagramError(f"Expected {name} once, found it again.")
    values[position] = value


def _address(host: str) -> str:
    """Return the IPv4 address of a name, since packets come with an address; raises MimikError."""
    try:
        return socket.gethostbyname(host)
    except (OSError, UnicodeError) as error:
        raise MimikError(
            f"Expected the phone's address, found {host!r}, which leads nowhere.",
            hint="The app shows the address on its screen, such as 192.168.1.20.",
        ) from error


class IFacialMocapReceiver:
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
        self._phone = (_address(phone), port)
        self._device = device
        self._clock = clock or SystemClock()
        self._refusals = Refusals()
        self._extra: dict[str, None] = {}
        self._last_greeting = self._last_frame = -np.inf
        self._socket = UdpSocket(host, port if local_port is None else local_port)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        return self._socket.address

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused: each message once per sender, with its count."""
        return self._refusals.all()

    @property
    def last_arrival(self) -> float:
        """When the last frame came, seconds since 1970; minus infinity before the first."""
        return float(self._last_frame)

    @property
    def extra(self) -> tuple[str, ...]:
        """Names the phone sends that are no known values, at most 64; ignored."""
        return tuple(self._extra)

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None after ``close``."""
        self._greet()
        for batch in self._socket.until(timeout):
            frames = [frame for text, host in batch if (frame := self._frame(text, host))]
            if frames:
                return frames
            self._greet()
        return None if self._socket.closed else ()

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._socket.close()

    def __enter__(self) -> IFacialMocapReceiver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _greet(self) -> None:
        now = self._clock.now()
        if self._socket.closed or now - max(self._last_greeting, self._last_frame) < _GREET_EVERY:
            return
        self._last_greeting = now
        self._socket.send(GREETING, self._phone)

    def _frame(self, text: bytes, host: str) -> Frame | None:
        try:
            if host != self._phone[0]:
                raise DatagramError("Expected datagrams of the one phone greeted, found another sender.")
            values, extra = parse(text)
        except DatagramError as error:
            self._refusals.add(host, error)
            return None
        for name in extra[: _MOST_EXTRA - len(self._extra)]:
            self._extra[name] = None
        now = self._last_frame = self._clock.now()
        return Frame(self._device, -1, now, now, True, values)
