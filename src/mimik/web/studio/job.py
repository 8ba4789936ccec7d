"""A job: something that takes its time, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CANCELLED", "DONE", "FAILED", "RUNNING", "WAITING", "Job"]

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
"""The states of a job; the last three are its ends."""

_SOON = 2.0
"""Seconds before which nobody can say how long it will take."""


@dataclass
class Job:
    """One job, changed only by ``Jobs``.

    Attributes:
        id: of this run of the studio.
        kind: "train", "evaluate" or "compare".
        settings: what was asked for.
        state: one of the states above.
        started: when it began to run, seconds since 1970; None while it waits.
        progress: 0..1.
        step: what it does now, in words.
        left: seconds it still takes, as far as can be told.
        curves: accuracy and loss after each epoch of the training; ``epochs`` is how many there will be.
        result: what came out.
        error: why it failed, in a sentence.
        hint: what to try then.
    """

    id: str
    kind: str
    settings: Mapping[str, Any]
    state: str = WAITING
    started: float | None = None
    progress: float = 0.0
    step: str = "Waiting"
    left: float | None = None
    curves: dict[str, list[float | None]] = field(default_factory=lambda: {"accuracy": [], "loss": []})
    epochs: int | None = None
    result: Mapping[str, Any] | None = None
    error: str = ""
    hint: str = ""

    @property
    def ended(self) -> bool:
        """Whether it does nothing any more."""
        return self.state in (DONE, FAILED, CANCELLED)

    def hear(self, told: Mapping[str, Any], now: float) -> None:
        """Take in what its child told."""
        self.step = told.get("step", self.step)
        if "progress" in told:
            self.progress = max(self.progress, told["progress"])
            self.left = self._left(now)
        if "epoch" in told:
            self.epochs = told["epochs"]
            for figure, values in self.curves.items():
                values.append(told[figure])
        if "result" in told:
            self.end(DONE, "Done")
            self.progress, self.result = 1.0, told["result"]
        if "error" in told:
            self.end(FAILED, "Failed", told["error"], told.get("hint", ""))

    def end(self, state: str, step: str, error: str = "", hint: str = "") -> None:
        """Be at an end."""
        self.state, self.step, self.left = state, step, None
        self.error, self.hint = error, hint

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "id": self.id,
            "kind": self.kind,
            "settings": dict(self.settings),
            "state": self.state,
            "started": self.started,
            "progress": round(self.progress, 4),
            "step": self.step,
            "eta": self.left,
            "curves": {name: list(values) for name, values in self.curves.items()},
            "epochs": self.epochs,
            "result": self.result,
            "error": self.error,
            "hint": self.hint,
        }

    def _left(self, now: float) -> float | None:
        if self.started is None or self.progress <= 0 or now - self.started < _SOON:
            return None
        return round((now - self.started) * (1 - self.progress) / self.progress, 1)
