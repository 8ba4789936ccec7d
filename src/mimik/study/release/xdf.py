"""XDF 1.0, the file format of Lab Streaming Layer: chunks, each with its length and a tag.

Written from https://github.com/sccn/xdf/wiki/Specifications. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

__all__ = ["XdfWriter", "stream_header", "varlen"]

_MAGIC = b"XDF:"
_FILE_HEADER, _STREAM_HEADER, _SAMPLES, _STREAM_FOOTER = 1, 2, 3, 6
_CHUNK = 1000  # samples


class XdfWriter:
    """Writes streams into an open file; each stream is begun, given its samples and ended."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.write(_MAGIC)
        info = ET.Element("info")
        ET.SubElement(info, "version").text = "1.0"
        self._chunk(_FILE_HEADER, _xml(info))

    def stream(self, number: int, header: ET.Element) -> None:
        """Begin a stream under a number of its own."""
        self._chunk(_STREAM_HEADER, struct.pack("<I", number) + _xml(header))

    def numbers(self, number: int, times: NDArray[np.float64], values: NDArray[np.float32]) -> None:
        """Write all samples of a stream of numbers: float64 (n,), seconds, and float32 (n, k); and end it."""
        kind = np.dtype([("bytes", "u1"), ("time", "<f8"), ("values", "<f4", (values.shape[1],))])
        samples = np.empty(len(times), kind)  # packed: no gaps between the parts
        samples["bytes"], samples["time"], samples["values"] = 8, times, values
        for start in range(0, len(samples), _CHUNK):
            part = samples[start : start + _CHUNK]
            self._samples(number, len(part), part.tobytes())
        self._end(number, times.tolist())

    def words(self, number: int, times: Sequence[float], values: Sequence[str]) -> None:
        """Write all samples of a stream of one text channel, and end it."""
        samples = [struct.pack("<Bd", 8, t) + _text(v) for t, v in zip(times, values, strict=True)]
        if samples:
            self._samples(number, len(samples), b"".join(samples))
        self._end(number, times)

    def _samples(self, number: int, count: int, data: bytes) -> None:
        self._chunk(_SAMPLES, struct.pack("<I", number) + varlen(count) + data)

    def _end(self, number: int, times: Sequence[float]) -> None:
        info = ET.Element("info")
        if times:
            ET.SubElement(info, "first_timestamp").text = repr(float(times[0]))
            ET.SubElement(info, "last_timestamp").text = repr(float(times[-1]))
        ET.SubElement(info, "sample_count").text = str(len(times))
        self._chunk(_STREAM_FOOTER, struct.pack("<I", number) + _xml(info))

    def _chunk(self, tag: int, content: bytes) -> None:
        self._file.write(varlen(len(content) + 2) + struct.pack("<H", tag) + content)


def varlen(number: int) -> bytes:
    """Return an integer >= 0 as XDF writes lengths: how many bytes it takes (1, 4 or 8), then it."""
    if number < 1 << 8:
        return struct.pack("<BB", 1, number)
    if number < 1 << 32:
        return struct.pack("<BI", 4, number)
    return struct.pack("<BQ", 8, number)


def stream_header(
    name: str,
    kind: str,
    form: str,
    channels: Sequence[tuple[str, str, str]],
    facts: dict[str, str],
) -> ET.Element:
    """Return the header of a stream whose samples come at irregular times.

    Args:
        name: of the stream.
        kind: what it holds, such as "MoCap".
        form: "float32" or "string".
        channels: label, type and unit of each.
        facts: where it comes from.
    """
    info = ET.Element("info")
    for key, value in {
        "name": name,
        "type": kind,
        "channel_count": str(len(channels)),
        "nominal_srate": "0",  # irregular: frames get lost, and between trials there are none
        "channel_format": form,
    }.items():
        ET.SubElement(info, key).text = value
    desc = ET.SubElement(info, "desc")
    listed = ET.SubElement(desc, "channels")
    for channel in channels:
        element = ET.SubElement(listed, "channel")
        for key, value in zip(("label", "type", "unit"), channel, strict=True):
            ET.SubElement(element, key).text = value
    origin = ET.SubElement(desc, "acquisition")
    for key, value in facts.items():
        ET.SubElement(origin, key).text = value
    return info


def _xml(element: ET.Element) -> bytes:
    data: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0"?>' + data


def _text(value: str) -> bytes:
    data = value.encode()
    return varlen(len(data)) + data
