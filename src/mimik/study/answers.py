"""What participants reported after a trial: ``answers.tsv``, and what may stand in it.

One line per answer, in the order in which they came. Nothing is taken out: where a trial and question come
again, the later line counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mimik.bounded import within
from mimik.errors import AnswerRefused, StudyDamaged

if TYPE_CHECKING:
    from mimik.protocol import Protocol
    from mimik.protocol.trial import Question
    from mimik.study.session import TrialInfo

__all__ = [
    "Answer",
    "check_answer",
    "check_answers",
    "encode_answers",
    "is_question",
    "parse_answers",
    "questions_after",
    "with_answers",
]

LONGEST_TEXT = 10_000
"""Characters of an answer that is given to the studio, at most."""

COLUMNS = ("onset", "trial", "question", "answer")
_MISSING = "n/a"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(\.0*)?", re.ASCII)  # 7.0 is how spreadsheets and pandas may write 7
_EDITED = "If the file was edited by hand, correct this line; in a spreadsheet, save as text with tabs."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        onset: when it was given, seconds from the session's start; None if that is not known.
        trial: the number of the trial it belongs to.
        question: its id.
        answer: as stored: the value of a choice, a whole number on a scale, or text.
    """

    onset: float | None
    trial: int
    question: str
    answer: str


def is_question(name: str) -> bool:
    """Whether a name can be a question's id: letters, digits, - and _."""
    return _ID.fullmatch(name) is not None


def questions_after(protocol: Protocol, expression: str) -> tuple[Question, ...]:
    """Return what a protocol asks after trials of an expression, in its order."""
    return tuple(q for trial in protocol.trials if trial.expression == expression for q in trial.questions)


def check_answer(questions: Sequence[Question], question: str, answer: str, *, where: str) -> str:
    """Return the answer as it is stored.

    Args:
        questions: those that may be asked.
        question: id of the one answered.
        answer: what was reported.
        where: what the message begins with.

    Raises:
        AnswerRefused: there is no such question, or it cannot be answered so.
    """
    asked = [q for q in questions if q.id == question]
    if not asked:
        known = ", ".join(dict.fromkeys(q.id for q in questions)) or "none"
        raise AnswerRefused(
            f"{where}: expected a question that the protocol asks there ({known}), found {question!r}.",
            hint="Questions stand in the study's protocol.toml, under the trials.",
        )
    found = text_answer(answer)
    fitting = [stored for q in asked if found and (stored := _stored(q, found)) is not None]
    if not fitting:
        raise AnswerRefused(
            f"{where}: expected {_expected(asked[0])} to the question {question!r}, found {answer!r}.",
            hint="A question that was not answered has no answer to store." if not found else "",
        )
    return fitting[0]


def check_answers(questions: Sequence[Question], answers: Mapping[str, str], *, where: str) -> dict[str, str]:
    """Return answers as they are stored, in the order of the questions, those left empty not among them.

    Args:
        questions: those that may be asked.
        answers: what was reported, by question.
        where: what a message begins with.

    Raises:
        AnswerRefused: there is no such question, or it cannot be answered so.
    """
    asked = [question.id for question in questions]
    stored = {}
    for question, answer in answers.items():
        if len(answer) > LONGEST_TEXT:
            raise AnswerRefused(
                f"{where}: expected an answer of at most {LONGEST_TEXT} characters to the question "
                f"{question!r}, found {len(answer)}."
            )
        if question not in asked or text_answer(answer):
            stored[question] = check_answer(questions, question, answer, where=where)
    return {question: stored[question] for question in asked if question in stored}


def text_answer(answer: str) -> str:
    """Return a free answer as it is stored, "" for none: "n/a" is none; line breaks stay."""
    text = "\n".join(line.rstrip() for line in answer.strip().splitlines())
    return "" if text == _MISSING or "\0" in text else text


def with_answers(trials: Sequence[TrialInfo], answers: Sequence[Answer]) -> tuple[TrialInfo, ...]:
    """Return trials with what was reported after each.

    Where a trial was begun more often under one number, an answer belongs to the last attempt that had begun
    when it was given; one of unknown time belongs to the last.
    """
    reported: list[dict[str, str]] = [{} for _ in trials]
    attempts: dict[int, list[int]] = {}
    for place, trial in enumerate(trials):
        attempts.setdefault(trial.trial, []).append(place)
    for a in answers:
        places = attempts[a.trial]
        begun = [p for p in places if a.onset is None or trials[p].onset <= a.onset]
        reported[begun[-1] if begun else places[0]][a.question] = a.answer
    return tuple(replace(t, answers=r) if r else t for t, r in zip(trials, reported, strict=True))


def encode_answers(answers: Sequence[Answer]) -> bytes:
    """Return the bytes of an ``answers.tsv``."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for a in answers:
        onset = _MISSING if a.onset is None else f"{a.onset:.6f}"
        writer.writerow([onset, a.trial, a.question, a.answer])
    return file.getvalue().encode()


def parse_answers(data: bytes, *, where: str, trials: Sequence[TrialInfo]) -> tuple[Answer, ...]:
    """Return what an ``answers.tsv`` says, lines without an answer left out.

    Args:
        data: the file.
        where: its name, for messages.
        trials: of the session.

    Raises:
        StudyDamaged: naming the line.
    """
    known = {trial.trial for trial in trials}
    found: list[Answer] = []
    rows = csv.reader(())
    try:
        text = io.StringIO(within(data).decode("utf-8-sig"), newline="")
        rows = csv.reader(text, delimiter="\t", strict=True)
        if tuple(cell.strip() for cell in next(rows, ())) != COLUMNS:
            raise ValueError("not the columns " + ", ".join(COLUMNS))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            onset, trial, question, answer = (cell.strip() for cell in row)
            if int(trial) not in known or not is_question(question):
                raise ValueError(f"no such trial or question: {trial}, {question!r}")
            if stored := text_answer(answer):
                found.append(
                    Answer(None if onset in ("", _MISSING) else float(onset), int(trial), question, stored)
                )
    except (ValueError, csv.Error) as error:
        raise StudyDamaged(
            f"{where}, line {max(rows.line_num, 1)}: expected a table of answers, found a fault: {error}.",
            hint=_EDITED,
        ) from error
    return tuple(found)


def _stored(question: Question, answer: str) -> str | None:
    """Return what is stored, or None if the question cannot be answered so."""
    if question.kind == "choice":
        return answer if answer in (option.value for option in question.options) else None
    if question.kind == "scale":
        assert question.minimum is not None and question.maximum is not None
        number = int(float(answer)) if _WHOLE.fullmatch(answer) else None
        return str(number) if number is not None and question.minimum <= number <= question.maximum else None
    return answer


def _expected(question: Question) -> str:
    if question.kind == "choice":
        return "one of " + ", ".join(repr(option.value) for option in question.options)
    if question.kind == "scale":
        return f"a whole number from {question.minimum} to {question.maximum}"
    return "an answer"
