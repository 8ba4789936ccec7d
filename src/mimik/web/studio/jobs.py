"""What takes long is done in child processes, one at a time, while the studio goes on recording."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mimik.clock import Clock, SystemClock
from mimik.errors import MimikError
from mimik.web.studio.child import Process
from mimik.web.studio.job import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from mimik.web.studio.shelf import Shelf

if TYPE_CHECKING:
    from mimik.web.studio.child import Child

__all__ = ["TOPIC", "Jobs", "Publisher"]

TOPIC = "jobs"

_PAUSE = 0.2
"""Seconds between two tellings of how far jobs are."""

_KEPT = 10
"""So many jobs that have ended are told of at most."""

_NO_WORD = "The work ended without a word."
_NO_WORD_HINT = (
    "Often there was not enough memory. Close other programs, or choose fewer expressions; "
    "the window in which the studio was started may say more."
)


class Publisher(Protocol):
    """To whom is told how far jobs are."""

    def publish(self, topic: str, data: Any) -> None:
        """Tell all who watch a topic; called from any thread."""


class Jobs:
    """The jobs of one run of the studio. Each runs in a child process, one after the other.

    Args:
        folder: of the study.
        broadcast: is told of changes on the topic "jobs", at most five times a second.
        start_child: makes the process that does a job, from what it is to do.
        clock: tells when jobs began.
        on_end: called in another thread whenever a job has ended.
    """

    def __init__(
        self,
        folder: Path,
        broadcast: Publisher,
        *,
        start_child: Callable[[Mapping[str, Any]], Child] = Process,
        clock: Clock | None = None,
        on_end: Callable[[Job], object] | None = None,
    ) -> None:
        self.folder = folder
        self._broadcast, self._start_child, self._on_end = broadcast, start_child, on_end
        self._clock = clock or SystemClock()
        self._jobs: dict[str, Job] = {}
        self._children: dict[str, Child] = {}
        self._change = threading.Condition()
        self._changed = threading.Event()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        broadcast.publish(TOPIC, [])

    def start(self, kind: str, settings: Mapping[str, Any]) -> Job:
        """Put a job at the end of the line, and return it."""
        job = Job(secrets.token_hex(4), kind, dict(settings))
        with self._change:
            if self._closed.is_set():
                raise MimikError("The studio is being closed.")
            for ended in [known.id for known in self._jobs.values() if known.ended][:-_KEPT]:
                del self._jobs[ended]
            self._jobs[job.id] = job
            self._begin()
            self._change.notify_all()
        self._changed.set()
        return job

    def get(self, job: str) -> Job:
        """Return a job by its id; raises KeyError where there is none."""
        return self._jobs[job]

    def all(self) -> list[dict[str, Any]]:
        """Return all jobs as plain data, the oldest first."""
        with self._change:
            return [job.to_dict() for job in self._jobs.values()]

    @property
    def left(self) -> int:
        """How many jobs have not ended."""
        with self._change:
            return sum(not job.ended for job in self._jobs.values())

    @property
    def at_work_on(self) -> frozenset[str]:
        """Names of the models that jobs which have not ended make or test."""
        with self._change:
            left = [job.settings for job in self._jobs.values() if not job.ended]
        names = (settings.get(role) for settings in left for role in ("name", "a", "b"))
        return frozenset(name for name in names if name)

    def cancel(self, job: str) -> Job:
        """End a job; one that has ended is cleared away. Raises KeyError where there is none.

        Folds that it finished stay on the disk: the same job started again goes on from them.
        """
        with self._change:
            found = self._jobs[job]
            if found.ended:
                del self._jobs[job]
            else:
                found.end(CANCELLED, "Cancelled")
            child = self._children.get(job)
        if child is not None:
            child.kill()
        self._changed.set()
        return found

    def close(self) -> None:
        """End all jobs and their processes."""
        with self._change:
            self._closed.set()
            for job in self._jobs.values():
                if not job.ended:
                    job.end(CANCELLED, "Cancelled")
            children = list(self._children.values())
            self._change.notify_all()
        self._changed.set()
        for child in children:
            child.kill()
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        """Start the threads with the first job."""
        if not self._threads:
            Shelf(self.folder).tidy()
            self._threads = [
                threading.Thread(target=work, name=name, daemon=True)
                for work, name in ((self._work, "jobs"), (self._tell, "jobs are told"))
            ]
            for thread in self._threads:
                thread.start()

    def _work(self) -> None:
        """Do one job after the other."""
        while (job := self._next()) is not None:
            self._do(job)
            self._changed.set()
            if self._on_end is not None:
                self._on_end(job)

    def _next(self) -> Job | None:
        """Wait for a job to do, and let it run; None where there is none any more."""
        with self._change:
            while not self._closed.is_set():
                waiting = [job for job in self._jobs.values() if job.state == WAITING]
                if waiting:
                    waiting[0].state, waiting[0].started = RUNNING, self._clock.now()
                    waiting[0].step = "Starting"
                    return waiting[0]
                self._change.wait()
            return None

    def _do(self, job: Job) -> None:
        self._changed.set()
        asked = {"kind": job.kind, "study": str(self.folder), "settings": job.settings}
        try:
            child = self._start_child(asked)
        except OSError as error:
            with self._change:
                job.end(FAILED, "Failed", f"The work could not be started: {error.strerror}.")
            return
        with self._change:
            self._children[job.id] = child
            unwanted = job.ended
        if unwanted:  # cancelled before there was a child to end
            child.kill()
        for told in child.told():
            with self._change:
                if job.state == RUNNING:
                    job.hear(told, self._clock.now())
            self._changed.set()
        with self._change:
            del self._children[job.id]
            if job.state == RUNNING:
                job.end(FAILED, "Failed", _NO_WORD, _NO_WORD_HINT)
            if job.state != DONE:
                Shelf(self.folder).tidy()

    def _tell(self) -> None:
        """Tell of changes, but not of each."""
        while True:
            self._changed.wait()
            self._changed.clear()
            self._broadcast.publish(TOPIC, self.all())
            if self._closed.wait(_PAUSE):
                return
