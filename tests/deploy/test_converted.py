"""Networks that Mimik did not build become LiteRT files, which are run against them before they appear."""

from __future__ import annotations

import json
from math import erf

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from mimik.deploy import converted
from mimik.deploy.converted import convert_jax, convert_keras
from mimik.deploy.from_jax import NamedFunction, litert_of, with_facts
from mimik.errors import ModelError
from mimik.learn.backend import use_jax

LABELS = ("glücklich", "sad", "surprised")
FACTS = {"labels": list(LABELS), "channels": ["jawOpen"] * 52, "synthetic": True}


def run(path, **inputs):
    """What LiteRT itself makes of a file, by the names of its only signature."""
    return Interpreter(str(path), num_threads=1).get_signature_runner()(**inputs)


def window(seed=0, frames=30):
    return np.random.default_rng(seed).random((1, frames, 52), dtype=np.float32)


@pytest.fixture(scope="module")
def convolution():
    """A small network over windows of 30 frames."""
    keras = use_jax()
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((30, 52), name="window"),
            layers.Conv1D(8, 5, activation="gelu"),
            layers.LayerNormalization(),
            layers.Dropout(0.5),
            layers.GlobalAveragePooling1D(),
            layers.Dense(len(LABELS), activation="softmax"),
        ]
    )


def by_hand(network, x):
    """The same network in double precision, from its definition."""
    weights = [np.asarray(weight.value, dtype=np.float64) for weight in network.weights]
    kernel, bias, gamma, beta, last_kernel, last_bias = weights
    x, length = x[0].astype(np.float64), len(kernel)
    h = np.array([np.tensordot(x[t : t + length], kernel, axes=2) + bias for t in range(len(x) - length + 1)])
    h = 0.5 * h * (1 + np.vectorize(erf)(h / np.sqrt(2)))
    h = (h - h.mean(axis=1, keepdims=True)) / np.sqrt(h.var(axis=1, keepdims=True) + 1e-3) * gamma + beta
    z = h.mean(axis=0) @ last_kernel + last_bias
    return np.exp(z) / np.exp(z).sum()


def test_a_keras_network_over_windows_says_the_same_as_litert_file(convolution, tmp_path):
    done = convert_keras(convolution, tmp_path / "window.tflite", facts=FACTS)
    assert done.inputs == {"window": (1, 30, 52)}
    assert done.outputs == ("probabilities",)
    assert (done.checked, done.size) == (100, (tmp_path / "window.tflite").stat().st_size)
    assert done.largest <= 1e-5
    for seed in range(5):
        found = run(done.path, window=window(seed))["probabilities"]
        assert found.shape == (1, 3)
        assert np.abs(found[0] - by_hand(convolution, window(seed))).max() < 1e-5


def test_the_facts_are_inside_under_the_name_that_all_formats_use(convolution, tmp_path):
    path = convert_keras(convolution, tmp_path / "window.tflite", facts=FACTS).path
    model = schema.Model.GetRootAs(path.read_bytes())
    (entry,) = [e for i in range(model.MetadataLength()) if (e := model.Metadata(i)).Name() == b"mimik"]
    assert json.loads(bytes(model.Buffers(entry.Buffer()).DataAsNumpy())) == FACTS
    assert path.read_bytes()[4:8] == b"TFL3"


def test_facts_leave_the_computation_as_it_was():
    plain = litert_of(NamedFunction.of(lambda x: jnp.tanh(x @ np.ones((4, 2), np.float32)), {"x": (1, 4)}))
    x = np.ones((1, 4), np.float32)
    answers = [
        Interpreter(model_content=content, num_threads=1).get_signature_runner()(x=x)["probabilities"]
        for content in (plain, with_facts(plain, json.dumps(FACTS)))
    ]
    assert np.array_equal(*answers)


def test_a_recurrent_network_can_be_converted_when_it_is_unrolled(tmp_path):
    keras = use_jax()
    keras.utils.set_random_seed(1)

    def network(*, unroll):
        layers = [
            keras.Input((6, 52), name="window"),
            keras.layers.GRU(4, unroll=unroll),
            keras.layers.Dense(3),
        ]
        return keras.Sequential(layers)

    with pytest.raises(ModelError, match=r"there is nothing for stablehlo\.while") as refused:
        convert_keras(network(unroll=False), tmp_path / "gru.tflite")
    assert "unroll=True" in refused.value.hint
    assert not list(tmp_path.iterdir())
    assert convert_keras(network(unroll=True), tmp_path / "gru.tflite").largest <= 1e-5


