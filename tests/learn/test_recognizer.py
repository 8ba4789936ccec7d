from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Block, Frame
from mimik.learn.card import TrainedOn
from mimik.learn.context import Context
from mimik.learn.model import coefficients
from mimik.learn.presets import DEFAULT, PRESETS, find_preset
from mimik.learn.recognizer import Recognizer

SHORT = Recognizer(epochs=30)


def faces(n=600, seed=0):
    """Coefficients of which three tell three expressions apart; ``tongueOut`` is not delivered."""
    X = np.random.default_rng(seed).random((n, 52), dtype=np.float32) * 0.3
    y = np.arange(n) % 3
    X[np.arange(n), 20 + y] += 0.3
    X[:, 51] = np.nan
    return X, np.array(["happy", "sad", "surprised"])[y]


@pytest.fixture(scope="module")
def fitted():
    return clone(SHORT).fit(*faces())


def test_recognises_what_it_learned(fitted):
    assert fitted.score(*faces(seed=1)) > 0.9
    assert fitted.classes_.tolist() == ["happy", "sad", "surprised"]


def test_uses_the_channels_that_are_delivered(fitted):
    assert fitted.card.channels == BLEND_SHAPES[:51]


def test_what_stands_in_unused_channels_does_not_matter(fitted):
    X, _ = faces()
    p = fitted.predict_proba(X)
    X[:, 51] = 0.7
    assert np.array_equal(fitted.predict_proba(X), p)


def test_a_few_frames_that_lack_a_channel_are_left_out_of_training():
    X, y = faces()
    X[[3, 10], 5] = np.nan
    fitted = clone(SHORT).fit(X, y)
    assert "eyeSquintLeft" in fitted.card.channels
    assert fitted.card.trained_on.frames == 598


def test_a_channel_that_many_frames_lack_is_not_used():
    X, y = faces()
    X[::20, 5] = np.nan
    fitted = clone(SHORT).fit(X, y)
    assert BLEND_SHAPES[5] not in fitted.card.channels
    assert fitted.card.trained_on.frames == 600


def test_predicting_frames_that_lack_a_channel_is_a_clear_error(fitted):
    X, _ = faces(n=10)
    X[4:, 20] = np.nan
    with pytest.raises(
        DataError, match=r"6 of 10 frames \(the first is number 4\) lack mouthPucker"
    ) as caught:
        fitted.predict(X)
    assert "without a face" in caught.value.hint


def test_takes_frames_and_blocks(fitted):
    X, _ = faces(n=4)
    values = np.hstack([X, np.zeros((4, 12), np.float32)])
    frames = [Frame(1, i, i / 60, np.nan, True, values[i]) for i in range(4)]
    assert np.array_equal(fitted.predict_proba(Block.of(frames)), fitted.predict_proba(X))
    np.testing.assert_allclose(fitted.predict_proba(frames[2])[0], fitted.predict_proba(X)[2], atol=1e-6)
    assert fitted.predict(frames[2]).shape == (1,)


def test_a_frame_without_a_face_is_a_clear_error(fitted):
    with pytest.raises(DataError, match="1 of 1 frames"):
        fitted.predict(Frame(1, 0, 0.0, 0.0, False, NOT_TRACKED))


@pytest.mark.parametrize(
    "wrong", [np.zeros((3, 51)), np.zeros(52), [["a"] * 52], "text", np.zeros((1, 1, 52))]
)
def test_other_shapes_are_clear_errors(fitted, wrong):
    with pytest.raises(DataError, match="Coefficients must be"):
        fitted.predict(wrong)


WRONG = {
    "no frames": (np.empty((0, 52)), [], "not one frame"),
    "no channel": (np.full((4, 52), np.nan), ["a", "b"] * 2, "No coefficient is present"),
    "one label too few": (np.zeros((4, 52)), ["a", "b", "a"], "one label per frame"),
    "one expression": (np.zeros((4, 52)), ["a"] * 4, "two expressions or more"),
    "labels between numbers": (np.zeros((4, 52)), [0.5, 1.5, 0.5, 1.5], "text or whole numbers"),
    "labels in two columns": (np.zeros((4, 52)), [["a", "b"]] * 4, "text or whole numbers"),
}


