"""``mimik distill``, as users meet it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import mimik.learn.comparison  # noqa: F401  # its modules are patched by name
from mimik.learn.distillation import weights_of
from mimik.learn.modelfile import fingerprint, load_model, save_model

SMALL = ("--width", 16, "--depth", 1, "--epochs", 2)


@pytest.fixture
def trained(mimik, simulated: Path) -> Path:
    """A model trained on the study of six simulated people."""
    path = simulated.parent / "teacher.mimik"
    result = mimik("train", simulated, "-o", path, "--epochs", 2)
    assert result.exit_code == 0, result.stderr
    return path


def test_distill_writes_a_smaller_model_and_says_how_far_it_agrees(mimik, simulated: Path, trained) -> None:
    small = simulated.parent / "small.mimik"

    result = mimik("distill", trained, simulated, "-o", small, *SMALL)

    assert result.exit_code == 0, result.stderr
    before, after = load_model(trained), load_model(small)
    assert f"3 hidden layers of 128, {weights_of(before):,} weights" in result.stdout
    assert f"1 hidden layer of 16, {weights_of(after):,} weights" in result.stdout
    assert "SYNTHETIC" in result.stdout
    assert "of the 6 participants it learned from, the teacher's expression in" in result.stdout
    assert "These are people it has seen" in result.stdout
    assert "mimik compare" in result.stderr and "people+distilled" in result.stderr
    assert f"mimik export {small}" in result.stderr
    assert mimik("predict", small, simulated).exit_code == 0


def test_distill_as_json_is_the_card_with_its_teacher(mimik_json, simulated: Path, trained) -> None:
    small = simulated.parent / "small.mimik"

    found = mimik_json("distill", trained, simulated, "-o", small, *SMALL)

    assert found["preset"] == "people+distilled"
    assert found["parameters"]["teacher"]["sha256"] == fingerprint(load_model(trained))
    assert found["trained_on"]["participants"] == 6
    assert found["trained_on"]["study"] == "six people"
    assert found["trained_on"]["synthetic"] is True
    assert found["weights"] == {name: weights_of(load_model(p)) for name, p in _both(trained, small)}
    assert 0 <= found["metrics"]["agreement_with_teacher_on_people_seen"]["labels_equal"] <= 1
    assert found["comparison"] is None
    assert "sub-" not in str(found)


def _both(trained: Path, small: Path) -> tuple[tuple[str, Path], ...]:
    return ("teacher", trained), ("student", small)


def test_the_figures_of_people_never_seen_go_into_the_card(
    mimik, simulated: Path, trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = simulated.parent / "small.mimik"
    recipes = ("nearest-mean", "lda")  # train in no time; what is done with their figures is the same
    monkeypatch.setattr("mimik.cli.distill._recipes", lambda *_, **__: _named(recipes))

    result = mimik("distill", trained, simulated, "-o", small, *SMALL, "--evaluate")

    assert result.exit_code == 0, result.stderr
    assert "Against nearest-mean" in result.stdout
    metrics = load_model(small).card.metrics
    assert (metrics["split"], metrics["folds"]) == ("participant", 5)
    assert {"balanced_accuracy", "auc", "trials"} <= metrics.keys() & metrics["teacher"].keys()
    apart = metrics["balanced_accuracy_above_teacher"]
    assert apart["frames"]["value"] == pytest.approx(
        metrics["balanced_accuracy"] - metrics["teacher"]["balanced_accuracy"]
    )
    assert apart["says"].startswith("can't be told")
    assert not (simulated / "derivatives" / "distillation").exists()


def _named(names):
    from mimik.learn.comparison import recipes_named

    return recipes_named(names)


def test_teacher_and_student_are_tested_as_they_were_trained(mimik, simulated: Path, trained) -> None:
    from mimik.cli.distill import _recipes

    recipes = _recipes(load_model(trained), width=16, depth=1, epochs=None)

    assert list(recipes) == ["people", "people+distilled"]
    assert recipes["people"].epochs == 2
    assert recipes["people+distilled"].get_params()["width"] == 16
    assert recipes["people+distilled"].estimator.get_params() == recipes["people"].get_params()


def test_a_model_of_another_kind_cannot_be_trained_anew(mimik, simulated: Path, trained) -> None:
    model = load_model(trained)
    save_model(replace(model, card=replace(model.card, preset="mine")), trained)

    result = mimik("distill", trained, simulated, "-o", simulated.parent / "s.mimik", "--evaluate")

    assert result.exit_code == 1
    assert "found 'mine'" in result.stderr and "leave out --evaluate" in result.stderr.lower()


def test_expressions_that_the_teacher_does_not_know_are_left_out(mimik, simulated: Path, trained) -> None:
    small = simulated.parent / "small.mimik"
    _relabel(trained, ("happy", "angry"))

    result = mimik("distill", trained, simulated, "-o", small, *SMALL)

    assert "does not know them: sad" in result.stderr
    _relabel(trained, ("angry", "afraid"))
    result = mimik("distill", trained, simulated, "-o", small, *SMALL)
    assert result.exit_code == 1
    assert "Expected frames of angry, afraid, found happy, sad" in result.stderr


def _relabel(path: Path, labels: tuple[str, ...]) -> None:
    model = load_model(path)
    save_model(replace(model, card=replace(model.card, labels=labels)), path)


def test_the_teacher_is_never_overwritten_and_a_larger_student_refused(mimik, simulated, trained) -> None:
    before = trained.read_bytes()

    result = mimik("distill", trained, simulated, "-o", trained)
    assert result.exit_code == 1 and "Expected another file" in result.stderr
    result = mimik("distill", trained, simulated, "-o", trained.with_name("s.mimik"), "--width", 500)
    assert result.exit_code == 1 and "fewer weights" in result.stderr

    assert trained.read_bytes() == before
    assert not trained.with_name("s.mimik").exists()


def test_an_interrupted_evaluation_writes_no_model(
    mimik, simulated: Path, trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    small = simulated.parent / "small.mimik"
    monkeypatch.setattr("mimik.cli.distill._recipes", lambda *_, **__: _named(("nearest-mean", "lda")))
    monkeypatch.setattr(sys.modules["mimik.learn.comparison.compare"], "standings", stop)

    assert mimik("distill", trained, simulated, "-o", small, *SMALL, "--evaluate").exit_code == 130
    assert not small.exists()
    assert len(list((simulated / "derivatives" / "distillation").iterdir())) == 10  # to go on from
