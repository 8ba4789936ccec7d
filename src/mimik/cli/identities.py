"""``mimik identities``: who stands behind pseudonyms, in an encrypted file of its own."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, notes, out, print_json
from mimik.cli.identitiespassphrase import identities_passphrase
from mimik.cli.options import Json
from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.identities import Identities, Identity

__all__ = ["add", "export", "find", "import_table", "passphrase", "remove", "show"]

List = Annotated[Path, typer.Argument(metavar="LIST", help="The encrypted list, such as people.mimikid.")]
OfStudy = Annotated[Path, typer.Option("--study", help="The study's folder; it is only read.")]


def add(
    file: List,
    study: OfStudy,
    pseudonym: Annotated[str, typer.Option("--pseudonym", help="In the study, such as sub-K7M2QX.")],
    name: Annotated[
        str, typer.Option("--name", help="Asked for by default, so that no shell remembers it.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="One line.")] = "",
) -> None:
    """Note whose a pseudonym is; makes the list where there is none.

    Examples:

        mimik identities add people.mimikid --study my-study --pseudonym sub-K7M2QX
    """
    from mimik.identities import Identity
    from mimik.study.study import Study

    opened = Study.open(study)
    if pseudonym not in {person.id for person in opened.participants}:
        raise StudyError(f"{study}: expected a participant of the study, found no {pseudonym}.")
    found, before, secret = _opened(file)
    if not name:
        if not sys.stdin.isatty():
            raise StudyError("name: expected one, found nobody at the terminal to type it.", hint="--name")
        name = typer.prompt("Name", err=True)
    one = Identity(name=name.strip(), pseudonym=pseudonym, study=opened.title, note=note.strip())
    _write(file, found.adding([one]), secret, before)


def show(file: List, json: Json = False) -> None:
    """Show the whole list.

    Examples:

        mimik identities show people.mimikid
    """
    _show(_there(file)[0].rows, json=json)


def find(
    file: List,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name, pseudonym, study or note.")],
    json: Json = False,
) -> None:
    """Show who fits a text.

    Examples:

        mimik identities find people.mimikid sub-K7M2QX
    """
    _show(_there(file)[0].find(text), json=json)


def remove(
    file: List,
    pseudonym: Annotated[str, typer.Option("--pseudonym", help="Whose line goes.")],
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the study, where several have that pseudonym.")
    ] = None,
) -> None:
    """Remove somebody, who withdrew. Copies of the file that lie elsewhere keep the line.

    Examples:

        mimik identities remove people.mimikid --pseudonym sub-K7M2QX
    """
    found, before, secret = _there(file)
    _write(file, found.without(pseudonym, title), secret, before)


def export(
    file: List,
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV file to make: readable by anybody.")],
) -> None:
    """Write the list as a CSV file, which is not encrypted.

    Examples:

        mimik identities export people.mimikid people.csv
    """
    from mimik.identities.table import write_table
    from mimik.study.disk.outside import write_secret

    write_secret(table, write_table(_there(file)[0]))
    notes.print(f"{table} is not encrypted. Remove it when it is no longer needed.")


def import_table(
    file: List,
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV file with name and pseudonym.")],
    study: Annotated[
        Path | None, typer.Option("--study", help="Study of lines that name none; its folder.")
    ] = None,
) -> None:
    """Add the lines of a CSV file, all or none; such as of a key file of an earlier Mimik.

    Examples:

        mimik identities import people.mimikid key.csv --study my-study
    """
    from mimik.identities.table import read_table
    from mimik.study.disk.outside import open_outside
    from mimik.study.study import Study

    title = "" if study is None else Study.open(study).title
    with open_outside(table) as opened:
        new = read_table(opened.read(), where=str(table), study=title)
    found, before, secret = _opened(file)
    _write(file, found.adding(new.rows), secret, before)
    notes.print(f"{table} is not encrypted. Remove it when you have made sure of the list.")


def passphrase(file: List) -> None:
    """Change the passphrase; the old one is asked for, then the new one twice.

    Examples:

        mimik identities passphrase people.mimikid
    """
    found, before, _ = _there(file)
    if not sys.stdin.isatty():
        raise StudyError("Expected somebody at the terminal to type a new passphrase, found none.")
    new = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    _write(file, found, new, before)


def _opened(file: Path) -> tuple[Identities, bytes | None, str]:
    """Return a list, empty where there is none yet, the bytes of its file, and its passphrase."""
    from mimik.identities import Identities
    from mimik.identities.file import check_place

    if file.exists():
        return _there(file)
    check_place(file)
    return Identities(), None, identities_passphrase(file, new=True)


def _there(file: Path) -> tuple[Identities, bytes, str]:
    from mimik.identities import is_identities_file, read_identities

    if not is_identities_file(file):
        raise StudyError(
            f"{file}: expected a list of identities, found another file.",
            hint="A table (CSV) is taken over with `mimik identities import`.",
        )
    secret = identities_passphrase(file)
    return *read_identities(file, secret), secret


def _write(file: Path, identities: Identities, secret: str, before: bytes | None) -> None:
    from mimik.identities import write_identities

    write_identities(file, identities, secret, before=before)
    people = "1 person" if len(identities.rows) == 1 else f"{len(identities.rows):,} people"
    out.print(f"{people} in {file}.")


def _show(rows: Sequence[Identity], *, json: bool) -> None:
    if json:
        print_json([asdict(row) for row in rows])
        return
    table = Table(box=None, pad_edge=False)
    for column in ("name", "pseudonym", "study", "note"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(row.name, row.pseudonym, row.study, row.note)
    out.print(table)
    notes.print(f"{counted(len(rows), 'line')}.")
