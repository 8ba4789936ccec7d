"""``mimik check``: whether a study's files are whole, and what to know of its data before results."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import counted, fail, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, Seed
from mimik.errors import MimikError
from mimik.extras import needs_extra

if TYPE_CHECKING:
    from mimik.learn.checks import Check, CheckReport, Finding
    from mimik.learn.dataset import Dataset
    from mimik.study.integrity import FileCheck, FileReport

__all__ = ["check"]

_COLOURS = {"serious": "bold red", "warning": "yellow", "info": "cyan"}


def check(
    study: Annotated[Path | None, typer.Argument(metavar="STUDY", help="The study's folder.")] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="CODE", help="Tell why a check is there, such as EVAL004."),
    ] = None,
    data: Annotated[
        bool | None,
        typer.Option(
            "--data/--no-data", help="Check the data in the files, too; by default where that is installed."
        ),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Also look for wrong labels, with quick recognizers.")
    ] = True,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Look for damaged files, and for what makes results wrong: people enrolled twice, frozen trackers.

    Reads only. Ends with status 1 if something serious is found, other than that everybody is simulated.

    Examples:

        mimik check my-study

        mimik check my-study --no-data

        mimik check my-study --no-model --json

        mimik check --explain EVAL004
    """
    if explain is not None:
        _explain(explain, json=json)
        return
    if study is None:
        raise fail("Expected a study's folder, or a code to explain.", "Type: mimik check STUDY")
    from mimik.study.integrity import check_files

    with progress("Checking files") as update:
        files = check_files(study, on_progress=update)
    if data is False or (data is None and not _can_learn()):
        dataset = report = None
        problem = "" if data is False else _NO_LEARN
    else:
        dataset, report, problem = _check_data(study, files, model=model, seed=seed)
    if json:
        told = {"data": dataset.summary(), **report.to_dict()} if dataset and report else {"problem": problem}
        print_json({**told, "files": files.to_dict()})
    else:
        _show(study, files, dataset, report, problem)
    if files.serious or (report is not None and _serious(report)):
        raise typer.Exit(1)


_NO_LEARN = "That needs the optional part learn: pip install -e '.[learn]'"


def _can_learn() -> bool:
    """Whether what the checks of data need is installed."""
    return all(find_spec(name) is not None for name in ("sklearn", "scipy"))


def _check_data(
    study: Path, files: FileReport, *, model: bool, seed: int
) -> tuple[Dataset | None, CheckReport | None, str]:
    """Check the data; where damaged files stand in the way, return why instead."""
    from mimik.study.study import Study

    with needs_extra("learn"):
        from mimik.learn.checks import check_dataset
        from mimik.learn.data import load_dataset
    try:
        with progress("Reading") as update:
            dataset = load_dataset(Study.open(study, recover=False), on_progress=update)
        with progress("Checking") as update:
            return dataset, check_dataset(dataset, model=model, seed=seed, on_progress=update), ""
    except MimikError as error:
        if not files.serious:
            raise
        return None, None, str(error)


def _serious(report: CheckReport) -> bool:
    """Whether something serious is found, other than that everybody is simulated."""
    from mimik.learn.checks.registry import SIMULATED

    return any(
        finding.severity == "serious" and not (finding.code == SIMULATED and finding.value == 1.0)
        for finding in report.found
    )


def _explain(code: str, *, json: bool) -> None:
    check = _check_of(code)
    if json:
        facts = ("code", "title", "severity", "why", "remedy")
        print_json({name: getattr(check, name) for name in facts})
        return
    out.print(headed(check.code, f"{check.title} ({check.severity})"))
    out.print(f"\n{check.why}\n")
    out.print(headed("What to do:", check.remedy))


def _check_of(code: str) -> Check | FileCheck:
    from mimik.study.integrity import FILE_CHECKS

    for check in FILE_CHECKS:
        if check.code == code.strip().upper():
            return check
    with needs_extra("learn"):
        from mimik.learn.checks import explain
    return explain(code)


def _show(
    study: Path, files: FileReport, dataset: Dataset | None, report: CheckReport | None, problem: str
) -> None:
    if dataset is not None:
        if dataset.synthetic:
            out.print(synthetic("There are simulated people in this study."))
        sizes = {
            "participant": dataset.n_participants,
            "recording": dataset.n_recordings,
            "frame": len(dataset),
        }
        size = ", ".join(counted(number, noun) for noun, number in sizes.items())
        out.print(f"{dataset.title}: {size}\n")
    else:
        size = f"{counted(files.sessions, 'session')}, {counted(files.frames, 'frame')}"
        out.print(f"{study.absolute().name}: {size}\n")
    for each in files.findings:
        out.print(headed(each.severity.upper(), f"{each.code} {each.text}", _COLOURS[each.severity]))
        out.print(f"        What to do: {each.remedy}")
    for finding in report.found if report else ():
        _show_finding(finding)
    if not files.findings and not (report and report.found):
        out.print("Nothing was found.")
    if problem:
        out.print(headed("not checked:", f"the data in the files. {problem}"))
    out.print()
    _show_passed(files, report)
    if files.findings or (report and report.found):
        notes.print("Why it matters: mimik check --explain CODE")


def _show_passed(files: FileReport, report: CheckReport | None) -> None:
    out.print(headed("files passed:", ", ".join(files.passed) or "none"))
    if report is None:
        return
    passed = [finding.code for finding in report.findings if finding.status == "passed"]
    out.print(headed("passed:", ", ".join(passed) or "none"))
    for finding in report.findings:
        if finding.status == "not applicable":
            out.print(headed("not applicable:", f"{finding.code} {finding.title}: {finding.text}"))


def _show_finding(finding: Finding) -> None:
    from mimik.learn.checks import explain

    weight = finding.severity.upper()
    out.print(headed(weight, f"{finding.code} {finding.text}", _COLOURS[finding.severity]))
    for line in finding.details:
        out.print(f"        {line}")
    out.print(f"        What to do: {explain(finding.code).remedy}")
