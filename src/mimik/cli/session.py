"""Running one session in the terminal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from mimik.capture.engine import Engine
from mimik.capture.recorder import Recorder
from mimik.capture.run import run
from mimik.cli.screen import Screen
from mimik.study.session import SessionFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.capture.view import View
    from mimik.cli.seat import Seat
    from mimik.cli.sitting import Who
    from mimik.clock import Clock
    from mimik.study.session import TrialInfo
    from mimik.study.study import Study
    from mimik.study.writer import SessionWriter

__all__ = ["new_facts", "run_session"]


def new_facts(
    study: Study, who: Who, seat: Seat, clock: Clock, language: str | None, seed: int | None
) -> SessionFacts:
    """Return what is known before a session starts; without a seed, a fresh one is drawn."""
    protocol = study.protocol
    english = "en" if "en" in protocol.languages else protocol.languages[0]
    return SessionFacts(
        started=clock.now(),
        device=seat.device,
        app=seat.app,
        rate=seat.rate,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        position=who.position,
        language=language or english,
        protocol=protocol.name,
        protocol_version=protocol.version,
    )


def run_session(
    study: Study,
    facts: SessionFacts,
    writer: SessionWriter,
    seat: Seat,
    clock: Clock,
    *,
    past: Sequence[TrialInfo],
) -> None:
    """Record until the session is complete or stopped; ``past`` are the trials of an interrupted one."""
    engine = Engine(
        study.protocol,
        seed=facts.seed or 0,
        position=facts.position or 0,
        language=facts.language,
        done=past,
    )
    with writer, Screen() as screen:

        def on_view(device: int, view: View) -> None:
            screen.show(view)
            if seat.watch is not None:
                seat.watch(device, view)

        run(
            seat.source, {seat.device: Recorder(engine, writer)}, clock, on_view=on_view, presses=seat.presses
        )
