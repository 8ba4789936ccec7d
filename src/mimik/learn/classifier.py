"""The network of the paper as a scikit-learn classifier."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.forward import probabilities
from mimik.learn.schedules import SCHEDULES

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils._param_validation import Interval, StrOptions
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.epochs import EpochLog

__all__ = ["SNNClassifier"]


class SNNClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A self-normalizing network; the defaults are those of Hartmann et al. 2022.

    Inputs are taken as they are: put a ``StandardScaler`` in front for channels of other sizes.
    The same data and ``random_state`` give the same weights on one machine.

    Args:
        width: units of each hidden layer.
        depth: number of hidden dense layers, each followed by alpha dropout.
        dropout: share of units dropped while training, 0 <= dropout < 1.
        l2: penalty on the squared weights of the layers that carry it.
        l2_layers: how many of the last hidden layers carry it.
        epochs: passes over the training rows.
        batch_size: rows per step.
        learning_rate: of Adam; the highest one where the schedule varies it.
        schedule: ``"constant"`` or ``"one-cycle"``.
        random_state: seed of initial weights, dropout and shuffling.

    Attributes:
        classes_: labels, sorted (classes,).
        n_features_in_: number of input columns.
        coefs_: weights of the dense layers, float32 (inputs, outputs) each.
        intercepts_: their biases, float32 (outputs,) each.
        history_: one ``EpochLog`` per epoch.
    """

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012  (scikit-learn's own convention)
        "width": [Interval(Integral, 1, None, closed="left")],
        "depth": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
        "l2_layers": [Interval(Integral, 0, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "schedule": [StrOptions(set(SCHEDULES))],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        width: int = 128,
        depth: int = 10,
        dropout: float = 0.1,
        l2: float = 0.25,
        l2_layers: int = 2,
        epochs: int = 400,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        schedule: str = "constant",
        random_state: Any = None,
    ) -> None:
        self.width = width
        self.depth = depth
        self.dropout = dropout
        self.l2 = l2
        self.l2_layers = l2_layers
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        validation: tuple[ArrayLike, ArrayLike] | None = None,
        on_epoch: Callable[[EpochLog], object] | None = None,
    ) -> Self:
        """Train on rows X (n, features) with labels y (n,).

        Args:
            X: finite numbers; float32 is taken without a copy.
            y: labels of any kind.
            validation: X and y of rows that are only looked at after each epoch, for the history.
            on_epoch: called with the ``EpochLog`` after each epoch; raise in it to stop the training.

        Raises:
            ValueError: X, y or a parameter is not what it should be.
        """
        self._validate_params()
        X, y = validate_data(self, X, y, dtype=np.float32, order="C")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y must hold two classes or more, found one class: {self.classes_[0]!r}")
        if validation is not None:
            validation = self._checked(*validation)
        self.coefs_, self.intercepts_, self.history_ = self._trained(
            X, codes.astype(np.int32), validation, on_epoch
        )
        return self

    def fit_soft(
        self,
        X: ArrayLike,
        p: ArrayLike,
        classes: ArrayLike,
        *,
        on_epoch: Callable[[EpochLog], object] | None = None,
    ) -> Self:
        """Train on rows X (n, features) with the probabilities that are to be given, in place of labels.

        Args:
            X: finite numbers; float32 is taken without a copy.
            p: probabilities (n, k), each row adding up to 1.
            classes: the k labels that the columns of p stand for, all different.
            on_epoch: as for ``fit``; accuracies are shares of rows whose most probable class is that of p.

        Raises:
            ValueError: X, p, classes or a parameter is not what it should be.
        """
        self._validate_params()
        checked: Any = validate_data(self, X, dtype=np.float32, order="C")
        targets, labels = np.ascontiguousarray(p, dtype=np.float32), np.asarray(classes)
        if len(labels) < 2 or len(np.unique(labels)) != len(labels):
            raise ValueError(f"classes must be two or more, all different, found {labels.tolist()}")
        if targets.shape != (len(checked), len(labels)):
            raise ValueError(f"p must have the shape {(len(checked), len(labels))}, found {targets.shape}")
        if not (targets >= 0).all() or not np.allclose(targets.sum(axis=1), 1, atol=1e-3):
            raise ValueError("p must hold probabilities: 0 or more, each row adding up to 1")
        self.classes_ = labels
        self.coefs_, self.intercepts_, self.history_ = self._trained(checked, targets, None, on_epoch)
        return self

    def _trained(self, X: Any, targets: Any, validation: Any, on_epoch: Any) -> Any:
        from mimik.learn.network import Architecture  # Keras takes seconds to import: only to train
        from mimik.learn.training import Plan, train

        architecture = Architecture(
            X.shape[1], len(self.classes_), self.width, self.depth, self.dropout, self.l2, self.l2_layers
        )
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        plan = Plan(self.epochs, self.batch_size, self.learning_rate, self.schedule, seed)
        return train(X, targets, architecture, plan, validation=validation, on_epoch=on_epoch)

    def _checked(self, X: Any, y: Any) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        X, y = validate_data(self, X, y, dtype=np.float32, order="C", reset=False)
        codes = np.searchsorted(self.classes_, y)
        if not np.array_equal(self.classes_[np.minimum(codes, len(self.classes_) - 1)], y):
            raise ValueError("validation has labels that the training rows do not have")
        return X, codes.astype(np.int32)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the probability of each class, float32 (n, classes), in the order of ``classes_``."""
        check_is_fitted(self)
        checked: Any = validate_data(self, X, dtype=np.float32, order="C", reset=False)
        return probabilities(checked, self.coefs_, self.intercepts_)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable label of each row (n,)."""
        p = self.predict_proba(X)
        return np.asarray(self.classes_[p.argmax(axis=1)])
