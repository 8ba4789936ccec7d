"""A recognizer that watches a session: rules may ask for the next trial, so that a session adapts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mimik.errors import ProtocolError
from mimik.live.recognising import LiveRecognition
from mimik.live.rules.engine import Rules
from mimik.live.rules.osc import RuleSender
from mimik.live.settings import LiveSettings

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.live.outlet import Event
    from mimik.live.rules.rule import Rule
    from mimik.protocol import Protocol
    from mimik.sources.source import Source

__all__ = ["Watched", "Watcher"]


class Watched:
    """A ``Source`` of another's frames, which also hands them to whoever watches."""

    def __init__(self, source: Source, see: Callable[[Sequence[Frame]], object]) -> None:
        self._source, self._see = source, see

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None at the end."""
        frames = self._source.read(timeout)
        if frames:
            self._see(frames)
        return frames


class Watcher:
    """Recognises a session's frames and acts by rules: OSC, messages, and wishes for the next trial.

    Args:
        model: what recognises.
        rules: what to watch for.
        protocol: of the session.
        clock: the one that stamps arrivals.

    Raises:
        MimikError: a rule waits for what the model never says, asks for a trial that the protocol has not, or
            sends to a computer that is not known.
    """

    def __init__(self, model: Any, rules: Sequence[Rule], protocol: Protocol, clock: Clock) -> None:
        _require_trials(rules, protocol)
        self._model, self._clock = model, clock
        self._waiting: deque[Frame] = deque()
        self.begin(rest=False)
        self._rules = Rules(rules, self._live.labels)
        self._sender = RuleSender(rules)
        self._sender.open(self._live.describe())

    def begin(self, *, rest: bool, on_message: Callable[[str], object] | None = None) -> None:
        """Begin with a session.

        Args:
            rest: whether it begins with a neutral trial, which then teaches the resting face.
            on_message: called with each message of a rule.
        """
        settings = LiveSettings(rest=rest)
        self._live = LiveRecognition(self, self._model, settings=settings, clock=self._clock)
        self._on_message = on_message

    def watched(self, source: Source, device: int) -> Watched:
        """Return the source, of which one device's frames are watched."""

        def see(frames: Sequence[Frame]) -> None:
            self._waiting.extend(frame for frame in frames if frame.device == device)

        return Watched(source, see)

    def read(self, timeout: float) -> Sequence[Frame]:  # noqa: ARG002 - the session waits, this doesn't
        """Return what was seen since the last call."""
        frames = tuple(self._waiting)
        self._waiting.clear()
        return frames

    def wishes(self) -> Iterator[tuple[int, str]]:
        """Yield device number and expression of each trial that a rule asks for now; do what else it says."""
        events: list[Event] = []
        for recognition in self._live.read(0.0) or ():
            events += self._rules.see(recognition)
        events += self._rules.tick(self._clock.now())
        for event in events:
            self._sender.tell(event)
            if event.kind == "message" and self._on_message is not None:
                self._on_message(event.content)
            elif event.kind == "trial":
                yield event.device, event.content

    def close(self) -> None:
        """End; may be called twice."""
        self._sender.close()


def _require_trials(rules: Sequence[Rule], protocol: Protocol) -> None:
    for rule in rules:
        if rule.trial and rule.trial not in protocol.expressions:
            raise ProtocolError(
                f"The rule {rule.name!r}: expected a trial of the protocol {protocol.name},"
                f" one of {', '.join(protocol.expressions)}; found {rule.trial!r}."
            )
