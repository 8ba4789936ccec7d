"""Model files that a study's register knows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.model import Model

__all__ = ["known_files", "register"]

_ENDINGS = (".mimik", ".tflite", ".onnx", ".mlpackage", ".zip")


def register(study: Path, model: Model, dataset: Dataset) -> None:
    """Note in a study that a model learned from its people; a study that may only be read stays as it is."""
    from mimik.errors import StudyReadOnly
    from mimik.learn.modelfile import fingerprint
    from mimik.study.study import Study

    with suppress(StudyReadOnly):
        Study.open(study).record_model(fingerprint(model), dataset.participants, at=time.time())


def known_files(study: Path, also: Iterable[Path], fingerprints: set[str]) -> list[str]:
    """Return the model files, on the study's shelf and in what is named, that are of these models.

    Exported ones as well: each says in its facts of which model it is.
    """
    if not fingerprints:
        return []
    from mimik.study.withdrawal import search_outside

    files = _model_files([study / "derivatives", *also])
    return [str(path) for path in files if search_outside([path], fingerprints).found]


def _model_files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else []
        yield from (path for path in (place, *inside) if path.suffix.lower() in _ENDINGS)
