from __future__ import annotations

import numpy as np
import pytest

from mimik.learn.dropout import AlphaDropout
from mimik.learn.forward import probabilities
from mimik.learn.network import Architecture, build_network, keras

SEED_AND_COUNT = 2  # the state of each dropout layer, not learned


def weights(network):
    return [np.asarray(v.value) for v in network.trainable_variables]


def dense(network):
    return [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)]


def test_has_22_layers_dense_and_dropout_in_turn():
    kinds = [type(layer) for layer in build_network(Architecture(52, 5), seed=0).layers]
    assert kinds == [keras.layers.InputLayer, *[keras.layers.Dense, AlphaDropout] * 10, keras.layers.Dense]


def test_has_156_037_parameters():
    assert sum(w.size for w in weights(build_network(Architecture(52, 5), seed=0))) == 156_037


def test_only_the_last_two_hidden_layers_carry_the_penalty():
    network = build_network(Architecture(52, 5), seed=0)
    strengths = [layer.kernel_regularizer and float(layer.kernel_regularizer.l2) for layer in dense(network)]
    assert strengths == [*[None] * 8, 0.25, 0.25, None]


def test_penalty_is_a_quarter_of_the_squared_weights():
    network = build_network(Architecture(52, 5, width=8, depth=3), seed=0)
    expected = sum(0.25 * np.sum(np.square(np.asarray(layer.kernel.value))) for layer in dense(network)[1:3])
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)


def test_weights_start_lecun_normal():
    for layer in dense(build_network(Architecture(128, 5), seed=0))[:-1]:
        assert np.asarray(layer.kernel.value).std() == pytest.approx(128**-0.5, rel=0.03)
        assert not np.asarray(layer.bias.value).any()


def test_keeps_activations_of_mean_zero_and_variance_one():
    network = build_network(Architecture(52, 5), seed=1)
    before_last = keras.Model(network.input, network.layers[-2].output)
    x = np.random.default_rng(0).standard_normal((2000, 52)).astype(np.float32)
    y = np.asarray(before_last(x, training=True))
    assert abs(y.mean()) < 0.1
    assert y.var() == pytest.approx(1, abs=0.3)


def test_seed_decides_the_weights():
    first, again, other = (weights(build_network(Architecture(52, 5), seed=seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[2], first[4])  # layers of one shape


def test_plain_numpy_gives_the_same_probabilities():
    network = build_network(Architecture(52, 5), seed=3)
    w = weights(network)
    x = np.random.default_rng(0).standard_normal((5000, 52)).astype(np.float32) * 3
    ours = probabilities(x, w[::2], w[1::2])
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, np.asarray(network(x)), atol=2e-6)


def test_plain_numpy_takes_no_rows():
    w = weights(build_network(Architecture(4, 3, width=2, depth=1), seed=0))
    assert probabilities(np.empty((0, 4), np.float32), w[::2], w[1::2]).shape == (0, 3)
