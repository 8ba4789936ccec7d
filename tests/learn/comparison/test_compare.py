"""Comparisons: who is first, by how much, and whether that can be told."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planted import planted
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from mimik.errors import DataError
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.comparison import Comparison, Recipe, Verdict, compare, recipes_named
from mimik.learn.comparison.prepared import Prepared
from mimik.learn.estimate import Estimate
from mimik.learn.evaluate import evaluate
from mimik.learn.metrics.intervals import participant_intervals
from mimik.learn.splits import SplitKind
from mimik.learn.verdict import verdict_of


class Refusing(ClassifierMixin, BaseEstimator):
    """Learns from nothing."""

    def fit(self, X, y):
        raise ValueError("these frames do not suit me")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(planted(), recipes_named(["nearest-mean", "lda"]), reference="nearest-mean", jobs=1)


def test_who_knows_the_covariance_beats_who_does_not(found: Comparison) -> None:
    lda, nearest = found.of("lda"), found.of("nearest-mean")

    assert [row.name for row in found.rows] == ["lda", "nearest-mean"]
    assert (lda.rank, nearest.rank) == (1, 2)
    assert lda.verdict is Verdict.BETTER
    assert nearest.verdict is Verdict.REFERENCE
    assert nearest.trial_difference is None
    assert lda.first == 1.0


def test_the_verdict_turns_with_the_reference() -> None:
    turned = compare(planted(), recipes_named(["nearest-mean", "lda"]), reference="lda", jobs=1)

    assert turned.of("nearest-mean").verdict is Verdict.WORSE


def test_figures_are_those_of_an_evaluation(found: Comparison) -> None:
    for name, recipe in recipes_named(["nearest-mean", "lda"]).items():
        alone = evaluate(planted(), recipe.estimator, compare_frame_split=False, jobs=1).result
        row = found.of(name)
        for unit, figures in (("frames", row.frames), ("trials", row.trials)):
            for figure, estimate in getattr(alone, unit).figures.items():
                assert figures[figure].value == pytest.approx(estimate.value, abs=1e-12), figure


def test_differences_are_those_of_the_figures(found: Comparison) -> None:
    lda, nearest = found.of("lda"), found.of("nearest-mean")
    for ours, theirs, apart in (
        (lda.frames, nearest.frames, lda.frame_difference),
        (lda.trials, nearest.trials, lda.trial_difference),
    ):
        name = "balanced_accuracy"
        assert apart.value == pytest.approx(ours[name].value - theirs[name].value)
        assert apart.low < apart.value < apart.high


def test_the_same_recipe_twice_shows_no_difference() -> None:
    lda = recipes_named(["lda"])["lda"]
    found = compare(planted(), {"one": lda, "two": lda}, reference="one", jobs=1)
    two = found.of("two")

    assert two.trial_difference.value == two.frame_difference.value == 0.0
    assert two.verdict is Verdict.NO_DIFFERENCE
    assert [row.rank for row in found.rows] == [1, 1]
    assert found.of("one").first == two.first == 0.5


def test_who_remembers_people_is_not_first_on_people_never_seen() -> None:
    data = planted(nuisance=0.0, signal=1.0, habit=0.3)
    recipes = {"remembers": Prepared(KNeighborsClassifier(1)), **recipes_named(["lda"])}

    shuffled = compare(data, recipes, reference="lda", split="frame", jobs=1)
    unseen = compare(data, recipes, reference="lda", jobs=1)

    assert shuffled.of("remembers").frames["balanced_accuracy"].value > 0.95
    assert unseen.of("remembers").frames["balanced_accuracy"].value < 0.7
    assert unseen.rows[0].name == "lda"
    assert unseen.of("remembers").verdict is Verdict.WORSE


def test_shuffled_frames_have_no_trials_and_are_ranked_by_frames() -> None:
    found = compare(planted(), recipes_named(["nearest-mean", "lda"]), reference="lda", split="frame", jobs=1)
    row = found.of("nearest-mean")

    assert found.split is SplitKind.FRAME
    assert "frame-split" in [notice.code for notice in found.notices]
    assert row.trials == {}
    assert row.trial_difference is None
    assert row.ranked_by is row.frames["balanced_accuracy"]
    assert row.difference is row.frame_difference


def test_paired_intervals_are_narrower_than_two_apart() -> None:
    data = planted(signal=0.04)
    strong, weak = (Prepared(LogisticRegression(C=c, max_iter=500)) for c in (1.0, 0.1))
    found = compare(data, {"strong": strong, "weak": weak}, reference="strong", jobs=1)
    ours, theirs = (found.of(name).frames["balanced_accuracy"] for name in ("weak", "strong"))
    apart = found.of("weak").frame_difference

    def width(e: Estimate) -> float:
        return e.high - e.low

    assert width(apart) < 0.8 * np.hypot(width(ours), width(theirs))


@pytest.mark.parametrize(
    ("difference", "people", "verdict"),
    [
        (Estimate(0.1, 0.01, 0.2, True), 20, Verdict.BETTER),
        (Estimate(-0.1, -0.2, -0.01, True), 20, Verdict.WORSE),
        (Estimate(0.1, -0.01, 0.2, True), 20, Verdict.NO_DIFFERENCE),
        (Estimate(0.1, 0.0, 0.2, True), 20, Verdict.NO_DIFFERENCE),
        (Estimate(0.0), 20, Verdict.NO_DIFFERENCE),
        (Estimate(0.2), 20, Verdict.NO_INTERVAL),
        (Estimate(0.3, 0.2, 0.4, True), 19, Verdict.CANNOT_TELL),
        (Estimate(0.0), 2, Verdict.CANNOT_TELL),
        (None, 20, Verdict.REFERENCE),
    ],
)
def test_verdicts(difference: Estimate | None, people: int, verdict: Verdict) -> None:
    assert verdict_of(difference, people) is verdict


def test_few_people_cannot_tell_recipes_apart() -> None:
    found = compare(
        planted(people=10), recipes_named(["nearest-mean", "lda"]), reference="lda", folds=2, jobs=1
    )

    assert found.of("nearest-mean").verdict is Verdict.CANNOT_TELL
    assert "few-participants" in [notice.code for notice in found.notices]


def test_the_best_of_many_comes_with_a_warning_and_simulated_people_with_another(found: Comparison) -> None:
    assert [notice.code for notice in found.notices] == ["synthetic-data", "best-of-many"]


def test_who_would_be_first_is_shared_among_all(found: Comparison) -> None:
    recipes = {f"c{c}": Prepared(LogisticRegression(C=c, max_iter=2000)) for c in (0.01, 0.1, 1.0)}
    close = compare(planted(signal=0.04), recipes, reference="c1.0", folds=3, jobs=1)

    assert sum(row.first for row in close.rows) == pytest.approx(1)
    assert close.rows[0].first == max(row.first for row in close.rows)


def test_what_cannot_run_has_a_row_that_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    recipes = {**recipes_named(["lightgbm", "lda"]), "refusing": Refusing()}

    seen: list[tuple[float, float]] = []
    found = compare(
        planted(people=6), recipes, reference="lda", jobs=1, on_progress=lambda *at: seen.append(at)
    )

    assert [row.name for row in found.rows] == ["lda", "lightgbm", "refusing"]
    assert found.of("lightgbm").verdict is found.of("refusing").verdict is Verdict.NOT_RUN
    assert "needs lightgbm" in found.of("lightgbm").not_run
    assert "do not suit me" in found.of("refusing").not_run
    assert found.of("lightgbm").rank is None
    assert seen[-1][0] == pytest.approx(seen[-1][1])


def test_a_reference_that_cannot_run_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    data, recipes = planted(people=6), recipes_named(["lda", "lightgbm"])

    with pytest.raises(DataError, match="do not suit me"):
        compare(data, {"refusing": Refusing()}, reference="refusing", jobs=1)
    with pytest.raises(DataError, match="needs lightgbm"):
        compare(data, recipes, reference="lightgbm", jobs=1)
    with pytest.raises(DataError, match="among the recipes"):
        compare(data, recipes, jobs=1)


def test_channels_of_some_people_only_are_left_out_for_all() -> None:
    data = planted(people=6)
    X = data.X.copy()
    X[data.participant == 0, 20] = np.nan

    found = compare(replace(data, X=X), recipes_named(["lda"]), reference="lda", jobs=1)

    assert "channels-left-out" in [notice.code for notice in found.notices]


def test_progress_counts_what_recipes_cost() -> None:
    lda = recipes_named(["lda"])["lda"].estimator
    recipes = {"cheap": Recipe(lda, cost=1.0), "dear": Recipe(lda, cost=9.0)}
    seen: list[tuple[float, float]] = []

    compare(
        planted(people=6),
        recipes,
        reference="cheap",
        folds=2,
        jobs=1,
        on_progress=lambda *at: seen.append(at),
    )

    assert seen == [(0.5, 10.0), (1.0, 10.0), (5.5, 10.0), (10.0, 10.0)]


def test_an_interrupted_comparison_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, kept = planted(people=6), Checkpoints(tmp_path / "kept")
    recipes = recipes_named(["lda", "nearest-mean"])
    first = compare(data, recipes, reference="lda", jobs=1, checkpoints=kept)
    monkeypatch.setattr(Prepared, "fit", None)  # nothing is left to train

    again = compare(data, recipes, reference="lda", jobs=1, checkpoints=kept)

    assert again == first


def test_a_comparison_is_plain_data_and_comes_back(found: Comparison) -> None:
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))

    assert Comparison.from_dict(plain) == found
    assert "sub-" not in json.dumps(plain)
    with pytest.raises(DataError, match="format 1, got 9"):
        Comparison.from_dict({**plain, "format": 9})


def test_intervals_are_over_people(found: Comparison) -> None:
    from mimik.learn.comparison.standings import units_of
    from mimik.learn.folds import cross_predict
    from mimik.learn.splits import choose_split

    data = planted()
    [predictions] = cross_predict(data, recipes_named(["lda"])["lda"].estimator, [choose_split(data)], jobs=1)
    trials = units_of(data, predictions)["trial"]

    assert trials.confusion.sum() == data.n_recordings
    expected = participant_intervals(trials, ["balanced_accuracy"])["balanced_accuracy"]
    assert found.of("lda").trials["balanced_accuracy"] == expected
