"""A list of identities: names, and the pseudonyms they have in studies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mimik.errors import StudyDamaged, StudyError

__all__ = ["Identities", "Identity"]

_FORMAT = 1


@dataclass(frozen=True)
class Identity:
    """Whose a pseudonym is.

    Attributes:
        name: of the person, or a code that the laboratory knows; one line.
        pseudonym: in the study, such as "sub-K7M2QX".
        study: its title; "" where it is not known.
        note: one line for people.

    Raises:
        StudyError: there is no pseudonym, or something is not one line.
    """

    name: str
    pseudonym: str
    study: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            text = getattr(self, field.name)
            if len(text.splitlines()) > 1:
                raise StudyError(f"identity, {field.name}: expected one line of text, found another.")
        if not self.pseudonym:
            raise StudyError("identity, pseudonym: expected one, found none.")


@dataclass(frozen=True)
class Identities:
    """A list of them, in the order they were added; it is never changed, each change gives a new one."""

    rows: tuple[Identity, ...] = ()

    def adding(self, new: Iterable[Identity]) -> Identities:
        """Return a list with more; one that is there already is passed over.

        Raises:
            StudyError: within one study a pseudonym would stand for two names, or a name for two pseudonyms.
        """
        rows = list(self.rows)
        names = {(row.study, row.name): row for row in rows}
        pseudonyms = {(row.study, row.pseudonym.lower()): row for row in rows}
        for one in new:
            by_name = names.get((one.study, one.name))
            by_pseudonym = pseudonyms.get((one.study, one.pseudonym.lower()))
            if by_name is not None and by_name is by_pseudonym:
                continue
            if by_name is not None:  # names stand in no message: those are kept, and shown to others
                raise StudyError(
                    f"identities: expected {one.pseudonym} to be somebody new of {one.study!r}, found that "
                    f"name there as {by_name.pseudonym}.",
                    hint="Add to the name what tells the two apart, or remove the other line first.",
                )
            if by_pseudonym is not None:
                raise StudyError(
                    f"identities: expected {one.pseudonym} of {one.study!r} to be free, found somebody else.",
                    hint="Check the pseudonym, or remove the other line first.",
                )
            names[one.study, one.name] = pseudonyms[one.study, one.pseudonym.lower()] = one
            rows.append(one)
        return Identities(tuple(rows))

    def without(self, pseudonym: str, study: str | None = None) -> Identities:
        """Return a list without somebody, who withdrew; ``study`` where several have that pseudonym.

        Raises:
            StudyError: there is none, or more than one.
        """
        found = [
            row
            for row in self.rows
            if row.pseudonym.lower() == pseudonym.lower() and study in (None, row.study)
        ]
        if len(found) != 1:
            raise StudyError(
                f"identities: expected one line of {pseudonym}, found {len(found)}.",
                hint="Say of which study." if found else "`mimik identities show` shows who is in the list.",
            )
        return Identities(tuple(row for row in self.rows if row is not found[0]))

    def find(self, text: str) -> tuple[Identity, ...]:
        """Return those whose name, pseudonym, study or note holds a text; capitals don't matter."""
        wanted = text.casefold()
        return tuple(
            row for row in self.rows if any(wanted in cell.casefold() for cell in asdict(row).values())
        )

    def key(self, study: str) -> Mapping[str, str]:
        """Return name -> pseudonym of one study; lines without a study count for all."""
        return {row.name: row.pseudonym for row in self.rows if row.study in ("", study)}

    def encoded(self) -> bytes:
        """Return the bytes of a list, before they are sealed."""
        plain = {"format": _FORMAT, "identities": [asdict(row) for row in self.rows]}
        return json.dumps(plain, ensure_ascii=True).encode()

    @classmethod
    def parse(cls, data: bytes, *, where: str) -> Identities:
        """Return what ``encoded`` gave; raises StudyDamaged for anything else."""
        try:
            plain: Any = json.loads(data)
            if plain["format"] != _FORMAT:
                raise ValueError(f"format {plain['format']}")
            rows = tuple(Identity(**{key: _text(row[key]) for key in _KEYS}) for row in plain["identities"])
            return cls().adding(rows)
        except (ValueError, TypeError, LookupError, RecursionError, StudyError) as error:
            raise StudyDamaged(
                f"{where}: expected a list of identities, found another content.",
                hint="Was it made by a newer Mimik? Else restore the file from a copy.",
            ) from error


_KEYS = tuple(field.name for field in fields(Identity))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
