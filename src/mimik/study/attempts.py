"""What happened in a session, told from its journal: each attempt at a trial, and everything else.

Events in a journal are mappings: {"event": "open", "trial", "expression", "at"}, {"event": "close", "trial",
"outcome", "at"}, {"event": "answer", "trial", "question", "answer", "at"}, {"event": "note", "what", "at",
"trial", "duration"} and, last, {"event": "finish", "status", "at"}. Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.study.answers import Answer, with_answers
from mimik.study.frames import REDONE
from mimik.study.session import EventInfo, TrialInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.study.journal import JournalContent

__all__ = [
    "Attempt",
    "answers_of",
    "attempts_of",
    "done_trials",
    "finish_of",
    "frame_labels",
    "notes_of",
    "trials_of",
]

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Attempt:
    """One try at a trial.

    Attributes:
        trial: its number.
        expression: what was asked for.
        opened: seconds since 1970.
        closed: seconds since 1970; of the last frame where the recording broke off; None without any.
        outcome: "complete", "incomplete" or "redone".
        rows: positions of its frames in the journal.
    """

    trial: int
    expression: str
    opened: float
    closed: float | None
    outcome: str
    rows: NDArray[np.intp]


def attempts_of(content: JournalContent) -> tuple[Attempt, ...]:
    """Return the attempts in the order they began."""
    spans: dict[int, list[tuple[int, Event, Event | None]]] = {}  # trial -> (first row, opening, closing)
    order: list[tuple[int, int]] = []
    for position, event in content.events:
        trial = event.get("trial")
        if event["event"] == "open":
            spans.setdefault(event["trial"], []).append((position, event, None))
            order.append((event["trial"], len(spans[event["trial"]]) - 1))
        elif event["event"] == "close" and trial in spans:
            start, opening, _ = spans[trial][-1]
            spans[trial][-1] = (start, opening, event)
    return tuple(_attempt(content, spans[trial], i) for trial, i in order)


def _attempt(content: JournalContent, tries: list[tuple[int, Event, Event | None]], i: int) -> Attempt:
    start, opening, closing = tries[i]
    last = i == len(tries) - 1
    rows = start + np.flatnonzero(content.frames["trial"][start:] == opening["trial"])
    if not last:
        rows = rows[rows < tries[i + 1][0]]
    outcome = closing["outcome"] if closing else "incomplete"
    closed = closing["at"] if closing else None
    if closed is None and len(rows):
        closed = float(content.frames["arrival_time"][rows[-1]])
    return Attempt(
        trial=opening["trial"],
        expression=opening["expression"],
        opened=opening["at"],
        closed=closed,
        outcome=outcome if last else "redone",
        rows=rows,
    )


def done_trials(attempts: tuple[Attempt, ...]) -> frozenset[int]:
    """Return the trials that are complete."""
    return frozenset(a.trial for a in attempts if a.outcome == "complete")


def trials_of(content: JournalContent, started: float) -> tuple[TrialInfo, ...]:
    """Return the attempts as a session tells them, relative to its start, with what was reported."""
    trials = tuple(
        TrialInfo(
            trial=a.trial,
            expression=a.expression,
            onset=a.opened - started,
            duration=None if a.closed is None or np.isnan(a.closed) else a.closed - a.opened,
            outcome=a.outcome,
            frames=len(a.rows),
        )
        for a in attempts_of(content)
    )
    return with_answers(trials, answers_of(content, started))


def answers_of(content: JournalContent, started: float) -> tuple[Answer, ...]:
    """Return what was reported, in the order of time, relative to the session's start."""
    given = [event for _, event in content.events if event["event"] == "answer"]
    return tuple(Answer(e["at"] - started, e["trial"], e["question"], e["answer"]) for e in given)


def notes_of(content: JournalContent, started: float) -> tuple[EventInfo, ...]:
    """Return everything else that happened, relative to the session's start."""
    notes = [event for _, event in content.events if event["event"] == "note"]
    return tuple(EventInfo(n["at"] - started, n["duration"], n["what"], n["trial"]) for n in notes)


def finish_of(content: JournalContent) -> Event | None:
    """Return the event that ended the session, or None if it was broken off."""
    last = content.events[-1][1] if content.events else {}
    return last if last.get("event") == "finish" else None


def frame_labels(
    content: JournalContent, attempts: tuple[Attempt, ...]
) -> tuple[NDArray[np.int16], tuple[str, ...], NDArray[np.int32]]:
    """Return trial (n,), distinct expressions, and their codes (n,) for the frames of a journal."""
    expressions = tuple(dict.fromkeys(a.expression for a in attempts))
    trial = content.frames["trial"].astype(np.int16)
    codes = np.zeros(len(trial), np.int32)
    for attempt in attempts:
        codes[attempt.rows] = expressions.index(attempt.expression)
        if attempt.outcome == "redone":
            trial[attempt.rows] = REDONE
    return trial, expressions, codes
