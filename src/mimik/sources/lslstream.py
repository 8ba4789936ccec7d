"""What a stream of the Lab Streaming Layer says of itself, and whether that is a face.

There is no agreed convention for faces. What counts are the labels of the channels
(``desc/channels/channel/label``), in any known spelling, found by name. Other channels are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import INDEX, blend_shape
from mimik.errors import DatagramError, MimikError
from mimik.extras import needs_extra

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LslStream", "described", "liblsl"]


@dataclass(frozen=True, slots=True, eq=False)
class LslStream:
    """A stream that delivers a face.

    Attributes:
        inlet: pylsl's.
        uid: of this run of the sender.
        name: as the sender calls it.
        source_id: the same in each run of the sender; "" if it has none.
        rate: samples per second, nominal; None without a fixed rate.
        synthetic: whether it says that simulated people are in it, as Mimik's own streams do.
        channels: intp (k,), positions of the channels that are blend shapes.
        places: intp (k,), their positions in ``COLUMNS``.
    """

    inlet: Any
    uid: str
    name: str
    source_id: str
    rate: float | None
    synthetic: bool
    channels: NDArray[np.intp]
    places: NDArray[np.intp]


def liblsl() -> Any:
    """Return pylsl.

    Raises:
        MissingExtra: it is not installed.
        MimikError: the library below it cannot be loaded.
    """
    with needs_extra("live"):
        try:
            import pylsl
        except (RuntimeError, OSError) as error:
            raise MimikError(
                f"Expected the library of the Lab Streaming Layer, liblsl, which cannot be loaded: {error}",
                hint="pip install 'pylsl>=1.18', which brings it, or install liblsl for this system.",
            ) from error
    return pylsl


def described(pylsl: Any, inlet: Any, patience: float) -> LslStream:
    """Find out what the stream of an inlet delivers.

    Raises:
        DatagramError: that is no face.
        TimeoutError: it did not describe itself within ``patience`` seconds.
        RuntimeError: it is lost.
    """
    if inlet.channel_format == pylsl.cf_string:
        raise DatagramError("Expected a stream of numbers, found text.")
    info = inlet.info(patience)
    labels = _labels(info)
    names = [blend_shape(label) for label in labels]
    known = [name for name in names if name]
    if len(labels) != info.channel_count() or not known:
        raise DatagramError("Expected channels labelled as blend shapes, found none.")
    if len(set(known)) < len(known):
        raise DatagramError("Expected each blend shape once, found one twice.")
    return LslStream(
        inlet,
        info.uid(),
        info.name(),
        info.source_id(),
        info.nominal_srate() or None,
        info.desc().child("acquisition").child_value("synthetic") == "true",
        np.array([channel for channel, name in enumerate(names) if name], dtype=np.intp),
        np.array([INDEX[name] for name in known], dtype=np.intp),
    )


def _labels(info: Any) -> list[str]:
    labels: list[str] = []
    channel = info.desc().child("channels").child("channel")
    while not channel.empty() and len(labels) <= info.channel_count():
        labels.append(channel.child_value("label"))
        channel = channel.next_sibling("channel")
    return labels
