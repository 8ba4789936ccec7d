"""Run programs with the rights of an ordinary user, whom a file's permissions bind; root's they don't."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# A program of its own (util-linux) gives up what lets root pass over permissions: a function between fork and
# exec would make JAX warn, where earlier tests have loaded it.
_AS_EVERYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]

COMMAND = """
import sys
from mimik.cli.main import run
run()
"""


def run_program(code: str, *arguments: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run Python code and return what it said."""
    rights = _AS_EVERYBODY if os.getuid() == 0 else []
    return subprocess.run(
        [*rights, sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "300"},
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
