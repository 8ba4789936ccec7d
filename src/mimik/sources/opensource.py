"""A source that was opened by its name, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from mimik.sources.refusals import Refusal
    from mimik.sources.source import Source

__all__ = ["OpenSource"]


@dataclass(frozen=True, slots=True)
class OpenSource:
    """Where frames come from; also a context that closes it.

    Attributes:
        source: read it.
        app: what sends the frames, as sessions name it.
        told: what to do or what is being done so that frames come, in a sentence; "" where nothing is needed.
        rate: frames a second, nominal; None if not known.
        synthetic: whether nobody real is in it.
        devices: how many devices it has; None for as many as send.
        port: UDP port of this computer to be typed into the app; None where the app need not know.
        close: ends it; may be called twice.
        identity: by what a study tells this device from others; with one device, and once it has sent.
        refusals: what was refused so far.
    """

    source: Source
    app: str
    told: str
    close: Callable[[], object]
    identity: Callable[[], str]
    refusals: Callable[[], Sequence[Refusal]] = tuple
    rate: float | None = None
    synthetic: bool = False
    devices: int | None = 1
    port: int | None = None

    def __enter__(self) -> OpenSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
