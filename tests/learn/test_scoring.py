"""Scoring: frames, trials and people are decided each in their own way, and subgroups are counted right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny import tiny_people

from mimik.learn.dataset import Dataset, RecordingFacts
from mimik.learn.evaluation import SplitResult, Subgroup
from mimik.learn.predictions import FoldRun, Predictions
from mimik.learn.scoring import MOST_VALUES, score
from mimik.learn.splits import Split, choose_split, frame_split


def _said(
    dataset: Dataset, proba: np.ndarray, split: Split | None = None, *, graded: bool = True
) -> SplitResult:
    """Score given probabilities (n, k), as if the folds had said them."""
    split = split or choose_split(dataset, folds=2)
    k = len(dataset.expressions)
    folds = [
        FoldRun(i, proba[split.test(i)].astype(np.float32), graded, np.zeros((k, k), int), None, 0.0)
        for i in range(split.n_folds)
    ]
    return score(dataset, Predictions.gathered(split, folds))


def _certain(codes: np.ndarray, k: int, p: float = 0.9) -> np.ndarray:
    """Probabilities (n, k) that give one label ``p`` and the others the rest."""
    proba = np.full((len(codes), k), (1 - p) / (k - 1))
    proba[np.arange(len(codes)), codes] = p
    return proba


def test_a_trial_is_decided_by_the_mean_probability_of_its_frames() -> None:
    data = tiny_people(4, frames=3)
    proba = _certain(data.y, 5, p=0.96)
    wrong = np.arange(len(data)) % 3 > 0  # two of three frames lean elsewhere, but hardly
    proba[wrong] = _certain((data.y[wrong] + 1) % 5, 5, p=0.3)
    result = _said(data, proba)
    assert result.scores.accuracy == pytest.approx(1 / 3)
    assert result.trials is not None
    assert result.trials.scores.accuracy == 1.0
    assert result.trials.scores.total == data.n_recordings
    assert all(person.trials_recognised == 1.0 and person.trials == 5 for person in result.people)


def test_on_a_scale_the_median_decides() -> None:
    data = replace(tiny_people(4, frames=2), scale="ordinal")
    lopsided = np.array([0.4, 0.05, 0.3, 0.25, 0.0])  # most probable 0, median 2
    result = _said(data, np.tile(lopsided, (len(data), 1)))
    assert result.trials is not None
    assert np.array(result.trials.scores.confusion)[:, 2].sum() == data.n_recordings
    assert result.frames.figures["mae"].value == pytest.approx(np.abs(np.arange(5) - 2).mean())
    nominal = _said(replace(data, scale="nominal"), np.tile(lopsided, (len(data), 1)))
    assert np.array(nominal.frames.scores.confusion)[:, 0].sum() == len(data)


def test_people_are_decided_where_a_label_belongs_to_a_person() -> None:
    data = tiny_people(6, frames=2, expressions=("healthy", "ill"), takes=2)
    data = replace(data, y=data.participant.astype(np.int64) % 2, unit="participant")
    proba = _certain(data.y, 2)
    result = _said(data, proba)
    assert result.participants is not None
    assert result.participants.scores.total == 6
    assert result.participants.scores.accuracy == 1.0
    assert [unit.unit for unit in result.units] == ["frame", "trial", "participant"]


def test_shuffled_frames_make_no_trials() -> None:
    data = tiny_people(4, frames=6)
    result = _said(data, _certain(data.y, 5), frame_split(len(data), folds=2))
    assert result.trials is None
    assert result.subgroups == ()


def test_frames_that_were_never_tested_count_nowhere() -> None:
    data = tiny_people(4, frames=6)
    split = frame_split(len(data), test_share=0.25)
    result = _said(data, _certain(data.y, 5), split)
    assert result.scores.total == len(split.test(0))


def test_claims_and_facts_are_set_side_by_side() -> None:
    data = tiny_people(10)
    right = np.random.default_rng(0).random(len(data)) < 0.5
    result = _said(data, _certain(np.where(right, data.y, (data.y + 1) % 5), 5, p=0.9))
    (bin_,) = result.frames.reliability
    assert (bin_.count, bin_.confidence) == (len(data), pytest.approx(0.9))
    assert bin_.right == pytest.approx(right.mean())
    assert result.frames.figures["ece"].value == pytest.approx(0.9 - right.mean(), abs=1e-6)
    silent = _said(data, _certain(data.y, 5, p=1.0), graded=False)
    assert silent.frames.reliability == ()
    assert "ece" not in silent.frames.figures


def _group(result: SplitResult, column: str, value: str) -> Subgroup:
    return next(g for g in result.subgroups if (g.column, g.value) == (column, value))


def test_subgroups_are_sites_devices_and_columns_with_their_counts() -> None:
    data = tiny_people(6, frames=2)
    people = tuple({"site": "Ulm" if i < 4 else "Bern", "code": f"{i}"} for i in range(6))
    facts = tuple(
        RecordingFacts(f"s{i // 5}/ses-01", i, "happy", device=str(1 + i % 2))
        for i in range(data.n_recordings)
    )
    data = replace(data, people=people, facts=facts)
    bern = data.participant >= 4
    result = _said(data, _certain(np.where(bern, (data.y + 1) % 5, data.y), 5))
    ulm = _group(result, "site", "Ulm")
    assert (ulm.participants, ulm.trials, ulm.frames) == (4, 20, 40)
    assert (ulm.frame_accuracy.value, ulm.trial_accuracy.value) == (1.0, 1.0)
    assert _group(result, "site", "Bern").trial_accuracy.value == 0.0
    first = _group(result, "device", "1")
    assert (first.participants, first.trials) == (6, 15)
    assert {g.column for g in result.subgroups} == {"site", "device", "code"}


def test_columns_of_many_values_or_of_one_make_no_subgroups() -> None:
    data = tiny_people(MOST_VALUES + 1, frames=2)
    people = tuple({"age": str(20 + i), "country": "de"} for i in range(MOST_VALUES + 1))
    result = _said(replace(data, people=people), _certain(data.y, 5))
    assert result.subgroups == ()


def test_a_column_that_some_people_lack_groups_the_others() -> None:
    data = tiny_people(3, frames=2)
    people = ({"sex": "f"}, {"sex": "m"}, {})
    result = _said(replace(data, people=people), _certain(data.y, 5))
    assert [(g.value, g.participants) for g in result.subgroups] == [("f", 1), ("m", 1)]
