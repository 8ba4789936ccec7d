"""The recipes that a comparison knows by name: the simple, the common, and our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.comparison.averaged import Averaged
from mimik.learn.comparison.distilled import Distilled
from mimik.learn.comparison.prepared import Prepared
from mimik.learn.distillation import DISTILLED
from mimik.learn.presets import DEFAULT, PRESETS, WITH_MEMORY
from mimik.learn.recognizer import Recognizer
from mimik.learn.temporal import TemporalRecognizer

with needs_extra("learn"):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression

__all__ = ["PEERS", "PUBLISHED", "QUICK", "Peer", "Recipe", "recipes_named"]

PUBLISHED = "hartmann2022"
"""The published network, against which others are held."""

_THINNED = 20_000
"""Training frames for peers that would take minutes with all; more hardly help, as neighbours are alike."""

_FEATURES: Mapping[str, Any] = {"resting": PRESETS[DEFAULT].resting, "power": PRESETS[DEFAULT].power}
"""The features of the default recipe, for peers as well: then only the classifiers differ."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A classifier to compare.

    Attributes:
        estimator: any scikit-learn classifier, see ``mimik.learn.evaluate``; None if it can't be had.
        about: what it is, one sentence.
        cost: how long a fold takes, relative to those of the others.
        not_run: why it can't be had; "" if it can.
        shortened: how it was changed to take less time; "" if it was not.
    """

    estimator: Any
    about: str = ""
    cost: float = 1.0
    not_run: str = ""
    shortened: str = ""


@dataclass(frozen=True, slots=True)
class Peer:
    """A recipe known by name.

    Attributes:
        about: what it is, one sentence.
        make: makes the classifier; seeds are left open.
        cost: seconds of a fold of 60,000 frames on one core (an Intel Xeon), roughly.
        quick: whether it runs unless others are asked for.
        needs: package of the extra "peers" that it needs, or "".
    """

    about: str
    make: Callable[[], Any]
    cost: float
    quick: bool = True
    needs: str = ""


def recipes_named(names: Iterable[str], *, epochs: int | None = None) -> dict[str, Recipe]:
    """Return recipes by name, in the order asked for.

    Args:
        names: of ``PEERS``.
        epochs: of the published network, in place of 400; others keep their own.

    Raises:
        DataError: a name is not known.
    """
    found = {}
    for name in names:
        if name not in PEERS:
            raise DataError(f"no recipe is called {name!r}", hint=f"choose from: {', '.join(PEERS)}")
        found[name] = _recipe(PEERS[name])
        if name == PUBLISHED and epochs is not None:
            found[name] = _shortened(found[name], epochs)
    return found


def _recipe(peer: Peer) -> Recipe:
    if peer.needs and find_spec(peer.needs) is None:
        return Recipe(None, peer.about, not_run=f"needs {peer.needs}: pip install 'mimik[peers]'")
    return Recipe(peer.make(), peer.about, peer.cost)


def _shortened(recipe: Recipe, epochs: int) -> Recipe:
    whole = int(PRESETS[PUBLISHED].parameters["epochs"])
    return replace(
        recipe,
        estimator=recipe.estimator.set_params(epochs=epochs),
        cost=recipe.cost * epochs / whole,
        shortened=f"{epochs} epochs instead of {whole}" if epochs != whole else "",
    )


def _nearest_mean() -> Any:
    # With the covariance shrunk to one variance for all, discriminants are distances to the class means.
    return _lda(1.0)


def _lda(shrinkage: float | str = "auto") -> Any:
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)


def _logistic() -> Any:
    return LogisticRegression(max_iter=1000)


def _lightgbm() -> Any:
    from lightgbm import LGBMClassifier  # optional, so not at the top

    return LGBMClassifier(n_jobs=1, deterministic=True, force_row_wise=True, verbosity=-1)


def _preset(name: str) -> Peer:
    cost = {PUBLISHED: 700.0}.get(name, 10.0)
    return Peer(PRESETS[name].why, lambda: Recognizer(name, random_state=None), cost)


_NEAREST = "Nearest class mean: distances to the mean face of each expression, all channels alike."
_LDA = "Linear discriminant analysis, its covariance shrunk as Ledoit and Wolf 2004 say."
_LOGISTIC = "Multinomial logistic regression with the usual L2 penalty, on thinned frames."
_LIGHTGBM = "Gradient-boosted trees (LightGBM) with the library's own settings, on thinned frames."
_WITH = " With the default recipe's features: distance from the own resting face, cube root."
_SMOOTH = "The default recipe, its probabilities averaged over the last second."
_NARROW = "A network of width 64 that learned to answer as the default recipe does, for phones."
_MEMORY = "A network that sees running means of the recording besides the default recipe's features."

PEERS: Mapping[str, Peer] = MappingProxyType(
    {
        "nearest-mean": Peer(_NEAREST, lambda: Prepared(_nearest_mean()), 0.4),
        "lda": Peer(_LDA, lambda: Prepared(_lda()), 0.4),
        "lda+rest": Peer(_LDA + _WITH, lambda: Prepared(_lda(), **_FEATURES), 0.4),
        "logistic": Peer(_LOGISTIC, lambda: Prepared(_logistic(), most=_THINNED), 0.5),
        "logistic+rest": Peer(
            _LOGISTIC + _WITH, lambda: Prepared(_logistic(), most=_THINNED, **_FEATURES), 0.5
        ),
        "lightgbm": Peer(
            _LIGHTGBM, lambda: Prepared(_lightgbm(), most=_THINNED), 10.0, quick=False, needs="lightgbm"
        ),
        "lightgbm+rest": Peer(
            *(_LIGHTGBM + _WITH, lambda: Prepared(_lightgbm(), most=_THINNED, **_FEATURES), 10.0),
            quick=False,
            needs="lightgbm",
        ),
        **{name: _preset(name) for name in PRESETS},
        f"{DEFAULT}+averaged": Peer(
            _SMOOTH, lambda: Averaged(Recognizer(DEFAULT, random_state=None)), 10.0, quick=False
        ),
        DEFAULT + DISTILLED: Peer(
            _NARROW, lambda: Distilled(Recognizer(DEFAULT, random_state=None)), 15.0, quick=False
        ),
        WITH_MEMORY: Peer(_MEMORY, lambda: TemporalRecognizer(random_state=None), 15.0, quick=False),
    }
)
"""Name -> recipe. Those that end in "+rest" get the features of the default recipe."""

QUICK = tuple(name for name, peer in PEERS.items() if peer.quick)
"""What is compared unless others are asked for."""
