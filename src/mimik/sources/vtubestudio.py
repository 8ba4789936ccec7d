"""VTube Studio on an iPhone or iPad: JSON datagrams over UDP, sent as long as the computer asks for them.

The computer sends a request to the phone's port 21412, and again before the time named in it is over. The
phone answers to the port named in it, a datagram a frame: ``Timestamp`` (milliseconds since 1970),
``FaceFound``, ``BlendShapes`` (a list of ``{"k": name, "v": value}``), and ``Rotation``, ``Position``,
``EyeLeft`` and ``EyeRight`` with x, y, z. So this app tells both the time on the phone and whether it sees a
face. It does not count frames.

Read, never tried with the app: rotations are taken as degrees about x, y, z, and kept as pitch, yaw, roll.
Signs are not verified: do not mix angles of apps. The unit of ``Position`` is not published, so the place of
the head is not delivered (NaN).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import INDEX, blend_shape
from mimik.errors import DatagramError
from mimik.frame import NOT_TRACKED
from mimik.sources.askedphone import AskedPhone, Reading
from mimik.sources.filling import put, put_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.clock import Clock

__all__ = ["PORT", "VTubeStudioReceiver", "parse", "request"]

PORT = 21412
"""UDP port of the app on the phone, which its settings show."""

_SECONDS = 5.0  # the phone goes on sending after a request; we ask each second
_LATEST = 10**14  # ms; the year 5138
_MOST_EXTRA = 64
_ROTATIONS = {"Rotation": "head", "EyeLeft": "leftEye", "EyeRight": "rightEye"}


def request(port: int) -> bytes:
    """Return the datagram that asks the phone to send to a port of this computer for five seconds."""
    wanted = {"messageType": "iOSTrackingDataRequest", "time": _SECONDS, "sentBy": "Mimik", "ports": [port]}
    return json.dumps(wanted).encode()


def parse(datagram: bytes) -> Reading:
    """Read one datagram.

    Raises:
        DatagramError: it is not the app's JSON, holds no time, does not say whether there is a face, or says
            so and holds no blend shape.
    """
    content = _content(datagram)
    time, found = content.get("Timestamp"), content.get("FaceFound")
    if not isinstance(time, int) or isinstance(time, bool) or not 0 < time < _LATEST:
        raise DatagramError("Expected a Timestamp in milliseconds since 1970, found something else.")
    if not isinstance(found, bool):
        raise DatagramError("Expected FaceFound to be true or false, found something else.")
    if not found:
        return Reading(NOT_TRACKED, tracked=False, device_time=time / 1000)
    values = NOT_TRACKED.copy()
    extra = _blend_shapes(values, content.get("BlendShapes"))
    for key, part in _ROTATIONS.items():
        if key in content:
            put_degrees(values, part, _xyz(key, content[key]))
    return Reading(values, device_time=time / 1000, extra=extra)


def _content(datagram: bytes) -> dict[str, Any]:
    try:
        content = json.loads(datagram.decode())
    except (ValueError, RecursionError):
        raise DatagramError("Expected JSON of VTube Studio, found something else.") from None
    if not isinstance(content, dict):
        raise DatagramError("Expected a JSON object of VTube Studio, found other JSON.")
    return content


def _blend_shapes(values: NDArray[np.float32], entries: object) -> tuple[str, ...]:
    """Set the coefficients; return the names that are no blend shapes."""
    extra: list[str] = []
    for entry in entries if isinstance(entries, list) else ():
        spelling, value = (entry.get("k"), entry.get("v")) if isinstance(entry, dict) else (None, None)
        if not isinstance(spelling, str):
            raise DatagramError("Expected blend shapes with a name k and a value v, found something else.")
        name = blend_shape(spelling)
        if name is None:
            extra.append(spelling[:60].encode(errors="replace").decode())
        else:
            put(values, name, _number(name, value))
    if np.isnan(values[: len(INDEX)]).all():
        raise DatagramError("Expected blend shapes of VTube Studio, found none.")
    return tuple(extra[:_MOST_EXTRA])


def _xyz(key: str, value: object) -> list[float]:
    if not isinstance(value, dict):
        raise DatagramError(f"Expected x, y and z for {key}, found something else.")
    return [_number(f"{key} {axis}", value.get(axis)) for axis in "xyz"]


def _number(name: str, value: object) -> float:
    # Whole numbers may be too long for a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e30:
        raise DatagramError(f"Expected a number for {name}, found something else.")
    return float(value)


class VTubeStudioReceiver(AskedPhone):
    """A ``Source`` of one phone's frames: asks it each second for more.

    Frames have ``number`` -1; ``device_time`` is the phone's own time, seconds since 1970. A frame in which
    the phone found no face is not tracked. What another address sends is refused.

    Args:
        phone: the phone's IP address, as the app shows it, or its name.
        port: where the app listens.
        host: this computer's address to listen on, "" for all.
        local_port: port to listen on, by default any free one; the phone is told which.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MimikError: if the port is taken, the host is not this computer's, or the phone's name leads nowhere.
    """

    _asks_on = True

    def __init__(
        self,
        phone: str,
        port: int = PORT,
        *,
        host: str = "",
        local_port: int = 0,
        device: int = 1,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(phone, port, host=host, local_port=local_port, device=device, clock=clock)

    def _question(self) -> bytes:
        return request(self.address[1])

    def _parse(self, datagram: bytes) -> Reading:
        return parse(datagram)
