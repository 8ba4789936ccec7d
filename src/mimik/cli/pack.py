"""``mimik pack``: a study as one file, for others or for another computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mimik.cli.console import command, notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.outgoing import listed, plain_outgoing, show_amount, show_left_out, show_pseudonyms
from mimik.cli.outgoing_options import Columns, FreeText, FreshPseudonyms
from mimik.cli.packpassphrase import new_pack_passphrase

if TYPE_CHECKING:
    from mimik.study.exchange import PackResult

__all__ = ["Purpose", "pack"]

Purpose = Annotated[
    Literal["sharing", "study"],
    typer.Option(
        "--purpose",
        help='"sharing": with others, only people who agreed to sharing. '
        '"study": within the group that does the study.',
    ),
]


def pack(
    study: StudyFolder,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The pack to write, such as my-study.mimikpack.")
    ],
    purpose: Purpose = "sharing",
    participants: Annotated[
        str | None,
        typer.Option("--participants", help="Only these pseudonyms, separated by commas.", metavar="LIST"),
    ] = None,
    columns: Columns = "",
    fresh_pseudonyms: FreshPseudonyms = False,
    free_text: FreeText = False,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt the pack with a passphrase, which is asked for.")
    ] = False,
    json: Json = False,
) -> None:
    """Pack a study into one file, for others or for the same study on another computer.

    Only people who agreed to the purpose are in it, with their finished sessions. The file is a ZIP archive
    that lists all its files; it appears whole at the end, or not at all.

    Examples:

        mimik pack my-study my-study.mimikpack

        mimik pack my-study shared.mimikpack --fresh-pseudonyms --columns age,sex --encrypt

        mimik pack my-study to-the-office.mimikpack --purpose study
    """
    from mimik.study.exchange import pack_study
    from mimik.study.study import Study

    opened = Study.open(study)
    passphrase = new_pack_passphrase() if encrypt else None
    with progress("Packing") as update:
        done = pack_study(
            opened,
            file,
            purpose=purpose,
            participants=None if participants is None else listed(participants),
            fresh_pseudonyms=fresh_pseudonyms,
            free_text=free_text,
            columns=listed(columns),
            passphrase=passphrase,
            on_progress=update,
        )
    if json:
        print_json(_plain(done, file, fresh=fresh_pseudonyms))
    else:
        _show(done, file, fresh=fresh_pseudonyms)


def _plain(done: PackResult, file: Path, *, fresh: bool) -> dict[str, object]:
    return {
        "file": str(file),
        "bytes": done.size,
        "sha256": done.sha256,
        "purpose": done.purpose,
        **plain_outgoing(done, fresh=fresh),
    }


def _show(done: PackResult, file: Path, *, fresh: bool) -> None:
    show_amount(done, f"in {file}, for {_WHOM[done.purpose]}")
    out.print(f"SHA-256 {done.sha256}")
    show_left_out(done.left_out)
    if done.columns:
        notes.print(f"participants.tsv also tells: {', '.join(done.columns)}. Could that name somebody?")
    if done.columns_left_out:
        notes.print(f"Columns of participants.tsv left out: {', '.join(done.columns_left_out)} (--columns).")
    show_pseudonyms(done.pseudonyms if fresh else {})
    notes.print(
        f"Tell the receiver the SHA-256 over another way. There: {command('unpack', file.name, 'FOLDER')}"
    )


_WHOM = {"sharing": "others", "study": "the same study"}
