"""One way to name any outlet, for commands and programs: ``websocket``, ``osc:HOST:PORT``, a file ..."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.live.outlet import Outlet

__all__ = ["OUTLETS", "make_outlet"]

OUTLETS: Mapping[str, str] = MappingProxyType(
    {
        "websocket": "websocket[:[HOST:]PORT]",
        "lsl": "lsl[:NAME]",
        "osc": "osc:HOST:PORT",
        ".csv": "FILE.csv",
        ".jsonl": "FILE.jsonl",
    }
)
"""Kind of outlet, or how a file's name ends -> how one is written."""


def make_outlet(text: str) -> Outlet:
    """Return the outlet that a text names, not yet open.

    Raises:
        MimikError: nothing is named so; says what is possible.
    """
    kind, _, rest = text.partition(":")
    kind = kind.strip().lower()
    if kind in _MADE:
        return _MADE[kind](text, rest.strip())
    ending = Path(text).suffix.lower()
    if ending == ".csv":
        return _outlet("lines", "CsvOutlet", Path(text))
    if ending == ".jsonl":
        return _outlet("lines", "JsonLinesOutlet", Path(text))
    raise MimikError(
        f"Expected an outlet, found {text!r}.", hint=f"Possible are {', '.join(OUTLETS.values())}."
    )


def _websocket(text: str, rest: str) -> Outlet:
    if not rest:
        return _outlet("websocket", "WebSocketOutlet")
    host, _, port = rest.rpartition(":")
    where = {"host": _plain(host)} if host else {}
    return _outlet("websocket", "WebSocketOutlet", port=_port(text, port), **where)


def _lsl(text: str, rest: str) -> Outlet:  # noqa: ARG001 - the other kinds need it for their errors
    return _outlet("lsl", "LslOutlet", **({"name": rest} if rest else {}))


def _osc(text: str, rest: str) -> Outlet:
    host, _, port = rest.rpartition(":")
    if not host:
        raise MimikError(
            f"Expected {OUTLETS['osc']}, found {text!r}.",
            hint="For a program on this computer: osc:localhost:9000",
        )
    return _outlet("osc", "OscOutlet", _plain(host), _port(text, port))


_MADE: Mapping[str, Callable[[str, str], Outlet]] = {"websocket": _websocket, "lsl": _lsl, "osc": _osc}


def _outlet(module: str, kind: str, /, *arguments: object, **more: object) -> Outlet:
    """Make an outlet whose module, and the packages it needs, nobody else should have to load."""
    maker = getattr(importlib.import_module(f"mimik.live.outlets.{module}"), kind)
    made: Outlet = maker(*arguments, **more)
    return made


def _plain(host: str) -> str:
    """Take the brackets from an IPv6 address."""
    return host.strip().removeprefix("[").removesuffix("]")


def _port(text: str, port: str) -> int:
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise MimikError(f"Expected a port from 1 to 65535 in {text!r}, found {port!r}.")
    return int(port)
