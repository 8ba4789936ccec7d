"""Recognition of a live source: frames of any number of devices in, what is said of each out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mimik.clock import Clock, SystemClock
from mimik.errors import DataError, MimikError
from mimik.learn.model import Model
from mimik.live.device import DeviceStatus, LiveDevice
from mimik.live.outlet import Description
from mimik.live.settings import LiveSettings
from mimik.sources.refusals import Refusal, Refusals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mimik.frame import Frame
    from mimik.learn.runtime import Runtime
    from mimik.live.recognition import Recognition
    from mimik.sources.source import Source

__all__ = ["PATIENCE", "LiveRecognition"]

PATIENCE = 0.05
"""Seconds to wait for frames before silence is looked for."""

_MOST_DEVICES = 256


class LiveRecognition:
    """Says of each frame which expression is shown; iterate over it, or call ``read``.

    Each device has a resting face, a smoothing and a decision of its own. A device that falls silent is told
    once, as ``State.NO_FACE``. A frame that comes after a later one is passed over. A frame that the model
    can't use is refused and counted; others go on.

    Args:
        source: where frames come from.
        model: a ``Model``, or a ``Runtime`` such as ``mimik.load`` gives, which is faster.
        settings: of smoothing, decisions and resting faces.
        clock: the one that stamps arrivals.
        resting: device number -> the resting face of who sits before it, float32 (52,), if known already: it
            is then not asked for, and kept after an absence.
        another: makes a runtime for each device after the first; needed where a runtime remembers frames.
        on_note: called with a device's number and a sentence that a user should read.
    """

    def __init__(
        self,
        source: Source,
        model: Model | Runtime,
        *,
        settings: LiveSettings | None = None,
        clock: Clock | None = None,
        resting: Mapping[int, NDArray[np.float32]] | None = None,
        another: Callable[[], Runtime] | None = None,
        on_note: Callable[[int, str], None] | None = None,
    ) -> None:
        self.settings = settings or LiveSettings()
        self.labels = tuple(str(label) for label in model.card.labels)
        self._source, self._model, self._another = source, model, another
        self._clock = clock or SystemClock()
        self._resting = dict(resting or {})
        self._rest = self.settings.rest and _takes_resting(model)
        self._on_note = on_note
        self._devices: dict[int, LiveDevice] = {}
        self._refusals = Refusals()
        self._told: set[int] = set()
        self._next_look = 0.0

    @property
    def devices(self) -> Mapping[int, DeviceStatus]:
        """Number of each device met so far -> how it is doing."""
        return MappingProxyType({number: device.status() for number, device in self._devices.items()})

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Frames that the model could not use: each reason once per device, with its count."""
        return self._refusals.all()

    def describe(self, model: str = "", *, rate: float | None = None, synthetic: bool = False) -> Description:
        """Return what outlets are told first.

        Args:
            model: name of the model's file.
            rate: frames a second, nominal, if known.
            synthetic: whether a simulated person sits there.
        """
        card = self._model.card
        return Description(
            labels=self.labels,
            rate=rate,
            delay=self.settings.delay,
            model=model,
            use=card.use,
            synthetic=bool(synthetic or card.trained_on.synthetic),
        )

    def read(self, timeout: float = PATIENCE) -> Sequence[Recognition] | None:
        """Return what is said of the frames that came within ``timeout`` seconds, and of devices that fell
        silent; None once the source has ended."""
        frames = self._source.read(timeout)
        if frames is None:
            return None
        now = self._clock.now()
        found = [said for frame in frames if (said := self._take(frame, now)) is not None]
        if now >= self._next_look or now < self._next_look - 1.0:
            self._next_look = now + PATIENCE
            found += self._silences(now)
        return found

    def rest(self, device: int | None = None) -> None:
        """Learn the resting face now, of one device or all: who sits there should look neutral."""
        for number, one in self._devices.items():
            if device in (None, number):
                one.rest()

    def __iter__(self) -> Iterator[Recognition]:
        while (found := self.read()) is not None:
            yield from found

    def _take(self, frame: Frame, now: float) -> Recognition | None:
        device = self._devices.get(frame.device)
        try:
            return (device or self._new(frame.device)).take(frame, now)
        except DataError as error:
            self._refuse(frame.device, error)
            return None

    def _silences(self, now: float) -> list[Recognition]:
        before = now - self.settings.silence
        return [device.fall_silent(now) for device in self._devices.values() if device.heard < before]

    def _new(self, number: int) -> LiveDevice:
        if len(self._devices) >= _MOST_DEVICES:
            raise DataError(f"Expected at most {_MOST_DEVICES} devices, found another.")
        model = self._another() if self._another and self._devices else self._model
        self._devices[number] = LiveDevice(
            number,
            model,
            self.labels,
            self.settings,
            rest=self._rest,
            resting=self._resting.get(number),
            note=lambda text: self._note(number, text),
        )
        return self._devices[number]

    def _refuse(self, number: int, error: MimikError) -> None:
        self._refusals.add(f"device {number}", error)
        if number in self._devices:
            self._devices[number].refused += 1
        if number not in self._told and len(self._told) < _MOST_DEVICES:
            self._told.add(number)
            self._note(number, f"{error} {error.hint}".rstrip())

    def _note(self, number: int, text: str) -> None:
        if self._on_note is not None:
            self._on_note(number, text)


def _takes_resting(model: Model | Runtime) -> bool:
    """Whether a resting face is of use to a model."""
    return bool(model.features.resting if isinstance(model, Model) else model.takes_resting)
