"""Face Cap: OSC messages over UDP (the maker's own receiver listens on port 9000).

``/HT`` x y z is the place of the head, ``/HR`` x y z its rotation in degrees, ``/ELR`` and ``/ERR`` x y
those of the left and right eye, and ``/W`` index value one blend shape. There is neither a frame number nor a
time, so neither lost frames nor the phone's clock can be known; nor does the app say when it sees no face.

What is known of it was read, never tried with the app:

- **The order of the blend shapes** (``ORDER``) is that of the receiver the app's maker publishes; a second
  public receiver has the same 52. The datagrams themselves name nothing. The app's TXT recordings do: to be
  safe, record one, move the face, and compare.
- **Lengths** are taken as metres: one public receiver uses them as Unity's unit, the other times 100 as
  centimetres.
- **Rotations** about x, y, z are kept as pitch, yaw, roll. Signs are not verified: do not mix angles of apps.
- **Frames**: a bundle is one frame. Messages that come singly are put together (see ``facecapframes``). What
  a frame lacks is NaN.
"""

from __future__ import annotations

import functools
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DatagramError
from mimik.extras import needs_extra
from mimik.frame import NOT_TRACKED, Frame
from mimik.sources.facecapframes import Assembly
from mimik.sources.filling import put, put_degrees
from mimik.sources.onephone import OnePhone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from mimik.clock import Clock

__all__ = ["ORDER", "PORT", "FaceCapReceiver", "Part", "parse"]

PORT = 9000
"""UDP port of the maker's receiver; the app can send to any."""

_SIDES = ("Left", "Right")


def _pairs(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}{side}" for stem in stems for side in _SIDES)


ORDER: tuple[str, ...] = (
    *("browInnerUp", *_pairs("browDown", "browOuterUp")),
    *_pairs("eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeBlink", "eyeSquint", "eyeWide"),
    *("cheekPuff", *_pairs("cheekSquint", "noseSneer")),
    *("jawOpen", "jawForward", "jawLeft", "jawRight"),
    *("mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"),
    *("mouthRollUpper", "mouthRollLower", "mouthShrugUpper", "mouthShrugLower", "mouthClose"),
    *_pairs("mouthSmile", "mouthFrown", "mouthDimple", "mouthUpperUp", "mouthLowerDown"),
    *_pairs("mouthPress", "mouthStretch"),
    "tongueOut",
)
"""Names of the 52 blend shapes by their index in ``/W``; read, not verified with the app."""

