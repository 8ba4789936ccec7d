"""``mimik info``: what a study, a model or a recording holds."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import command, counted, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import FaceModel, Json, Rate

if TYPE_CHECKING:
    from mimik.sources.recordingfile import RecordingFile

__all__ = ["info"]


def info(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A study's folder, a .mimik model, or a recording.")
    ],
    face_model: FaceModel = None,
    rate: Rate = None,
    json: Json = False,
) -> None:
    """Tell what a study, a model or a recording holds.

    Examples:

        mimik info my-study

        mimik info expressions.mimik --json

        mimik info interview.mp4 --face-model face_landmarker.task
    """
    if path.is_dir():
        facts, show = _study(path), _show_study
    elif path.suffix == ".mimik":
        facts, show = _model(path), _show_facts
    else:
        facts, show = _recording(path, face_model, rate), _show_facts
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
        "folder": str(folder),
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
                "excluded": sum(trial.outcome == "excluded" for trial in s.trials),
            }
            for s in sessions
        ],
        "frames": sum(s.frames for s in sessions),
        "models": {"known": len(study.models), "outdated": sum(m.withdrew > 0 for m in study.models)},
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
    if outdated := facts["models"]["outdated"]:
        out.print(f"{counted(outdated, 'model')} learned from somebody who withdrew: train again.")
    if excluded := sum(s["excluded"] for s in facts["sessions"]):
        are = "is" if excluded == 1 else "are"
        shown = command("exclude", facts["folder"], "--list")
        out.print(f"{counted(excluded, 'trial')} {are} excluded by hand: {shown}")


def _model(path: Path) -> dict[str, Any]:
    from mimik.learn.modelfile import load_model

    return {"kind": "model", **load_model(path).card.to_json()}


def _recording(path: Path, face_model: Path | None, rate: float | None) -> dict[str, Any]:
    from mimik.blendshapes import BLEND_SHAPES
    from mimik.sources.recordings import open_recording
    from mimik.sources.takes import Take

    with progress(f"Looking at {path.name}") as update:
        recording = open_recording(path, face_model=face_model, rate=rate, progress=update)
        return {
            "kind": "take" if isinstance(recording, Take) else "recording",
            "name": recording.name,
            "app": recording.app or None,
            **({"variant": recording.variant or None} if isinstance(recording, Take) else {}),
            "rate": recording.rate if math.isfinite(recording.rate) else None,
            **_picture_facts(recording),
            **_walked(recording, face_model),
            "not_delivered": [name for name in BLEND_SHAPES if name not in recording.channels],
        }


def _picture_facts(recording: RecordingFile) -> dict[str, Any]:
    from mimik.sources.video import Video

    if not isinstance(recording, Video):
        return {}
    width, height = recording.size
    return {"size": f"{width} x {height}", "pictures_promised": recording.promised}


def _walked(recording: RecordingFile, face_model: Path | None) -> dict[str, Any]:
    """Return what a walk through the recording tells; of a video nothing without the model of faces."""
    from mimik.sources.facemodel import VARIABLE
    from mimik.sources.summary import summarise
    from mimik.sources.tablefiles import is_video

    if is_video(recording.path) and not (face_model or os.environ.get(VARIABLE)):
        notes.print(f"Faces are not looked for without --face-model FILE or {VARIABLE}.")
        return {}
    summary = summarise(recording.blocks(), recording.delivered)
    return {
        "rows": summary.rows,
        "without_a_face": summary.untracked,
        "lost_frames": summary.lost,
        "steady": summary.steady,
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
