"""``mimik check``: what to know of a study's data before believing results on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import counted, fail, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, Seed

if TYPE_CHECKING:
    from mimik.learn.checks import CheckReport, Finding
    from mimik.learn.dataset import Dataset

__all__ = ["check"]

_COLOURS = {"serious": "bold red", "warning": "yellow", "info": "cyan"}


def check(
    study: Annotated[Path | None, typer.Argument(metavar="STUDY", help="The study's folder.")] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="CODE", help="Tell why a check is there, such as EVAL004."),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Also look for wrong labels, with quick recognizers.")
    ] = True,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Look for what makes results wrong: people enrolled twice, frozen trackers, confounded devices.

    Reads only. Ends with status 1 if something serious is found, other than that everybody is simulated.

    Examples:

        mimik check my-study

        mimik check my-study --no-model --json

        mimik check --explain EVAL004
    """
    if explain is not None:
        _explain(explain, json=json)
        return
    if study is None:
        raise fail("Expected a study's folder, or a code to explain.", "Type: mimik check STUDY")
    from mimik.learn.checks import check_dataset
    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    with progress("Reading") as update:
        dataset = load_dataset(Study.open(study), on_progress=update)
    with progress("Checking") as update:
        report = check_dataset(dataset, model=model, seed=seed, on_progress=update)
    if json:
        print_json({"data": dataset.summary(), **report.to_dict()})
    else:
        _show(dataset, report)
    if _serious(report):
        raise typer.Exit(1)


def _serious(report: CheckReport) -> bool:
    """Whether something serious is found, other than that everybody is simulated."""
    from mimik.learn.checks.registry import SIMULATED

    return any(
        finding.severity == "serious" and not (finding.code == SIMULATED and finding.value == 1.0)
        for finding in report.found
    )


def _explain(code: str, *, json: bool) -> None:
    from mimik.learn.checks import explain

    check = explain(code)
    if json:
        facts = ("code", "title", "severity", "why", "remedy")
        print_json({name: getattr(check, name) for name in facts})
        return
    out.print(headed(check.code, f"{check.title} ({check.severity})"))
    out.print(f"\n{check.why}\n")
    out.print(headed("What to do:", check.remedy))


def _show(dataset: Dataset, report: CheckReport) -> None:
    if dataset.synthetic:
        out.print(synthetic("There are simulated people in this study."))
    sizes = {
        "participant": dataset.n_participants,
        "recording": dataset.n_recordings,
        "frame": len(dataset),
    }
    size = ", ".join(counted(number, noun) for noun, number in sizes.items())
    out.print(f"{dataset.title}: {size}\n")
    for finding in report.found:
        _show_finding(finding)
    if not report.found:
        out.print("Nothing was found.")
    out.print()
    passed = [finding.code for finding in report.findings if finding.status == "passed"]
    out.print(headed("passed:", ", ".join(passed) or "none"))
    for finding in report.findings:
        if finding.status == "not applicable":
            out.print(headed("not applicable:", f"{finding.code} {finding.title}: {finding.text}"))
    if report.found:
        notes.print("Why it matters: mimik check --explain CODE")


def _show_finding(finding: Finding) -> None:
    from mimik.learn.checks import explain

    weight = finding.severity.upper()
    out.print(headed(weight, f"{finding.code} {finding.text}", _COLOURS[finding.severity]))
    for line in finding.details:
        out.print(f"        {line}")
    out.print(f"        What to do: {explain(finding.code).remedy}")