def test_several_inputs_and_outputs_keep_their_names(tmp_path):
    keras = use_jax()
    keras.utils.set_random_seed(1)
    now, resting = keras.Input((52,), name="now"), keras.Input((52,), name="resting")
    hidden = keras.layers.Dense(4, activation="selu")(keras.layers.Subtract()([now, resting]))
    label = keras.layers.Dense(3, activation="softmax", name="label")(hidden)
    strength = keras.layers.Dense(1, name="strength")(hidden)
    network = keras.Model([now, resting], [label, strength])
    path = convert_keras(network, tmp_path / "two.tflite").path
    rng = np.random.default_rng(0)
    inputs = {"now": rng.random((1, 52), np.float32), "resting": rng.random((1, 52), np.float32)}
    found, expected = run(path, **inputs), network(inputs)
    assert set(found) == {"label", "strength"}
    assert np.abs(found["label"] - expected[0]).max() < 1e-5
    assert np.abs(found["strength"] - expected[1]).max() < 1e-5


def test_a_function_in_jax_takes_arrays_in_the_order_of_its_inputs(tmp_path):
    """Neither sorted by name, nor without those that are not used."""

    def function(z, a, unused):
        return {"difference": z - a, "about": {"sum": z + a}["sum"]}

    shapes = {"z": (1, 3), "a": (1, 3), "unused": (2,)}
    done = convert_jax(function, shapes, tmp_path / "function.tflite")
    one, two = np.float32([[1, 2, 3]]), np.float32([[5, 7, 11]])
    found = run(done.path, z=one, a=two, unused=np.zeros(2, np.float32))
    assert found["difference"].tolist() == [[-4, -5, -8]]
    assert found["about"].tolist() == [[6, 9, 14]]


def test_a_file_that_differs_does_not_appear_and_the_old_one_stays(tmp_path, monkeypatch):
    path = tmp_path / "x.tflite"
    path.write_bytes(b"the old one")
    wrong = litert_of(NamedFunction.of(lambda x: x * np.float32(1.0001), {"x": (1, 4)}))
    monkeypatch.setattr(converted, "litert_of", lambda function: wrong)
    with pytest.raises(ModelError, match=r"differs from the network by .*e-0.*Nothing was written"):
        convert_jax(lambda x: x, {"x": (1, 4)}, path)
    assert path.read_bytes() == b"the old one"
    assert [file.name for file in tmp_path.iterdir()] == ["x.tflite"]
    assert convert_jax(lambda x: x, {"x": (1, 4)}, path, tolerance=1e-3).largest > 5e-5


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(ModelError, match="cannot be written") as refused:
        convert_jax(lambda x: x, {"x": (1, 4)}, tmp_path / "no folder" / "x.tflite")
    assert refused.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: jnp.linalg.qr(x)[1], "nothing for stablehlo.custom_call"),
        (lambda x: jnp.abs(jnp.fft.fft(x)), "nothing for stablehlo.fft"),
        (lambda x: x + jax.random.normal(jax.random.key(0), x.shape), "nothing for tfl"),
        (jnp.sort, "LiteRT can't run the converted file"),
        (lambda x: jax.pure_callback(np.sin, jax.ShapeDtypeStruct(x.shape, x.dtype), x), "host_callbacks"),
        (lambda x: jnp.log(x - 100), "infinite or none"),
        (lambda x: [x], "returns an array or a dictionary"),
        (lambda x: {}, "returns an array or a dictionary"),
    ],
    ids=["decomposition", "spectrum", "random", "sorting", "python", "not finite", "list", "nothing"],
)
def test_what_cannot_be_converted_is_refused_with_the_reason(function, reason, tmp_path):
    with pytest.raises(ModelError, match=reason) as refused:
        convert_jax(function, {"x": (1, 4)}, tmp_path / "x.tflite")
    assert refused.value.hint
    assert not list(tmp_path.iterdir())


def test_facts_that_json_cannot_hold_are_refused(tmp_path):
    with pytest.raises(ModelError, match="what JSON can hold"):
        convert_jax(lambda x: x, {"x": (1, 4)}, tmp_path / "x.tflite", facts={"labels": {1, 2}})


def test_keras_networks_without_fixed_float_inputs_are_refused(tmp_path):
    keras = use_jax()
    any_length = keras.Sequential([keras.Input((None, 52), name="window"), keras.layers.GlobalMaxPooling1D()])
    whole_numbers = keras.Sequential([keras.Input((3,), dtype="int32"), keras.layers.Embedding(4, 2)])
    unbuilt = keras.Sequential([keras.layers.Dense(3)])
    for network, reason in [
        (any_length, "a fixed shape and float32, found window"),
        (whole_numbers, "int32"),
        (unbuilt, "Expected a built Keras network, found Sequential"),
        ("model.keras", "Expected a built Keras network, found str"),
    ]:
        with pytest.raises(ModelError, match=reason):
            convert_keras(network, tmp_path / "x.tflite")
