"""A rule: when something is said for a while, do this. Plain data.

An action is a message, an OSC message or a trial, and never a command of the computer: a file of rules is
passed from hand to hand like a protocol, and may be used without reading it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mimik.errors import ProtocolError
from mimik.live.recognition import State

__all__ = ["Condition", "OscMessage", "Rule", "require_known"]

OSC_HOST, OSC_PORT = "127.0.0.1", 9000
"""Where OSC messages go if nothing else is said: a program on this computer."""

STATES = (State.UNSURE.value, State.NO_FACE.value)
"""What can be said in place of an expression, and be waited for."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be said, how surely, and for how long.

    Attributes:
        said: an expression, "unsure" or "no-face".
        seconds: for how long without a break, > 0.
        above: least smoothed probability of the expression meanwhile, 0..1.
    """

    said: str
    seconds: float
    above: float = 0.0


@dataclass(frozen=True, slots=True)
class OscMessage:
    """A message to a program that speaks Open Sound Control.

    Attributes:
        address: such as "/light/on".
        arguments: texts, numbers, true and false.
        host: name or address of the receiver.
        port: its UDP port.
    """

    address: str
    arguments: tuple[str | int | float | bool, ...] = ()
    host: str = OSC_HOST
    port: int = OSC_PORT

    def __str__(self) -> str:
        return " ".join(map(str, (self.address, *self.arguments)))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; at least one of ``message``, ``osc`` and ``trial`` is given.

    Attributes:
        name: different from those of other rules.
        when: its condition.
        again_after: seconds after which it acts again, also if the condition still holds; None: once each
            time the condition is met, and for the next time it must first have ended.
        message: to be shown; "" for none.
        osc: to be sent; None for none.
        trial: expression of the trial to be shown next; "" for none.
    """

    name: str
    when: Condition
    again_after: float | None = None
    message: str = ""
    osc: OscMessage | None = None
    trial: str = ""

    @property
    def actions(self) -> tuple[tuple[str, str], ...]:
        """Kind and content of what it does, in the order message, osc, trial."""
        found = (("message", self.message), ("osc", str(self.osc or "")), ("trial", self.trial))
        return tuple((kind, content) for kind, content in found if content)


def require_known(rules: Iterable[Rule], labels: Sequence[str]) -> None:
    """Refuse rules that wait for what a model never says.

    Raises:
        ProtocolError: an expression is none of the model's labels.
    """
    known = (*labels, *STATES)
    for rule in rules:
        if rule.when.said not in known:
            near = difflib.get_close_matches(rule.when.said, known, n=1)
            raise ProtocolError(
                f"The rule {rule.name!r}: expected an expression of the model, one of {', '.join(known)};"
                f" found {rule.when.said!r}.",
                hint=f"Did you mean {near[0]}?" if near else "",
            )
