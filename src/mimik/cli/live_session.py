"""A live recognition from its sources to its summary."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from mimik.cli.console import fail, notes
from mimik.cli.live_source import open_live_sources
from mimik.clock import SystemClock
from mimik.errors import MimikError
from mimik.live.outlets.several import SeveralOutlets
from mimik.live.outlets.terminal import TerminalOutlet
from mimik.live.recognising import LiveRecognition
from mimik.live.rules.engine import Rules
from mimik.live.rules.osc import RuleSender
from mimik.live.run import run
from mimik.live.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mimik.cli.live_source import LiveSources
    from mimik.clock import Clock
    from mimik.learn.runtime import Runtime
    from mimik.live.outlet import Outlet
    from mimik.live.rules.rule import Rule
    from mimik.live.settings import LiveSettings
    from mimik.sources.refusals import Refusal

__all__ = ["recognise"]

LAW = (
    "Shown expressions, never felt emotions; for research only. At work and in education the law of the EU"
    " forbids inferring emotions (AI Act, Art. 5(1)(f)), but for medical or safety reasons."
)
_LOOK_EVERY = 1.0
"""Seconds between looks at what sources refused."""


def recognise(
    make: Callable[[], Runtime],
    sources: Sequence[str],
    *,
    name: str,
    settings: LiveSettings,
    outlets: Sequence[Outlet],
    rules: Sequence[Rule],
    seconds: float | None,
    face_model: Path | None = None,
) -> tuple[dict[str, Any], bool]:
    """Recognise until the sources end, the time is over, or Ctrl-C.

    Args:
        make: makes a runtime; each device gets one of its own.
        sources: their names.
        name: of the model's file.
        settings: of smoothing, decisions and resting faces.
        outlets: where recognitions go, beside the terminal; not yet open.
        rules: what to watch for.
        seconds: when to stop; None for never.
        face_model: the file of MediaPipe's FaceLandmarker, for webcams.

    Returns:
        The summary as plain data, and whether an outlet could not go on.
    """
    clock, tally = SystemClock(), Tally()
    terminal = TerminalOutlet(notes, clock=clock)
    errors: list[MimikError] = []

    def on_failed(error: MimikError) -> None:
        errors.append(error)
        terminal.note(None, f"an outlet was let go: {error}")

    with ExitStack() as at_end:
        opened = open_live_sources(sources, clock, at_end, face_model=face_model)
        live = LiveRecognition(
            opened.source, make(), settings=settings, clock=clock, another=make, on_note=terminal.note
        )
        engine = Rules(rules, live.labels)
        description = live.describe(name, rate=opened.rate, synthetic=opened.synthetic)
        others = SeveralOutlets([*outlets, RuleSender(rules)], on_failed)
        others.open(description)
        at_end.callback(others.close)
        _announce(terminal, opened, outlets)
        terminal.open(description)
        at_end.callback(terminal.close)
        start = clock.now()
        until = _until(clock, start, seconds, opened, terminal)
        with suppress(KeyboardInterrupt):  # the usual end
            run(live, SeveralOutlets([others, terminal]), clock, rules=engine, tally=tally, until=until)
        stopped = clock.now()
    _tell_trouble(errors, [*opened.refusals(), *live.refusals])
    facts = {"model": name, "sources": list(sources), "synthetic": description.synthetic}
    facts |= {"use": description.use, "delay": round(settings.delay, 3), "seconds": round(stopped - start, 2)}
    return {**facts, **tally.to_dict(stopped)}, bool(errors)


def _tell_trouble(errors: Sequence[MimikError], refusals: Sequence[Refusal]) -> None:
    """Print what went wrong meanwhile: the view in the terminal is gone."""
    for error in errors:
        fail(str(error), error.hint)
    for refusal in refusals:
        notes.print(
            f"{refusal.count:,} times refused, from {refusal.sender}: {refusal.message} {refusal.hint}"
        )


def _announce(terminal: TerminalOutlet, opened: LiveSources, outlets: Sequence[Outlet]) -> None:
    terminal.announce(LAW)
    for line in opened.told:
        terminal.announce(line)
    for outlet in outlets:
        if url := getattr(outlet, "url", None):
            terminal.announce(f"WebSocket at {url}")


def _until(
    clock: Clock, start: float, seconds: float | None, opened: LiveSources, terminal: TerminalOutlet
) -> Callable[[], bool]:
    """Return what tells the end, and meanwhile shows each kind of refused input when it first comes."""
    told: set[str] = set()
    next_look = start

    def over() -> bool:
        nonlocal next_look
        now = clock.now()
        if now >= next_look:
            next_look = now + _LOOK_EVERY
            for refusal in opened.refusals():
                if refusal.message not in told:
                    told.add(refusal.message)
                    terminal.note(None, f"refused, from {refusal.sender}: {refusal.message} {refusal.hint}")
        return seconds is not None and now - start >= seconds

    return over
