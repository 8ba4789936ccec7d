"""What the terminal shows of everybody, as a view and as lines."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from scripted_frames import LABELS, recognition

from mimik.clock import ManualClock
from mimik.live.outlet import Description, Event, Outlet
from mimik.live.outlets.terminal import TerminalOutlet
from mimik.live.outlets.terminalview import in_words

DESCRIPTION = Description(LABELS, 60.0, 0.3, "m.mimik", "research", False)


def text_console(width: int = 100, *, terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), width=width, height=40, force_terminal=terminal, no_color=True)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def seen(outlet: TerminalOutlet, width: int = 100) -> str:
    """Return the screen as it would be drawn now."""
    console = text_console(width)
    console.print(outlet._view())
    return printed(console)


def opened(console: Console, clock: ManualClock) -> TerminalOutlet:
    outlet = TerminalOutlet(console, clock=clock)
    outlet.open(DESCRIPTION)
    return outlet


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("happy", "happy 80 %"),
        ("unsure", "unsure (happy 80 %)"),
        ("no-face", "no face"),
        ("resting", "learning the resting face: please look neutral and hold still"),
    ],
)
def test_each_state_has_its_words(said: str, words: str) -> None:
    assert in_words(recognition(0.0, said, 0.8), LABELS) == words


def test_without_a_terminal_there_is_a_line_for_each_change() -> None:
    console, clock = text_console(), ManualClock(100.0)
    outlet = opened(console, clock)
    assert isinstance(outlet, Outlet)
    for time, said, changed in [(100.5, "happy", True), (100.6, "happy", False), (102.0, "no-face", True)]:
        outlet.send(recognition(time, said, 0.9, changed=changed))
    outlet.tell(Event(103.0, 2, "pain", "message", "Take a [b]break[/b]"))
    outlet.note(None, "an outlet was let go")
    outlet.close()

    assert printed(console).splitlines() == [
        "   0.5 s  device 1  happy 90 %",
        "   2.0 s  device 1  no face",
        "   3.0 s  device 2  pain: message Take a [b]break[/b]",
        "   0.0 s  an outlet was let go",
    ]


@pytest.mark.parametrize("said", ["happy", "unsure", "no-face", "resting"])
@pytest.mark.parametrize("width", [30, 80, 200])
def test_the_view_shows_every_state_in_every_width(said: str, width: int) -> None:
    outlet = TerminalOutlet(text_console(), clock=ManualClock())
    outlet._labels = LABELS
    outlet.send(recognition(0.0, said, 0.75))
    outlet.send(recognition(0.0, "sad", 1.0, device=2))

    shown = seen(outlet, width)

    assert " ".join(said.upper().replace("-", " ")) in shown
    assert "S A D" in shown
    assert ("75 %" in shown) == (said != "no-face")
    assert all(len(line) <= width for line in shown.splitlines())


def test_the_view_tells_how_fast_it_is() -> None:
    clock = ManualClock()
    outlet = TerminalOutlet(text_console(), clock=clock)
    outlet._labels = LABELS
    for i in range(61):
        clock.advance(i * 0.02 + 0.004 - clock.now())
        outlet.send(recognition(i * 0.02, "happy"))

    assert "50 frames/s" in seen(outlet)
    assert "4.0 ms" in seen(outlet)
    outlet.send(recognition(9.0, "no-face", silence=True))
    assert "0 frames/s" in seen(outlet)


def test_the_view_shows_what_rules_say_and_before_frames_come_what_to_do() -> None:
    console = text_console(terminal=True)
    outlet = TerminalOutlet(console, clock=ManualClock())
    outlet.open(DESCRIPTION)
    outlet.announce("On the phone: Live Link Face")
    assert "Waiting for frames" in seen(outlet) and "On the phone" in seen(outlet)

    outlet.send(recognition(0.0, "happy"))
    for i in range(9):
        outlet.tell(Event(float(i), 1, "pain", "message", f"break {i}"))
    outlet.close()
    outlet.close()

    assert "break 8" in seen(outlet) and "break 3" not in seen(outlet)
    assert "On the phone" not in seen(outlet)


def test_simulated_people_are_marked() -> None:
    outlet = opened(text_console(), ManualClock())
    assert "SYNTHETIC" not in seen(outlet)
    outlet._synthetic = True

    assert "SYNTHETIC" in seen(outlet)
