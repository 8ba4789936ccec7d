"""``mimik merge``: studies of one protocol become one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, notes, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.outgoing import show_amount, show_left_out, show_pseudonyms
from mimik.cli.pack import Purpose
from mimik.cli.packpassphrase import pack_passphrase
from mimik.errors import StudyError

if TYPE_CHECKING:
    from mimik.study.exchange import MergeResult

__all__ = ["merge"]


def merge(
    study: StudyFolder,
    others: Annotated[
        list[Path], typer.Argument(metavar="OTHER...", help="Folders of other studies, or packs.")
    ],
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site", help='What the column "site" says of those who come; once, or once for each OTHER.'
        ),
    ] = None,
    own_site: Annotated[
        str,
        typer.Option("--own-site", help="The same for those who are in STUDY, where it is empty."),
    ] = "",
    purpose: Purpose = "sharing",
    json: Json = False,
) -> None:
    """Bring people of other studies of the same protocol into a study.

    Each OTHER comes as a whole, or not at all; it is only read. What a pack is for, it says itself; out of
    folders come those who agreed to sharing, or with --purpose study everybody. Pseudonyms in use get
    new ones.

    Examples:

        mimik merge my-study zurich.mimikpack --site Zurich --own-site Bern

        mimik merge my-study zurich basel --site Zurich --site Basel --purpose study
    """
    from mimik.study.exchange import merge_study
    from mimik.study.study import Study

    sites = _sites(site or [], len(others))
    opened = Study.open(study)
    results = []
    for other, name in zip(others, sites, strict=True):
        passphrase = pack_passphrase(other)
        with progress(f"Joining {other.name}") as update:
            done = merge_study(
                opened,
                other,
                purpose=purpose,
                site=name,
                own_site=own_site,
                passphrase=passphrase,
                on_progress=update,
            )
        results.append(_plain(done, other))
        if not json:
            _show(done, other)
    if json:
        print_json(results)
    else:
        by_site = command("evaluate", study, "--split", "site")
        notes.print(f"Next: {by_site if any(sites) else command('info', study)}")


def _sites(given: list[str], number: int) -> list[str]:
    if len(given) not in (0, 1, number):
        raise StudyError(
            f"--site: expected it once, or once for each of {number} studies, found it {len(given)} times.",
            hint="The names come in the order of the studies.",
        )
    return given if len(given) == number else (given or [""]) * number


def _plain(done: MergeResult, other: Path) -> dict[str, object]:
    return {
        "other": str(other),
        "title": done.title,
        "purpose": done.purpose,
        "synthetic": done.synthetic,
        "participants": done.participants,
        "sessions": done.sessions,
        "frames": done.frames,
        "left_out": dict(done.left_out),
        "new_pseudonyms": dict(done.renamed),
        "new_text_versions": dict(done.texts),
    }


def _show(done: MergeResult, other: Path) -> None:
    show_amount(done, f"came from {other}")
    show_left_out(done.left_out)
    show_pseudonyms(done.renamed, "New pseudonyms, as those were in use here:")
    for old, new in done.texts.items():
        notes.print(f"Their consent text {old} is another than ours: it is version {new} here.")
