"""Who is timed: the same network on other runtimes, other files, and recognizers with a memory."""

from __future__ import annotations

import pytest
from networks import faces, of_kind

from mimik.deploy.bench import Contender, bench, contenders, random_inputs
from mimik.deploy.bench.networks import jit_jax, keras_predict
from mimik.deploy.export import export
from mimik.errors import ModelError
from mimik.learn.modelfile import save_model


@pytest.mark.parametrize("kind", ["published", "people", "few channels"])
@pytest.mark.parametrize("make", [keras_predict, jit_jax])
def test_networks_without_a_runtime_say_what_the_model_says(kind: str, make) -> None:
    model = of_kind(kind)
    resting = faces(1, seed=4)[0]

    p = make(model).predict_proba(faces(20), resting=resting)

    assert p == pytest.approx(model.predict_proba(faces(20), resting=resting), abs=1e-5)


def test_networks_without_a_runtime_do_not_stand_in_for_one_with_a_memory() -> None:
    with pytest.raises(ModelError, match="remembers what came before"):
        jit_jax(of_kind("one memory"))


def test_contenders_are_runtimes_and_other_files(tmp_path) -> None:
    first = save_model(of_kind("published", depth=2, width=16), tmp_path / "first.mimik")
    other = save_model(of_kind("people", depth=1, width=8), tmp_path / "other.mimik")

    found = contenders(first, ["numpy", "onnx", str(other), "numpy"])

    assert [c.name for c in found] == [
        *("first.mimik on LiteRT", "NumPy (1)", "ONNX Runtime", "other.mimik on LiteRT", "NumPy (2)")
    ]
    assert all(c.seconds > 0 for c in found)


def test_an_unknown_contender_is_told_what_there_is(tmp_path) -> None:
    first = save_model(of_kind("published", depth=1, width=8), tmp_path / "first.mimik")

    with pytest.raises(ModelError, match=r"litert, onnx, numpy, keras, jax, .* found 'litrt'"):
        contenders(first, ["litrt"])


def test_a_network_by_itself_is_in_a_mimik_file_only(tmp_path) -> None:
    path = export(of_kind("published", depth=1, width=8), tmp_path / "app", "litert", frames=10).path

    with pytest.raises(ModelError, match=r"Expected a \.mimik file to hold against keras"):
        contenders(path, ["keras"])


def test_a_recognizer_with_a_memory_is_timed_too(tmp_path) -> None:
    from mimik.deploy.load import ready

    found = [Contender("memory", ready(of_kind("one memory"), runtime="litert"), 0.0)]

    b = bench(found, [random_inputs(50)], model="m")

    assert b.series[0].n == 50
    assert b.rates[1024] > 0