@pytest.mark.parametrize("what", WRONG)
def test_data_that_cannot_be_learned_from_is_a_clear_error(what):
    X, y, message = WRONG[what]
    with pytest.raises(DataError, match=message):
        clone(SHORT).fit(X, y)


def test_an_unknown_preset_is_a_clear_error():
    with pytest.raises(DataError, match="No preset is called 'slow'") as caught:
        Recognizer("slow").fit(*faces())
    assert "hartmann2022" in caught.value.hint


def test_standardised_inputs_have_mean_zero_and_variance_one(fitted):
    X, _ = faces()
    features = fitted.model_.features
    scaled = (np.clip(X[:, :51], 0, 1) ** (1 / 3) - features.mean) / features.scale
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-3)


def test_channels_that_hardly_move_are_not_blown_up():
    X, y = faces()
    X[:, 3] = 0.5
    X[:, 4] = 0.5 + 1e-6 * np.arange(600) / 600
    assert clone(SHORT).fit(X, y).model_.features.scale[3:5].tolist() == pytest.approx([0.01, 0.01])


def test_published_preset_takes_raw_coefficients():
    fitted = Recognizer("hartmann2022", epochs=1).fit(*faces())
    np.testing.assert_array_equal(fitted.model_.features.of(faces()[0]), faces()[0][:, :51])
    assert [k.shape for k in fitted.model_.kernels] == [(51, 128), *[(128, 128)] * 9, (128, 3)]


def test_published_preset_is_the_published_method():
    preset = find_preset("hartmann2022")
    assert (preset.standardise, preset.every) == (False, 1)
    assert preset.parameters["epochs"] == 400
    assert preset.parameters["batch_size"] == 128


def test_every_preset_says_why():
    assert all(preset.why and preset.name == name for name, preset in PRESETS.items())


def test_data_is_left_as_it_was():
    X, y = faces()
    before = X.copy()
    clone(SHORT).fit(X, y, validation=(X, y))
    assert np.array_equal(X, before, equal_nan=True)


def test_history_follows_validation(fitted):
    recognizer = clone(SHORT)
    seen = []
    recognizer.fit(*faces(), validation=faces(seed=1), on_epoch=seen.append)
    assert recognizer.history_ == seen
    assert seen[-1].val_accuracy == pytest.approx(recognizer.score(*faces(seed=1)))
    assert len(fitted.history_) == 30


def test_same_seed_same_recognizer(fitted):
    X, _ = faces()
    assert np.array_equal(clone(SHORT).fit(*faces()).predict_proba(X), fitted.predict_proba(X))
    assert not np.array_equal(
        Recognizer(epochs=30, random_state=1).fit(*faces()).predict_proba(X), fitted.predict_proba(X)
    )


def test_comes_back_from_its_file(fitted, tmp_path):
    X, y = faces()
    loaded = Recognizer.load(fitted.save(tmp_path / "a.mimik"))
    assert np.array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert loaded.card == fitted.card
    assert loaded.score(X, y) == fitted.score(X, y)
    assert clone(loaded).get_params() == {"preset": "people", "epochs": 30, "random_state": 0}


def test_card_says_what_it_was_trained_on(fitted, tmp_path):
    facts = TrainedOn(600, participants=5, study="A study", fingerprint="00" * 32, synthetic=True)
    described = pickle.loads(pickle.dumps(fitted)).describe(trained_on=facts, metrics={"accuracy": 0.9})
    card = Recognizer.load(described.save(tmp_path / "a.mimik")).card
    assert card.trained_on == facts
    assert card.metrics == {"accuracy": 0.9}
    assert card.labels == ("happy", "sad", "surprised")
    assert card.preset == "people"
    assert card.parameters["epochs"] == 30
    assert {"mimik", "keras", "jax", "numpy"} == card.versions.keys()
    assert "was asked to show" in card.use


def test_works_in_cross_validation():
    assert cross_val_score(clone(SHORT), *faces(), cv=2).min() > 0.7


def test_small_studies_are_gone_through_more_often():
    short = Recognizer().fit(*faces(n=300))
    assert short.card.parameters["epochs"] > PRESETS[DEFAULT].parameters["epochs"]
    assert short.score(*faces(seed=1)) > 0.9


