from __future__ import annotations

import numpy as np
import pytest

from mimik.learn.forward import probabilities
from mimik.learn.network import Architecture, build_network, keras
from mimik.learn.schedules import SCHEDULES, learning_rates
from mimik.learn.training import Plan, _epoch, _program, train

PLAIN = Architecture(6, 3, width=16, depth=3, dropout=0.0, l2=0.1, l2_layers=2)
DROPPING = Architecture(6, 3, width=16, depth=3, dropout=0.1, l2=0.1, l2_layers=2)


def task(n=300, seed=0):
    X = np.random.default_rng(seed).standard_normal((n, 6)).astype(np.float32)
    return X, X[:, :3].argmax(axis=1).astype(np.int32)


def plan(**changes):
    return Plan(
        **{"epochs": 2, "batch_size": 32, "learning_rate": 3e-3, "schedule": "constant", "seed": 5} | changes
    )


def test_ends_with_the_weights_that_keras_fit_gives():
    X, y = task(n=96)
    kernels, biases, logs = train(X, y, PLAIN, plan(epochs=3, batch_size=96))
    network = build_network(PLAIN, seed=5)
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    expected = network.fit(X, y, batch_size=96, epochs=3, verbose=0, shuffle=False).history
    weights = [np.asarray(v.value) for v in network.trainable_variables]
    for ours, theirs in zip(kernels, weights[::2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    for ours, theirs in zip(biases, weights[1::2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    assert [log.loss for log in logs] == pytest.approx(expected["loss"], rel=1e-4)
    assert [log.accuracy for log in logs] == pytest.approx(expected["accuracy"])


def test_the_last_batch_counts_only_its_own_rows():
    X, y = task(n=80)
    kernels, _, logs = train(X, y, PLAIN, plan(epochs=1, batch_size=96))
    network = build_network(PLAIN, seed=5)
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    expected = network.fit(X, y, batch_size=80, epochs=1, verbose=0, shuffle=False).history
    np.testing.assert_allclose(kernels[0], np.asarray(network.trainable_variables[0].value), atol=2e-5)
    assert logs[0].loss == pytest.approx(expected["loss"][0], rel=1e-4)
    assert logs[0].accuracy == pytest.approx(expected["accuracy"][0])


def one_hot(y):
    return np.eye(3, dtype=np.float32)[y]


@pytest.mark.parametrize("architecture", [PLAIN, DROPPING], ids=["plain", "dropping"])
def test_targets_that_are_sure_of_the_class_train_as_its_code_does(architecture):
    X, y = task()
    hard, soft = (train(X, target, architecture, plan()) for target in (y, one_hot(y)))
    for ours, theirs in zip(hard[0] + hard[1], soft[0] + soft[1], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    assert [log.loss for log in soft[2]] == pytest.approx([log.loss for log in hard[2]], rel=1e-3)
    assert [log.accuracy for log in soft[2]] == pytest.approx([log.accuracy for log in hard[2]], abs=0.01)


def test_soft_targets_end_with_the_weights_that_keras_fit_gives():
    X, _ = task(n=80)
    p = np.random.default_rng(2).dirichlet((1, 1, 1), size=80).astype(np.float32)
    kernels, biases, logs = train(X, p, PLAIN, plan(epochs=3, batch_size=96))
    network = build_network(PLAIN, seed=5)
    network.compile(keras.optimizers.Adam(3e-3), "categorical_crossentropy", metrics=["accuracy"])
    expected = network.fit(X, p, batch_size=80, epochs=3, verbose=0, shuffle=False).history
    weights = [np.asarray(v.value) for v in network.trainable_variables]
    for ours, theirs in zip(kernels + biases, weights[::2] + weights[1::2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    assert [log.loss for log in logs] == pytest.approx(expected["loss"], rel=1e-4)
    assert [log.accuracy for log in logs] == pytest.approx(expected["accuracy"])


def test_each_kind_of_target_is_compiled_once_whatever_the_seed_and_the_rows():
    before = _program(PLAIN)._cache_size()
    for seed, n in ((1, 100), (2, 250)):
        X, y = task(n=n, seed=seed)
        for target in (y, one_hot(y)):
            train(X, target, PLAIN, plan(seed=seed, batch_size=48))
    assert _program(PLAIN)._cache_size() - before <= 2


def test_learns():
    X, y = task(n=2000)
    kernels, biases, logs = train(X, y, DROPPING, plan(epochs=15))
    assert logs[-1].accuracy > logs[0].accuracy
    X_new, y_new = task(n=500, seed=1)
    assert np.mean(probabilities(X_new, kernels, biases).argmax(axis=1) == y_new) > 0.9


def test_same_seed_same_weights_and_another_seed_others():
    X, y = task()
    first, again, other = (train(X, y, DROPPING, plan(seed=seed))[0] for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_logs_every_epoch_with_validation():
    X, y = task()
    seen = []
    _, _, logs = train(X, y, DROPPING, plan(epochs=3), validation=task(n=50, seed=1), on_epoch=seen.append)
    assert seen == logs
    assert [log.epoch for log in logs] == [1, 2, 3]
    assert {log.epochs for log in logs} == {3}
    assert all(0 <= log.val_accuracy <= 1 and log.seconds > 0 for log in logs)


def test_validation_loss_is_that_of_keras():
    X, y = task(n=96)
    X_new, y_new = task(n=50, seed=1)
    _, _, logs = train(X, y, PLAIN, plan(epochs=1, batch_size=96), validation=(X_new, y_new))
    network = build_network(PLAIN, seed=5)
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(X, y, batch_size=96, verbose=0, shuffle=False)
    loss, accuracy = network.evaluate(X_new, y_new, verbose=0)
    assert (logs[0].val_loss, logs[0].val_accuracy) == pytest.approx((loss, accuracy), rel=1e-4)


def test_raising_in_on_epoch_ends_the_training():
    class EnoughError(Exception):
        pass

    def stop(log):
        if log.epoch == 2:
            raise EnoughError

    X, y = task()
    with pytest.raises(EnoughError):
        train(X, y, DROPPING, plan(epochs=50), on_epoch=stop)


@pytest.mark.parametrize(
    ("n", "batch"), [(1, 128), (127, 128), (128, 128), (129, 128), (40_000, 128), (33_000, 1000)]
)
def test_an_epoch_holds_every_row_once(n, batch):
    X = np.arange(n, dtype=np.float32)[:, None].repeat(3, axis=1)
    y = np.arange(n, dtype=np.int32)
    rates = np.arange(1, 2 * -(-n // batch) + 1, dtype=np.float32)
    order = np.random.default_rng(0).permutation(n)
    rows, used_rates = [], []
    for batches in _epoch(X, y, batch, rates, 1, order):
        for i in range(int(batches.steps)):
            assert batches.rows[i] > 0
            assert np.array_equal(batches.X[i, : batches.rows[i], 2], batches.y[i, : batches.rows[i]])
            assert np.isfinite(batches.X[i]).all()
            rows.extend(batches.y[i, : batches.rows[i]].tolist())
            used_rates.append(batches.rates[i])
    assert rows == order.tolist()
    assert used_rates == rates[len(rates) // 2 :].tolist()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_learning_rates_stay_within_the_peak(schedule):
    for steps in (1, 2, 9, 1000):
        rates = learning_rates(schedule, 0.01, steps)
        assert rates.shape == (steps,)
        assert (rates >= 0).all()
        assert (rates <= np.float32(0.01)).all()


def test_one_cycle_rises_then_falls_to_nothing():
    rates = learning_rates("one-cycle", 0.01, 1000)
    assert rates.argmax() in (99, 100)
    assert (np.diff(rates[:99]) > 0).all()
    assert (np.diff(rates[101:]) < 0).all()
    assert rates[-1] < 1e-6


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ValueError, match="schedule must be one of"):
        learning_rates("cosy", 0.01, 10)
