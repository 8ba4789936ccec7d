"""Running one session in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.capture.beginning import engine_of
from mimik.capture.recorder import Recorder
from mimik.capture.run import run
from mimik.cli.console import notes
from mimik.cli.screen import Screen
from mimik.errors import ProtocolError
from mimik.study.session import SessionFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.capture.engine import Engine
    from mimik.capture.view import View
    from mimik.cli.seat import Seat
    from mimik.cli.watcher import Watcher
    from mimik.clock import Clock
    from mimik.protocol import Protocol
    from mimik.study.session import TrialInfo
    from mimik.study.writer import SessionWriter

__all__ = ["chosen_language", "run_session"]


def chosen_language(protocol: Protocol, language: str | None) -> str:
    """Return the language of the prompts: as asked for, else English, else the protocol's first.

    Raises:
        ProtocolError: the protocol has no such language.
    """
    if language is None:
        return protocol.usual_language
    if language not in protocol.languages:
        known = ", ".join(protocol.languages)
        raise ProtocolError(f"{protocol.name}: expected one of its languages ({known}), found {language!r}.")
    return language


def run_session(
    protocol: Protocol,
    facts: SessionFacts,
    writer: SessionWriter,
    seat: Seat,
    clock: Clock,
    *,
    past: Sequence[TrialInfo],
    patience: float,
    watcher: Watcher | None = None,
) -> None:
    """Record until the session is complete or stopped; ``past`` are the trials of an interrupted one.

    Breaks off, to be resumed, if nothing came from the device for ``patience`` seconds. A
    ``watcher`` may ask for the next trial.
    """
    with writer, Screen() as screen:
        engine = engine_of(protocol, facts, done=past)
        if facts.device != seat.device:
            writer.event(f"device {seat.device}", clock.now())

        def on_view(device: int, view: View) -> None:
            screen.show(view)
            if seat.watch is not None:
                seat.watch(device, view)

        recorders = {seat.device: Recorder(engine, writer)}
        source, wishes = seat.source, None
        if watcher is not None:
            _begin_watching(watcher, engine, screen)
            source, wishes = watcher.watched(seat.source, seat.device), watcher.wishes
        seat.begin()

        def silent() -> bool:
            return clock.now() - seat.heard() > patience

        run(source, recorders, clock, on_view=on_view, presses=seat.presses, wishes=wishes, until=silent)
    if silent():
        notes.print(f"Nothing came from the device for {patience:g} s. Is the app still in the foreground?")


def _begin_watching(watcher: Watcher, engine: Engine, screen: Screen) -> None:
    """Let a watcher begin; a neutral trial at the beginning teaches it the resting face."""
    left = engine.sequence[engine.view.trial - 1 :]
    rest = not engine.view.progress and (left[0].baseline or left[0].expression.lower() == "neutral")
    watcher.begin(rest=rest, on_message=screen.say)
