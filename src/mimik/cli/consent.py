"""``mimik consent``: who agreed to what, and the records and texts of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import command, counted, notes, out, print_json
from mimik.cli.options import Json, Purposes, StudyFolder, chosen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from mimik.study.consent import Consent
    from mimik.study.participants import Participant
    from mimik.study.study import Study

__all__ = ["consent"]


def consent(
    study: StudyFolder,
    participants: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTICIPANT]...", help="Whose; by default everybody's.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", help="Of the text that they agreed to, or of the one to add.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="Of imported data instead: who holds the consent.")
    ] = None,
    purposes: Purposes = None,
    on_paper: Annotated[
        bool, typer.Option("--on-paper", help="They agreed on paper; by default on a screen.")
    ] = False,
    given: Annotated[
        str | None,
        typer.Option(
            "--given",
            metavar="DATE",
            help="When they agreed on paper or elsewhere, if not today: 2026-03-01, or with the time.",
        ),
    ] = None,
    add_text: Annotated[
        Path | None, typer.Option("--add-text", help="Text file with a new version.", dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """Show who agreed to what, and record it: version of the text, purposes, when and how.

    Every record is kept. What was said last counts, by the date on which it was given; what it leaves out is
    taken back. Who no longer agrees to the study itself withdraws: mimik withdraw.

    Examples:

        mimik consent my-study

        mimik consent my-study sub-K7F3QX --version 1 --purposes study,sharing --on-paper

        mimik consent my-study sub-K7F3QX --version 1 --on-paper --given 2026-03-01

        mimik consent my-study --add-text consent-2.md --version 2
    """
    from mimik.study.given import parse_given
    from mimik.study.study import Study

    opened = Study.open(study)
    people = _named(opened, participants or [])
    if add_text is not None:
        others = (basis, purposes, given)
        if version is None or participants or on_paper or any(one is not None for one in others):
            raise typer.BadParameter("expected --version and nothing else", param_hint="--add-text")
        opened.add_consent_text(version, add_text.read_text(encoding="utf-8"))
    elif version is not None or basis is not None:
        if not participants:
            raise typer.BadParameter("expected whose consent it is, found nobody named")
        if given is not None and version is not None and not on_paper:
            raise typer.BadParameter("expected --on-paper, or --basis, with it", param_hint="--given")
        _record(
            opened,
            people,
            version,
            basis,
            ("study",) if purposes is None else chosen(purposes) or (),
            on_paper=on_paper,
            given=None if given is None else parse_given(given),
        )
    elif purposes is not None or on_paper or given is not None:
        raise typer.BadParameter("expected --version of the text agreed to, or --basis of imported data")
    people = _named(opened, participants or [])
    if json:
        print_json(_facts(opened, people, study))
    else:
        _show(opened, people, history=bool(participants))


def _named(study: Study, names: Sequence[str]) -> list[Participant]:
    """Return the participants of these pseudonyms, with or without "sub-"; all of them for none."""
    from mimik.cli.sitting import find_participant

    found = [find_participant(study, name) for name in names]
    return [person for person in found if person is not None] if names else list(study.participants)


def _record(
    study: Study,
    people: Sequence[Participant],
    version: str | None,
    basis: str | None,
    purposes: Sequence[str],
    *,
    on_paper: bool,
    given: date | datetime | None,
) -> None:
    from mimik.study.consent import ELSEWHERE, ON_PAPER, ON_SCREEN

    how = ON_PAPER if on_paper else ON_SCREEN if basis is None else ELSEWHERE
    for person in people:
        record = study.record_consent(
            person.id, at=time.time(), version=version, basis=basis, purposes=purposes, how=how, given=given
        )
        last = study.consent_history(person.id)[-1]
        if last != record:
            notes.print(f"{person.id}: recorded; what they said later, on {last.when[:10]}, counts.")


def _show(study: Study, people: Sequence[Participant], *, history: bool) -> None:
    shown = {
        person.id: study.consent_history(person.id) if history else [person.consent] if person.consent else []
        for person in people
    }
    dated = any(record.given for records in shown.values() for record in records)
    table = Table(box=None, pad_edge=False)
    for heading in ("participant", "agreed to", "purposes", "when", *(["recorded"] if dated else []), "how"):
        table.add_column(heading, overflow="fold")
    for name, records in shown.items():
        for record in records:
            table.add_row(name, *_cells(record, dated=dated))
        if not records:
            table.add_row(name, "nothing")
    out.print(table)
    _sum_up(study, people)


def _cells(record: Consent, *, dated: bool) -> tuple[str, ...]:
    what = f"version {record.version}" if record.version else f"basis: {record.basis}"
    what = f"{what} (of {record.origin})" if record.origin else what
    days = (record.when[:10], record.recorded[:10]) if dated else (record.when[:10],)
    return what, ", ".join(record.purposes), *days, record.how or "not known"


def _sum_up(study: Study, people: Sequence[Participant]) -> None:
    newest = study.consent_versions[-1]
    agreed = sum(person.agreed_to(newest) for person in people)
    nothing = [person.id for person in people if person.consent is None]
    told = f"{counted(agreed, 'participant')} of {len(people)} agreed to it"
    notes.print(f"The newest text is version {newest}: {told}.")
    if nothing:
        paper = command("consent", study.folder, nothing[0], "--version", newest, "--on-paper")
        notes.print(f"Next: {paper} for what was agreed to on paper.")


def _facts(study: Study, people: Sequence[Participant], folder: Path) -> dict[str, Any]:
    newest = study.consent_versions[-1]
    return {
        "study": str(folder),
        "versions": list(study.consent_versions),
        "participants": [
            {
                "participant": person.id,
                "consent": None if person.consent is None else _plain(person.consent),
                "agreed_to_newest": person.agreed_to(newest),
                "history": [_plain(record) for record in study.consent_history(person.id)],
            }
            for person in people
        ],
    }


def _plain(record: Consent) -> dict[str, Any]:
    return {
        "version": record.version,
        "basis": record.basis,
        "origin": record.origin,
        "purposes": list(record.purposes),
        "at": record.recorded,
        "given": record.when,
        "how": record.how,
    }
