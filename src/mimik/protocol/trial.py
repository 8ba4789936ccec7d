"""A trial: one expression to show, as data, and how it is read from a protocol's TOML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from mimik.protocol.strict_toml import Table

__all__ = ["Media", "Minimum", "Option", "Question", "Trial", "read_minimum", "read_trial"]

MAX_FRAMES = 10_000_000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or clip shown during a trial.

    Attributes:
        kind: "picture" or "clip".
        file: path beside the protocol, with forward slashes.
        description: what is seen, by language, for those who cannot see it; may be empty.
    """

    kind: str
    file: str
    description: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a question of choice: ``value`` is stored, ``text`` is shown, by language."""

    value: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked after a trial.

    Attributes:
        id: name of the answer, unique within the trial.
        kind: "choice", "scale" or "text".
        text: the question by language.
        options: the answers of a choice, at least two; else empty.
        minimum, maximum: ends of a scale, whole numbers, both included; else None.
        low, high: words at the ends of a scale, by language; may be empty.
    """

    id: str
    kind: str
    text: Mapping[str, str]
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    low: Mapping[str, str] | None = None
    high: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One expression to show.

    Attributes:
        expression: the label its frames get.
        prompt: what the participant reads, by language.
        min_frames: tracked frames needed, or None.
        min_seconds: tracked seconds needed, or None; where both are given both must be reached.
        baseline: whether it stays at the start, whatever the order.
        media: what is shown with the prompt, or None.
        questions: what is asked afterwards.
    """

    expression: str
    prompt: Mapping[str, str]
    min_frames: int | None
    min_seconds: float | None
    baseline: bool = False
    media: Media | None = None
    questions: tuple[Question, ...] = ()

    def progress(self, frames: int, seconds: float) -> float:
        """Return how much of what is asked for is there, 0 to 1."""
        share = 1.0
        if self.min_frames is not None:
            share = min(share, frames / self.min_frames)
        if self.min_seconds is not None:
            share = min(share, seconds / self.min_seconds)
        return share

    def is_complete(self, frames: int, seconds: float) -> bool:
        """Return whether enough was recorded."""
        return (self.min_frames is None or frames >= self.min_frames) and (
            self.min_seconds is None or seconds >= self.min_seconds
        )


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a protocol asks of each trial; a trial that names either number replaces both."""

    frames: int | None
    seconds: float | None


def read_trial(table: Table, languages: Collection[str], otherwise: Minimum, *, ordinal: bool) -> Trial:
    """Read one ``[[trials]]`` table.

    Raises:
        ProtocolError: it breaks a rule.
    """
    own = read_minimum(table)
    minimum = own if own != Minimum(None, None) else otherwise
    if minimum == Minimum(None, None):
        raise table.error("min_frames", "min_frames or min_seconds", hint="As in: min_seconds = 10")
    trial = Trial(
        expression=_read_expression(table, ordinal=ordinal),
        prompt=table.texts("prompt", languages),
        min_frames=minimum.frames,
        min_seconds=minimum.seconds,
        baseline=table.flag("baseline", False),
        media=_read_media(table.table("media"), languages) if table.offers("media") else None,
        questions=_read_questions(table, languages),
    )
    table.close()
    return trial


def read_minimum(table: Table) -> Minimum:
    """Read ``min_frames`` and ``min_seconds``, each None where absent."""
    return Minimum(
        frames=table.integer("min_frames", 1, MAX_FRAMES) if table.offers("min_frames") else None,
        seconds=table.seconds("min_seconds") if table.offers("min_seconds") else None,
    )


def _read_expression(table: Table, *, ordinal: bool) -> str:
    expression = table.text("expression")
    if ordinal and not re.fullmatch(r"0|-?[1-9][0-9]{0,5}", expression):
        raise table.error("expression", 'a whole number in quotes, as "3", on an ordinal scale', expression)
    return expression


def _read_media(table: Table, languages: Collection[str]) -> Media:
    media = Media(
        kind=table.choice("kind", ("picture", "clip")),
        file=table.text("file"),
        description=table.texts("description", languages) if table.offers("description") else {},
    )
    path = PurePosixPath(media.file)
    if path.is_absolute() or ".." in path.parts or "\\" in media.file or ":" in media.file:
        expected = "a path below the protocol's folder, with forward slashes"
        raise table.error("file", expected, media.file, hint='As in: file = "media/sad.mp4"')
    table.close()
    return media


def _read_questions(table: Table, languages: Collection[str]) -> tuple[Question, ...]:
    questions = tuple(_read_question(t, languages) for t in table.tables("questions"))
    ids = [q.id for q in questions]
    if len(set(ids)) < len(ids):
        raise table.error("questions", "a different id for each question", ids)
    return questions


def _read_question(table: Table, languages: Collection[str]) -> Question:
    name, text = table.text("id"), table.texts("text", languages)
    if not _ID.fullmatch(name):
        raise table.error("id", "letters, digits, - and _", name)
    kind = table.choice("kind", ("choice", "scale", "text"))
    question = Question(name, kind, text)
    if kind == "choice":
        question = Question(name, kind, text, options=_read_options(table, languages))
    if kind == "scale":
        question = _read_scale(table, name, text, languages)
    table.close()
    return question


def _read_options(table: Table, languages: Collection[str]) -> tuple[Option, ...]:
    options = []
    for row in table.tables("options"):
        options.append(Option(row.text("value"), row.texts("text", languages)))
        row.close()
    values = [o.value for o in options]
    if len(values) < 2 or len(set(values)) < len(values):
        raise table.error("options", "at least two options of different value", values)
    return tuple(options)


def _read_scale(table: Table, name: str, text: Mapping[str, str], languages: Collection[str]) -> Question:
    minimum = table.integer("minimum", -1000, 1000)
    return Question(
        name,
        "scale",
        text,
        minimum=minimum,
        maximum=table.integer("maximum", minimum + 1, 1001),
        low=table.texts("low", languages) if table.offers("low") else None,
        high=table.texts("high", languages) if table.offers("high") else None,
    )
