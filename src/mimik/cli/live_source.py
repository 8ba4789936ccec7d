"""The sources of a live recognition, all as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.cli.waiting import address_line
from mimik.live.together import Together
from mimik.sources.naming import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.clock import Clock
    from mimik.sources.opensource import OpenSource
    from mimik.sources.refusals import Refusal
    from mimik.sources.source import Source

__all__ = ["LiveSources", "open_live_sources"]


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


def open_live_sources(
    texts: Sequence[str], clock: Clock, at_end: ExitStack, *, face_model: Path | None = None
) -> LiveSources:
    """Open all sources that are named; ``at_end`` closes them.

    Raises:
        MimikError: one is not known, or cannot be opened.
        MissingExtra: an optional part of Mimik is not installed.
    """
    opened = [at_end.enter_context(open_source(text, clock=clock, face_model=face_model)) for text in texts]
    rates = {one.rate for one in opened}
    return LiveSources(
        opened[0].source if len(opened) == 1 else at_end.enter_context(Together([o.source for o in opened])),
        rate=rates.pop() if len(rates) == 1 else None,
        synthetic=any(one.synthetic for one in opened),
        told=tuple(_told(one) for one in opened if one.told),
        refusals=lambda: tuple(refusal for one in opened for refusal in one.refusals()),
    )


def _told(opened: OpenSource) -> str:
    if opened.port is None:
        return opened.told
    return f"{opened.told}\n{address_line(opened.port)}"
