"""What the live view in the terminal looks like: plain facts in, something Rich can print out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.align import Align
from rich.columns import Columns
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mimik.live.recognition import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from mimik.live.recognition import Recognition

__all__ = ["FaceView", "in_words", "view"]

_STYLES = {
    State.RECOGNISED: "bold green",
    State.UNSURE: "bold yellow",
    State.RESTING: "bold cyan",
    State.NO_FACE: "bold red",
}
_HINTS = {
    State.RESTING: "please look neutral and hold still",
    State.NO_FACE: "none in view, or nothing comes",
    State.UNSURE: "nothing is probable enough",
    State.RECOGNISED: " ",
}
_WIDEST = 64
_BLOCKS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True, eq=False)
class FaceView:
    """What is shown of one device.

    Attributes:
        recognition: the last.
        rate: frames a second; NaN if not known yet.
        latency: seconds from a frame's arrival to its recognition, mean of the last second; NaN likewise.
    """

    recognition: Recognition
    rate: float
    latency: float


def in_words(recognition: Recognition, labels: Sequence[str]) -> str:
    """Return what is said, as a line: "happy 93 %", "unsure (sad 41 %)"."""
    if recognition.state is State.NO_FACE:
        return "no face"
    if recognition.state is State.RESTING:
        return f"learning the resting face: {_HINTS[State.RESTING]}"
    share = f"{recognition.confidence:.0%}".replace("%", " %")
    if recognition.expression is not None:
        return f"{recognition.expression} {share}"
    return f"unsure ({labels[int(recognition.smoothed.argmax())]} {share})"


def view(
    faces: Mapping[int, FaceView],
    labels: Sequence[str],
    lines: Sequence[str],
    *,
    width: int,
    synthetic: bool,
) -> RenderableType:
    """Return the whole screen.

    Args:
        faces: device number -> what is shown of it.
        labels: of the model, as text.
        lines: events and notes, the newest last.
        width: of the terminal, characters.
        synthetic: whether simulated people are in it.
    """
    columns = max(1, min(len(faces), width // 40))
    each = min(_WIDEST, width // columns - 1)
    panels = [_panel(number, face, labels, each) for number, face in faces.items()]
    shown: list[RenderableType] = [Columns(panels)] if panels else [Text("Waiting for frames ...", "dim")]
    if synthetic:
        shown.insert(0, Text("SYNTHETIC  simulated people are in it: of no use on real faces", "bold yellow"))
    shown += [Text(line) for line in lines]
    shown.append(Text("Shown expressions, never felt emotions. Research use only. Ctrl-C ends.", "dim"))
    return Group(*shown)


def _panel(number: int, face: FaceView, labels: Sequence[str], width: int) -> Panel:
    said = face.recognition
    style = _STYLES[said.state]
    large = Text(_large(said.said), style)
    bars = Table.grid(padding=(0, 1))
    room = width - max(len(label) for label in labels) - 12
    for label, p in zip(labels, said.smoothed.tolist(), strict=True):
        bars.add_row(*_bar(label, p, max(room, 4), style if label == said.expression else ""))
    content = Group(
        Text(),
        Align.center(large),
        Align.center(Text(_sureness(said), style)),
        Align.center(Text(_HINTS[said.state], "dim")),
        bars,
    )
    return Panel(content, title=f"device {number}", subtitle=_figures(face), width=width)


def _large(word: str) -> str:
    """Return a word as large as a terminal can write it."""
    return " ".join(word.upper().replace("-", " "))


def _sureness(said: Recognition) -> str:
    return " " if math.isnan(said.confidence) else f"{100 * said.confidence:.0f} %"


def _bar(label: str, p: float, width: int, style: str) -> tuple[Text, Text, Text]:
    """Return name, bar and share of a label; without a face the bar is empty."""
    if math.isnan(p):
        return Text(label, "dim"), Text(" " * width), Text("   -", "dim")
    eighths = round(min(max(p, 0.0), 1.0) * width * 8)
    bar = (_BLOCKS[8] * (eighths // 8) + _BLOCKS[eighths % 8]).ljust(width)[:width]
    return Text(label, style), Text(bar, style or "blue"), Text(f"{100 * p:3.0f} %", style)


def _figures(face: FaceView) -> str:
    rate = "" if math.isnan(face.rate) else f"{face.rate:.0f} frames/s"
    latency = "" if math.isnan(face.latency) else f"{1000 * face.latency:.1f} ms"
    return "   ".join(text for text in (rate, latency) if text)
