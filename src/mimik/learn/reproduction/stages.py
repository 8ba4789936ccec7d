"""Long trainings, told epoch by epoch and kept when finished, in however many processes they run."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from mimik.extras import needs_extra
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.context import Context, wants_context

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mimik.learn.epochs import EpochLog
    from mimik.learn.recognizer import Recognizer
    from mimik.learn.splits import Split

__all__ = ["FinishedFolds", "Progress", "Telling", "telling"]

_STEPS = 1000
"""Into so many steps the progress of one training is divided."""

_LOOK = 0.5
"""Seconds between looks at how far trainings are."""


class Telling(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A recognizer that leaves word of each epoch in a folder, where another process can see it.

    Args:
        recipe: the recognizer; a clone is trained.
        folder: gets one file per training, named for the number of epochs, a byte longer after each.
    """

    uses_context = True

    def __init__(self, recipe: Recognizer, folder: str) -> None:
        self.recipe = recipe
        self.folder = folder

    def fit(self, X: NDArray[np.float32], y: NDArray[np.int64], *, context: Context | None = None) -> Self:
        """Train on frames X (n, 52) with labels y (n,)."""
        mark = Path(self.folder) / uuid4().hex

        def tell(log: EpochLog) -> None:
            with mark.with_suffix(f".{log.epochs}").open("ab") as file:
                file.write(b".")

        self.recipe_ = clone(self.recipe).fit(X, y, **self._given(context), on_epoch=tell)
        self.classes_, self.history_ = self.recipe_.classes_, self.recipe_.history_
        return self

    def predict_proba(self, X: NDArray[np.float32], *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels)."""
        proba: NDArray[np.float32] = self.recipe_.predict_proba(X, **self._given(context))
        return proba

    def _given(self, context: Context | None) -> dict[str, Context | None]:
        return {"context": context} if wants_context(self.recipe) else {}


class FinishedFolds(Checkpoints):
    """Finished folds on disk, found again wherever their ``Telling`` was told to tell."""

    def key(self, fingerprint: str, estimator: Any, split: Split, fold: int) -> str:
        """Return what names a fold; see ``Checkpoints``."""
        return super().key(fingerprint, estimator.recipe, split, fold)


class Progress:
    """How far all trainings together are.

    Args:
        folder: where a ``Telling`` tells.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = 0

    def on_fold(self, done: int, _total: int) -> None:
        """Take note of folds; those known before any epoch was told come from an earlier run."""
        if not self._trained():
            self._kept = done

    def steps(self) -> int:
        """Return how far it is, ``_STEPS`` for each fold."""
        return round(_STEPS * (self._kept + self._trained()))

    def _trained(self) -> float:
        return sum(path.stat().st_size / int(path.suffix[1:]) for path in self.folder.iterdir())


@contextmanager
def telling(fits: int, on_progress: Callable[[int, int], None] | None) -> Iterator[Progress]:
    """Call ``on_progress(done, total)`` from a thread of its own while ``fits`` trainings run."""
    with TemporaryDirectory(prefix="mimik-") as folder:
        progress, over = Progress(Path(folder)), Event()

        def watch() -> None:
            while not over.wait(_LOOK):
                if on_progress is not None:
                    on_progress(progress.steps(), fits * _STEPS)

        thread = Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield progress
        finally:
            over.set()
            thread.join()
