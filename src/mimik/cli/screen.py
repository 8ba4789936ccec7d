"""The participant's screen as text, and the keys that stand for its buttons."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.align import Align
from rich.console import Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mimik.capture.button import Button
from mimik.capture.view import View
from mimik.cli.console import notes

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Keys", "Screen"]

_HELP = "Enter start, p pause, c continue, r redo, q stop (then Enter)"


class Screen:
    """Shows a session; where the output is no terminal, a line whenever something changes."""

    def __init__(self) -> None:
        self._live = Live(console=notes, refresh_per_second=8, screen=True) if notes.is_terminal else None
        self._said = self._message = ""
        self._view: View | None = None

    def __enter__(self) -> Screen:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, view: View) -> None:
        """Show what the participant sees now."""
        self._view = view
        if self._live:
            self._live.update(_panel(view, self._message))
            return
        line = f"[{view.trial}/{view.of}] {view.phase.value}: {view.prompt} {view.message}".rstrip()
        if line != self._said:
            notes.print(line)
            self._said = line

    def say(self, message: str) -> None:
        """Show a message of a rule; the next one takes its place."""
        self._message = message
        if self._live is None:
            notes.print(message)
        elif self._view is not None:
            self._live.update(_panel(self._view, message))


def _panel(view: View, message: str = "") -> Panel:
    faces = "face in view" if view.face else "no face in view"
    figures = f"{100 * view.progress:3.0f} %   {view.frames} frames   {view.seconds:.1f} s   {faces}"
    lines = Group(
        Align.center(Text(f"\n{view.prompt}\n", style="bold")),
        Align.center(Text("X", style="bold")),
        Align.center(Text(f"{view.fixation_text}\n", style="dim")),
        _bar(view.progress),
        Align.center(Text(figures)),
        Align.center(Text(view.message, style="bold yellow")),
        Align.center(Text(message, style="bold cyan")),
    )
    title = f"trial {view.trial} of {view.of}: {view.phase.value.replace('-', ' ')}"
    return Panel(lines, title=title, subtitle=_HELP, width=min(notes.width, 100))


def _bar(progress: float) -> Table:
    """Return the bar on a line of its own: in a Group it would not end its line."""
    line = Table.grid(expand=True)
    line.add_row(ProgressBar(total=1.0, completed=progress))
    return line


_BUTTONS = {
    "": Button.START,
    "s": Button.START,
    "p": Button.PAUSE,
    "c": Button.RESUME,
    "r": Button.REDO,
    "q": Button.STOP,
}


class Keys:
    """Lines typed in the terminal, as presses for one device; works alike on all systems."""

    def __init__(self, device: int) -> None:
        self._device = device
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def presses(self) -> Iterator[tuple[int, Button]]:
        """Yield what was pressed since the last call."""
        while not self._lines.empty():
            button = _BUTTONS.get(self._lines.get().strip().lower())
            if button is not None:
                yield self._device, button

    def _listen(self) -> None:
        for line in sys.stdin:
            self._lines.put(line)
