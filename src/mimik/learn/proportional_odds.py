"""The proportional-odds model: one weight per coefficient and a cut between neighbouring labels."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.errors import ModelDamaged
from mimik.extras import needs_extra
from mimik.learn.ordinal import OrdinalClassifier

with needs_extra("learn"):
    from scipy.optimize import minimize
    from scipy.special import expit
    from sklearn.utils._param_validation import Interval
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ProportionalOdds"]

_STEPS = 500
_LEAST = 1e-12  # probabilities below are taken for this, so that logarithms stay finite


class ProportionalOdds(OrdinalClassifier):
    """Ordered labels by a weighted sum of coefficients: logit P(y > k) = x w - cut_k, cuts ascending.

    McCullagh 1980, "Regression models for ordinal data", J. R. Stat. Soc. B 42(2), p. 109-142, with a penalty
    on the squared weights: mean negative log-likelihood + penalty / 2 * |w|^2.

    Args:
        penalty: as above; frames of one recording are nearly the same, so more than nothing.

    Attributes:
        weights_: float64 (c,), of the scaled columns.
        cuts_: float64 (K - 1,), ascending.
    """

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012  (scikit-learn's own convention)
        "penalty": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(self, *, penalty: float = 0.1) -> None:
        self.penalty = penalty

    def to_dict(self) -> dict[str, Any]:
        """Return the fitted model as plain lists and numbers, ready for JSON."""
        check_is_fitted(self)
        return {
            "kind": "proportional-odds",
            "penalty": self.penalty,
            "labels": self.classes_.tolist(),
            "features": int(self.n_features_in_),
            "columns": self.columns_.tolist(),
            "mean": self.mean_.tolist(),
            "scale": self.scale_.tolist(),
            "weights": self.weights_.tolist(),
            "cuts": self.cuts_.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the model that ``to_dict`` told; raises ModelDamaged."""
        try:
            model = cls(penalty=float(plain["penalty"]))
            model.classes_ = np.array(plain["labels"])
            model.n_features_in_ = int(plain["features"])
            model.columns_ = np.array(plain["columns"], dtype=np.intp)
            model.mean_, model.scale_ = (np.array(plain[k], dtype=np.float32) for k in ("mean", "scale"))
            model.weights_, model.cuts_ = (np.array(plain[k], dtype=np.float64) for k in ("weights", "cuts"))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelDamaged(f"expected a proportional-odds model, found a fault: {error!r}") from error
        sizes = {a.shape for a in (model.columns_, model.mean_, model.scale_, model.weights_)}
        ascending = bool((np.diff(model.cuts_) > 0).all())
        if len(sizes) > 1 or model.cuts_.shape != (len(model.classes_) - 1,) or not ascending:
            raise ModelDamaged("expected a proportional-odds model, found parts that do not fit together")
        return model

    def _fit(self, X: NDArray[np.float32], codes: NDArray[np.intp]) -> None:
        self._validate_params()
        wide = X.astype(np.float64)
        k, columns = len(self.classes_), X.shape[1]
        below = np.cumsum(np.bincount(codes, minlength=k))[:-1] / len(codes)
        cuts = np.log(below / (1 - below))  # right for weights of 0
        start = np.concatenate([np.zeros(columns), cuts[:1], np.log(np.diff(cuts))])
        found = minimize(
            _loss,
            start,
            args=(wide, codes, k, self.penalty),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": _STEPS},
        )
        self.weights_, self.cuts_ = found.x[:columns], _cuts(found.x[columns:])

    def _more_than(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        more: NDArray[np.float64] = np.asarray(expit((X @ self.weights_)[:, None] - self.cuts_))
        return more


def _cuts(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ascending cuts: the first, then the logarithms of the gaps between them."""
    above: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(np.exp(parameters[1:]))])
    return np.asarray(parameters[0] + above, dtype=np.float64)


def _loss(
    parameters: NDArray[np.float64],
    X: NDArray[np.float64],
    codes: NDArray[np.intp],
    k: int,
    penalty: float,
) -> tuple[float, NDArray[np.float64]]:
    """Return the penalised loss and its slope."""
    weights, gaps = parameters[: X.shape[1]], np.exp(parameters[X.shape[1] + 1 :])
    edges = np.concatenate([[-np.inf], _cuts(parameters[X.shape[1] :]), [np.inf]])
    z = X @ weights
    upper, lower = expit(edges[codes + 1] - z), expit(edges[codes] - z)
    p = np.maximum(upper - lower, _LEAST)
    by_upper, by_lower = upper * (1 - upper) / p, lower * (1 - lower) / p
    by_edge = np.bincount(codes, by_lower, k + 1) - np.bincount(codes + 1, by_upper, k + 1)
    by_cut = by_edge[1:k] / len(X)
    following = np.cumsum(by_cut[::-1])[::-1]  # a gap moves its own cut and all that follow
    slope = [
        X.T @ ((by_upper - by_lower) / len(X)) + penalty * weights,
        following[:1],
        following[1:] * gaps,
    ]
    return float(-np.log(p).mean() + penalty / 2 * weights @ weights), np.concatenate(slope)
