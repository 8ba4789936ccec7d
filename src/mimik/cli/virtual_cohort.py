"""A study of simulated people that a command makes once and finds again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from mimik.cli.console import progress
from mimik.errors import StudyError
from mimik.study.study import Study

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["virtual_cohort"]


def virtual_cohort(folder: Path, *, people: int, protocol: str, seed: int) -> Study:
    """Return the study of so many simulated people, making it if it is not there yet.

    It lies in ``folder`` under a name that says how many and which; one that was interrupted is begun anew.

    Raises:
        StudyError: what lies there is another study.
    """
    name = f"{people}-simulated-people-seed-{seed}"
    title = f"SYNTHETIC cohort of {people} simulated people, seed {seed}"
    place = folder / name
    if place.exists():
        return _own(place, title)
    unfinished = folder / f"{name}.part"
    if unfinished.exists():
        _own(unfinished, title)
        shutil.rmtree(unfinished)
    _simulated(unfinished, title, people, protocol, seed)
    unfinished.rename(place)
    return Study.open(place)


def _own(place: Path, title: str) -> Study:
    study = Study.open(place)
    if study.title != title or not study.synthetic:
        raise StudyError(
            f"{place}: expected the study {title!r}, found {study.title!r}.",
            hint="Choose another folder for what is made here.",
        )
    return study


def _simulated(place: Path, title: str, people: int, protocol: str, seed: int) -> None:
    from mimik.capture.simulation import simulate
    from mimik.protocol import load_protocol

    study = Study.create(place, title=title, protocol=load_protocol(protocol), synthetic=True)
    with progress("Simulated people sit down") as update:
        simulate(study, participants=people, seed=seed, on_progress=update)
