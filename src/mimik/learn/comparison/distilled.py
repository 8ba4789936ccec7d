"""A recognizer and the narrower network that learned from it, as one classifier to test on new people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.context import wants_context
from mimik.learn.distillation import distilled
from mimik.learn.model import Model

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.epochs import EpochLog

__all__ = ["Distilled"]


class Distilled(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Trains a recognizer, then a narrower network that answers as it does; only the latter is asked.

    Both learn from the training frames alone, so what is held out has been seen by neither.

    Args:
        estimator: a ``Recognizer``, the teacher.
        width: units of each hidden layer of the student.
        depth: its hidden layers; None as ``distilled`` says.
        epochs: of the student; None is the default recipe's number.
        random_state: seed of the student.

    Attributes:
        estimator_: the fitted teacher.
        model_: the student, a ``Model``.
        classes_: labels, sorted.
        history_: one ``EpochLog`` per epoch of the student.
    """

    uses_context = True

    def __init__(
        self,
        estimator: Any,
        *,
        width: int = 64,
        depth: int | None = None,
        epochs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.width = width
        self.depth = depth
        self.epochs = epochs
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, *, context: Context | None = None) -> Self:
        """Train teacher and student on frames (n, 52), labels (n,) and their context.

        Raises:
            DataError: the teacher is no recognizer, can't learn from the data, or is not larger.
        """
        given = {"context": context} if wants_context(self.estimator) else {}
        self.estimator_ = clone(self.estimator).fit(X, y, **given)
        teacher = getattr(self.estimator_, "model_", None)
        if not isinstance(teacher, Model):
            raise DataError(
                f"expected a Recognizer to learn from, got {type(self.estimator).__name__}",
                hint="Distilled(Recognizer(...))",
            )
        self.history_: list[EpochLog] = []
        self.model_ = distilled(
            teacher,
            X,
            context,
            width=self.width,
            depth=self.depth,
            epochs=self.epochs,
            seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
            on_epoch=self.history_.append,
        )
        self.classes_ = self.estimator_.classes_
        self.n_features_in_ = len(BLEND_SHAPES)
        return self

    def predict_proba(self, X: Any, *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the student's probabilities, float32 (n, labels); see ``Model.predict_proba``."""
        check_is_fitted(self)
        resting = None if context is None else context.resting[context.recording]
        return self.model_.predict_proba(X, resting=resting)

    def predict(self, X: Any, *, context: Context | None = None) -> NDArray[Any]:
        """Return the student's most probable label of each frame (n,)."""
        return np.asarray(self.classes_[self.predict_proba(X, context=context).argmax(axis=1)])
