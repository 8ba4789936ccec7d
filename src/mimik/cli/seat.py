"""A seat for a session: where the frames come from, and who presses the buttons."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.capture.simulation import Sitters, require_synthetic
from mimik.cli.console import notes
from mimik.cli.screen import Keys
from mimik.cli.waiting import tell_address, wait_for_frames, wait_for_phone
from mimik.errors import MimikError
from mimik.sources.naming import FILE, kind_of, open_source
from mimik.sources.numbered import Numbered
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.live import FPS, live_rig
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import APP

if TYPE_CHECKING:
    from mimik.capture.button import Button
    from mimik.capture.view import View
    from mimik.clock import Clock
    from mimik.sources.source import Source
    from mimik.study.study import Study

__all__ = ["Seat", "live_link_seat", "source_seat", "take_seat", "virtual_seat"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One device ready to record.

    Attributes:
        source: where its frames come from.
        device: its number in the study.
        app: what sends the frames.
        rate: frames a second, or None if not known.
        presses: who presses the buttons.
        begin: called right before the first prompt.
        watch: also sees each view; None for people, who see the terminal.
        lost: how many of the device's frames went missing so far, by its own count.
        heard: when the last frame arrived, seconds since 1970; infinity for who is never silent.
    """

    source: Source
    device: int
    app: str
    rate: float | None
    presses: Callable[[], Iterable[tuple[int, Button]]]
    begin: Callable[[], object] = lambda: None
    watch: Callable[[int, View], None] | None = None
    lost: Callable[[], int] = lambda: 0
    heard: Callable[[], float] = lambda: math.inf


def take_seat(
    study: Study,
    clock: Clock,
    at_end: ExitStack,
    source: str,
    *,
    device: int | None,
    seed: int,
    face_model: Path | None,
    patience: float,
) -> Seat:
    """Seat a participant before the source of frames that a text names, as ``open_source`` wants it.

    Raises:
        MimikError: as the seats below do.
    """
    kind = kind_of(source)
    if kind == "virtual":
        return virtual_seat(study, clock, at_end, seed=seed)
    if kind == "livelink":
        return live_link_seat(study, clock, at_end, source=source, device=device, patience=patience)
    return source_seat(study, clock, at_end, source=source, face_model=face_model, patience=patience)


def live_link_seat(
    study: Study, clock: Clock, at_end: ExitStack, *, source: str, device: int | None, patience: float
) -> Seat:
    """Wait for a phone with Live Link Face; ``source`` is "livelink" or "livelink:PORT".

    Raises:
        MimikError: none sends within ``patience`` seconds, or the port is taken.
    """
    opened = at_end.enter_context(open_source(source, clock=clock, number_of=study.device_number))
    receiver = opened.source
    assert isinstance(receiver, LiveLinkReceiver)
    tell_address(opened)
    number = wait_for_phone(receiver, clock, device=device, patience=patience)
    receiver.favour([number], alone=True)
    rate = float(round(receiver.phones[number].rate))
    return Seat(
        receiver,
        number,
        opened.app,
        rate,
        Keys(number).presses,
        begin=receiver.drop_waiting,
        lost=lambda: receiver.phones[number].lost,
        heard=lambda: receiver.phones[number].last_arrival,
    )


def source_seat(
    study: Study, clock: Clock, at_end: ExitStack, *, source: str, face_model: Path | None, patience: float
) -> Seat:
    """Wait for the frames of a source with one device, named as ``open_source`` wants it.

    Raises:
        MimikError: it cannot be opened, is a recording, or sends nothing within ``patience`` seconds.
        StudyError: simulated people are in it, and the study is for real ones.
    """
    if kind_of(source) == FILE and Path(source).is_file():
        raise MimikError(
            f"Expected a source of live frames, found the file {source}.",
            hint="Recordings come into a study with `mimik import`.",
        )
    if kind_of(source) == "lsl":
        notes.print("Looking for the stream in this network.")
    opened = at_end.enter_context(open_source(source, clock=clock, face_model=face_model, patience=patience))
    if opened.synthetic:
        require_synthetic(study)
    tell_address(opened)
    numbered = Numbered(opened.source, clock)
    wait_for_frames(numbered, opened, clock, patience=patience)
    numbered.device = study.device_number(opened.identity())
    return Seat(
        numbered,
        numbered.device,
        opened.app,
        opened.rate,
        Keys(numbered.device).presses,
        begin=numbered.drop_waiting,
        heard=lambda: numbered.heard,
    )


def virtual_seat(study: Study, clock: Clock, at_end: ExitStack, *, seed: int) -> Seat:
    """Seat a simulated person, in real time.

    Raises:
        StudyError: the study is for real people.
    """
    require_synthetic(study)
    person = Person(seed, fps=FPS)
    rig, number = live_rig(person, clock, at_end, number_of=study.device_number, seed=seed)
    sitters, keys = Sitters({number: person}, clock.now, seed), Keys(number)

    def presses() -> Iterable[tuple[int, Button]]:
        return (*sitters.presses(), *keys.presses())

    return Seat(rig, number, APP, float(FPS), presses, watch=sitters.on_view)
