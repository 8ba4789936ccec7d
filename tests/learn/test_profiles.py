"""Profiles: the channels that make an expression are found, and these only."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.inspection import permutation_importance

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.learn.dataset import Dataset
from mimik.learn.profiles import Profiles, find_profiles, quick_classifier
from mimik.learn.profiles.groups import groups_of
from mimik.learn.profiles.importance import recall_drops
from mimik.learn.splits import choose_split

EVERY = np.ones(52, dtype=bool)
MAKES = {"happy": "mouthSmile", "surprised": "browInnerUp"}


def study(people: int = 24, *, frames: int = 40, seed: int = 0) -> Dataset:
    """People at rest, happy by their smile alone, surprised by their brow alone; all else is noise."""
    rng = np.random.default_rng(seed)
    expressions = ("neutral", *MAKES)
    X, y, person = [], [], []
    for p in range(people):
        own = 0.2 + 0.1 * rng.normal(size=52)
        for e, name in enumerate(expressions):
            face = own + 0.12 * rng.normal(size=(frames, 52))
            for i, channel in enumerate(BLEND_SHAPES):
                if name in MAKES and channel.startswith(MAKES[name]):
                    face[:, i] += 0.5
            X.append(face)
            y += [e] * frames
            person += [p] * frames
    recording = np.repeat(np.arange(people * 3), frames)
    return Dataset(
        X=np.concatenate(X).astype(np.float32),
        y=np.array(y),
        participant=np.array(person, dtype=np.int32),
        recording=recording.astype(np.int32),
        device_time=np.tile(np.arange(frames) / 20, people * 3),
        expressions=expressions,
        participants=tuple(f"sub-{p:02}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(people * 3)),
        title="planted",
        synthetic=False,
    )


@pytest.fixture(scope="module")
def found() -> Profiles:
    return find_profiles(study(), quick_classifier(), folds=4)


def test_channels_that_make_an_expression_matter_and_only_these(found: Profiles) -> None:
    idle = []
    for profile in found.profiles:
        for feature in profile.features:
            if feature.name in MAKES.values():
                assert feature.matters or profile.expression != "neutral"
            else:
                idle.append(feature)
        if profile.expression in MAKES:
            assert profile.features[0].name == MAKES[profile.expression]
            assert profile.features[0].importance.low > 0.2  # type: ignore[operator]

    assert max(f.importance.value for f in idle) < 0.01  # type: ignore[type-var]
    assert sum(f.matters for f in idle) <= 0.05 * len(idle)
    assert {name for name, _, e in found.overall if e.low > 0.02} == set(MAKES.values())  # type: ignore[operator]


def test_effects_are_differences_in_coefficients(found: Profiles) -> None:
    for profile in found.profiles[1:]:
        effect = {f.part: f.effect for f in profile.features}

        assert effect[MAKES[profile.expression]].value == pytest.approx(0.5, abs=0.05)
        assert abs(effect["jawOpen"].value) < 0.05  # type: ignore[arg-type]
    assert found.against == "the person's other expressions"


def test_effects_are_from_the_resting_face_where_there_is_one() -> None:
    data = study()
    rest = np.repeat([data.X[data.participant == p].min(axis=0) for p in range(24)], 3, axis=0)
    data = replace(data, resting=rest - np.float32(0.1))
    found = find_profiles(data, quick_classifier(), folds=2, repeats=1)

    assert found.against == "the person's resting face"
    assert all(f.effect.value > 0.1 for p in found.profiles for f in p.features)  # type: ignore[operator]


def test_faces_show_baseline_and_change(found: Profiles) -> None:
    happy = found.profiles[1].face

    assert happy[INDEX["mouthSmileLeft"]] == pytest.approx(0.7, abs=0.1)
    assert happy[INDEX["jawOpen"]] == pytest.approx(0.2, abs=0.1)


def test_regions_and_single_channels() -> None:
    data = study(people=12)
    region = find_profiles(data, quick_classifier(), grouping="region", folds=3, repeats=2)
    single = find_profiles(data, quick_classifier(), grouping="channel", folds=3, repeats=2)

    [first, *_] = region.profiles[1].features
    assert (first.name, first.part) == ("mouth", "mouthSmile")
    assert len(region.profiles[1].features) == 7
    two = {f.name for f in single.profiles[1].features[:2]}
    assert two == {"mouthSmileLeft", "mouthSmileRight"}
    pair = region.profiles[1].features[0].importance.value
    assert all(f.importance.value < pair for f in single.profiles[1].features[:2])  # type: ignore[operator]


def test_each_channel_is_in_one_group() -> None:
    for grouping, number in (("pair", 32), ("region", 7), ("channel", 52)):
        groups = groups_of(grouping, EVERY)
        channels = [c for g in groups for c in g.channels]
        assert sorted(channels) == list(range(52))
        assert len(groups) == number
    names = {g.name: g.channels for g in groups_of("pair", EVERY)}
    assert names["jawLeft/Right"] == (INDEX["jawLeft"], INDEX["jawRight"])
    assert names["eyeLookIn"] == (INDEX["eyeLookInLeft"], INDEX["eyeLookInRight"])
    assert names["mouthShrugLower"] == (INDEX["mouthShrugLower"],)
    with pytest.raises(DataError, match="grouped by pair"):
        groups_of("side", EVERY)


def test_channels_that_did_not_come_are_in_no_group() -> None:
    there = EVERY.copy()
    there[[INDEX["tongueOut"], INDEX["mouthSmileLeft"]]] = False
    names = {g.name: g.channels for g in groups_of("pair", there)}

    assert "tongueOut" not in names
    assert names["mouthSmile"] == (INDEX["mouthSmileRight"],)
    assert "tongue" not in {g.name for g in groups_of("region", there)}


def flat() -> Dataset:
    """One person tested, so that shuffling within people is shuffling, as scikit-learn does."""
    data = study(people=2, frames=200, seed=3)
    rng = np.random.default_rng(0)
    order = np.concatenate([rng.permutation(np.flatnonzero(data.recording == r)) for r in range(6)])
    return replace(data, X=data.X[order])


def test_with_one_test_person_it_is_what_scikit_learn_measures() -> None:
    data = flat()
    split = choose_split(data, folds=2)
    groups = groups_of("channel", EVERY)
    ours = recall_drops(
        data, LinearDiscriminantAnalysis(), split, groups, per_recording=10**6, repeats=8, seed=0
    )
    for fold in range(2):
        train, test = split.train(fold), split.test(fold)
        model = LinearDiscriminantAnalysis().fit(data.X[train], data.y[train])
        theirs = permutation_importance(
            model, data.X[test], data.y[test], scoring="balanced_accuracy", n_repeats=8, random_state=1
        )
        [person] = np.unique(data.participant[test])
        np.testing.assert_allclose(ours.drop[person].mean(axis=0), theirs.importances_mean, atol=0.035)
        assert theirs.importances_mean.max() > 0.1


class _Marks(ClassifierMixin, BaseEstimator):
    """Knows people by a mark in channel 0, and answers what their channel 1 says; learns nothing."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> _Marks:
        self.classes_ = np.arange(3)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.round(X[:, 1] - 100 * X[:, 0]).astype(int)


