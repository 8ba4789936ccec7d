"""``mimik info``: what a study, a model or a take holds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, out, print_json, synthetic
from mimik.cli.options import Json

__all__ = ["info"]


def info(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A study's folder, a .mimik model or a CSV take.")
    ],
    json: Json = False,
) -> None:
    """Tell what a study, a model or a take holds.

    Examples:

        mimik info my-study

        mimik info expressions.mimik --json
    """
    if path.is_dir():
        facts, show = _study(path), _show_study
    elif path.suffix == ".mimik":
        facts, show = _model(path), _show_facts
    else:
        facts, show = _take(path), _show_facts
    if json:
        print_json(facts)
    else:
        show(facts)


def _study(folder: Path) -> dict[str, Any]:
    from mimik.study.study import Study

    study = Study.open(folder)
    sessions = study.sessions()
    return {
        "kind": "study",
        "title": study.title,
        "synthetic": study.synthetic,
        "protocol": study.protocol.name,
        "participants": len(study.participants),
        "sessions": [
            {
                "participant": s.participant,
                "session": s.session,
                "status": s.status,
                "device": s.facts.device,
                "rate": s.facts.rate,
                "frames": s.frames,
                "expressions": _frames_per_expression(s.trials),
            }
            for s in sessions
        ],
        "frames": sum(s.frames for s in sessions),
    }


def _frames_per_expression(trials: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for trial in trials:
        if trial.outcome in ("complete", "imported"):
            counts[trial.expression] = counts.get(trial.expression, 0) + trial.frames
    return counts


def _show_study(facts: dict[str, Any]) -> None:
    if facts["synthetic"]:
        out.print(synthetic("Simulated people only."))
    out.print(f"Study {facts['title']}, protocol {facts['protocol']}")
    sizes = (
        ("participant", facts["participants"]),
        ("session", len(facts["sessions"])),
        ("frame", facts["frames"]),
    )
    out.print(", ".join(counted(number, noun) for noun, number in sizes))
    table = Table(box=None, pad_edge=False)
    for heading in ("participant", "session", "status", "rate"):
        table.add_column(heading)
    table.add_column("frames", justify="right")
    table.add_column("frames per expression")
    for s in facts["sessions"]:
        per = ", ".join(f"{name} {n}" for name, n in s["expressions"].items())
        rate = f"{s['rate']:g}" if s["rate"] else "-"
        table.add_row(s["participant"], s["session"], s["status"], rate, f"{s['frames']:,}", per)
    if facts["sessions"]:
        out.print(table)


def _model(path: Path) -> dict[str, Any]:
    from mimik.learn.modelfile import load_model

    return {"kind": "model", **load_model(path).card.to_json()}


def _take(path: Path) -> dict[str, Any]:
    from mimik.sources.takes import Take

    take = Take(path)
    summary = take.summary
    return {
        "kind": "take",
        "name": take.name,
        "variant": take.variant or None,
        "rate": take.rate if math.isfinite(take.rate) else None,
        "rows": summary.rows,
        "without_a_face": summary.untracked,
        "lost_frames": summary.lost,
        "seconds": summary.seconds if math.isfinite(summary.seconds) else None,
        "still_channels": list(summary.flat),
    }


def _show_facts(facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if isinstance(value, dict):
            out.print(name, style="bold")
            for key, inner in value.items():
                out.print(f"  {key}: {inner}")
        else:
            out.print(headed(f"{name}:", str(value)))
