"""``mimik unpack``: a study out of one file, verified before anything appears."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, counted, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json
from mimik.cli.packpassphrase import pack_passphrase

if TYPE_CHECKING:
    from mimik.study.exchange import UnpackResult

__all__ = ["unpack"]


def unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A pack, made by `mimik pack`.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="For the study, empty or not there yet.")],
    json: Json = False,
) -> None:
    """Unpack a study that `mimik pack` packed.

    Every byte is verified before anything appears. From people who were shared you may learn where their
    consent allows later use.

    Examples:

        mimik unpack my-study.mimikpack my-study
    """
    from mimik.study.exchange import unpack_study

    passphrase = pack_passphrase(file)
    with progress("Unpacking") as update:
        done = unpack_study(file, folder, passphrase=passphrase, on_progress=update)
    if json:
        print_json(_plain(done, folder))
        return
    amount = (
        f"{counted(done.participants, 'participant')}, {counted(done.sessions, 'session')}, "
        f"{counted(done.frames, 'frame')} of {done.manifest.title} in {folder}."
    )
    out.print(synthetic(amount) if done.manifest.synthetic else amount)
    notes.print(f"Next: {command('info', folder)}")


def _plain(done: UnpackResult, folder: Path) -> dict[str, object]:
    return {
        "folder": str(folder),
        "title": done.manifest.title,
        "purpose": done.manifest.purpose,
        "packed": done.manifest.packed,
        "synthetic": done.manifest.synthetic,
        "participants": done.participants,
        "sessions": done.sessions,
        "frames": done.frames,
    }