_BUNDLE = b"#bundle\0"
_CONTENT = 16  # bytes of a bundle before its first message: the word above, and a time tag
_NUMBERS = {b"/HT": 3, b"/HR": 3, b"/ELR": 2, b"/ERR": 2, b"/W": 2}
_PARTS = {b"/HR": "head", b"/ELR": "leftEye", b"/ERR": "rightEye"}
_TAGS = {3: re.compile(rb",[if]{3}\0{4}"), 2: re.compile(rb",[if]{2}\0")}
_MOST_EXTRA = 64
_RANK = np.array([ORDER.index(name) for name in BLEND_SHAPES], dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one datagram says of a frame.

    Attributes:
        values: float32 (64,), named by ``COLUMNS``, about 0..1, radians, metres; NaN for what it lacks.
        whole: whether it is a bundle, and so the whole frame.
        extra: addresses (at most 64) that are no known values; ignored.
    """

    values: NDArray[np.float32]
    whole: bool
    extra: tuple[str, ...]


def parse(datagram: bytes) -> Part:
    """Read one datagram.

    Raises:
        DatagramError: it is no OSC, a message of Face Cap is not as it should be, a value comes twice, or a
            bundle holds no blend shape.
        MissingExtra: python-osc is not installed.
    """
    values = NOT_TRACKED.copy()
    whole = datagram.startswith(_BUNDLE)
    extra: list[str] = []
    for message in _messages(datagram) if whole else (datagram,):
        if unknown := _take(values, message):
            extra.append(unknown)
    if whole and np.isnan(values[: len(INDEX)]).all():
        raise DatagramError("Expected blend shapes of Face Cap, found none.")
    return Part(values, whole, tuple(extra[:_MOST_EXTRA]))


def _messages(bundle: bytes) -> Iterator[bytes]:
    """Yield what stands in a bundle; python-osc would go round and round in one with a negative length."""
    at = _CONTENT
    while at < len(bundle):
        (length,) = struct.unpack_from(">i", bundle, at) if at + 4 <= len(bundle) else (-1,)
        if not 0 < length <= len(bundle) - at - 4:
            raise DatagramError("Expected an OSC bundle of whole messages, found another length.")
        yield bundle[at + 4 : at + 4 + length]
        at += 4 + length


def _take(values: NDArray[np.float32], message: bytes) -> str | None:
    """Set what a message says; return its address if that is not one of Face Cap's."""
    address = message.partition(b"\0")[0]
    if not address.startswith(b"/"):
        raise DatagramError("Expected OSC messages of Face Cap, found something else.")
    if address not in _NUMBERS:
        return address[:60].decode("ascii", "replace")
    numbers = _numbers(message, address)
    if address == b"/W":
        put(values, _shape(numbers[0]), numbers[1])
    elif address == b"/HT":
        for name, length in zip(("headX", "headY", "headZ"), numbers, strict=True):
            put(values, name, length)
    else:
        put_degrees(values, _PARTS[address], numbers)
    return None


def _numbers(message: bytes, address: bytes) -> list[float]:
    """Return the numbers of a message; python-osc would read missing bytes as zeros."""
    n = _NUMBERS[address]
    tags_at = (len(address) // 4 + 1) * 4
    numbers_at = len(message) - 4 * n
    if numbers_at < tags_at or not _TAGS[n].fullmatch(message[tags_at:numbers_at]):
        raise DatagramError(f"Expected {n} numbers after {address.decode()}, found something else.")
    numbers: list[float] = _osc_message()(message).params
    return numbers


def _shape(index: float) -> str:
    if not isinstance(index, int) or not 0 <= index < len(ORDER):
        raise DatagramError(f"Expected a blend shape's number from 0 to {len(ORDER) - 1}, found another.")
    return ORDER[index]


@functools.cache
def _osc_message() -> Any:
    with needs_extra("live"):
        from pythonosc.osc_message import OscMessage
    return OscMessage


class FaceCapReceiver(OnePhone):
    """A ``Source`` of the frames of one phone with Face Cap: the first that sends.

    What another address sends is refused. Frames have ``number`` -1, and their ``device_time`` is the arrival
    time, as the app sends neither.

    Args:
        port: UDP port, 0 for any free one; as set in the app.
        host: this computer's address to listen on, "" for all.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MimikError: if the port is taken or the host is not this computer's.
        MissingExtra: python-osc is not installed.
    """

    def __init__(
        self, port: int = PORT, *, host: str = "", device: int = 1, clock: Clock | None = None
    ) -> None:
        _osc_message()
        super().__init__(host, port, device=device, clock=clock)
        self._phone: str | None = None
        self._assembly = Assembly(_RANK)

    @property
    def phone(self) -> str | None:
        """Address of the phone; None before it has sent."""
        return self._phone

    def _read(self, datagram: bytes, host: str) -> Iterable[Frame]:
        if self._phone not in (None, host):
            raise DatagramError(
                "Expected datagrams of the one phone that sent first, found another sender.",
                hint="Give each phone a port of its own. If the phone's address has changed, start again.",
            )
        part = parse(datagram)
        self._note(part.extra)
        if np.isnan(part.values).all():
            return ()
        self._phone = host
        return self._put_together(part, self._clock.now())

    def _put_together(self, part: Part, now: float) -> list[Frame]:
        if not part.whole:
            return [self._frame(*done) for done in self._assembly.add(part.values, now)]
        return [*(self._frame(*done) for done in self._assembly.finish()), self._frame(part.values, now)]

    def _overdue(self) -> list[Frame]:
        return [self._frame(*done) for done in self._assembly.overdue(self._clock.now())]

    def _frame(self, values: NDArray[np.float32], arrival: float) -> Frame:
        self._last_frame = arrival
        return Frame(self._device, -1, arrival, arrival, True, values)
