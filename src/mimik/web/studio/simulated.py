"""Simulated people before simulated phones, to try a study out: they send real datagrams."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone

if TYPE_CHECKING:
    from mimik.capture.view import View
    from mimik.clock import Clock

__all__ = ["FPS", "SimulatedPhones"]

FPS = 60
"""Frames a second."""

_SHOWING = ("waiting-for-start", "waiting-for-face", "recording")


class SimulatedPhones(Collection[str]):
    """Phones in a thread of their own; as a collection, their device ids.

    Args:
        clock: real time.
        seed: of the people.
    """

    def __init__(self, clock: Clock, *, seed: int = 0) -> None:
        self._clock, self._seed = clock, seed
        self._lock = threading.Lock()
        self._phones: dict[str, VirtualPhone] = {}
        self._met = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, address: tuple[str, int]) -> str:
        """Let one more person sit down; returns the phone's device id."""
        with self._lock:
            name = f"virtual-{secrets.token_hex(8)}"
            person = Person(self._seed + self._met, fps=FPS)
            self._met += 1
            self._phones[name] = VirtualPhone(
                person, address, device_id=name, subject=f"Simulated {self._met}", seed=self._seed + self._met
            )
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mimik-simulated", daemon=True)
                self._thread.start()
            return name

    def show(self, identity: str, view: View) -> None:
        """Let the person before a phone see what the participant's screen shows."""
        self.ask(identity, view.expression if view.phase.value in _SHOWING else None)

    def ask(self, identity: str, expression: str | None) -> None:
        """Ask a person for an expression, None for a resting face."""
        with self._lock:
            phone = self._phones.get(identity.partition("@")[0])
            if phone is not None:
                phone.person.ask(expression)

    def send_away(self) -> None:
        """Let all of them go."""
        with self._lock:
            for phone in self._phones.values():
                phone.close()
            self._phones.clear()

    def close(self) -> None:
        """End; may be called twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.send_away()

    def __contains__(self, name: object) -> bool:
        return name in self._phones

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._phones))

    def __len__(self) -> int:
        return len(self._phones)

    def _run(self) -> None:
        due = self._clock.now()
        while not self._stop.wait(max(0.0, due - self._clock.now())):
            with self._lock:
                for phone in self._phones.values():
                    phone.send()
            due = max(due + 1 / FPS, self._clock.now() - 1.0)  # after a long halt, no flood
