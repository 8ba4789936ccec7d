"""A simulated cohort sits through a study's protocol: real datagrams over loopback, faster than life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np

from mimik.capture.answering import AnsweringWriter
from mimik.capture.beginning import engine_of, new_facts
from mimik.capture.button import Button
from mimik.capture.recorder import Recorder
from mimik.capture.run import run
from mimik.capture.view import Phase, View
from mimik.clock import ManualClock
from mimik.errors import StudyError
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.person import Habits, Person
from mimik.sources.virtual.phone import APP, VirtualPhone
from mimik.sources.virtual.rig import Rig
from mimik.study.session import SessionInfo
from mimik.study.study import Study

__all__ = ["APP", "BASIS", "Sitters", "require_synthetic", "simulate"]

BASIS = "simulated person, no consent needed"
"""The basis of simulated sessions, in place of a consent."""

EPOCH = 1_767_225_600.0
"""When simulated studies take place: 2026-01-01 00:00 UTC, so that they are the same each time."""

HESITATION = (2.0, 3.0)
"""Seconds between seeing a prompt and pressing Start, when the expression is already shown."""


def simulate(
    study: Study,
    *,
    participants: int,
    seed: int = 0,
    fps: int = 30,
    at_once: int = 10,
    habits: Habits | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[SessionInfo, ...]:
    """Add simulated participants to a synthetic study, ``at_once`` of them side by side.

    They answer what the protocol asks after a trial. The same arguments on a fresh study give the same
    people, frames and answers.

    Args:
        study: must be synthetic, so that no simulated face passes for a real one.
        participants: how many to add.
        seed: of the people and their phones.
        fps: frames a second, 30 or 60.
        at_once: phones on the table; as many participants sit at the same time.
        habits: how the people differ; by default the calibrated cohort.
        on_progress: called with (participants done, of).

    Returns:
        The sessions made, in order.

    Raises:
        StudyError: the study is not marked synthetic.
    """
    require_synthetic(study)
    made: list[SessionInfo] = []
    first = len(study.participants)
    for start in range(0, participants, at_once):
        seats = range(start, min(start + at_once, participants))
        people = [Person(1000 * seed + first + seat, fps=fps, habits=habits) for seat in seats]
        made += _sitting(study, people, seed=seed)
        if on_progress is not None:
            on_progress(len(made), participants)
    return tuple(made)


def require_synthetic(study: Study) -> None:
    """Raise StudyError unless a study was made for simulated people."""
    if not study.synthetic:
        raise StudyError(
            f"Expected a study made for simulated people, found {study.title!r}, which is for real ones.",
            hint="Make another one: mimik new FOLDER --synthetic",
        )


class Sitters:
    """Simulated participants before their screens: they do what the screen says and press Start.

    ``on_view`` and ``presses`` are what ``run`` wants.
    """

    def __init__(self, people: dict[int, Person], now: Callable[[], float], seed: int = 0) -> None:
        self._people = people
        self._now = now
        self._rng = np.random.default_rng([seed, 0x73697474])
        self._due: dict[int, float] = {}

    def on_view(self, device: int, view: View) -> None:
        """See the screen."""
        shows = view.phase in (Phase.WAITING_FOR_START, Phase.WAITING_FOR_FACE, Phase.RECORDING)
        self._people[device].ask(view.expression if shows else None)
        if view.phase is Phase.WAITING_FOR_START:
            self._due.setdefault(device, self._now() + self._rng.uniform(*HESITATION))

    def presses(self) -> Iterator[tuple[int, Button]]:
        """Press what is due."""
        now = self._now()
        for device in [d for d, due in self._due.items() if due <= now]:
            del self._due[device]
            yield device, Button.START


def _sitting(study: Study, people: list[Person], *, seed: int) -> list[SessionInfo]:
    clock = ManualClock(EPOCH)
    with ExitStack() as open_:
        receiver = open_.enter_context(
            LiveLinkReceiver(0, host="127.0.0.1", clock=clock, number_of=study.device_number)
        )
        phones = [
            open_.enter_context(
                VirtualPhone(person, receiver.address, device_id=f"virtual-{i}", seed=1000 * seed + i)
            )
            for i, person in enumerate(people)
        ]
        rig = Rig(phones, receiver, clock)
        recorders = {device: _recorder(study, device, people[0].fps, seed, clock) for device in rig.phones}
        sitters = Sitters({device: phone.person for device, phone in rig.phones.items()}, clock.now, seed)
        run(rig, recorders, clock, on_view=sitters.on_view, presses=sitters.presses)
    seated = study.participants[-len(people) :]
    return [info for participant in seated for info in study.sessions(participant.id)]


def _recorder(study: Study, device: int, fps: int, seed: int, clock: ManualClock) -> Recorder:
    position = len(study.participants)
    protocol = study.protocol
    who = study.add_participant(rng=np.random.default_rng([seed, position]))
    study.record_consent(who.id, at=clock.now(), basis=BASIS)
    facts = new_facts(
        protocol,
        device=device,
        app=APP,
        rate=float(fps),
        language=protocol.languages[0],
        position=position,
        at=clock.now(),
        seed=seed + position,
    )
    writer = AnsweringWriter(study.start_session(who.id, facts), protocol, seed=(seed, position))
    return Recorder(engine_of(protocol, facts), writer)
