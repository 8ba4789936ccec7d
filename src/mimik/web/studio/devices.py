"""The phones that send, and which of them the person who runs the study has accepted."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.told import number, numbers
from mimik.web.studio.missing import NotFound
from mimik.web.studio.recent import Recent
from mimik.web.studio.signal import Hint, look_at

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.sources.receiver import LiveLinkReceiver, PhoneStatus
    from mimik.web.studio.broadcast import Broadcast

__all__ = ["APP", "Devices"]

APP = "Live Link Face"

_CLAIMS = (
    "It calls itself phone {0}, which was accepted at another address. Did phone {0} change its network? "
    "Otherwise something imitates it: don't accept it."
)

_TELL_EVERY = 0.25  # s
_FACE_EVERY = 0.05  # s
_LOOK_EVERY = 1.0  # s


@dataclass(eq=False)
class _Device:
    """One phone; its number holds for this run of the studio."""

    number: int
    identity: str
    simulated: bool
    study_number: int | None = None
    accepted: bool = False
    sitting: str | None = None
    recent: Recent = field(default_factory=Recent)
    hints: tuple[Hint, ...] = ()
    looked: float = -math.inf
    faced: float = -math.inf


class Devices:
    """All phones of this run.

    Phones get numbers of this run as they appear; the study's own number, which is stored, comes with the
    acceptance. So a stranger's phone leaves no trace in the study.

    Args:
        clock: the one that stamps arrivals.
        broadcast: told of "devices", and of "face:N" while somebody watches.
        study_number: gives a phone's number in the study from its identity; raises StudyError where there
            is no study yet.
        simulated: identities' beginnings (device ids) of phones that this studio itself simulates.
    """

    def __init__(
        self,
        clock: Clock,
        broadcast: Broadcast,
        *,
        study_number: Callable[[str], int],
        simulated: Collection[str] = (),
    ) -> None:
        self._clock, self._broadcast = clock, broadcast
        self._study_number = study_number
        self._simulated = simulated
        self._lock = threading.Lock()
        self._devices: dict[int, _Device] = {}
        self._told = -math.inf
        self._receiver: LiveLinkReceiver | None = None
        self._status: dict[int, PhoneStatus] = {}

    def listen_to(self, receiver: LiveLinkReceiver) -> None:
        """Take counts and names from the receiver whose ``number_of`` this is."""
        self._receiver = receiver

    def number_of(self, identity: str) -> int:
        """Return the number of a phone that was not met before; for the receiver."""
        with self._lock:
            new = len(self._devices) + 1
            simulated = identity.partition("@")[0] in self._simulated
            self._devices[new] = _Device(new, identity, simulated)
            return new

    def see(self, frames: Sequence[Frame], now: float) -> None:
        """Take in frames; called in the hub's thread."""
        for frame in frames:
            device = self._devices.get(frame.device)
            if device is None:
                continue
            device.recent.add(frame, now)
            if now - device.faced >= _FACE_EVERY and self._broadcast.wanted(f"face:{device.number}"):
                device.faced = now
                self._broadcast.publish(f"face:{device.number}", _face(device, frame, now))

    def tick(self, now: float) -> None:
        """Tell how all are doing, four times a second; called in the hub's thread."""
        if 0 <= now - self._told < _TELL_EVERY:
            return
        self._told = now
        if self._receiver is not None:
            self._status = dict(self._receiver.phones)  # only this thread may ask while frames come
        self._broadcast.publish("devices", self.all())

    def all(self) -> list[dict[str, Any]]:
        """Return what is told of each phone, as JSON has it."""
        return [
            self._facts(device) for device in list(self._devices.values()) if device.number in self._status
        ]

    def one(self, number: int) -> dict[str, Any]:
        """Return what is told of one phone.

        Raises:
            NotFound: there is none of that number.
        """
        return self._facts(self._get(number))

    def accept(self, number: int) -> None:
        """Let a phone record.

        Raises:
            NotFound: there is none of that number.
            StudyError: there is no study yet.
        """
        device = self._get(number)
        device.study_number = self._study_number(device.identity)
        device.accepted = True
        self._favour()
        self._tell_at_once()

    def withdraw(self, number: int) -> None:
        """Let a phone record no longer.

        Raises:
            NotFound: there is none of that number.
            StudyError: it records right now.
        """
        device = self._get(number)
        if device.sitting is not None:
            raise StudyError(
                f"Expected phone {number} to be free, but it belongs to a sitting.",
                hint="Stop that session, or give it another phone.",
            )
        device.accepted = False
        self._favour()
        self._tell_at_once()

    def claim(self, number: int, sitting: str) -> int:
        """Keep a phone for a sitting; returns its number in the study.

        Raises:
            NotFound: there is none of that number.
            StudyError: it is not accepted, or belongs to another sitting.
        """
        device = self._get(number)
        with self._lock:
            if not device.accepted or device.study_number is None:
                raise StudyError(
                    f"Expected an accepted phone, found phone {number}, which is not accepted.",
                    hint="Accept it on the page Devices first.",
                )
            if device.sitting not in (None, sitting):
                raise StudyError(
                    f"Expected a free phone, found phone {number}, which belongs to another sitting.",
                    hint="Choose another phone, or end that sitting.",
                )
            device.sitting = sitting
            return device.study_number

    def release(self, number: int, sitting: str) -> None:
        """Give a phone free if it belongs to this sitting."""
        device = self._devices.get(number)
        if device is not None and device.sitting == sitting:
            device.sitting = None

    def is_simulated(self, number: int) -> bool:
        """Whether this studio simulates that phone."""
        return self._get(number).simulated

    def identity(self, number: int) -> str:
        """Return what a phone is told apart by; never to be shown or stored."""
        return self._get(number).identity

    def state(self, number: int) -> dict[str, Any]:
        """Return the little that a sitting tells of its phone; raises NotFound."""
        return self._state(self._get(number), self._clock.now())

    def usual_rate(self, number: int) -> float | None:
        """Return the frames a second that a phone sends, a whole number; None if not known yet."""
        status = self._status.get(number)
        return float(round(status.rate)) if status is not None and math.isfinite(status.rate) else None

    def _favour(self) -> None:
        """Have a flood of others cost no accepted phone a frame."""
        if self._receiver is not None:
            accepted = [device.number for device in list(self._devices.values()) if device.accepted]
            self._receiver.favour(accepted)

    def _claims(self, device: _Device) -> int | None:
        """Return the accepted phone whose id a phone at another address bears, if it does."""
        own = device.identity.partition("@")[0]
        others = (d for d in list(self._devices.values()) if d.accepted and d is not device)
        same = (d.number for d in others if d.identity.partition("@")[0] == own)
        return None if device.accepted else next(same, None)

    def _tell_at_once(self) -> None:
        self._told = -math.inf
        self._broadcast.publish("study", {})  # the next sensible step is another one now

    def _get(self, number: int) -> _Device:
        device = self._devices.get(number)
        if device is None:
            raise NotFound(f"Expected a phone that sends, found none of the number {number}.")
        return device

    def _facts(self, device: _Device) -> dict[str, Any]:
        now, status = self._clock.now(), self._status.get(device.number)
        state = self._state(device, now)
        return {
            "number": device.number,
            "study_number": device.study_number,
            "name": status.name if status else "",
            "app": APP,
            "address": status.host if status else "",
            "accepted": device.accepted,
            "simulated": device.simulated,
            **state,
            "frames": status.frames if status else 0,
            "duplicates": status.duplicates if status else 0,
            "silent_for": number(now - status.last_arrival, 1) if status and state["silent"] else None,
            "battery": None,
            "blinked": number(now - device.recent.blinked, 2),
            "sitting": device.sitting,
            "hints": [_hint(hint) for hint in self._hints(device, now, silent=state["silent"])],
        }

    def _state(self, device: _Device, now: float) -> dict[str, Any]:
        status = self._status.get(device.number)
        silent = status is None or status.silent(now)
        return {
            "rate": number(status.rate if status else math.nan, 1),
            "face": bool(status and status.tracked and not silent),
            "silent": silent,
            "lost": status.lost if status else 0,
        }

    def _hints(self, device: _Device, now: float, *, silent: bool) -> tuple[Hint, ...]:
        if silent:
            return (
                Hint("silent", "bad", "Nothing arrives: is the app in the foreground, and auto-lock off?"),
            )
        if not 0 <= now - device.looked < _LOOK_EVERY:
            device.looked = now
            device.hints = look_at(device.recent.frames(now), device.recent.rate(now))
            if (claimed := self._claims(device)) is not None:
                device.hints = (Hint("claims", "bad", _CLAIMS.format(claimed)), *device.hints)
        return device.hints


def _hint(hint: Hint) -> dict[str, str]:
    return {"code": hint.code, "severity": hint.severity, "text": hint.text}


def _face(device: _Device, frame: Frame, now: float) -> dict[str, Any]:
    return {
        "device": device.number,
        "tracked": frame.tracked,
        "coefficients": numbers(frame.coefficients) if frame.tracked else None,
        "head": numbers(frame.head_rotation) if frame.tracked else None,
        "rate": number(device.recent.rate(now), 1),
        "time": number(frame.arrival_time, 3),
    }
