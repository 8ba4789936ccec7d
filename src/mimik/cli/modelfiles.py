"""Model files that a study's register knows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.model import Model

__all__ = ["known_files", "register"]


def register(study: Path, model: Model, dataset: Dataset) -> None:
    """Note in a study that a model learned from its people; a study that may only be read stays as it is."""
    from mimik.errors import StudyReadOnly
    from mimik.learn.modelfile import fingerprint
    from mimik.study.study import Study

    with suppress(StudyReadOnly):
        Study.open(study).record_model(fingerprint(model), dataset.participants, at=time.time())


def known_files(study: Path, also: Iterable[Path], fingerprints: set[str]) -> list[str]:
    """Return the model files, on the study's shelf and in what is named, that are of these models."""
    if not fingerprints:
        return []
    from mimik.learn.modelfile import fingerprint, load_model

    found = []
    for path in _model_files([study / "derivatives", *also]):
        with suppress(MimikError):
            if fingerprint(load_model(path)) in fingerprints:
                found.append(str(path))
    return found


def _model_files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(place.rglob("*.mimik"))
        elif place.suffix == ".mimik":
            yield place
