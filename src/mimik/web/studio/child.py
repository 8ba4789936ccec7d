"""A child process that works for the studio, seen from the studio."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from mimik.web.studio.work import SCRATCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Child", "Process"]


class Child(Protocol):
    """Something that does a job and tells of it."""

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield what it tells, until it ends."""

    def kill(self) -> None:
        """End it at once, from any thread; ``told`` ends then."""


class Process:
    """A process that runs ``mimik.web.studio.work``, in a group of its own, so that its helpers end with it.

    Args:
        job: what to do, as JSON can hold it.
    """

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._lock, self._ended = threading.Lock(), False
        self._scratch = tempfile.mkdtemp(prefix="mimik-work-")
        environment = {**os.environ, SCRATCH: self._scratch, "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mimik.web.studio.work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows knows no nice
        )
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield what it tells, until it ends."""
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                if line.endswith("\n"):  # a torn last line says nothing
                    yield json.loads(line)
        finally:
            self._end()

    def kill(self) -> None:
        """End it at once with all its helpers."""
        with self._lock, suppress(OSError):
            if self._ended:  # its number may be another's by now
                return
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _end(self) -> None:
        self.kill()  # helpers that outlive it
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with self._lock:
            self._process.wait()
            self._ended = True
        shutil.rmtree(self._scratch, ignore_errors=True)
