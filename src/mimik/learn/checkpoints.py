"""Finished folds on disk, so that a long evaluation goes on where it was interrupted."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError, StudyError
from mimik.extras import needs_extra
from mimik.learn.predictions import FoldRun
from mimik.study.disk.folderstore import FolderStore
from mimik.version import __version__

with needs_extra("learn"):
    import joblib

if TYPE_CHECKING:
    from mimik.learn.splits import Split
    from mimik.study.study import Study

__all__ = ["Checkpoints"]

_UNREADABLE = (StudyError, OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError)


class Checkpoints:
    """A folder with one file per finished fold; what was computed from other data or settings is not found.

    The files hold probabilities per frame and no coefficients. They belong to the study: keep them there, and
    remove them with ``clear`` when the evaluation is done.

    Args:
        folder: made when the first fold is stored.
        study: the one in whose folder it lies, so that folds of an encrypted study are encrypted, too.
    """

    def __init__(self, folder: Path | str, *, study: Study | None = None) -> None:
        self.folder = Path(folder)
        self._store = FolderStore(self.folder) if study is None else study.store
        self._at = "" if study is None else self.folder.relative_to(study.folder).as_posix() + "/"

    def __len__(self) -> int:
        return sum(name.endswith(".npz") for name in self._store.list(self._at.removesuffix("/")))

    def __bool__(self) -> bool:
        return True  # also where no fold is stored yet

    def key(self, fingerprint: str, estimator: Any, split: Split, fold: int) -> str:
        """Return what names a fold: the data, the classifier with its settings, the split, this Mimik."""
        return str(joblib.hash((__version__, fingerprint, estimator, split.kind, split.fold, fold)))

    def load(self, key: str) -> FoldRun | None:
        """Return a finished fold, or None if there is no whole file of it."""
        try:
            file = io.BytesIO(self._store.read(self._path(key)))
            with np.load(file, allow_pickle=False) as stored:
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
        file = io.BytesIO()
        np.savez(file, proba=run.proba, training=run.training, facts=np.array(json.dumps(facts)))
        mine = f"{self._at}.{os.getpid()}-{key}"  # two evaluations at once may finish the same fold
        try:
            self._store.write(mine, file.getvalue())
            self._store.rename(mine, self._path(key))
        except StudyError as error:
            raise DataError(
                f"A finished fold could not be stored in {self.folder}: {error}",
                hint="Free some space, or evaluate without storing (--no-resume).",
            ) from error

    def clear(self) -> None:
        """Remove the folder."""
        if self.folder.exists():
            self._store.remove(self._at.removesuffix("/"))

    def _path(self, key: str) -> str:
        return f"{self._at}fold-{key}.npz"
