"""Writes an XDF file from LSL streams, as a recorder in the lab does.

Follows the XDF 1.0 specification: the four bytes ``XDF:``, then chunks of length, tag, number of the stream
(where it belongs to one) and content, all little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pylsl import StreamInlet, local_clock

FILE_HEADER, STREAM_HEADER, SAMPLES, CLOCK_OFFSET, BOUNDARY, STREAM_FOOTER = range(1, 7)
BOUNDARY_MARK = bytes.fromhex("43A546DCCBF5410FB30ED5467383CBE4")


def record_xdf(path: Path, inlets: Sequence[StreamInlet], counts: Sequence[int], timeout: float) -> None:
    """Record so many samples of each stream, with a measurement of the clocks before and after them."""
    with path.open("wb") as file:
        file.write(b"XDF:")
        file.write(chunk(FILE_HEADER, b'<?xml version="1.0"?><info><version>1.0</version></info>'))
        for number, inlet in enumerate(inlets, 1):
            file.write(chunk(STREAM_HEADER, inlet.info(timeout).as_xml().encode(), number))
            file.write(clock_offset(inlet, number, timeout))
        for number, (inlet, count) in enumerate(zip(inlets, counts, strict=True), 1):
            values, stamps = pull(inlet, count, timeout)
            file.write(chunk(SAMPLES, samples(values, stamps), number))
            file.write(chunk(BOUNDARY, BOUNDARY_MARK))
            file.write(clock_offset(inlet, number, timeout))
            file.write(chunk(STREAM_FOOTER, footer(stamps), number))


def pull(inlet: StreamInlet, count: int, timeout: float) -> tuple[list[list[Any]], list[float]]:
    """Take so many samples from an inlet."""
    values, stamps = [], []
    for _ in range(count):
        sample, stamp = inlet.pull_sample(timeout)
        assert sample is not None, f"{len(values)} of {count} samples came"
        values.append(sample)
        stamps.append(stamp)
    return values, stamps


def chunk(tag: int, content: bytes, stream: int | None = None) -> bytes:
    numbered = b"" if stream is None else struct.pack("<I", stream)
    return struct.pack("<BIH", 4, 2 + len(numbered) + len(content), tag) + numbered + content


def clock_offset(inlet: StreamInlet, stream: int, timeout: float) -> bytes:
    """The time of a measurement on the sender's clock, and by how much the recorder's is ahead."""
    offset = inlet.time_correction(timeout)
    return chunk(CLOCK_OFFSET, struct.pack("<dd", local_clock() - offset, offset), stream)


def samples(values: Sequence[Sequence[Any]], stamps: Sequence[float]) -> bytes:
    content = struct.pack("<BI", 4, len(values))
    for sample, stamp in zip(values, stamps, strict=True):
        content += struct.pack("<Bd", 8, stamp)
        if isinstance(sample[0], str):
            for text in (part.encode() for part in sample):
                content += struct.pack("<BI", 4, len(text)) + text
        else:
            content += struct.pack(f"<{len(sample)}f", *sample)
    return content


def footer(stamps: Sequence[float]) -> bytes:
    first, last = stamps[0], stamps[-1]
    return (
        f'<?xml version="1.0"?><info><first_timestamp>{first!r}</first_timestamp>'
        f"<last_timestamp>{last!r}</last_timestamp><sample_count>{len(stamps)}</sample_count></info>"
    ).encode()
