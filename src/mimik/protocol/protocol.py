"""A protocol: what a participant is asked to do, as data in a TOML file.

Every text exists in every language of ``languages``. Built-in protocols are files of the same kind:
``hartmann2022`` (five expressions as published), ``follow-up`` and ``pain-scale``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from mimik.bounded import MOST_TOML, within
from mimik.errors import ProtocolError
from mimik.protocol.order import Order, arrange
from mimik.protocol.strict_toml import Table, parse_table
from mimik.protocol.trial import Minimum, Trial, read_minimum, read_trial

__all__ = ["Protocol", "builtin_protocols", "load_protocol", "parse_protocol", "protocol_folder"]

FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Protocol:
    """What a participant is asked to do.

    Attributes:
        name: short, for files and reports.
        title: by language.
        version: whole number from 1.
        languages: codes such as "en", the first one preferred.
        scale: "nominal", or "ordinal" where expressions are whole numbers such as "0" to "10".
        order: how trials follow each other.
        start: "automatic", or "button" where each trial waits for a press.
        repeats: rounds of all trials but the baseline ones.
        check_every: seconds between checks whether a trial is complete.
        remind_every: seconds between reminders to hold the expression, or None for none.
        texts: what the screen says, by key and language: "fixation", "face_lost", "paused", "done", and
            "start" and "reminder" where needed.
        trials: as listed.
        text: the TOML as read.
    """

    name: str
    title: Mapping[str, str]
    version: int
    languages: tuple[str, ...]
    scale: str
    order: Order
    start: str
    repeats: int
    check_every: float
    remind_every: float | None
    texts: Mapping[str, Mapping[str, str]]
    trials: tuple[Trial, ...]
    text: str = field(compare=False, repr=False)

    @property
    def usual_language(self) -> str:
        """The language of prompts where none is asked for: English, else the first."""
        return "en" if "en" in self.languages else self.languages[0]

    @property
    def expressions(self) -> tuple[str, ...]:
        """The different expressions, in order of first appearance."""
        return tuple(dict.fromkeys(trial.expression for trial in self.trials))

    def sequence(self, seed: int, position: int = 0) -> tuple[Trial, ...]:
        """Return the trials as one participant meets them: baseline ones first, the others in their order.

        Args:
            seed: of this session, at least 0; the shuffled order depends on it alone (PCG64).
            position: place among all participants, from 0; chooses the row of the Latin square.
        """
        baseline = tuple(t for t in self.trials if t.baseline)
        others = [t for t in self.trials if not t.baseline]
        places = arrange(self.order, len(others), seed=seed, position=position, repeats=self.repeats)
        return baseline + tuple(others[i] for i in places)


def builtin_protocols() -> tuple[str, ...]:
    """Return the names of the protocols that come with Mimik."""
    files = resources.files("mimik.protocol").joinpath("builtin").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load_protocol(name_or_path: str | Path) -> Protocol:
    """Return a built-in protocol by its name, or read one from a file.

    Raises:
        ProtocolError: no such name or file, or the file breaks a rule.
    """
    if isinstance(name_or_path, str) and name_or_path in builtin_protocols():
        file = resources.files("mimik.protocol").joinpath("builtin", f"{name_or_path}.toml")
        return parse_protocol(file.read_text("utf-8"), where=f"{name_or_path}.toml")
    try:
        with Path(name_or_path).open("rb") as opened:
            data = opened.read(MOST_TOML + 1)
    except (OSError, ValueError) as error:
        known = ", ".join(builtin_protocols())
        raise ProtocolError(
            f"expected the name of a protocol or its file, found {str(name_or_path)!r}, which cannot be read",
            hint=f"Built-in protocols: {known}.",
        ) from error
    return parse_protocol(_decoded(data, str(name_or_path)), where=str(name_or_path))


def protocol_folder(name_or_path: str | Path) -> Path | None:
    """Return the folder in which a protocol's pictures and clips lie; None for a built-in one."""
    if isinstance(name_or_path, str) and name_or_path in builtin_protocols():
        return None
    return Path(name_or_path).parent


def parse_protocol(text: str, *, where: str) -> Protocol:
    """Read a protocol from TOML; ``where`` names the file in messages.

    Raises:
        ProtocolError: the text breaks a rule; the message names file, key, what was expected and found.
    """
    table = parse_table(text, where=where)
    table.integer("format", FORMAT, FORMAT)
    languages = _read_languages(table)
    start = table.choice("start", ("automatic", "button"))
    scale = table.choice("scale", ("nominal", "ordinal"), "nominal")
    remind_every = table.seconds("remind_every") if table.offers("remind_every") else None
    needed = ["fixation", "face_lost", "paused", "done"]
    needed += ["start"] * (start == "button") + ["reminder"] * (remind_every is not None)
    protocol = Protocol(
        name=_read_name(table),
        title=table.texts("title", languages),
        version=table.integer("version", 1, 1_000_000),
        languages=languages,
        scale=scale,
        order=Order(table.choice("order", tuple(Order), "fixed")),
        start=start,
        repeats=table.integer("repeats", 1, 1000, 1),
        check_every=table.seconds("check_every", 1.0),
        remind_every=remind_every,
        texts=_read_texts(table.table("texts"), needed, languages),
        trials=_read_trials(table, languages, read_minimum(table), ordinal=scale == "ordinal"),
        text=text,
    )
    table.close()
    return protocol


def _decoded(data: bytes, where: str) -> str:
    try:
        return within(data, MOST_TOML).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{where}: expected UTF-8 text, found other bytes") from error
    except ValueError as error:
        raise ProtocolError(f"{where}: expected a protocol, found {error}") from error


def _read_name(table: Table) -> str:
    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise table.error("name", "up to 64 letters, digits, points, - and _", name)
    return name


def _read_languages(table: Table) -> tuple[str, ...]:
    languages = table.words("languages")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise table.error("languages", 'codes such as "en" or "pt-BR"', language)
    return languages


def _read_texts(table: Table, needed: list[str], languages: tuple[str, ...]) -> dict[str, dict[str, str]]:
    texts = {key: table.texts(key, languages) for key in needed}
    for spare in ("start", "reminder"):  # harmless where not needed, so that `start` can be changed alone
        if spare not in texts and table.offers(spare):
            texts[spare] = table.texts(spare, languages)
    table.close()
    return texts


def _read_trials(
    table: Table, languages: tuple[str, ...], otherwise: Minimum, *, ordinal: bool
) -> tuple[Trial, ...]:
    trials = tuple(read_trial(t, languages, otherwise, ordinal=ordinal) for t in table.tables("trials"))
    if not trials:
        raise table.error("trials", "at least one table under [[trials]]")
    return trials
