from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mimik.learn.dropout import ALPHA_PRIME, AlphaDropout, keras

RATE = 0.1


def dropped(layer, shape, calls=1):
    """Masks (calls, *shape) of successive calls: whether each unit was dropped."""
    ones = keras.ops.ones(shape)
    outputs = np.stack([np.asarray(layer(ones, training=True)) for _ in range(calls)])
    return outputs < 0


def correlation(a, b):
    return np.corrcoef(a.ravel(), b.ravel())[0, 1]


def sigmas(value, n):
    """A correlation over n pairs, in standard errors."""
    return abs(value) * np.sqrt(n)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
def test_drops_its_share(rate):
    mask = dropped(AlphaDropout(rate, seed=1), (128, 128), calls=40)
    error = np.sqrt(rate * (1 - rate) / mask.size)
    assert abs(mask.mean() - rate) < 4 * error


def test_keeps_mean_zero_and_variance_one():
    x = np.random.default_rng(0).standard_normal((2000, 500)).astype(np.float32)
    y = np.asarray(AlphaDropout(RATE, seed=2)(x, training=True))
    assert y.mean() == pytest.approx(0, abs=0.005)
    assert y.var() == pytest.approx(1, abs=0.01)


def test_values_are_those_of_the_paper():
    q = 1 - RATE
    a = (q * (1 + RATE * ALPHA_PRIME**2)) ** -0.5
    b = -a * ALPHA_PRIME * RATE
    y = np.asarray(AlphaDropout(RATE, seed=3)(keras.ops.full((64, 64), 0.7), training=True))
    np.testing.assert_allclose(np.unique(y), [a * ALPHA_PRIME + b, a * 0.7 + b], rtol=1e-5)


def test_alpha_prime_is_the_negative_end_of_selu():
    assert float(keras.activations.selu(np.float32(-50))) == pytest.approx(ALPHA_PRIME, abs=1e-6)


def test_output_is_distributed_as_that_of_keras():
    x = np.random.default_rng(1).standard_normal((1000, 200)).astype(np.float32)
    ours = np.asarray(AlphaDropout(RATE, seed=4)(x, training=True)).ravel()
    keras_own = np.asarray(keras.layers.AlphaDropout(RATE, seed=4)(x, training=True)).ravel()
    # Rounded, as the value of dropped units may differ in its last bit.
    assert stats.ks_2samp(ours.round(5), keras_own.round(5)).pvalue > 0.001
    assert ours.var() == pytest.approx(keras_own.var(), rel=0.02)


def test_successive_steps_are_independent():
    masks = dropped(AlphaDropout(RATE, seed=5), (128, 128), calls=12)
    pairs = [(i, j) for i in range(12) for j in range(i)]
    assert max(sigmas(correlation(masks[i], masks[j]), masks[0].size) for i, j in pairs) < 4.5


def test_layers_of_other_seeds_are_independent():
    masks = [dropped(AlphaDropout(RATE, seed=seed), (128, 128))[0] for seed in (0, 1, 2, 3, 2**31, 2**32 - 1)]
    pairs = [(i, j) for i in range(len(masks)) for j in range(i)]
    assert max(sigmas(correlation(masks[i], masks[j]), masks[0].size) for i, j in pairs) < 4.5


def test_units_and_samples_are_independent():
    mask = dropped(AlphaDropout(RATE, seed=6), (128, 128), calls=64).astype(float)
    for shift in (1, 2, 7, 64, 127):
        assert sigmas(correlation(mask[..., :-shift], mask[..., shift:]), mask[..., shift:].size) < 4.5
        assert sigmas(correlation(mask[:, :-shift], mask[:, shift:]), mask[:, shift:].size) < 4.5


def test_no_unit_is_dropped_more_than_chance():
    calls = 400
    counts = dropped(AlphaDropout(RATE, seed=7), (32, 128), calls=calls).sum(axis=0).ravel()
    expected = stats.binom(calls, RATE)
    assert counts.var() == pytest.approx(expected.var(), rel=0.1)
    assert expected.sf(counts.max()) * counts.size > 1e-4


def test_numbers_dropped_per_batch_scatter_as_chance_does():
    counts = dropped(AlphaDropout(RATE, seed=8), (128, 128), calls=400).sum(axis=(1, 2))
    assert counts.var() == pytest.approx(stats.binom(128 * 128, RATE).var(), rel=0.3)


def test_masks_are_not_shifts_of_one_another():
    masks = dropped(AlphaDropout(RATE, seed=9), (64, 64), calls=20).reshape(20, -1).astype(float)
    spectra = np.fft.rfft(masks - masks.mean(axis=1, keepdims=True))
    for i in range(20):
        for j in range(i):
            at_any_shift = np.fft.irfft(spectra[i] * spectra[j].conj()) / masks[0].size / (RATE * (1 - RATE))
            assert sigmas(np.abs(at_any_shift).max(), masks[0].size) < 6.5


def test_same_seed_same_masks():
    first, second = (dropped(AlphaDropout(RATE, seed=10), (16, 16), calls=5) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, dropped(AlphaDropout(RATE, seed=11), (16, 16), calls=5))


def test_does_nothing_when_not_training():
    x = np.random.default_rng(2).standard_normal((8, 8)).astype(np.float32)
    assert np.array_equal(np.asarray(AlphaDropout(RATE, seed=12)(x)), x)
    assert np.array_equal(np.asarray(AlphaDropout(0.0, seed=12)(x, training=True)), x)


def test_is_rebuilt_from_its_config():
    layer = AlphaDropout.from_config(AlphaDropout(0.25, seed=13, name="here").get_config())
    assert (layer.rate, layer.seed, layer.name) == (0.25, 13, "here")
