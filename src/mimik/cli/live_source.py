"""The sources that ``mimik live`` can be given by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.cli.waiting import own_addresses
from mimik.errors import MimikError
from mimik.frame import Block
from mimik.live.together import Together
from mimik.sources.livelink import PORT
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.replay import Replay
from mimik.sources.takes import Take
from mimik.sources.virtual.expressions import PATTERNS
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.sources.virtual.rig import LiveRig

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.sources.refusals import Refusal
    from mimik.sources.source import Source

__all__ = ["LiveSources", "Opened", "open_live_source", "open_live_sources"]

_FPS = 60
_REST, _HOLD = 6.0, 5.0
"""Seconds that a simulated person looks neutral before each expression, and shows it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was opened by its name.

    Attributes:
        source: read it.
        told: what to do so that frames come, in a sentence; "" where nothing is needed.
        close: ends it; may be called twice.
        rate: frames a second, nominal; None if not known.
        synthetic: whether nobody real is in it.
        port: UDP port of this computer to be typed into the app; None where the app need not know.
        refusals: what was refused so far.
    """

    source: Source
    told: str
    close: Callable[[], object]
    rate: float | None = None
    synthetic: bool = False
    port: int | None = None
    refusals: Callable[[], Sequence[Refusal]] = tuple


@dataclass(frozen=True, slots=True)
class LiveSources:
    """All sources of a live recognition as one.

    Attributes:
        source: read it.
        rate: frames a second, nominal, if it is the same for all and known.
        synthetic: whether somebody in them is simulated.
        told: what to do so that frames come.
        refusals: what was refused so far.
    """

    source: Source
    rate: float | None
    synthetic: bool
    told: tuple[str, ...]
    refusals: Callable[[], Sequence[Refusal]]


def open_live_sources(texts: Sequence[str], clock: Clock, at_end: ExitStack) -> LiveSources:
    """Open all sources that are named; ``at_end`` closes them.

    Raises:
        MimikError: one is not known, or cannot be opened.
    """
    opened: list[Opened] = []
    for text in texts:
        opened.append(open_live_source(text, clock))
        at_end.callback(opened[-1].close)
    rates = {one.rate for one in opened}
    return LiveSources(
        opened[0].source if len(opened) == 1 else at_end.enter_context(Together([o.source for o in opened])),
        rate=rates.pop() if len(rates) == 1 else None,
        synthetic=any(one.synthetic for one in opened),
        told=tuple(_told(one) for one in opened if one.told),
        refusals=lambda: tuple(refusal for one in opened for refusal in one.refusals()),
    )


def _told(opened: Opened) -> str:
    if opened.port is None:
        return opened.told
    addresses = " or ".join(own_addresses()) or "(this computer is in no network)"
    return f"{opened.told}\n  address {addresses}   port {opened.port}"


def open_live_source(text: str, clock: Clock) -> Opened:
    """Open ``livelink[:PORT]``, ``virtual`` or the path of a take.

    Raises:
        MimikError: nothing is named so, or it cannot be opened.
    """
    kind, _, rest = text.partition(":")
    if kind == "livelink" and (not rest or rest.isdecimal()):
        receiver = LiveLinkReceiver(int(rest or PORT), clock=clock)
        told = 'On the phone: Live Link Face, mode "Live Link (ARKit)", add this computer as a target.'
        port = receiver.address[1]
        return Opened(receiver, told, receiver.close, port=port, refusals=lambda: receiver.refusals)
    if text == "virtual":
        performance = _Performance(clock)
        return Opened(performance, "", performance.close, rate=float(_FPS), synthetic=True)
    if Path(text).is_file():
        take = Take(Path(text))
        replay = Replay(Block.joined(tuple(take.blocks())), clock=clock)
        return Opened(replay, "", lambda: None)
    raise MimikError(
        f"Expected a source of frames, found {text!r}, which is neither a known one nor a file.",
        hint="Possible are livelink[:PORT], virtual, or the path of a CSV take.",
    )


class _Performance:
    """A ``Source``: a simulated person who rests and shows one expression after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._person = clock, Person(0, fps=_FPS)
        self._shown = [name for name in PATTERNS if name != "neutral"]
        self._receiver = LiveLinkReceiver(0, host="127.0.0.1", clock=clock)
        self._phone = VirtualPhone(self._person, self._receiver.address, device_id="virtual-0")
        self._rig = LiveRig([self._phone], self._receiver, clock)
        self._start = clock.now()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        turn, within = divmod(self._clock.now() - self._start, _REST + _HOLD)
        self._person.ask(self._shown[int(turn) % len(self._shown)] if within >= _REST else None)
        return self._rig.read(timeout)

    def close(self) -> None:
        self._phone.close()
        self._receiver.close()
