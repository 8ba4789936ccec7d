"""Whether what a request brings could have been read on its way."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from mimik.web.access import LOCAL_HOSTS
from mimik.web.visit import host_name

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["is_private"]


def is_private(asked: HTTPConnection) -> bool:
    """Whether nobody in the network can read a request: it came over TLS, or from this computer to itself.

    Both its sender and the name it asks for must be this computer's own: a program here that passes on what
    others sent in plain gives itself away by the name.
    """
    if asked.scope["scheme"] == "https":
        return True
    sender = asked.client.host if asked.client else ""
    return _is_loopback(sender) and host_name(asked.headers.get("host", "")) in LOCAL_HOSTS


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
