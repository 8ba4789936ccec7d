"""What every command shares: where text goes, progress bars, and errors without tracebacks."""

from __future__ import annotations

import functools
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from mimik.cli.unlocking import unlock
from mimik.errors import MimikError

__all__ = [
    "command",
    "counted",
    "fail",
    "friendly",
    "headed",
    "notes",
    "out",
    "print_json",
    "progress",
    "synthetic",
]

out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
"""Results: standard output."""

notes = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
"""Progress, questions and errors: standard error, so that results can be piped."""

_UTF8 = "Save the file as UTF-8 in your editor."
_OPENINGS = ("expected ", "no ", "there ", "record ", "the ", "only ")

_P = ParamSpec("_P")
_R = TypeVar("_R")


def print_json(value: Any) -> None:
    """Print one JSON document to standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def fail(message: str, hint: str = "") -> typer.Exit:
    """Print an error and what to try; returns the exception to raise."""
    notes.print(headed("Error:", _sentence(message), "bold red"))
    if hint:
        notes.print(headed("Try:", _sentence(hint)))
    return typer.Exit(1)


def friendly(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Turn Mimik's own errors, and those of the disk, into a message and exit status 1."""

    @functools.wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            unlock((*args, *kwargs.values()))
            return command(*args, **kwargs)
        except MimikError as error:
            raise fail(str(error), error.hint) from None
        except (KeyboardInterrupt, typer.Abort):
            notes.print("Stopped.")
            raise typer.Exit(130) from None
        except UnicodeDecodeError as error:
            raise fail(f"Expected text in UTF-8, found other bytes: {error.reason}.", _UTF8) from None
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise fail(
                f"{error.strerror or error}{where}.", "Check the path, the free space and your rights."
            ) from None

    return wrapped


@contextmanager
def progress(text: str, total: float | None = None) -> Iterator[Callable[[float, float | None], None]]:
    """Show a bar on standard error; yields ``update(done, total)``."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task(text, total=total)

        def update(done: float, of: float | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield update


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 session", "1,200 frames"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def command(*words: object) -> str:
    """Return a command to type, with names quoted where a shell needs it."""
    return shlex.join(["mimik", *(str(word) for word in words)])


def headed(heading: str, text: str, style: str = "bold") -> Text:
    """Return a line that begins with a heading in some style; ``text`` stays as it is."""
    return Text.assemble((heading, style), " ", text)


def synthetic(text: str) -> Text:
    """Return a line with the mark that whatever comes from simulated people bears."""
    return headed("SYNTHETIC", text, "bold yellow")


def _sentence(text: str) -> str:
    """Begin with a capital where the first word can't be part of a file's name."""
    return text[0].upper() + text[1:] if text.startswith(_OPENINGS) else text
