"""``mimik participants``: the table of who takes part, shown, taken out, and put back edited."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import counted, notes, out, print_json
from mimik.cli.options import Json, StudyFolder

__all__ = ["participants"]


def participants(
    study: StudyFolder,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the table to this file (.tsv).", dir_okay=False)
    ] = None,
    read: Annotated[
        Path | None, typer.Option("--read", help="Put this edited table into the study.", dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """Show the table of participants, write it to a file to edit, or read an edited one.

    The table of an encrypted study can't be opened in a spreadsheet: write it, edit it, read it, and remove
    the file. An edited table is checked first, and must still name everybody.

    Examples:

        mimik participants my-study

        mimik participants my-study --out table.tsv

        mimik participants my-study --read table.tsv
    """
    from mimik.study.disk.outside import open_outside
    from mimik.study.peopletable import read_participants, replace_participants
    from mimik.study.study import Study

    if to is not None and read is not None:
        raise typer.BadParameter("expected either --out or --read", param_hint="--read")
    opened = Study.open(study)
    if read is not None:
        with open_outside(read) as file:
            number = replace_participants(opened.store, file.read())
        notes.print(f"The table of {counted(number, 'participant')} is in the study.")
    elif to is not None:
        to.write_bytes(read_participants(opened.store))
        notes.print(f"Wrote {to}. Remove it when it is no longer needed: it is not encrypted.")
    if json:
        people = [{"participant": each.id, **each.columns} for each in opened.participants]
        print_json({"study": str(study), "participants": people})
    elif to is None and read is None:
        out.print(read_participants(opened.store).decode().rstrip("\n"))
