"""What is recognised before one phone, told as it changes."""

from __future__ import annotations

import logging
import threading
from collections import deque
from statistics import median
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.live.recognising import PATIENCE, LiveRecognition
from mimik.live.recognition import State
from mimik.told import number
from mimik.web.studio.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.learn.runtime import Runtime
    from mimik.live.outlet import Description
    from mimik.live.recognition import Recognition

__all__ = ["FAILED", "STOPPED", "Recogniser"]

FAILED = "failed"
"""State: this model can't be used on what this phone sends; ``problem`` says why."""
STOPPED = "stopped"
"""State: nothing is recognised any more."""

_TELL_EVERY = 0.05  # s, where what is said stays the same
_TELL_SILENCE = 0.5  # s
_LATENCY_OVER = 1.0  # s
_MOST_NOTES = 5
_log = logging.getLogger(__name__)


class Recogniser:
    """Recognition on one phone, in a thread of its own, so that no model can hold up the phones.

    Args:
        device: the phone's number in this run of the studio.
        name: of the model.
        runtime: of the model, used by nobody else.
        clock: the one that stamps arrivals.
        publish: told all there is to tell, as JSON has it.
        synthetic: whether nobody real sits there.
    """

    def __init__(
        self,
        device: int,
        name: str,
        runtime: Runtime,
        clock: Clock,
        publish: Callable[[dict[str, Any]], object],
        *,
        synthetic: bool = False,
    ) -> None:
        self.device, self.name = device, name
        self._clock, self._publish = clock, publish
        self._feed = Feed()
        self._live = LiveRecognition(self._feed, runtime, clock=clock, on_note=self._note)
        self._description: Description = self._live.describe(name, synthetic=synthetic)
        self._rests = bool(self._live.settings.rest and runtime.takes_resting)
        self._said: Recognition | None = None
        self._problem = ""
        self._refused = 0
        self._notes: deque[dict[str, Any]] = deque(maxlen=_MOST_NOTES)
        self._latencies: deque[tuple[float, float]] = deque()
        self._arrived: float | None = None  # the newest frame that was not told yet
        self._due = self._published = clock.now()
        self._wants_rest = threading.Event()
        self._state = ""  # FAILED or STOPPED
        self._thread = threading.Thread(target=self._run, name=f"mimik-live-{device}", daemon=True)
        self.facts: dict[str, Any] = self._told(self._due)

    def start(self) -> None:
        """Begin to recognise."""
        self._publish(self.facts)
        self._thread.start()

    def take(self, frame: Frame) -> None:
        """Take in a frame of the phone; returns at once."""
        self._feed.put(frame)

    def rest(self) -> None:
        """Learn the resting face now; who sits there should look neutral.

        Raises:
            StudyError: the model needs none.
        """
        if not self._rests:
            raise StudyError(
                f"Expected a model that uses a resting face, found {self.name!r}, which needs none."
            )
        self._wants_rest.set()

    def end(self) -> None:
        """Stop recognising; returns at once, and may be called twice."""
        self._feed.close()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the end."""
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def step(self, timeout: float = PATIENCE) -> bool:
        """Recognise in the frames that came, and tell it if it is time; False at the end."""
        if self._wants_rest.is_set():
            self._wants_rest.clear()
            self._live.rest(self.device)
        found = self._live.read(timeout)
        if found is None:
            return False
        now = self._clock.now()
        for said in found:
            self._take(said)
        changed = self._look_at_refusals(bool(found)) or any(said.changed for said in found)
        if changed or (found and now >= self._due) or now - self._published >= _TELL_SILENCE:
            self._tell(now)
        return True

    def _take(self, said: Recognition) -> None:
        self._said = said
        if not _of_silence(said):
            self._arrived = said.time

    def _look_at_refusals(self, found: bool) -> bool:
        """Note whether frames can't be used at all; returns whether that is news."""
        before, refusals = self._problem, self._live.refusals
        total = sum(refusal.count for refusal in refusals)
        if found:
            self._problem = ""
        elif total > self._refused:
            self._problem = f"{refusals[-1].message} {refusals[-1].hint}".strip()
        self._refused = total
        return self._problem != before

    def _tell(self, now: float) -> None:
        self._due, self._published = max(self._due + _TELL_EVERY, now), now
        while self._latencies and now - self._latencies[0][0] > _LATENCY_OVER:
            self._latencies.popleft()
        self.facts = self._told(now)
        self._publish(self.facts)
        if self._arrived is not None:
            self._latencies.append((now, self._clock.now() - self._arrived))
            self._arrived = None

    def _told(self, now: float) -> dict[str, Any]:
        said, description = self._said, self._description
        face = said is not None and said.state is not State.NO_FACE
        state = said.state.value if said is not None else State.NO_FACE.value
        return {
            "device": self.device,
            "model": self.name,
            "labels": list(description.labels),
            "state": self._state or (FAILED if self._problem else state),
            "silent": not self._problem and (said is None or _of_silence(said)),
            "expression": said.expression if said is not None else None,
            "confidence": number(said.confidence) if said is not None and face else None,
            "smoothed": self._probabilities(said) if said is not None and face else None,
            "resting": self._resting(),
            "latency_ms": self._latency(),
            "delay": number(description.delay, 3),
            "synthetic": description.synthetic,
            "use": description.use,
            "problem": self._problem,
            "notes": list(self._notes),
            "time": number(now, 3),
        }

    def _probabilities(self, said: Recognition) -> dict[str, float | None]:
        values = said.smoothed.tolist()
        return {label: number(p) for label, p in zip(self._description.labels, values, strict=True)}

    def _resting(self) -> dict[str, Any]:
        status = self._live.devices.get(self.device)
        return {
            "used": self._rests,
            "known": bool(status and status.resting),
            "learning": bool(status and status.collecting),
            "reason": status.reason if status else "",
        }

    def _latency(self) -> float | None:
        return number(1000 * median(late for _, late in self._latencies), 1) if self._latencies else None

    def _note(self, _device: int, text: str) -> None:
        self._notes.append({"at": number(self._clock.now(), 3), "text": text})

    def _run(self) -> None:
        try:
            while self.step():
                pass
            self._state = STOPPED
        except Exception as error:
            _log.exception("live recognition failed")
            self._state, self._problem = FAILED, f"Recognition broke off: {error}"
        self._said = None
        self._tell(self._clock.now())


def _of_silence(said: Recognition) -> bool:
    return said.device_time != said.device_time  # NaN: nothing came
