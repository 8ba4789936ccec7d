"""One device of a live recognition: from its frames to what is said, and who may sit before it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.stream import Stream
from mimik.live.decision import UNSURE, Decider
from mimik.live.recognition import Recognition, State
from mimik.live.smoothing import Smoother

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame
    from mimik.learn.model import Model
    from mimik.learn.runtime import Runtime
    from mimik.live.settings import LiveSettings

__all__ = ["DeviceStatus", "LiveDevice"]

_LATE = 1.0
"""Seconds that a frame may come after a later one and be a straggler, which is passed over; further back, the
device has begun to count anew."""

_OTHER_TIME = 60.0
"""Seconds from now beyond which an arrival time is another day's: a recording is being played."""

_NOBODY = np.full(len(BLEND_SHAPES), np.nan, dtype=np.float32)
_NOBODY.setflags(write=False)


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How one device is doing.

    Attributes:
        frames: frames taken in.
        untracked: of these, without a face.
        late: frames that came after a later one, and were passed over.
        refused: frames that the model could not use.
        resting: whether the person's resting face is known.
        collecting: whether it is being learned.
        reason: why the last try to learn it failed; "" if none did.
    """

    frames: int
    untracked: int
    late: int
    refused: int
    resting: bool
    collecting: bool
    reason: str


class LiveDevice:
    """What is known of one device and of the person before it.

    Args:
        number: of the device.
        model: what recognises; this device's own if it remembers frames.
        labels: of the model, as text.
        settings: of smoothing and decisions.
        rest: whether to learn the resting face of everybody who sits down.
        resting: float32 (52,), where it is known already; it is kept whoever sits there.
        note: called with what a user should know.

    Attributes:
        heard: when it was last spoken of, seconds since 1970 (UTC); infinity where there is nothing to
            say but silence.
        refused: frames that the model could not use, as counted by the caller.
    """

    def __init__(
        self,
        number: int,
        model: Model | Runtime,
        labels: tuple[str, ...],
        settings: LiveSettings,
        *,
        rest: bool,
        resting: NDArray[np.float32] | None,
        note: Callable[[str], None],
    ) -> None:
        self._number, self._model, self._labels = number, model, labels
        self._given, self._rest, self._note = resting, rest and resting is None, note
        self._away = settings.away
        self._smoother, self._decider = Smoother(settings.smoothing), Decider(settings)
        self._unknown = np.full(len(labels), np.nan, dtype=np.float32)
        self._unknown.setflags(write=False)
        self._said: tuple[State, str | None] | None = None
        self._frames = self._untracked = self._late = self.refused = 0
        self._reason = ""
        self._ahead = math.nan
        self.heard = math.inf
        self.begin()

    def begin(self) -> None:
        """Forget the person: the next frame is the first."""
        self._stream = Stream(self._model, self._given)
        self._forget_what_was_shown()
        self._last = self._seen = math.nan
        if self._rest:
            self._stream.rest()

    def rest(self) -> None:
        """Learn the resting face, now."""
        self._stream.rest()
        self._forget_what_was_shown()

    def take(self, frame: Frame, now: float) -> Recognition | None:
        """Return what is said of a frame; None for one that comes late.

        Args:
            frame: of this device.
            now: when it was read, seconds since 1970 (UTC).

        Raises:
            DataError: the model can't use it.
        """
        device_time = frame.device_time
        if device_time != device_time:  # NaN
            device_time = now
        step = device_time - self._last
        if step < 0:
            if step > -_LATE:
                self._late += 1
                return None
            self.begin()
            self._ahead = math.nan
        elif device_time - self._seen > self._away:
            self.begin()
            self._note("nobody was there for a while: begun anew, it may be somebody else")
        self._last = device_time
        time = self._time(frame, device_time, now)
        if not frame.tracked:
            self._frames, self._untracked = self._frames + 1, self._untracked + 1
            self.heard = now
            return self._nobody(time, device_time)
        return self._recognise(frame, time, device_time, now)

    def fall_silent(self, now: float) -> Recognition:
        """Return what is said where nothing comes any more."""
        self.heard = math.inf
        return self._nobody(now, math.nan)

    def status(self) -> DeviceStatus:
        """Return a copy of the counts."""
        return DeviceStatus(
            frames=self._frames,
            untracked=self._untracked,
            late=self._late,
            refused=self.refused,
            resting=self._stream.resting is not None,
            collecting=self._stream.collecting,
            reason=self._reason,
        )

    def _recognise(self, frame: Frame, time: float, device_time: float, now: float) -> Recognition:
        stream = self._stream
        collecting = stream.collecting
        p = stream.push(frame)
        assert p is not None
        step = device_time - self._seen
        self._seen, self.heard = device_time, now
        self._frames += 1
        if collecting:
            self._look_at_rest()
        probabilities = p.tolist()
        smoothed = self._smoother.push(probabilities, step)
        if stream.collecting:
            state, expression = State.RESTING, None
        elif (label := self._decider.push(smoothed, device_time)) == UNSURE:
            state, expression = State.UNSURE, None
        else:
            state, expression = State.RECOGNISED, self._labels[label]
        mean = p if smoothed is probabilities else np.array(smoothed, np.float32)
        return self._say(time, device_time, state, expression, max(smoothed), p, mean, frame.coefficients)

    def _look_at_rest(self) -> None:
        """Tell what became of learning the resting face, if that was decided with the last frame."""
        if not self._stream.collecting:
            self._reason = ""
            self._forget_what_was_shown()
        elif self._stream.reason and self._stream.reason != self._reason:
            self._reason = self._stream.reason
            self._note(
                f"the resting face is learned anew, as {self._reason}; please look neutral and hold still"
            )

    def _nobody(self, time: float, device_time: float) -> Recognition:
        self._decider.forget()
        return self._say(
            time, device_time, State.NO_FACE, None, math.nan, self._unknown, self._unknown, _NOBODY
        )

    def _say(
        self,
        time: float,
        device_time: float,
        state: State,
        expression: str | None,
        confidence: float,
        p: NDArray[np.float32],
        smoothed: NDArray[np.float32],
        coefficients: NDArray[np.float32],
    ) -> Recognition:
        said = (state, expression)
        changed = said != self._said
        self._said = said
        return Recognition(
            self._number,
            time,
            device_time,
            state,
            expression,
            confidence,
            p,
            smoothed,
            coefficients,
            changed,
        )

    def _time(self, frame: Frame, device_time: float, now: float) -> float:
        """Return when a frame arrived; in a recording, the device's clock tells how long after the first."""
        arrival = frame.arrival_time
        if -_OTHER_TIME < now - arrival < _OTHER_TIME:
            return arrival
        if self._ahead != self._ahead:  # NaN: the first frame
            self._ahead = now - device_time
        return device_time + self._ahead

    def _forget_what_was_shown(self) -> None:
        self._smoother.forget()
        self._decider.forget()
