"""``mimik simulate``: simulated people sit through a study's protocol."""

from typing import Annotated

import typer

from mimik.cli.console import command, out, print_json, progress, synthetic
from mimik.cli.options import Json, Seed, StudyFolder

__all__ = ["simulate"]


def simulate(
    study: StudyFolder,
    participants: Annotated[int, typer.Option("--participants", "-n", min=1, help="How many people.")] = 24,
    fps: Annotated[int, typer.Option(help="Frames a second: 30 or 60.")] = 30,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Let simulated people sit through the protocol of a synthetic study, faster than life.

    Their phones send real Live Link Face datagrams over this computer's own network. Everything made from
    them is marked synthetic: it shows that the road works, and says nothing about real faces.

    Examples:

        mimik new trial-run --synthetic --protocol hartmann2022

        mimik simulate trial-run --participants 40
    """
    if fps not in (30, 60):
        raise typer.BadParameter(f"expected 30 or 60, found {fps}", param_hint="--fps")
    from mimik.capture.simulation import simulate as sit
    from mimik.study.study import Study

    opened = Study.open(study)
    with progress("Simulated people sit down") as update:
        sessions = sit(opened, participants=participants, seed=seed, fps=fps, on_progress=update)
    frames = sum(s.frames for s in sessions)
    if json:
        print_json({"study": str(study), "synthetic": True, "participants": participants, "frames": frames})
        return
    out.print(synthetic(f"{participants} simulated people, {frames:,} frames in {study}."))
    out.print(f"Next: {command('evaluate', study)}")
