"""``mimik encrypt``, ``decrypt`` and ``rekey``: what lies in a study, under a key."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import command, notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.unlocking import new_key, new_passphrase

__all__ = ["decrypt", "encrypt", "rekey"]

NewKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        help="Let this key file open the study; made where there is none, outside of the study.",
        dir_okay=False,
    ),
]


def encrypt(study: StudyFolder, key_file: NewKeyFile = None, json: Json = False) -> None:
    """Encrypt a study: nobody reads it without the passphrase, which is asked for, or the key file.

    Who loses the key loses the data. Broken off, the same command goes on.

    Examples:

        mimik encrypt my-study

        mimik encrypt my-study --key-file /media/stick/my-study.key
    """
    from mimik.study.sealing.reseal import encrypt_study

    key = new_key(study, key_file)
    with progress("Encrypting") as update:
        encrypt_study(study, key, on_progress=update)
    _tell(study, "encrypted", json=json)
    if not json:
        notes.print("Keep the key in a second place: without it nobody can read the study, ever.")


def decrypt(study: StudyFolder, json: Json = False) -> None:
    """Make an encrypted study a plain one again. Broken off, the same command goes on.

    Examples:

        mimik decrypt my-study
    """
    from mimik.study.sealing.reseal import decrypt_study

    with progress("Decrypting") as update:
        decrypt_study(study, on_progress=update)
    _tell(study, "plain", json=json)


def rekey(
    study: StudyFolder,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Only change the passphrase; it is asked for twice.")
    ] = False,
    key_file: NewKeyFile = None,
    with_key: Annotated[
        list[Path] | None,
        typer.Option("--with-key", help="A further key file that shall open it as before.", dir_okay=False),
    ] = None,
    drop_others: Annotated[
        bool, typer.Option("--drop-others", help="Let keys that are not given stop opening the study.")
    ] = False,
    json: Json = False,
) -> None:
    """Encrypt everything anew under a new data key, or only change or add what opens the study.

    After somebody left who knew the passphrase, change it, and then encrypt anew. Broken off, the same
    command goes on.

    Examples:

        mimik rekey my-study

        mimik rekey my-study --passphrase

        mimik rekey my-study --key-file /media/stick/my-study.key
    """
    from mimik.study.sealing.reseal import add_key, change_key, rekey_study

    if passphrase:
        change_key(study, new_passphrase())
        _tell(study, "under another passphrase", json=json)
    elif key_file is not None:
        from mimik.study.sealing.keyfile import used_key_file

        used_key_file(key_file, outside=study)
        add_key(study, key_file)
        _tell(study, "also opened by the key file", json=json)
    else:
        with progress("Encrypting anew") as update:
            rekey_study(study, others=tuple(with_key or ()), drop_others=drop_others, on_progress=update)
        _tell(study, "encrypted anew", json=json)


def _tell(study: Path, state: str, *, json: bool) -> None:
    if json:
        print_json({"study": str(study), "state": state})
    else:
        out.print(f"The study {study} is {state}.")
        notes.print(f"Whether all of it is whole: {command('check', study)}")