def test_values_never_pass_from_one_person_to_another() -> None:
    data = study(people=6)
    X = np.zeros_like(data.X)
    X[:, 0] = data.participant
    X[:, 1] = 100 * data.participant + data.y
    drops = recall_drops(
        replace(data, X=X), _Marks(), choose_split(data, folds=2), groups_of("channel", EVERY),
        per_recording=20, repeats=3, seed=0,
    )  # fmt: skip

    np.testing.assert_allclose(drops.recall, 1.0)
    np.testing.assert_allclose(drops.drop[..., 0], 0.0)  # a person's mark is the same in all of their frames
    assert drops.drop[..., 1].mean() == pytest.approx(2 / 3, abs=0.05)  # three trials: a third stays right
    np.testing.assert_allclose(drops.drop[..., 2:], 0.0)


class _Timed(_Marks):
    uses_context = True

    def fit(self, X: np.ndarray, y: np.ndarray, context: object) -> _Timed:
        assert len(context) == len(X)  # type: ignore[arg-type]
        return super().fit(X, y)  # type: ignore[return-value]

    def predict_proba(self, X: np.ndarray, context: object) -> np.ndarray:
        assert len(context) == len(X) > 2 * 3 * 20  # type: ignore[arg-type]
        return np.eye(3)[np.clip(self.predict(X), 0, 2)]


def test_a_classifier_that_looks_at_time_can_have_all_frames_and_their_context() -> None:
    data = study(people=6)
    X = np.zeros_like(data.X)
    X[:, 1] = data.y
    drops = recall_drops(
        replace(data, X=X), _Timed(), choose_split(data, folds=2), groups_of("region", EVERY),
        per_recording=None, repeats=1, seed=0,
    )  # fmt: skip

    np.testing.assert_allclose(drops.recall, 1.0)


def test_frames_that_lack_a_channel_and_channels_that_never_came_are_left_out() -> None:
    data = study(people=6)
    X = data.X.copy()
    X[:, INDEX["tongueOut"]] = np.nan
    X[5, 3] = np.nan
    found = find_profiles(replace(data, X=X), quick_classifier(), folds=2, repeats=1)

    assert "tongueOut" not in [f.name for f in found.profiles[0].features]
    assert {"channels-left-out", "few-participants", "shared-importance"} <= {n.code for n in found.notices}
    assert found.balanced_accuracy.value > 0.9  # type: ignore[operator]


def test_the_result_is_plain_data_and_the_same_each_time(found: Profiles) -> None:
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))

    assert plain["profiles"][1]["features"][0]["name"] == "mouthSmile"
    assert "sub-" not in json.dumps(plain)
    assert find_profiles(study(), quick_classifier(), folds=4).to_dict() == found.to_dict()


def test_one_expression_or_person_is_refused() -> None:
    data = study(people=3)

    with pytest.raises(DataError, match="at least 2 expressions"):
        find_profiles(data.subset(data.y == 0), quick_classifier())
    with pytest.raises(DataError, match="at least 2 participants"):
        find_profiles(data.subset(data.participant == 0), quick_classifier())
