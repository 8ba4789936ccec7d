"""Where recognitions go: the contract every outlet keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from mimik.live.recognition import Recognition

__all__ = ["Description", "Event", "Outlet"]


@dataclass(frozen=True, slots=True)
class Description:
    """What is said to every outlet before the first frame.

    Attributes:
        labels: the expressions told apart, as text, in the order of the probabilities.
        rate: frames per second, nominal; None if not known.
        delay: seconds by which smoothing is late: a new expression that is shown at once and surely is named
            after about this time.
        model: name of the model file.
        use: what the model may be used for.
        synthetic: whether simulated people trained the model or sit in front of it.
    """

    labels: tuple[str, ...]
    rate: float | None
    delay: float
    model: str
    use: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What a rule asked for.

    Attributes:
        time: seconds since 1970 (UTC).
        device: number of the device, from 1.
        rule: its name.
        kind: of the action, such as "message" or "trial".
        content: the action's own text, such as the message or the trial's expression.
    """

    time: float
    device: int
    rule: str
    kind: str
    content: str


@runtime_checkable
class Outlet(Protocol):
    """Anything that takes recognitions. No call may block for longer than a frame takes, or raise for a slow
    or absent receiver: live recognition goes on."""

    def open(self, description: Description) -> None:
        """Begin; called once, before the first recognition.

        Raises:
            MimikError: it cannot begin, such as where a port is taken.
        """

    def send(self, recognition: Recognition) -> None:
        """Take one recognition."""

    def tell(self, event: Event) -> None:
        """Take what a rule asked for."""

    def close(self) -> None:
        """End; may be called twice."""
