"""Runs what the documents show: ``console`` blocks are commands with their output.

    ```console
    $ mimik new my-study
    New study in my-study, protocol hartmann2022.
    ...
    ```

Every command must succeed, and what it prints (both streams) must be what is shown, line by line; ``...``
stands for any number of lines. Numbers, pseudonyms, hashes, runs of blanks and rules differ from run to run
and are not compared. A block below a line ``<!-- not run: why -->`` is only shown.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Block", "Command", "Fence", "blocks", "fences", "run_block"]

TIMEOUT = 300  # s
_FENCE = re.compile(r"(?P<indent> *)```(?P<language>[\w-]*)\s*")
_NOT_RUN = re.compile(r"<!-- not run: (?P<why>.+?) -->")
_MASKS = (
    (re.compile(r"\bsub-[A-Z0-9]{6}\b"), "sub-?"),
    (re.compile(r"\bp-[A-Z0-9]{8}\b"), "p-?"),
    (re.compile(r"\br-[A-Z0-9]{6}\b"), "r-?"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\d[\d,.:+TZ-]*(?<![.,:])"), "#"),  # numbers, times and dates; never the stop at their end
    (re.compile(r"([─━═█▏▎▍▌▋▊▉░-])\1+"), r"\1"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Fence:
    """A fenced block of a document; ``line`` is where it opens, from 1."""

    language: str
    text: str
    line: int
    not_run: str = ""


@dataclass
class Command:
    """A command, and the lines it is said to print."""

    text: str
    expected: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """A ``console`` block; ``not_run`` says why it is only shown."""

    commands: tuple[Command, ...]
    line: int = 0
    not_run: str = ""


def fences(markdown: str) -> list[Fence]:
    """Return all fenced blocks, in order."""
    found: list[Fence] = []
    lines = markdown.splitlines()
    start, indent, language = -1, "", ""
    for i, line in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if start < 0 and fence:
            start, indent, language = i, fence["indent"], fence["language"]
        elif start >= 0 and line.strip() == "```":
            body = "\n".join(text.removeprefix(indent) for text in lines[start + 1 : i])
            found.append(Fence(language, body + "\n", start + 1, _reason(lines[:start])))
            start = -1
    if start >= 0:
        raise AssertionError(f"line {start + 1}: a fenced block that never ends")
    return found


def blocks(markdown: str) -> list[Block]:
    """Return the ``console`` blocks of a document."""
    return [_block(fence) for fence in fences(markdown) if fence.language == "console"]


def run_block(block: Block, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a block's commands in ``cwd`` and return all they print.

    Raises AssertionError where one fails or prints something else.
    """
    printed = ""
    for command in () if block.not_run else block.commands:
        done = subprocess.run(
            command.text,
            shell=True,
            cwd=cwd,
            env=_environment(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
        where = f"console block at line {block.line}: $ {command.text}"
        if done.returncode:
            raise AssertionError(f"{where}\nended with status {done.returncode}:\n{done.stdout}")
        if not matches(command.expected, done.stdout.splitlines()):
            raise AssertionError(f"{where}\n{_difference(command.expected, done.stdout.splitlines())}")
        printed += done.stdout
    return printed


def matches(expected: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the lines printed are those expected, with ``...`` for any number of them."""
    wanted, found = _masked(expected), _masked(printed)
    reached = {0}  # how many printed lines may be used up so far
    for line in wanted:
        if line == "...":
            reached = set(range(min(reached), len(found) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(found) and found[at] == line}
        if not reached:
            return False
    return len(found) in reached


def masked(line: str) -> str:
    """Return a line without what differs from run to run."""
    for pattern, substitute in _MASKS:
        line = pattern.sub(substitute, line)
    return line.strip()


def _masked(lines: Sequence[str]) -> list[str]:
    return [line for line in map(masked, lines) if line]


def _reason(before: Sequence[str]) -> str:
    last = next((line for line in reversed(before) if line.strip()), "")
    found = _NOT_RUN.search(last)
    return found["why"] if found else ""


def _block(fence: Fence) -> Block:
    commands: list[Command] = []
    unfinished = False
    for line in fence.text.splitlines():
        if unfinished:
            commands[-1].text += "\n" + line.removeprefix("> ")
        elif line.startswith("$ "):
            commands.append(Command(line[2:]))
        elif not commands:
            raise AssertionError(f"line {fence.line}: a console block begins with '$ ', found {line!r}")
        else:
            commands[-1].expected.append(line)
        unfinished = line.endswith("\\") and (unfinished or line.startswith("$ "))
    return Block(tuple(commands), fence.line, fence.not_run)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    beside = str(Path(sys.executable).parent)  # where the command of this environment lies
    path = os.pathsep.join([beside, os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", **more}


def _difference(expected: Sequence[str], printed: Sequence[str]) -> str:
    lines = difflib.unified_diff(_masked(expected), _masked(printed), "shown", "printed", lineterm="", n=1)
    return "\n".join([*lines, "--- printed, unmasked", *printed])
