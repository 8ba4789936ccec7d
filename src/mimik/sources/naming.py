"""One way to name any source of frames, for commands and programs: ``livelink``, ``lsl:NAME``, a file ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from mimik.clock import Clock, SystemClock
from mimik.errors import MimikError
from mimik.sources import opening
from mimik.sources.opensource import OpenSource
from mimik.sources.wish import Wish

__all__ = ["FILE", "SOURCES", "kind_of", "open_source"]

_KINDS: Mapping[str, tuple[str, Callable[[Wish], OpenSource]]] = MappingProxyType(
    {
        "livelink": ("livelink[:PORT]", opening.open_livelink),
        "ifacialmocap": ("ifacialmocap:ADDRESS[:PORT]", opening.open_ifacialmocap),
        "facemotion3d": ("facemotion3d:ADDRESS[:PORT]", opening.open_facemotion3d),
        "facecap": ("facecap[:PORT]", opening.open_facecap),
        "vtubestudio": ("vtubestudio:ADDRESS[:PORT]", opening.open_vtubestudio),
        "lsl": ("lsl[:NAME]", opening.open_lsl),
        "webcam": ("webcam[:INDEX]", opening.open_webcam),
        "virtual": ("virtual[:EXPRESSION,EXPRESSION,...]", opening.open_virtual),
    }
)

SOURCES: Mapping[str, str] = MappingProxyType({kind: pattern for kind, (pattern, _) in _KINDS.items()})
"""Kind of source -> how one is written. Whatever begins with none of these is the path of a recording."""

FILE = "file"
"""The kind of a recording."""


def kind_of(text: str) -> str:
    """Return what a text names: a key of ``SOURCES``, or ``FILE``, for which "C:" is no kind but a drive.

    >>> kind_of("lsl:Mimik"), kind_of("takes/lsl.csv")
    ('lsl', 'file')
    """
    kind = text.partition(":")[0].strip().lower()
    return kind if kind in SOURCES else FILE


def open_source(
    text: str,
    *,
    clock: Clock | None = None,
    number_of: Callable[[str], int] | None = None,
    face_model: Path | None = None,
    patience: float = 5.0,
) -> OpenSource:
    """Open the source that a text names.

    Phones need not send yet; a stream of the Lab Streaming Layer must be there. With one device, frames have
    the device number 1 (``Numbered`` gives them another).

    Args:
        text: as in ``SOURCES``, or the path of a recording, which is then played in real time.
        clock: gives the arrival times.
        number_of: where there may be several devices, from an identity to a number, as for
            ``LiveLinkReceiver``.
        face_model: for webcams, the file of MediaPipe's FaceLandmarker.
        patience: seconds to wait for a stream of the Lab Streaming Layer.

    Raises:
        MimikError: nothing is named so, or it cannot be opened; says what is possible.
        MissingExtra: an optional part of Mimik is not installed.
    """
    kind = kind_of(text)
    clock = clock or SystemClock()
    if kind != FILE:
        pattern, opener = _KINDS[kind]
        rest = text.partition(":")[2].strip()
        return opener(Wish(text, pattern, rest, clock, number_of, face_model, patience))
    if not Path(text).is_file():
        raise MimikError(
            f"Expected a source of frames, found {text!r}, which is neither a known one nor a file.",
            hint=f"Possible are {', '.join(SOURCES.values())}, or the path of a recording.",
        )
    return opening.open_recording(Wish(text, "", text, clock, number_of, face_model, patience))
