"""Real and made-up input for the tests of sources."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def captured(real_data: Path) -> list[bytes]:
    """The datagrams of a real capture, each stored as u32 length + bytes."""
    raw = (real_data / "livelink-udp" / "capture.bin").read_bytes()
    found, at = [], 0
    while at < len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        found.append(raw[at + 4 : at + 4 + length])
        at += 4 + length
    return found


@pytest.fixture
def send() -> Iterator[Callable[[bytes, tuple[str, int]], None]]:
    """Sends one datagram to an address, from this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        yield lambda datagram, address: out.sendto(datagram, address) and None
