"""A narrower network learns what a trained one answers, and its card tells of whom."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from tiny import tiny_people

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.card import TrainedOn
from mimik.learn.comparison import recipes_named
from mimik.learn.comparison.distilled import Distilled
from mimik.learn.dataset import Dataset
from mimik.learn.distillation import agreement, distilled, weights_of
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.modelfile import fingerprint, load_model, save_model
from mimik.learn.recognizer import Recognizer


def people() -> Dataset:
    """Ten people, the first half with a known resting face."""
    data = tiny_people(people=10, frames=24, shared=0.15, own=0.1)
    faces = np.random.default_rng(3).random((data.n_recordings, 52), dtype=np.float32) * 0.1
    faces[data.n_recordings // 2 :] = np.nan
    return replace(data, resting=faces)


DATA = people()


@pytest.fixture(scope="module", params=["people", "fast", "hartmann2022"])
def teacher(request: pytest.FixtureRequest) -> Model:
    recognizer = Recognizer(request.param, epochs=12)
    return recognizer.fit(DATA.X, DATA.labels, context=DATA.context).model_


@pytest.fixture(scope="module")
def wide() -> Model:
    """A teacher that uses the resting face."""
    return Recognizer(epochs=12).fit(DATA.X, DATA.labels, context=DATA.context).model_


@pytest.fixture(scope="module")
def small(wide: Model) -> Model:
    return distilled(wide, DATA.X, DATA.context, epochs=40)


def test_the_student_of_any_recipe_answers_as_its_teacher_does(teacher: Model) -> None:
    student = distilled(teacher, DATA.X, DATA.context, epochs=40)

    found = agreement(teacher, student, DATA.X, DATA.context)

    assert found.frames == len(DATA)
    assert found.labels_equal > 0.9
    assert found.mean_absolute_difference < 0.05


def test_agreement_is_what_both_answer_with_the_resting_face(wide: Model, small: Model) -> None:
    resting = DATA.resting[DATA.recording]
    before, after = (model.predict_proba(DATA.X, resting=resting) for model in (wide, small))

    found = agreement(wide, small, DATA.X, DATA.context)

    assert found.labels_equal == np.mean(before.argmax(axis=1) == after.argmax(axis=1))
    assert found.mean_absolute_difference == pytest.approx(np.abs(before - after).mean(), rel=1e-4)


def test_it_learned_from_faces_without_their_resting_face_too(wide: Model, small: Model) -> None:
    assert agreement(wide, small, DATA.X).labels_equal > 0.85


def test_the_student_has_the_features_of_its_teacher_and_fewer_weights(wide: Model, small: Model) -> None:
    assert small.features is wide.features
    assert [kernel.shape for kernel in small.kernels] == [(52, 64), (64, 64), (64, 64), (64, 5)]
    assert weights_of(small) == 53 * 64 + 2 * 65 * 64 + 65 * 5
    assert weights_of(wide) == 53 * 128 + 2 * 129 * 128 + 129 * 5


def test_width_and_depth_are_those_asked_for(wide: Model) -> None:
    student = distilled(wide, DATA.X, DATA.context, width=8, depth=1, epochs=1)

    assert [kernel.shape for kernel in student.kernels] == [(52, 8), (8, 5)]


def test_a_deep_teacher_has_a_student_of_three_layers(wide: Model) -> None:
    first, *hidden, last = zip(wide.kernels, wide.biases, strict=True)
    kernels, biases = zip(first, *hidden * 4, last, strict=True)
    deep = replace(wide, kernels=kernels, biases=biases)

    assert len(distilled(deep, DATA.X, epochs=1).kernels) - 1 == 3


def test_the_same_seed_gives_the_same_student_and_another_seed_another(wide: Model) -> None:
    first, again, other = (distilled(wide, DATA.X, DATA.context, epochs=1, seed=s) for s in (1, 1, 2))

    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first) != fingerprint(other)


def test_the_card_tells_of_the_teacher(wide: Model, small: Model) -> None:
    card = small.card

    assert (card.labels, card.channels, card.use) == (wide.card.labels, wide.card.channels, wide.card.use)
    assert card.preset == "people+distilled"
    assert (card.parameters["width"], card.parameters["depth"], card.parameters["epochs"]) == (64, 3, 40)
    assert card.parameters["teacher"] == {
        "preset": "people",
        "sha256": fingerprint(wide),
        "parameters": dict(wide.card.parameters),
        "trained_on": asdict(wide.card.trained_on),
    }
    assert card.trained_on.frames == len(DATA)


def test_the_card_and_the_weights_come_back_from_a_file(small: Model, tmp_path) -> None:
    again = load_model(save_model(small, tmp_path / "small.mimik"))

    assert again.card == small.card
    np.testing.assert_array_equal(again.predict_proba(DATA.X), small.predict_proba(DATA.X))
    assert fingerprint(again) == fingerprint(small)


def test_a_student_of_one_that_learned_from_simulated_people_says_so(wide: Model) -> None:
    simulated = replace(wide, card=replace(wide.card, trained_on=TrainedOn(10, synthetic=True)))

    assert distilled(simulated, DATA.X, epochs=1).card.trained_on.synthetic is True


def test_frames_that_lack_a_channel_of_the_teachers_are_left_out(wide: Model) -> None:
    X = DATA.X.copy()
    X[:7, 4] = np.nan
    student = distilled(wide, X, DATA.context, epochs=1)

    assert student.card.trained_on.frames == len(X) - 7
    assert agreement(wide, student, X, DATA.context).frames == len(X) - 7
    X[:, 4] = np.nan
    with pytest.raises(DataError, match=f"none among {len(X)}"):
        distilled(wide, X, DATA.context)


def test_a_channel_that_the_teacher_does_not_use_may_be_missing(wide: Model) -> None:
    f, X = wide.features, DATA.X.copy()
    X[:, 51] = np.nan
    few = Model(
        replace(wide.card, channels=BLEND_SHAPES[:51]),
        Features(BLEND_SHAPES[:51], f.resting, f.power, f.mean[:51], f.scale[:51]),
        (wide.kernels[0][:51], *wide.kernels[1:]),
        wide.biases,
    )

    student = distilled(few, X, DATA.context, width=4, depth=1, epochs=1)

    assert student.card.channels == BLEND_SHAPES[:51]
    assert student.card.trained_on.frames == len(X)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"width": 0}, "width: expected 1 or more, got 0"),
        ({"depth": 0}, "depth: expected 1 or more"),
        ({"epochs": -1}, "epochs: expected 1 or more"),
        ({"width": 128}, "fewer weights than the teacher's 40,453; 3 x 128 hidden units have 40,453"),
        ({"width": 64, "depth": 20}, "fewer weights"),
    ],
)
def test_nonsense_is_refused(wide: Model, wrong: dict[str, int], said: str) -> None:
    with pytest.raises(DataError, match=said):
        distilled(wide, DATA.X, DATA.context, **wrong)


def test_a_teacher_that_remembers_is_refused(wide: Model) -> None:
    remembering = replace(wide.features, memories=(0.5, 2.0))
    with pytest.raises(DataError, match="remembers earlier frames") as error:
        distilled(replace(wide, features=remembering), DATA.X, DATA.context)
    assert "without a memory" in error.value.hint


def test_a_distilled_recognizer_is_tested_on_people_that_neither_has_seen() -> None:
    train = DATA.participant < 7
    model = Distilled(Recognizer(epochs=12), epochs=40, random_state=0)

    model.fit(DATA.X[train], DATA.y[train], context=DATA.context.rows(train))

    given = {"context": DATA.context.rows(~train)}
    p, teachers = (m.predict_proba(DATA.X[~train], **given) for m in (model, model.estimator_))
    assert p.shape == (int((~train).sum()), 5)
    assert np.mean(p.argmax(axis=1) == teachers.argmax(axis=1)) > 0.8
    assert model.estimator_.card.trained_on.frames == model.model_.card.trained_on.frames == train.sum()
    assert len(model.history_) == 40
    np.testing.assert_array_equal(model.predict(DATA.X[~train], **given), p.argmax(axis=1))


def test_the_recipe_is_known_by_name_and_asked_for() -> None:
    recipe = recipes_named(["people+distilled"])["people+distilled"].estimator

    assert (recipe.width, recipe.estimator.preset) == (64, "people")
    assert recipe.get_params()["estimator__random_state"] is None


def test_only_a_recognizer_can_teach() -> None:
    from sklearn.naive_bayes import GaussianNB

    with pytest.raises(DataError, match="expected a Recognizer to learn from, got GaussianNB"):
        Distilled(GaussianNB()).fit(DATA.X, DATA.y)
