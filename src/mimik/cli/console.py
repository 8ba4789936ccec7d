"""What every command shares: where text goes, progress bars, and errors without tracebacks."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from mimik.errors import MimikError

__all__ = ["counted", "fail", "friendly", "notes", "out", "print_json", "progress"]

out = Console(highlight=False, soft_wrap=True)
"""Results: standard output."""

notes = Console(stderr=True, highlight=False, soft_wrap=True)
"""Progress, questions and errors: standard error, so that results can be piped."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


def print_json(value: Any) -> None:
    """Print one JSON document to standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def fail(message: str, hint: str = "") -> typer.Exit:
    """Print an error and what to try; returns the exception to raise."""
    notes.print(f"[bold red]Error:[/] {_sentence(message)}")
    if hint:
        notes.print(f"[bold]Try:[/] {_sentence(hint)}")
    return typer.Exit(1)


def friendly(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Turn Mimik's own errors, and those of the disk, into a message and exit status 1."""

    @functools.wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return command(*args, **kwargs)
        except MimikError as error:
            raise fail(str(error), error.hint) from None
        except KeyboardInterrupt:
            notes.print("Stopped.")
            raise typer.Exit(130) from None
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
    with Progress(*columns, console=notes, transient=True) as bar:
        task = bar.add_task(text, total=total)

        def update(done: float, of: float | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield update


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 session", "1,200 frames"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _sentence(text: str) -> str:
    """Begin a sentence with a capital (never a file's name), and keep square brackets from being markup."""
    first = text.partition(" ")[0]
    return escape(text[:1].upper() + text[1:] if first.isalpha() else text)
