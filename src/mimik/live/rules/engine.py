"""The engine of rules: recognitions in, events out. It does no I/O and reads no clock."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mimik.live.outlet import Event
from mimik.live.recognition import State
from mimik.live.rules.rule import require_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.recognition import Recognition
    from mimik.live.rules.rule import Rule

__all__ = ["GAP", "Rules"]

GAP = 0.5
"""Seconds between two recognitions of a device after which nobody knows what was shown meanwhile."""


class Rules:
    """Watches each device for each rule.

    A condition holds from the first recognition that meets it to the first that doesn't. A gap between
    recognitions, time that goes back, a lost face and a silence end it, unless "no-face" is what a rule
    waits for.

    Args:
        rules: what to watch for.
        labels: of the model, as text, in the order of its probabilities.

    Raises:
        ProtocolError: a rule waits for what the model never says.
    """

    def __init__(self, rules: Sequence[Rule], labels: Sequence[str]) -> None:
        require_known(rules, labels)
        self._rules = tuple(rules)
        self._labels = tuple(labels)
        self._devices: dict[int, tuple[_Watch, ...]] = {}
        self._silent: set[int] = set()

    def see(self, recognition: Recognition) -> tuple[Event, ...]:
        """Take in what was said of a frame or of a silence; return what is due."""
        device = recognition.device
        watches = self._devices.get(device)
        if watches is None:
            watches = self._devices[device] = tuple(_Watch(rule, self._labels) for rule in self._rules)
        silence = recognition.device_time != recognition.device_time  # NaN
        (self._silent.add if silence else self._silent.discard)(device)
        due = [watch.rule for watch in watches if watch.see(recognition)]
        return _events(due, device, recognition.time) if due else ()

    def tick(self, now: float) -> tuple[Event, ...]:
        """Take in that time has passed: devices that are silent say nothing more, and stay without a face.

        Args:
            now: seconds since 1970 (UTC), of the clock that the recognitions' times come from.
        """
        events: tuple[Event, ...] = ()
        for device in sorted(self._silent):
            due = [watch.rule for watch in self._devices[device] if watch.wait(now)]
            events += _events(due, device, now)
        return events


class _Watch:
    """One rule on one device."""

    __slots__ = ("_acted", "_label", "_last", "_since", "_this_time", "rule")

    def __init__(self, rule: Rule, labels: Sequence[str]) -> None:
        self.rule = rule
        self._label = labels.index(rule.when.said) if rule.when.said in labels else None
        self._last = self._acted = -math.inf
        self._since = math.inf
        self._this_time = False

    def see(self, recognition: Recognition) -> bool:
        """Take in a recognition; say whether the rule acts."""
        time = recognition.time
        step = time - self._last
        self._last = time
        if not self._met_by(recognition):
            self._end()
            return False
        # What is seen of a silence is told late; the silence itself is no gap for who waits for it.
        if not 0 <= step <= GAP and recognition.state is not State.NO_FACE:
            self._end()
        return self._holds(time)

    def wait(self, now: float) -> bool:
        """Take in that the silence goes on; say whether the rule acts."""
        self._last = max(now, self._last)
        return self._since < math.inf and self._holds(now)

    def _met_by(self, recognition: Recognition) -> bool:
        if recognition.said != self.rule.when.said:
            return False
        if self._label is None or recognition.state is not State.RECOGNISED:
            return True
        return bool(recognition.smoothed[self._label] >= self.rule.when.above)

    def _holds(self, time: float) -> bool:
        if time < self._since:
            self._since, self._this_time = time, False
        if time - self._since < self.rule.when.seconds or not self._may_act(time):
            return False
        self._acted, self._this_time = time, True
        return True

    def _may_act(self, time: float) -> bool:
        again = self.rule.again_after
        return not self._this_time if again is None else time - self._acted >= again

    def _end(self) -> None:
        self._since, self._this_time = math.inf, False


def _events(rules: Sequence[Rule], device: int, time: float) -> tuple[Event, ...]:
    return tuple(
        Event(time, device, rule.name, kind, content) for rule in rules for kind, content in rule.actions
    )
