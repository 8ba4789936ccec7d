"""This computer's addresses, as phones in the same network must be told them."""

from __future__ import annotations

import socket

__all__ = ["own_addresses"]

_ELSEWHERE = ("192.0.2.1", 9)
"""An address reserved for documentation; UDP connect sends no packet."""


def own_addresses() -> tuple[str, ...]:
    """Return this computer's IPv4 addresses in local networks, the likeliest first; sends nothing."""
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            found[probe.getsockname()[0]] = None
        except OSError:
            pass  # in no network at all
    try:
        names = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        names = []
    found.update({str(info[4][0]): None for info in names})
    return tuple(address for address in found if not address.startswith("127."))
