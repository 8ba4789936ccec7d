"""The recipes known by name."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from planted import planted
from sklearn.base import clone, is_classifier

from mimik.errors import DataError
from mimik.learn.comparison import PEERS, PUBLISHED, QUICK, recipes_named
from mimik.learn.presets import PRESETS

SIMPLE = [name for name in PEERS if name.split("+")[0] not in PRESETS]


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_is_a_classifier_that_can_be_cloned(name: str) -> None:
    estimator = recipes_named([name])[name].estimator

    again = clone(estimator)

    assert is_classifier(again)
    assert repr(again) == repr(estimator)
    assert again is not estimator


@pytest.mark.parametrize("name", SIMPLE)
def test_peers_learn_where_channels_are_missing(name: str) -> None:
    data = planted(people=8, signal=0.3, nuisance=0.0)
    X = data.X.copy()
    X[:, 20] = np.nan
    X[3, 30] = np.nan
    train = data.participant < 4
    model = clone(recipes_named([name])[name].estimator)

    model.fit(X[train], data.y[train], context=data.context.rows(train))
    p = model.predict_proba(X[~train], context=data.context.rows(~train))

    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(p.argmax(axis=1) == data.y[~train]) > 0.7


def test_nearest_mean_decides_by_distance() -> None:
    data = planted(people=6)
    model = recipes_named(["nearest-mean"])["nearest-mean"].estimator.fit(data.X, data.y)
    scaled = (data.X - data.X.mean(axis=0)) / np.maximum(data.X.std(axis=0), 0.01)
    means = np.stack([scaled[data.y == e].mean(axis=0) for e in range(3)])

    nearest = ((scaled[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)

    assert np.mean(model.predict(data.X) == nearest) > 0.999


def test_trees_give_the_same_each_time() -> None:
    data = planted(people=4)
    model = recipes_named(["lightgbm"])["lightgbm"].estimator

    once, twice = (clone(model).fit(data.X, data.y).predict_proba(data.X) for _ in range(2))

    np.testing.assert_array_equal(once, twice)


def test_every_preset_is_a_peer_and_the_published_one_the_reference() -> None:
    assert set(PRESETS) <= set(PEERS)
    assert PUBLISHED in QUICK
    assert set(QUICK) < set(PEERS)


def test_only_the_published_network_is_shortened_and_says_so() -> None:
    whole, short = (recipes_named([PUBLISHED, "fast"], epochs=epochs) for epochs in (None, 20))

    assert short[PUBLISHED].estimator.epochs == 20
    assert short[PUBLISHED].shortened == "20 epochs instead of 400"
    assert short[PUBLISHED].cost == whole[PUBLISHED].cost / 20
    assert short["fast"].estimator.epochs is None
    assert not whole[PUBLISHED].shortened
    assert not recipes_named([PUBLISHED], epochs=400)[PUBLISHED].shortened


def test_a_missing_package_is_told_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)

    recipes = recipes_named(["lda", "lightgbm"])

    assert recipes["lightgbm"].estimator is None
    assert "needs lightgbm" in recipes["lightgbm"].not_run
    assert recipes["lda"].not_run == ""


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(DataError, match="'svm'") as error:
        recipes_named(["lda", "svm"])
    assert "nearest-mean" in error.value.hint
