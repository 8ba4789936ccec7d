"""How a session begins, wherever it is run: what is known of it, and the engine that this makes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from mimik.capture.engine import Engine
from mimik.study.session import SessionFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.capture.resumption import PastRecording
    from mimik.protocol import Protocol

__all__ = ["engine_of", "new_facts"]


def new_facts(
    protocol: Protocol,
    *,
    device: int,
    app: str,
    rate: float | None,
    language: str,
    position: int,
    at: float,
    seed: int | None = None,
) -> SessionFacts:
    """Return what is known before a session starts.

    Args:
        protocol: what the participant will be asked to do.
        device: the study's number of the device.
        app: what sends the frames.
        rate: frames a second, or None if not known.
        language: of the prompts.
        position: the participant's place among all, from 0.
        at: seconds since 1970 (UTC).
        seed: of the order of trials; None draws a fresh one.
    """
    return SessionFacts(
        started=at,
        device=device,
        app=app,
        rate=rate,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        position=position,
        language=language,
        protocol=protocol.name,
        protocol_version=protocol.version,
    )


def engine_of(
    protocol: Protocol, facts: SessionFacts, *, done: Iterable[PastRecording] = (), asks: bool = False
) -> Engine:
    """Return the engine of a session that begins, or goes on after ``done``; see ``Engine``."""
    return Engine(
        protocol,
        seed=facts.seed or 0,
        position=facts.position or 0,
        language=facts.language,
        done=done,
        asks=asks,
    )
