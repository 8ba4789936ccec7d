"""``mimik withdraw``: a participant's data goes, models are marked, and a search proves it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import counted, headed, notes, out, print_json
from mimik.cli.modelfiles import known_files
from mimik.cli.options import Json, StudyFolder
from mimik.errors import StudyError

if TYPE_CHECKING:
    from mimik.study.withdrawal import Searched, WithdrawalPlan

__all__ = ["withdraw"]


def withdraw(
    study: StudyFolder,
    participant: Annotated[
        str, typer.Argument(metavar="PARTICIPANT", help="The pseudonym, such as sub-K7M2QX.")
    ],
    why: Annotated[
        str, typer.Option("--why", help="A reason, kept in the study: write no names into it.")
    ] = "",
    by: Annotated[
        str | None, typer.Option("--by", help="Who does it, for the audit trail; or set MIMIK_OPERATOR.")
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            "--also",
            exists=True,
            help="File or folder elsewhere to search, too: data sets, packs, reports, models; repeatable.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove a participant from a study, for good.

    Their sessions, consent record and line in participants.tsv go, and with them all that was computed from
    everybody, such as reports and unfinished evaluations. Models that learned from them are marked, as nobody
    can take one person out of a model. What is left names nobody. In the end every file of the study is
    searched for the pseudonym. Backups, and what you gave away, are yours to deal with.

    Ends with status 1 if something of theirs is found, or if a file could not be searched.

    Examples:

        mimik withdraw my-study sub-K7M2QX --dry-run

        mimik withdraw my-study sub-K7M2QX --by "study nurse" --also shared-bids --also reports
    """
    from mimik.study.study import Study

    opened = Study.open(study)
    plan = opened.plan_withdrawal(participant)
    others = [person.id for person in opened.participants if person.id != participant]
    models = known_files(study, also or [], {model.fingerprint for model in plan.models})
    if not json:
        _show_plan(participant, plan, models)
    if dry_run:
        outside = _searched_outside(also, participant, others)
        _end(json, {"dry_run": True, **_plain(plan, models)}, None, outside)
        return
    if not yes:
        if json:
            raise StudyError("Expected --yes beside --json, found a question that nobody could answer.")
        typer.confirm(f"Remove all of {participant}? This can't be undone", abort=True)
    done = opened.withdraw(participant, at=time.time(), why=why, by=by)
    outside = _searched_outside(also, participant, others)
    facts = {"dry_run": False, "reference": done.reference, **_plain(plan, models)}
    _end(json, facts, done.searched, outside)


def _searched_outside(also: list[Path] | None, participant: str, others: list[str]) -> Searched | None:
    from mimik.study.withdrawal import search_outside

    return search_outside(also, [participant], others) if also else None


def _plain(plan: WithdrawalPlan, models: list[str]) -> dict[str, Any]:
    return {
        "sessions": list(plan.sessions),
        "computed": list(plan.computed),
        "models": [model.fingerprint for model in plan.models],
        "model_files": models,
        "releases": [
            {"release": each.id, "kind": each.kind, "sha256": each.digest} for each in plan.releases
        ],
    }


def _show_plan(participant: str, plan: WithdrawalPlan, models: list[str]) -> None:
    sessions = counted(len(plan.sessions), "session")
    out.print(f"{participant}: {sessions}, consent record and line in participants.tsv will go.")
    if plan.computed:
        out.print(f"Computed from everybody, can be computed again: {', '.join(plan.computed)}.")
    if plan.models:
        learned = counted(len(plan.models), "model")
        out.print(f"{learned} learned from them, will be marked: train again, and stop using the old ones.")
        for file in models:
            out.print(f"  {file}")
    for release in plan.releases:
        day = time.strftime("%Y-%m-%d", time.gmtime(release.at))
        out.print(f"Given away: {release.kind} {release.id} of {day} holds them: tell whoever has it.")


def _end(json: bool, facts: dict[str, Any], inside: Searched | None, outside: Searched | None) -> None:
    places = [("the study", inside), ("what --also names", outside)]
    if json:
        told = {name: vars(each) for name, each in (("study", inside), ("also", outside)) if each is not None}
        print_json({**facts, "searched": told})
    else:
        for place, searched in places:
            if searched is not None:
                _show_search(place, searched)
    left = any(each is not None and (each.found or each.unread) for each in (inside, outside))
    if left and not facts["dry_run"]:
        raise typer.Exit(1)


def _show_search(place: str, searched: Searched) -> None:
    went = f"Searched {counted(searched.files, 'file')}, {searched.bytes:,} bytes in {place}:"
    if not (searched.found or searched.unread):
        out.print(headed(went, "nothing found.", "bold green"))
    elif not searched.found:
        unknown = f"nothing found, but {counted(len(searched.unread), 'file')} could not be searched:"
        out.print(headed(went, unknown, "bold yellow"))
    else:
        out.print(headed(went, f"{counted(len(searched.found), 'file')} with the pseudonym.", "bold red"))
        for path in searched.found:
            out.print(f"  {path}")
        notes.print("Mimik removes nothing outside of a study: delete these files, or make them again.")
    for path in searched.unread:
        out.print(f"  encrypted, damaged or packed in a way unknown here: {path}")
