"""``mimik new``: make a study."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import command, out, print_json
from mimik.cli.options import Json
from mimik.cli.unlocking import new_key

__all__ = ["new"]


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the study will live; must not exist yet.")
    ],
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol", "-p", help='"follow-up", "hartmann2022", another built-in, or your own TOML file.'
        ),
    ] = "follow-up",
    title: Annotated[str, typer.Option(help="The study's title; by default the folder's name.")] = "",
    consent: Annotated[
        Path | None,
        typer.Option("--consent", help="Text file with what participants agree to.", dir_okay=False),
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="For simulated people only; everything made from it says so.")
    ] = False,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt the study with a passphrase, which is asked for.")
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            help="Encrypt the study with this key file; made where there is none, outside of the study.",
            dir_okay=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make a study: a folder for participants, consents and recordings.

    Examples:

        mimik new anxiety-2026

        mimik new pilot --protocol hartmann2022 --consent consent-en.txt

        mimik new clinic --encrypt
    """
    from mimik.protocol import load_protocol, protocol_folder
    from mimik.study.consent import DEFAULT_TEXT
    from mimik.study.study import Study

    text = consent.read_text(encoding="utf-8") if consent else DEFAULT_TEXT
    key = new_key(folder, key_file) if encrypt or key_file else None
    study = Study.create(
        folder,
        title=title or folder.name,
        protocol=load_protocol(protocol),
        synthetic=synthetic,
        consent=text,
        media=protocol_folder(protocol),
        key=key,
    )
    if json:
        print_json(
            {
                "study": str(folder),
                "title": study.title,
                "protocol": study.protocol.name,
                "synthetic": synthetic,
                "encrypted": key is not None,
            }
        )
        return
    out.print(f"Made the study {study.title} in {folder} (protocol {study.protocol.name}).")
    if key is not None:
        out.print("It is encrypted: keep its key in a second place, as nobody can read it without.")
    out.print(f"Next: {_next(folder, synthetic=synthetic)}")


def _next(folder: Path, *, synthetic: bool) -> str:
    return command("simulate" if synthetic else "record", folder)