class Table:
    """What pandas and Polars frames have in common, as far as it matters here."""

    def __init__(self, columns: dict[str, np.ndarray]) -> None:
        self._columns = columns
        self.columns = list(columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, name: str) -> Table:
        return Table({name: self._columns[name]})

    def to_numpy(self) -> np.ndarray:
        (column,) = self._columns.values()
        return column


def test_columns_of_a_table_are_taken_by_name_in_any_order_and_spelling() -> None:
    X = np.random.default_rng(0).random((5, 52)).astype(np.float32)
    columns = {name[0].upper() + name[1:]: X[:, i] for i, name in enumerate(BLEND_SHAPES)}
    table = Table({"trial": np.ones(5), **dict(reversed(columns.items()))})

    np.testing.assert_array_equal(coefficients(table), X)


def test_columns_that_a_table_lacks_are_not_delivered() -> None:
    found = coefficients(Table({"jawOpen": np.ones(3)}))

    assert np.isnan(found).sum() == 3 * 51
    with pytest.raises(DataError, match="named as blend shapes"):
        coefficients(Table({"a": np.ones(3)}))


def _context(people, frames, resting):
    """Frames of people, one recording each, at 30 a second."""
    who = np.repeat(np.arange(people), frames).astype(np.int32)
    return Context(who, who, np.arange(len(who)) / 30, resting.astype(np.float32))


def people_at_rest(people=8, frames=75, seed=0):
    """People whose resting faces differ more than their expressions show; NaN for the last one."""
    X, y = faces(people * frames, seed)
    rest = 0.4 * np.random.default_rng(seed + 100).random((people, 52))
    X = np.clip(0.5 * X + np.repeat(rest, frames, axis=0), 0, 1).astype(np.float32)
    rest[-1] = np.nan
    return X, y, _context(people, frames, rest)


@pytest.fixture(scope="module")
def of_people():
    X, y, context = people_at_rest()
    return Recognizer().fit(X, y, context=context)


def test_knowing_how_somebody_looks_at_rest_helps(of_people):
    X, y, context = people_at_rest(seed=1)
    known = context.participant < 7
    with_rest = (of_people.predict(X, context=context) == y)[known].mean()
    without = (of_people.predict(X) == y)[known].mean()
    assert with_rest > without + 0.05
    assert with_rest > 0.85


def test_people_whose_resting_face_is_not_known_are_recognised_without(of_people):
    X, _, context = people_at_rest(seed=1)
    last = context.participant == 7
    np.testing.assert_allclose(
        of_people.predict_proba(X, context=context)[last], of_people.predict_proba(X[last]), atol=1e-6
    )


def test_the_resting_face_is_taken_away_before_everything_else(of_people):
    X, _, context = people_at_rest()
    rest = np.nan_to_num(context.resting)[context.recording]
    np.testing.assert_allclose(
        of_people.predict_proba(X, context=context), of_people.predict_proba(X - rest), atol=1e-6
    )


def test_probabilities_are_softened_on_people_held_out(of_people, tmp_path):
    assert of_people.temperature_ > 1  # surer of known people than it may be of others
    again = Recognizer.load(of_people.save(tmp_path / "m.mimik"))
    assert again.temperature_ == of_people.temperature_
    assert of_people.card.parameters["temperature"] == of_people.temperature_
    X, y, context = people_at_rest(people=4)
    assert Recognizer(epochs=1).fit(X, y, context=context).temperature_ == 1  # nobody can be spared


def test_recipes_without_resting_face_take_no_notice_of_it():
    X, y, context = people_at_rest(people=5)
    told, untold = (Recognizer("fast", epochs=1).fit(X, y, **c) for c in ({"context": context}, {}))
    np.testing.assert_array_equal(told.predict_proba(X, context=context), untold.predict_proba(X))


def test_large_sets_are_thinned():
    n = 60_000
    X, y = faces(n)
    shuffled = np.random.default_rng(0).permutation(n)  # or every third frame would show the same
    context = _context(6, n // 6, np.full((6, 52), np.nan))
    fitted = Recognizer(epochs=1).fit(X[shuffled], y[shuffled], context=context)
    assert fitted.card.trained_on.frames == n // 3
