"""Run programs with the rights of an ordinary user, whom a file's permissions bind; root's they don't."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

_DROP = 24  # PR_CAPBSET_DROP, <linux/prctl.h>
_OVERRIDES = (1, 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, <linux/capability.h>

COMMAND = """
import sys
from mimik.cli.main import run
run()
"""


def run_program(code: str, *arguments: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run Python code and return what it said."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "300"},
        preexec_fn=_as_everybody if os.getuid() == 0 else None,
    )


def run_command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command of Mimik."""
    return run_program(COMMAND, *arguments)


def only_readable(folder: Path) -> None:
    """Let a folder with all in it be read and not written."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def writable_again(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _as_everybody() -> None:
    """Give up what lets root pass over permissions; it holds from the next program on."""
    libc = ctypes.CDLL(None)
    for capability in _OVERRIDES:
        libc.prctl(_DROP, capability, 0, 0, 0)
