"""What happened in a session as BIDS events: its trials with what was reported, and everything else.

Attempts that were done again are left out. Free text, which may name somebody, is written only where asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mimik.study.answers import questions_after
from mimik.study.bids.labels import MISSING

if TYPE_CHECKING:
    from mimik.protocol import Protocol
    from mimik.protocol.trial import Question
    from mimik.study.session import EventInfo, SessionInfo, TrialInfo

__all__ = ["answer_column", "asked", "events_described", "events_rows", "heading", "is_known_event"]

_FIXED = ("onset", "duration", "trial_type", "event", "trial", "outcome")
_FREE = "text"
_REDONE = "redone"
_KNOWN = re.compile(r"face-lost|reminder|pause|device [0-9]+|next: .*")


def answer_column(question: str) -> str:
    """Return the name of the column that holds the answers to a question."""
    return f"answer_{question}"


def asked(
    protocol: Protocol, sessions: Iterable[SessionInfo], *, free_text: bool
) -> dict[str, Question | None]:
    """Return the questions that were answered, in order of first answer; None for one of no protocol.

    Without ``free_text`` those answered in words are left out, and those whose kind is not known.
    """
    found: dict[str, Question | None] = {}
    words: set[str] = set()
    for trial in (t for info in sessions for t in info.trials):
        known = {q.id: q for q in questions_after(protocol, trial.expression)}
        for name in trial.answers:
            found[name] = found.get(name) or known.get(name)
            if name not in known or known[name].kind == "text":
                words.add(name)
    return {name: question for name, question in found.items() if free_text or name not in words}


def is_known_event(event: str) -> bool:
    """Whether an event is of Mimik's own making, without free text."""
    return _KNOWN.fullmatch(event) is not None


def heading(questions: Iterable[str], *, free_text: bool) -> tuple[str, ...]:
    """Return the columns of an ``_events.tsv``."""
    return (*_FIXED, *map(answer_column, questions), *((_FREE,) if free_text else ()))


def events_rows(
    info: SessionInfo,
    others: Sequence[EventInfo],
    shift: float,
    questions: Sequence[str],
    *,
    free_text: bool,
) -> list[tuple[str, ...]]:
    """Return the rows of an ``_events.tsv``, by onset.

    Args:
        info: the session.
        others: what happened besides its trials.
        shift: seconds to add to each onset.
        questions: whose answers to tell.
        free_text: whether to tell notes and why trials were excluded.
    """
    timed = [
        (t.onset, (*_trial(t, shift, questions), *((t.excluded,) if free_text else ())))
        for t in info.trials
        if t.outcome != _REDONE
    ]
    blank = ("",) * len(questions)
    for e in others:
        row = (*_other(e, shift), *blank, *((e.note,) if free_text else ()))
        timed.append((e.onset, row))
    return [row for _, row in sorted(timed, key=lambda pair: pair[0])]


def _trial(trial: TrialInfo, shift: float, questions: Sequence[str]) -> tuple[str, ...]:
    answers = (trial.answers.get(question, "") for question in questions)
    times = (_time(trial.onset + shift), _time(trial.duration))
    return (*times, trial.expression, "trial", str(trial.trial), trial.outcome, *answers)


def _other(event: EventInfo, shift: float) -> tuple[str, ...]:
    name = event.event if is_known_event(event.event) else "note" if event.note else "other"
    trial = "" if event.trial is None else str(event.trial)
    return (_time(event.onset + shift), _time(event.duration), "", name, trial, "")


def _time(seconds: float | None) -> str:
    return MISSING if seconds is None else f"{seconds:.6f}"


def events_described(questions: Mapping[str, Question | None], *, free_text: bool) -> dict[str, Any]:
    """Return what an ``_events.json`` says."""
    described: dict[str, Any] = {
        "onset": {"Description": "From the first frame of the recording; below 0 before it.", "Units": "s"},
        "duration": {"Description": "How long it lasted.", "Units": "s"},
        "trial_type": {
            "Description": "The expression the participant was asked to show; n/a for other events."
        },
        "event": {
            "Description": "trial; face-lost; reminder; pause; note (of whoever led the session); device and "
            "a number, where the session went on with another device; next and an expression, where a rule "
            "brought its next trial forward; other."
        },
        "trial": {"Description": "Number of the trial, as in the channel trial."},
        "outcome": {
            "Description": "How the trial ended.",
            "Levels": {
                "complete": "to its end",
                "incomplete": "broke off",
                "imported": "recorded with another program",
                "excluded": "marked as bad by whoever keeps the study: its frames are here, don't use them",
            },
        },
    }
    for name, question in questions.items():
        described[answer_column(name)] = _answer(question)
    if free_text:
        described[_FREE] = {"Description": "The note, or why the trial was excluded."}
    return described


def _answer(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"Description": "What the participant reported after the trial."}
    first = next(iter(question.text), "")
    text = f"Reported after the trial: {question.text.get(first, question.id)}"
    if question.kind == "choice":
        levels = {option.value: option.text.get(first) or option.value for option in question.options}
        return {"Description": text, "Levels": levels}
    if question.kind == "scale":
        low, high = ((words or {}).get(first, "") for words in (question.low, question.high))
        ends = f"{question.minimum} {low}".strip(), f"{question.maximum} {high}".strip()
        return {"Description": f"{text} From {ends[0]} to {ends[1]}."}
    return {"Description": text}
