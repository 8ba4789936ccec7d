"""The loop of live recognition: recognitions to outlets and rules, events to outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.live.recognising import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimik.clock import Clock
    from mimik.live.outlet import Event, Outlet
    from mimik.live.recognising import LiveRecognition
    from mimik.live.rules.engine import Rules
    from mimik.live.tally import Tally

__all__ = ["run"]


def run(
    live: LiveRecognition,
    outlet: Outlet,
    clock: Clock,
    *,
    rules: Rules | None = None,
    tally: Tally | None = None,
    until: Callable[[], bool] | None = None,
) -> None:
    """Recognise until the source ends or ``until`` says so.

    Args:
        live: what recognises.
        outlet: where recognitions and events go; open already. Several: ``SeveralOutlets``.
        clock: seconds since 1970 (UTC), the one that stamps arrivals.
        rules: what to watch for.
        tally: counts what is said, when it is said and before it goes out.
        until: asked once a round; True ends the run.
    """
    while not (until is not None and until()):
        found = live.read(PATIENCE)
        if found is None:
            return
        for recognition in found:
            if tally is not None:
                tally.send(recognition, clock.now())
            outlet.send(recognition)
            for event in rules.see(recognition) if rules else ():
                _tell(event, outlet, tally)
        for event in rules.tick(clock.now()) if rules else ():
            _tell(event, outlet, tally)


def _tell(event: Event, outlet: Outlet, tally: Tally | None) -> None:
    if tally is not None:
        tally.tell(event)
    outlet.tell(event)
