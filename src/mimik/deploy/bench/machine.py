"""The machine that times are of: its processor by name, and one core of it for all that is timed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["one_core", "processor"]


def processor() -> str:
    """Return the processor's name as the system tells it."""
    return _told() or platform.processor() or platform.machine() or "unknown processor"


def _told() -> str:
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "")


@contextmanager
def one_core() -> Iterator[int | None]:
    """Keep this thread on one core; yields its number, or None where the system can't."""
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    allowed = os.sched_getaffinity(0)
    # The last one: systems like to do their own work on the first.
    core = max(allowed)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, allowed)
