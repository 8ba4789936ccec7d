"""Finished folds on disk, so that a long evaluation goes on where it was interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.predictions import FoldRun
from mimik.version import __version__

with needs_extra("learn"):
    import joblib

if TYPE_CHECKING:
    from mimik.learn.splits import Split

__all__ = ["Checkpoints"]

_UNREADABLE = (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError)


class Checkpoints:
    """A folder with one file per finished fold; what was computed from other data or settings is not found.

    The files hold probabilities per frame and no coefficients. They belong to the study: keep them there, and
    remove them with ``clear`` when the evaluation is done.

    Args:
        folder: made when the first fold is stored.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def key(self, fingerprint: str, estimator: Any, split: Split, fold: int) -> str:
        """Return what names a fold: the data, the classifier with its settings, the split, this Mimik."""
        return str(joblib.hash((__version__, fingerprint, estimator, split.kind, split.fold, fold)))

    def load(self, key: str) -> FoldRun | None:
        """Return a finished fold, or None if there is no whole file of it."""
        try:
            # Opened here, as NumPy leaves a file open that turns out to be damaged.
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                facts = json.loads(str(stored["facts"]))
                history = facts.pop("history")
                return FoldRun(
                    proba=stored["proba"],
                    training=stored["training"],
                    history=history and {name: tuple(values) for name, values in history.items()},
                    **facts,
                )
        except _UNREADABLE:
            return None

    def save(self, key: str, run: FoldRun) -> None:
        """Store a finished fold; the file appears at once and whole.

        Raises:
            DataError: it cannot be written.
        """
        facts = {
            "fold": run.fold,
            "graded": run.graded,
            "history": run.history and dict(run.history),
            "seconds": run.seconds,
        }
        path = self._path(key)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.savez(file, proba=run.proba, training=run.training, facts=np.array(json.dumps(facts)))
            part.replace(path)
        except OSError as error:
            raise DataError(
                f"A finished fold could not be stored in {self.folder}: {error.strerror}.",
                hint="Free some space, or evaluate without storing (--no-resume).",
            ) from error

    def clear(self) -> None:
        """Remove the folder."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def _path(self, key: str) -> Path:
        return self.folder / f"fold-{key}.npz"
