"""``mimik audit``: whether a study's audit trail is whole, what it says, and standing for a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import command, counted, fail, notes, out, print_json
from mimik.cli.options import Json, StudyFolder
from mimik.errors import StudyError

if TYPE_CHECKING:
    from mimik.study.integrity import FileFinding

__all__ = ["accept", "show", "verify"]


def verify(
    study: StudyFolder,
    head: Annotated[
        str | None, typer.Option("--head", metavar="N:DIGEST", help="A head that you wrote down earlier.")
    ] = None,
    json: Json = False,
) -> None:
    """Check that no line of the audit trail was altered, dropped, added or moved, and none cut off.

    Write the head that it prints down where nobody who can write to the study can change it: whoever can
    write to all of a study can make up a whole new trail, and only that shows it.

    Ends with status 1 if the trail is broken.

    Examples:

        mimik audit verify my-study

        mimik audit verify my-study --head 12:5f0c...
    """
    from mimik.study.audit.chain import parse_head
    from mimik.study.audit.reading import verify_trail

    verdict = verify_trail(_store(study), parse_head(head) if head else None)
    broken = verdict.broken
    if json:
        found = None if broken is None else {name: getattr(broken, name) for name in broken.__slots__}
        print_json({"study": str(study), "head": str(verdict.head), "broken": found})
    elif broken is None:
        out.print(f"The audit trail is whole: {counted(verdict.head.length, 'line')}.")
        out.print(f"Write this down elsewhere: {verdict.head}")
    else:
        fail(
            f"audit.jsonl, line {broken.line}: expected {broken.expected}, found {broken.found}.",
            "Restore audit.jsonl, audit-head.json and ledger.tsv together from a copy of the study.",
        )
    if broken is not None:
        raise typer.Exit(1)


def show(
    study: StudyFolder,
    last: Annotated[int, typer.Option("--last", min=1, help="How many lines, from the end.")] = 20,
    json: Json = False,
) -> None:
    """Show what was done to a study: when, by whom, what, to which file or whose, and why.

    People stand under references, which only the study's ledger.tsv resolves.

    Examples:

        mimik audit show my-study

        mimik audit show my-study --last 100 --json
    """
    from mimik.study.audit.reading import read_lines

    lines = read_lines(_store(study))
    shown = lines[-last:]
    if json:
        print_json({"study": str(study), "lines": shown})
        return
    for values in shown:
        out.print(_told(values))
    notes.print(f"{counted(len(shown), 'line')} of {len(lines):,}.")


def accept(
    study: StudyFolder,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Paths in the study's folder, as check names them."),
    ],
    by: Annotated[str, typer.Option("--by", help="Who stands for it: a name or a role.")],
    why: Annotated[str, typer.Option("--why", help="The reason, without identities.")],
    json: Json = False,
) -> None:
    """Stand for files that were edited, put in or removed by hand; the audit trail keeps by whom and why.

    Only files that can be read and that contradict nothing are accepted.

    Examples:

        mimik audit accept my-study participants.tsv --by "data manager" --why "ages added"
    """
    from mimik.study.audit.accepting import accept_files
    from mimik.study.audit.store import audit_of
    from mimik.study.integrity import check_files

    store = _store(study)
    files = [Path(file).as_posix().rstrip("/") for file in files]
    for finding in check_files(study).findings:
        for file in files:
            if _forbids(finding, file):
                raise StudyError(f"Not accepted: {finding.code} {finding.text}", hint=finding.remedy)
    accepted = accept_files(audit_of(store), files, by=by, why=why)
    if json:
        print_json({"study": str(study), "accepted": list(accepted)})
        return
    for file in accepted:
        out.print(f"accepted: {file}")


def _forbids(finding: FileFinding, file: str) -> bool:
    """Whether something serious is wrong with a file, other than that it is gone, or the whole trail is."""
    from mimik.study.integrity.codes import MISSING, TRAIL

    if finding.code == TRAIL.code:
        return True
    of_it = finding.file == file or finding.file.startswith(file + "/")
    return of_it and finding.severity == "serious" and finding.code != MISSING.code


def _store(study: Path) -> Any:
    from mimik.study.layout import AUDIT, STUDY
    from mimik.study.opening import study_store

    store = study_store(study)
    if not store.exists(AUDIT):
        if not store.exists(STUDY):
            raise StudyError(f"{study}: expected a study, found no {STUDY}.", hint="Check the path.")
        raise StudyError(
            f"{study}: expected an audit trail, found no {AUDIT}.",
            hint=f"If an older Mimik made the study: {command('migrate', study)}. Else restore it.",
        )
    return store


def _told(values: dict[str, Any]) -> str:
    at = values["at"][:19].replace("T", " ")
    who = values["by"] or "-"
    facts = " ".join(f"{key}={value}" for key, value in values["facts"].items())
    why = f'"{values["why"]}"' if values["why"] else ""
    words = (values["what"], values["file"] or values["of"], facts, why)
    return f"{values['n']:>5}  {at}  {who}  " + " ".join(word for word in words if word)
