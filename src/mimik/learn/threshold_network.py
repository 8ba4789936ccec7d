"""Ordered labels by one self-normalizing network that is asked about one threshold at a time."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.classifier import SNNClassifier
from mimik.learn.ordinal import OrdinalClassifier

with needs_extra("learn"):
    from sklearn.utils import check_random_state
    from sklearn.utils._param_validation import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ThresholdNetwork"]

_BATCH = 256
_RATE = 2e-3


class ThresholdNetwork(OrdinalClassifier):
    """One network answers "is it more than label k?" for all k, with k as one more input.

    The questions are those of Frank and Hall 2001; that one classifier answers them all, told the threshold
    by an input, is the data replication of Cardoso and Pinto da Costa 2007, "Learning to classify ordinal
    data", JMLR 8, p. 1393-1429. Instead of each row with each threshold, each row is taken once with one
    drawn at random. Answers that rise with the threshold, which is rare, are cut to those before them.

    Args:
        width: units of each hidden layer.
        depth: number of hidden layers.
        dropout: share of units dropped while training.
        steps: batches of 256 rows at least; few, as more learn the training people by heart.
        epochs: passes over the rows; None is as many as ``steps`` needs.
        learning_rate: the highest; it rises and falls.
        random_state: seed of thresholds, initial weights, dropout and shuffling.

    Attributes:
        network_: the fitted ``SNNClassifier``: its inputs are the scaled columns, then the threshold.
    """

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012  (scikit-learn's own convention)
        "width": [Interval(Integral, 1, None, closed="left")],
        "depth": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "steps": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left"), None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        width: int = 32,
        depth: int = 2,
        dropout: float = 0.1,
        steps: int = 600,
        epochs: int | None = None,
        learning_rate: float = _RATE,
        random_state: Any = None,
    ) -> None:
        self.width = width
        self.depth = depth
        self.dropout = dropout
        self.steps = steps
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.random_state = random_state

    def _fit(self, X: NDArray[np.float32], codes: NDArray[np.intp]) -> None:
        self._validate_params()
        draw = np.random.default_rng(int(check_random_state(self.random_state).randint(2**31 - 1)))
        threshold = draw.integers(0, len(self.classes_) - 1, len(X))
        per_epoch = -(-len(X) // _BATCH)
        self.network_ = SNNClassifier(
            width=self.width,
            depth=self.depth,
            dropout=self.dropout,
            l2=0.0,
            epochs=self.epochs or -(-self.steps // per_epoch),
            batch_size=_BATCH,
            learning_rate=self.learning_rate,
            schedule="one-cycle",
            random_state=int(draw.integers(2**31 - 1)),
        )
        self.network_.fit(self._asked(X, threshold), codes > threshold)

    def _more_than(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        rows = len(X)
        answers = [
            self.network_.predict_proba(self._asked(X, np.full(rows, k)))[:, 1]
            for k in range(len(self.classes_) - 1)
        ]
        return np.stack(answers, axis=1).astype(np.float64)

    def _asked(self, X: NDArray[np.float32], threshold: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the rows with the threshold behind, about mean 0 and variance 1 as the other columns."""
        last = len(self.classes_) - 2
        scaled = (threshold - last / 2) / np.sqrt(max((last + 1) ** 2 - 1, 1) / 12)
        return np.column_stack([X, scaled.astype(np.float32)])
