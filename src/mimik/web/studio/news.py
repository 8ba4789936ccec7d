"""What is told of sittings: to the operator's pages all of them, to each screen what is on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mimik.web.studio.missing import NotFound
from mimik.web.studio.sitting import RUNNING, Sitting

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.web.studio.broadcast import Broadcast
    from mimik.web.studio.devices import Devices
    from mimik.web.studio.screens import Screen, Screens

__all__ = ["SittingNews"]

_TELL_EVERY = 0.1  # s, at most, of what only counts up


class SittingNews:
    """Tells "sittings" and "screen:KEY", at once or ten times a second at most.

    Args:
        sittings: all there are, by id.
        clock: the one that stamps arrivals.
        devices: the phones.
        screens: where participants look.
        broadcast: is told.

    Attributes:
        address: of the server as other computers reach it, or None where they can't.
    """

    def __init__(
        self,
        sittings: Mapping[str, Sitting],
        clock: Clock,
        devices: Devices,
        screens: Screens,
        broadcast: Broadcast,
    ) -> None:
        self._sittings, self._clock = sittings, clock
        self._devices, self._screens, self._broadcast = devices, screens, broadcast
        self._changed = True
        self._told = -math.inf
        self.address: str | None = None

    def all(self) -> list[dict[str, Any]]:
        """Return what is told of each sitting, as JSON has it."""
        return [self.facts(sitting) for sitting in list(self._sittings.values())]

    def facts(self, sitting: Sitting) -> dict[str, Any]:
        """Return what is told of one."""
        try:
            state = self._devices.state(sitting.device)
        except NotFound:
            state = None
        return sitting.facts(address=self.address, device_state=state)

    def changed(self) -> None:
        """Note that something about a sitting should be told again."""
        self._changed = True

    def tick(self, now: float) -> None:
        """Tell what has changed, if it is time; called in the hub's thread."""
        if not self._changed or 0 <= now - self._told < _TELL_EVERY:
            return
        self._changed = False
        self._told = now
        self._broadcast.publish("sittings", self.all())
        for key in {s.screen.key for s in list(self._sittings.values()) if s.stage == RUNNING}:
            self._tell_screen(key)

    def tell(self, sitting: Sitting) -> None:
        """Tell a sitting's screen at once, and the pages when it is time."""
        self._changed = True
        self._tell_screen(sitting.screen.key)

    def hurry(self) -> None:
        """Let the next tick tell the pages, whenever the last one did."""
        self._told = -math.inf

    def let_go(self, screen: Screen) -> None:
        """Tell a screen that a sitting left it; one that shows none any more is closed for good."""
        self._broadcast.publish(f"screen:{screen.key}", {"seats": screen.seats()})
        if screen.empty:
            self._screens.remove(screen)
            self._broadcast.forget(f"screen:{screen.key}")

    def study(self) -> None:
        """Tell that the study has changed."""
        self._broadcast.publish("study", {})

    def _tell_screen(self, key: str) -> None:
        screen = self._screens.get(key)
        if screen is not None:
            told = {"seats": screen.seats(), "time": round(self._clock.now(), 3)}
            self._broadcast.publish(f"screen:{key}", told)
