"""Answers collected elsewhere become part of a study: all of a table's, or none on an error."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.protocol.trial import Question
from mimik.study.answers import (
    Answer,
    check_answer,
    encode_answers,
    is_question,
    parse_answers,
    questions_after,
    text_answer,
)
from mimik.study.answersheet import read_sheet
from mimik.study.layout import ANSWERS, session_folder
from mimik.study.session import INTERRUPTED
from mimik.study.staging import staged

if TYPE_CHECKING:
    from mimik.study.answersheet import SheetRow
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["Collected", "CollectedAnswer", "collect_answers"]

_ALSO = re.compile(r"(?P<id>[^=]+)(=(?P<low>-?\d{1,4})\.\.(?P<high>-?\d{1,4}))?", re.ASCII)
_SHOWN = 10
"""So many faults are told; whoever has more has made the same one again and again."""


@dataclass(frozen=True, slots=True)
class CollectedAnswer:
    """One answer of a table and where it belongs.

    Attributes:
        session: such as "sub-AB/ses-01".
        trial: its number.
        expression: what was asked for.
        question: its id.
        answer: as stored.
        before: what the study said so far, or None.
        redone: whether the trial was done again, so that its answers are not used.
    """

    session: str
    trial: int
    expression: str
    question: str
    answer: str
    before: str | None
    redone: bool


@dataclass(frozen=True)
class Collected:
    """What a table brought.

    Attributes:
        answers: new ones, and those that replace others, in the order of the table.
        same: how many were there already.
        empty: how many lines have no answer.
        passed_over: columns that say nothing here.
    """

    answers: tuple[CollectedAnswer, ...]
    same: int
    empty: int
    passed_over: tuple[str, ...]

    @property
    def replaced(self) -> int:
        """How many replace an earlier answer."""
        return sum(answer.before is not None for answer in self.answers)

    @property
    def questions(self) -> Mapping[str, int]:
        """How many answers each question gets."""
        return Counter(answer.question for answer in self.answers)


def collect_answers(
    study: Study,
    table: bytes,
    *,
    where: str,
    key: Mapping[str, str] | None = None,
    also: Iterable[str] = (),
    replace: bool = False,
    dry_run: bool = False,
) -> Collected:
    """Store the answers of a table with the trials they belong to.

    Args:
        study: with finished sessions.
        table: the file, see ``read_sheet``. A trial is named by its number, or by its expression where the
            session has one such trial.
        where: the file's name, for messages.
        key: name as given -> pseudonym, for tables that say who somebody is.
        also: questions that the protocol does not ask, each as "arousal" or, whole numbers on a scale, as
            "arousal=0..10".
        replace: let an answer take the place of another one, which stays in the file.
        dry_run: store nothing.

    Raises:
        StudyError: some line cannot be taken; all such lines are told, and nothing is stored.
    """
    sheet = read_sheet(table, where=where)
    questions = tuple(_question(text) for text in also)
    with contextlib.nullcontext() if dry_run else staged(study.store) as staging:
        plan = _Plan(study, key or {}, questions, replace)
        for row in sheet.rows:
            plan.add(row)
        plan.refuse_faults(where)
        if staging is not None:
            for folder, answers in plan.by_session().items():
                study.store.write(staging.place(f"{folder}/{ANSWERS}"), encode_answers(answers))
    return Collected(tuple(plan.answers), plan.same, plan.empty, sheet.passed_over)


@dataclass
class _Plan:
    study: Study
    key: Mapping[str, str]
    also: tuple[Question, ...]
    replace: bool
    answers: list[CollectedAnswer] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    faults: list[str] = field(default_factory=list)
    hints: dict[str, None] = field(default_factory=dict)  # an ordered set

    def __post_init__(self) -> None:
        self._sessions = {(info.participant, info.session): info for info in self.study.sessions()}
        self._lines: dict[tuple[str, int, str], tuple[int, str]] = {}  # what the table said before, and where

    def add(self, row: SheetRow) -> None:
        """Take in a line, or note what is wrong with it."""
        if not text_answer(row.answer):
            self.empty += 1
            return
        try:
            self._take(row)
        except StudyError as error:
            self.faults.append(f"line {row.line}: {error}")
            self.hints.update({error.hint: None} if error.hint else {})

    def refuse_faults(self, where: str) -> None:
        """Raise StudyError if there was any fault."""
        if not self.faults:
            return
        more = len(self.faults) - _SHOWN
        shown = [*self.faults[:_SHOWN], *([f"... and {more} more"] if more > 0 else [])]
        raise StudyError("\n  ".join([f"{where}: nothing was stored.", *shown]), hint=" ".join(self.hints))

    def by_session(self) -> dict[str, list[Answer]]:
        """Return all that the changed files are to hold."""
        store, files = self.study.store, dict[str, list[Answer]]()
        for new in self.answers:
            if new.session not in files:
                path = f"{new.session}/{ANSWERS}"
                trials = self._sessions[_split(new.session)].trials
                old = parse_answers(store.read(path), where=path, trials=trials) if store.exists(path) else ()
                files[new.session] = list(old)
            files[new.session].append(Answer(None, new.trial, new.question, new.answer))
        return files

    def _take(self, row: SheetRow) -> None:
        info = self._session(row)
        trial = _trial(info, row)
        folder = session_folder(info.participant, info.session)
        where = f"{folder}, trial {trial.trial} ({trial.expression})"
        answer = self._checked(row, trial, where)
        line, said = self._lines.setdefault((folder, trial.trial, row.question), (row.line, answer))
        before = trial.answers.get(row.question)
        if said != answer:
            raise StudyError(f"{where}: expected one answer to {row.question!r}, line {line} has {said!r}.")
        if line != row.line or before == answer:
            self.same += 1
            return
        if before is not None and not self.replace:
            raise StudyError(
                f"{where}: {row.question!r} is answered already, with {before!r}; found {answer!r}.",
                hint="Let the new answers count with --replace.",
            )
        redone = trial.outcome == "redone"
        self.answers.append(
            CollectedAnswer(folder, trial.trial, trial.expression, row.question, answer, before, redone)
        )

    def _session(self, row: SheetRow) -> SessionInfo:
        who = self.key.get(row.participant, row.participant)
        who = who if who.startswith("sub-") else f"sub-{who}"
        if who not in {participant for participant, _ in self._sessions}:
            raise StudyError(
                f"expected a participant with a session, found {row.participant!r}.",
                hint="Pseudonyms stand in participants.tsv; names need the --key of their import.",
            )
        number = row.session.removeprefix("ses-")
        info = self._sessions.get((who, f"ses-{number}"))
        if info is None and number.isdecimal():
            info = self._sessions.get((who, f"ses-{int(number):02d}"))
        if info is None:
            there = ", ".join(session for participant, session in self._sessions if participant == who)
            raise StudyError(f"expected a session of {who} ({there}), found {row.session!r}.")
        if info.status == INTERRUPTED:
            raise StudyError(
                f"expected a finished session, found {who}/{info.session}, which is not.",
                hint="Go on with it (mimik record --resume) or keep it as it is (mimik finish).",
            )
        return info

    def _checked(self, row: SheetRow, trial: TrialInfo, where: str) -> str:
        asked = [q for q in questions_after(self.study.protocol, trial.expression) if q.id == row.question]
        asked = asked or [question for question in self.also if question.id == row.question]
        if not asked and is_question(row.question):
            known = ", ".join(q.id for q in questions_after(self.study.protocol, trial.expression)) or "none"
            scale = f"--also {row.question}=0..10"
            raise StudyError(
                f"{where}: expected a question that is asked there ({known}), found {row.question!r}.",
                hint=f"If it was asked all the same: --also {row.question}, or {scale} for a scale.",
            )
        return check_answer(asked, row.question, row.answer, where=where)


def _trial(info: SessionInfo, row: SheetRow) -> TrialInfo:
    """Return the trial that a line means: the last attempt at it."""
    if not row.trial and not row.expression:
        raise StudyError("expected the number of a trial or its expression, found neither.")
    chosen = list(info.trials)
    if row.trial:
        chosen = [trial for trial in chosen if str(trial.trial) == row.trial.removesuffix(".0")][-1:]
        chosen = [trial for trial in chosen if row.expression in ("", trial.expression)]
    else:
        shown = [t for t in chosen if t.expression == row.expression and t.outcome != "redone"]
        chosen = [trial for trial in shown if trial.outcome != "incomplete"] or shown
    if len(chosen) == 1:
        return chosen[0]
    asked = f"trial {row.trial}" if row.trial else f"a trial of {row.expression!r}"
    asked += f" ({row.expression})" if row.trial and row.expression else ""
    where = f"{info.participant}/{info.session}"
    if chosen:
        numbers = ", ".join(str(trial.trial) for trial in chosen)
        raise StudyError(
            f"{where}: expected one trial of {row.expression!r}, found {numbers}; give its number."
        )
    there = ", ".join(f"{t.trial} {t.expression}" for t in info.trials if t.outcome != "redone")
    raise StudyError(f"{where}: expected one of its trials ({there}), found {asked}.")


def _question(text: str) -> Question:
    """Return the question that an option names: "arousal" or "arousal=0..10"."""
    found = _ALSO.fullmatch(text.strip())
    if found is None or not is_question(found["id"]):
        raise StudyError(
            f"expected a question such as arousal, or arousal=0..10 for a scale, found {text!r}.",
            hint="An id has letters, digits, - and _.",
        )
    if found["low"] is None:
        return Question(found["id"], "text", {})
    low, high = int(found["low"]), int(found["high"])
    if low >= high:
        raise StudyError(f"expected a scale that goes up, found {text!r}.")
    return Question(found["id"], "scale", {}, minimum=low, maximum=high)


def _split(folder: str) -> tuple[str, str]:
    participant, _, session = folder.partition("/")
    return participant, session
