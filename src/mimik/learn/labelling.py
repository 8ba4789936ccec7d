"""The labels of trials: the expression asked for, or what people reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.columns import label_people
from mimik.learn.notices import Notice
from mimik.learn.targets import PROMPTED, Labelled, Target, left_out
from mimik.study.answers import check_answer, questions_after

if TYPE_CHECKING:
    from mimik.learn.targets import Found
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["label_trials"]


def label_trials(study: Study, found: Found, target: Target) -> Labelled:
    """Return the labels of trials.

    Args:
        study: whose they are.
        found: session and trial of each.
        target: what is to be learned.

    Raises:
        DataError: there is no such question or column, or its values cannot be labels.
        StudyError: an answer in the study is not one that its protocol allows.
    """
    match target.kind:
        case "reported":
            return _reported(study, found, target)
        case "column":
            return label_people(study, found, target)
    return _prompted(study, found)


def _prompted(study: Study, found: Found) -> Labelled:
    labels = tuple(trial.expression for _, trial in found)
    first = [name for name in study.protocol.expressions if name in labels]
    names = tuple(first + sorted(set(labels) - set(first)))
    if study.protocol.scale == "nominal":
        return Labelled(PROMPTED, labels, names)
    if all(_is_whole(name) for name in names):
        return Labelled(PROMPTED, labels, tuple(sorted(names, key=int)), "ordinal")
    others = ", ".join(repr(name) for name in names if not _is_whole(name))
    text = f"The scale of the protocol is ordinal, but these labels are no whole numbers: {others}."
    return Labelled(PROMPTED, labels, names, notices=(Notice("labels-not-numbers", "warning", text),))


def _reported(study: Study, found: Found, target: Target) -> Labelled:
    question = target.name or _only_question(study, found)
    kinds = {q.kind for trial in study.protocol.trials for q in trial.questions if q.id == question}
    if len(kinds) > 1 or "text" in kinds:
        raise DataError(
            f"expected a question of choice or on a scale, found {question!r}, which is {' and '.join(kinds)}"
        )
    labels = tuple(_checked(study, info, trial, question) for info, trial in found)
    given = {label for label in labels if label is not None}
    if not given:
        others = ", ".join(_answered(found)) or "none"
        raise DataError(
            f"expected answers to the question {question!r} in the study {study.title!r}, found none",
            hint=f"questions with answers: {others}; bring answers in with `mimik answers`",
        )
    scale = "ordinal" if kinds != {"choice"} and all(map(_is_whole, given)) else "nominal"
    names = sorted(given, key=int) if scale == "ordinal" else _in_order_of_options(study, question, given)
    missing = labels.count(None)
    notices = left_out("answers-missing", missing, len(found), f"trials have no answer to {question!r}")
    return Labelled(Target("reported", question), labels, tuple(names), scale, notices=notices)


def _only_question(study: Study, found: Found) -> str:
    answered = _answered(found)
    free = {q.id for trial in study.protocol.trials for q in trial.questions if q.kind == "text"}
    useful = [question for question in answered if question not in free]
    if len(useful) != 1:
        shown = ", ".join(useful) or "none"
        hint = "; ".join(f"--labels reported:{question}" for question in useful)
        raise DataError(
            f"expected one question with answers in the study {study.title!r}, found: {shown}",
            hint=f"name one: {hint}" if useful else "bring answers in with `mimik answers`",
        )
    return useful[0]


def _answered(found: Found) -> list[str]:
    return sorted({question for _, trial in found for question in trial.answers})


def _checked(study: Study, info: SessionInfo, trial: TrialInfo, question: str) -> str | None:
    """Return the answer, held against the protocol's question where it asks it."""
    answer = trial.answers.get(question)
    asked = [q for q in questions_after(study.protocol, trial.expression) if q.id == question]
    if answer is None or not asked:
        return answer
    where = f"{info.participant}/{info.session}, trial {trial.trial} ({trial.expression})"
    return check_answer(asked, question, answer, where=where)


def _in_order_of_options(study: Study, question: str, given: set[str]) -> list[str]:
    options = [
        option.value
        for trial in study.protocol.trials
        for q in trial.questions
        if q.id == question
        for option in q.options
    ]
    first = [value for value in dict.fromkeys(options) if value in given]
    return first + sorted(given - set(first))


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii()
