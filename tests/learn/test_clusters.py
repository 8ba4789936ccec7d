"""Clusters: structure that was planted is found, and none is found where there is none."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from mimik.errors import DataError
from mimik.learn.clusters import Clusters, find_clusters
from mimik.learn.clusters.agreement import rand_index
from mimik.learn.clusters.number import choose_number
from mimik.learn.clusters.stability import stability
from mimik.learn.dataset import Dataset
from mimik.learn.means import mean_over_people
from mimik.learn.plateaus import plateaus

FPS = 20


def study(faces: np.ndarray, *, resting: np.ndarray | None = None, frames: int = 60) -> Dataset:
    """A study of held faces (people, expressions, 52): frames tremble about them and blink."""
    people, k, _ = faces.shape
    rng = np.random.default_rng(3)
    X = np.repeat(faces.reshape(-1, 52), frames, axis=0) + 0.01 * rng.normal(size=(people * k * frames, 52))
    X[::17, :1] = 0.9
    recording = np.repeat(np.arange(people * k), frames)
    return Dataset(
        X=X.astype(np.float32),
        y=np.tile(np.repeat(np.arange(k), frames), people),
        participant=(recording // k).astype(np.int32),
        recording=recording.astype(np.int32),
        device_time=np.tile(np.arange(frames) / FPS, people * k),
        expressions=tuple(f"e{i}" for i in range(k)),
        participants=tuple(f"sub-{p:02}" for p in range(people)),
        recordings=tuple(f"sub-{p:02}/ses-01/{e + 1}" for p in range(people) for e in range(k)),
        title="planted",
        synthetic=False,
        resting=None if resting is None else np.repeat(resting, k, axis=0).astype(np.float32),  # type: ignore[arg-type]
    )


def own_faces(people: int, rng: np.random.Generator) -> np.ndarray:
    return 0.1 + 0.08 * np.abs(rng.normal(size=(people, 52)))


def two_ways(people: int = 24) -> tuple[Dataset, np.ndarray]:
    """People who show e1 in one of two ways, and e0 in one; which way (people,)."""
    rng = np.random.default_rng(1)
    rest = own_faces(people, rng)
    way = np.arange(people) % 2
    faces = np.repeat(rest[:, None], 2, axis=1)
    faces[:, 0, 3:8] += 0.5
    faces[way == 0, 1, 20:25] += 0.5
    faces[way == 1, 1, 40:45] += 0.5
    faces += 0.05 * rng.normal(size=faces.shape)
    return study(faces, resting=rest), way


@pytest.fixture(scope="module")
def found() -> Clusters:
    return find_clusters(two_ways()[0], most=5, references=39, pairs=20)


def test_two_ways_to_show_one_expression_are_found(found: Clusters) -> None:
    way = two_ways()[1]

    assert found.choice.chosen == 3
    assert found.choice.p < 0.05
    assert found.baseline == "resting"
    cluster = {(t.participant, t.expression): t.cluster for t in found.trials}
    assert {cluster[p, "e0"] for p, _ in cluster} == {"A"}  # the largest: everybody's e0
    seconds = [cluster[f"sub-{p:02}", "e1"] for p in range(len(way))]
    assert adjusted_rand_score(way, seconds) == 1.0


def test_prototypes_are_what_was_planted(found: Clusters) -> None:
    first = found.clusters[0]
    changes = np.array([e.value for e in first.changes if e is not None])

    np.testing.assert_allclose(changes[3:8], 0.5, atol=0.05)
    np.testing.assert_allclose(np.delete(changes, range(3, 8)), 0.0, atol=0.05)
    assert all(e is not None and e.low <= e.value <= e.high for e in first.changes)  # type: ignore[operator]
    assert first.people == 24
    assert 0.55 < first.face[5] < 0.8  # baseline and change together


def test_shares_say_where_each_expression_went(found: Clusters) -> None:
    shares = np.array([[s.value for s in c.shares] for c in found.clusters])

    np.testing.assert_allclose(shares[:, 0], [1, 0, 0])
    np.testing.assert_allclose(shares[:, 1], [0, 0.5, 0.5])
    assert [c.counts for c in found.clusters] == [(24, 0), (0, 12), (0, 12)]


def test_planted_structure_is_stable_and_agrees_with_the_prompts_as_far_as_it_does(found: Clusters) -> None:
    assert found.stability is not None
    assert found.stability.low is not None
    assert found.stability.low > 0.9
    assert found.rand is not None
    expected = adjusted_rand_score([t.expression for t in found.trials], [t.cluster for t in found.trials])
    assert found.rand.value == pytest.approx(expected)
    assert found.mutual is not None
    assert 0.5 < found.mutual.value < 1  # type: ignore[operator]


def test_the_result_is_plain_data_and_the_same_each_time(found: Clusters) -> None:
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["choice"]["chosen"] == 3
    assert find_clusters(two_ways()[0], most=5, references=39, pairs=20).to_dict() == found.to_dict()


@pytest.mark.parametrize("kind", ["round", "long", "skewed"])
def test_noise_has_no_structure(kind: str) -> None:
    rng = np.random.default_rng(5)
    noise = {
        "round": 0.1 * rng.normal(size=(25, 4, 52)),
        "long": 0.1 * rng.normal(size=(25, 4, 3)) @ rng.normal(size=(3, 52)) * 0.3,
        "skewed": 0.1 * np.abs(rng.normal(size=(25, 4, 52))) * (rng.random((25, 4, 52)) < 0.4),
    }[kind]
    found = find_clusters(study(0.3 + noise), most=5, references=39)

    assert found.choice.p >= 0.05
    assert not found.structured
    assert "no-structure" in [n.code for n in found.notices]
    assert found.stability is None


def test_the_test_for_structure_errs_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    p = [
        choose_number(rng.normal(size=(40, 3)) * [3, 1, 1], None, most=2, references=19, seed=i).p
        for i in range(30)
    ]

    assert np.mean(np.array(p) <= 0.05) <= 0.15  # 0.05 expected, with a standard error of 0.04
    assert 0.35 < np.mean(p) < 0.65


def test_clusters_asked_for_in_noise_are_given_with_a_warning() -> None:
    rng = np.random.default_rng(5)
    found = find_clusters(study(0.3 + 0.1 * rng.normal(size=(25, 4, 52))), clusters=3, pairs=10)

    assert len(found.clusters) == 3
    serious = [n.code for n in found.notices if n.severity != "info"]
    assert {"no-structure", "unstable-clusters"} <= set(serious)


def test_stability_of_two_heaps_is_one_and_of_noise_is_low() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(20), 4)
    noise = rng.normal(size=(80, 6))
    heaps = noise + 30 * (np.arange(80) % 2)[:, None]

    assert stability(heaps, person, 2, pairs=10).value == 1.0
    assert stability(noise, person, 4, pairs=10).value < 0.5  # type: ignore[operator]


def test_agreement_by_chance_has_an_interval_around_zero_and_full_agreement_none() -> None:
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(30), 5)
    shown = np.tile(np.arange(5), 30)
    chance = rand_index(shown, rng.integers(0, 5, 150), person)

    assert chance.low < 0 < chance.high  # type: ignore[operator]
    whole = rand_index(shown, shown[::1] * 7, person)
    assert (whole.value, whole.low, whole.high) == (1.0, 1.0, 1.0)


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    from mimik.learn.clusters.agreement import _jackknife

    values = np.random.default_rng(0).normal(size=12)
    estimate = _jackknife(lambda one, _: float(np.mean(one)), values, values, np.arange(12))  # type: ignore[arg-type]

    reach = 2.200985 * values.std(ddof=1) / np.sqrt(12)  # t with 11 degrees of freedom
    assert estimate.high == pytest.approx(min(values.mean() + reach, 1.0), abs=1e-6)


def test_means_over_people_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    inside = []
    for _ in range(60):
        [estimate] = mean_over_people(rng.exponential(size=(25, 1)))
        inside.append(estimate.low < 1 < estimate.high)  # type: ignore[operator]

    assert np.mean(inside) > 0.85


def test_people_without_a_value_do_not_count() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, 4.0]])
    both, single = mean_over_people(values)

    assert both.value == 2.0
    assert (single.value, single.low) == (4.0, None)


def test_plateaus_are_medians_less_the_baseline() -> None:
    data, _ = two_ways()
    rest = data.resting[0].astype(float)

    changes = plateaus(data, baseline="resting").changes
    np.testing.assert_allclose(changes[0], np.median(data.X[data.recording == 0], axis=0) - rest, atol=0.01)
    assert abs(changes[0, 0]) < 0.2, "blinks leave no trace"
    own = plateaus(data, baseline="own")
    np.testing.assert_allclose(own.changes[0] + own.changes[1], 0.0, atol=1e-9)
    none = plateaus(data, baseline="none", moments=3)
    assert len(none) == 3 * data.n_recordings
    np.testing.assert_allclose(none.start, 0)


def test_a_baseline_that_somebody_lacks_is_refused() -> None:
    data, _ = two_ways()
    unknown = replace(data, resting=np.full_like(data.resting, np.nan))

    assert plateaus(unknown).baseline == "own"
    with pytest.raises(DataError, match="needs a neutral trial in every session"):
        plateaus(unknown, baseline="resting")
    alone = unknown.subset(unknown.y == 0)
    assert plateaus(alone).baseline == "none"
    with pytest.raises(DataError, match="two expressions of every person"):
        plateaus(alone, baseline="own")
    with pytest.raises(DataError, match="expected a baseline of"):
        plateaus(data, baseline="mine")


def test_channels_that_somebody_lacks_are_left_out_and_told() -> None:
    data, _ = two_ways()
    X = data.X.copy()
    X[data.participant == 0, 50] = np.nan
    found = find_clusters(replace(data, X=X), clusters=3, references=9, pairs=5)

    assert found.clusters[0].changes[50] is None
    assert found.clusters[0].face[50] == 0.0
    assert "channels-left-out" in [n.code for n in found.notices]


def test_one_expression_alone_shows_its_ways() -> None:
    data, way = two_ways()
    found = find_clusters(data.subset(data.y == 1), most=4, references=39, pairs=10)

    assert found.choice.chosen == 2
    assert found.rand is None
    assert adjusted_rand_score(way, [t.cluster for t in found.trials]) == 1.0


def test_one_person_is_refused() -> None:
    data, _ = two_ways()

    with pytest.raises(DataError, match="at least 2 participants"):
        find_clusters(data.subset(data.participant == 0))
    with pytest.raises(DataError, match="expected 2 to 47 clusters of 48 trials, got 60"):
        find_clusters(data, clusters=60)
