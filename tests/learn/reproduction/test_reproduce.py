"""The published experiment on a few people: every figure beside the published one."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from mimik.errors import DataError
from mimik.learn.reproduction import Reproduction, reproduce
from mimik.learn.reproduction.compare import UNSEEN
from mimik.learn.reproduction.layers import layers_of, network_of
from mimik.learn.reproduction.published import EXPRESSIONS, SETS
from mimik.learn.reproduction.stages import Progress, Telling
from mimik.learn.splits import frame_split


def labels_of(confusion: tuple[tuple[int, ...], ...]) -> tuple[np.ndarray, np.ndarray]:
    """What was shown and what was recognised, frame by frame, from a confusion matrix."""
    matrix = np.array(confusion)
    shown, recognised = np.indices(matrix.shape)
    return np.repeat(shown.ravel(), matrix.ravel()), np.repeat(recognised.ravel(), matrix.ravel())


def test_tables_1_and_2_count_the_frames_of_the_published_split(found: Reproduction, people) -> None:
    data = people()
    split = frame_split(len(data), seed=0, test_share=0.15)
    for table, name, rows in (("table-1", "training", split.train(0)), ("table-2", "test", split.test(0))):
        counts = np.bincount(data.y[rows])
        assert [found.find(table, name, "frames", e).here for e in EXPRESSIONS] == counts.tolist()
        assert found.find(table, name, "frames").here == len(rows)
        assert found.find(table, name, "chi2 p").here == pytest.approx(chisquare(counts).pvalue)


@pytest.mark.parametrize(("table", "name"), [("table-3", "training"), ("table-4", "test"), ("", UNSEEN)])
def test_figures_of_each_expression_are_those_of_scikit_learn(
    found: Reproduction, table: str, name: str
) -> None:
    scores = {
        "training": found.published_split.training_scores,
        "test": found.published_split.scores,
        UNSEEN: found.unseen.scores,
    }[name]
    shown, recognised = labels_of(scores.confusion)
    with np.errstate(invalid="ignore"):
        precision, recall, f1, _ = precision_recall_fscore_support(
            shown, recognised, labels=range(5), zero_division=np.nan
        )
    for i, expression in enumerate(EXPRESSIONS):
        others = shown != i
        expected = {
            "recall": recall[i],
            "precision": precision[i],
            "F1": f1[i],
            "specificity": np.mean(recognised[others] != i),
            "negative cases": others.sum(),
        }
        for figure, value in expected.items():
            here = found.find(table, name, figure, expression).here
            assert (np.nan if here is None else here) == pytest.approx(value, nan_ok=True), (
                expression,
                figure,
            )
    where = (table and "text", name, "accuracy")
    assert found.find(*where).here == pytest.approx(accuracy_score(shown, recognised))


def test_the_whole_training_set_is_recognised_anew(found: Reproduction) -> None:
    assert found.published_split.training_scores.total == found.find("table-1", "training", "frames").here
    assert found.unseen.scores.total == found.frames


def test_published_figures_stand_beside_with_the_difference(found: Reproduction) -> None:
    published = {
        (c.table, c.set, c.expression, c.figure): c.published
        for c in found.comparisons
        if c.published is not None
    }
    assert published["table-4", "test", "sad", "precision"] == 0.77483
    assert published["table-3", "training", "happy", "F1"] == 0.85850169
    assert published["table-2", "test", "stressed", "frames"] == 16_876
    assert published["figure-3", "training", "", "accuracy while training, first epoch"] == 0.4358
    assert len(published) == 2 * (5 * 2 + 2) + 2 * 5 * 5 + 2 + 2
    for c in found.comparisons:
        if c.published is None or c.here is None:
            assert c.difference is None
        else:
            assert c.difference == c.here - c.published


def test_nothing_published_stands_beside_people_never_seen(found: Reproduction) -> None:
    rows = [c for c in found.comparisons if c.set == UNSEEN]
    assert len(rows) == 26
    assert {(c.table, c.published) for c in rows} == {("", None)}
    assert found.unseen.kind == "participant"


def test_the_network_has_the_published_layers() -> None:
    layers = layers_of(network_of("hartmann2022", features=52, classes=5))
    assert [layer.kind for layer in layers] == ["input", *["dense", "dropout"] * 10, "dense"]
    assert sum(layer.parameters for layer in layers) == 156_037
    assert {round(layer.dropped, 6) for layer in layers if layer.kind == "dropout"} == {0.1}
    assert [layer.activation for layer in layers if layer.kind == "dense"] == ["selu"] * 10 + ["softmax"]
    assert [layer.name for layer in layers if layer.l2] == ["dense_9", "dense_10"]
    assert (layers[0].units, layers[-1].units) == (52, 5)


def test_notices_say_what_can_be_concluded(found: Reproduction, people) -> None:
    codes = [notice.code for notice in found.notices]
    assert codes[0] == "calibrated-people"
    assert {"fewer-epochs", "few-participants", "unpublished-settings", "frame-split"} <= set(codes)
    other = ("happy", "sad", "neutral", "angry", "afraid")
    real = reproduce(people(3, 4, synthetic=False, expressions=other), epochs=1, folds=2, jobs=1)
    codes = [notice.code for notice in real.notices]
    assert "calibrated-people" not in codes
    assert "other-expressions" in codes
    assert real.find("table-4", "test", "recall", "neutral").published is None
    assert real.find("table-4", "test", "recall", "happy").published is not None


def test_one_person_is_too_few_to_speak_of_people_never_seen(people) -> None:
    with pytest.raises(DataError, match="at least 2 participants"):
        reproduce(people(1), epochs=1, jobs=1)


def test_finished_trainings_are_not_done_again(
    found: Reproduction, finished: Path, people, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted after two of three trainings, only the third is missing; other settings begin anew."""
    kept = shutil.copytree(finished, tmp_path / "kept")
    assert len(list(kept.iterdir())) == 3
    trained = []
    fit = Telling.fit
    monkeypatch.setattr(
        Telling, "fit", lambda self, X, y, **given: trained.append(len(X)) or fit(self, X, y, **given)
    )

    again = reproduce(people(), epochs=2, folds=2, jobs=1, finished=kept)
    assert trained == []
    assert again.to_dict() == found.to_dict()

    next(iter(kept.iterdir())).unlink()
    again = reproduce(people(), epochs=2, folds=2, jobs=1, finished=kept)
    assert len(trained) == 1
    assert [c.here for c in again.comparisons] == [c.here for c in found.comparisons]

    trained.clear()
    reproduce(people(), epochs=1, folds=2, jobs=1, finished=kept)
    assert len(trained) == 3


def test_a_training_that_breaks_off_leaves_the_finished_ones(
    people, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def breaks_off(self: Telling, X: np.ndarray, y: np.ndarray, **given: object) -> Telling:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return fit(self, X, y, **given)

    fit = Telling.fit
    monkeypatch.setattr(Telling, "fit", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        reproduce(people(3, 4), epochs=1, folds=2, jobs=1, finished=tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_progress_counts_epochs_of_all_trainings(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.on_fold(2, 6)  # from an earlier run
    assert progress.steps() == 2000
    (tmp_path / "a.4").write_bytes(b"...")
    assert progress.steps() == 2750
    (tmp_path / "a.4").write_bytes(b"....")
    progress.on_fold(3, 6)  # just trained: already counted
    (tmp_path / "b.4").write_bytes(b".")
    assert progress.steps() == 3250


def test_each_epoch_is_told(people, tmp_path: Path) -> None:
    from mimik.learn.recognizer import Recognizer

    data = people(2, 4)
    Telling(Recognizer("hartmann2022", epochs=3), str(tmp_path)).fit(data.X, data.y)
    assert Progress(tmp_path).steps() == 1000


def test_all_of_it_is_plain_data(found: Reproduction) -> None:
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["format"] == 1
    assert "10.1055/a-1866-2943" in told["source"]
    assert told["synthetic"] is True
    assert len(told["layers"]) == 22
    assert len(told["published_split"]["folds"][0]["history"]["loss"]) == told["epochs"] == 2


def test_the_csv_has_one_figure_a_row(found: Reproduction) -> None:
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert list(rows[0]) == ["table", "set", "expression", "figure", "published", "here", "difference"]
    assert len(rows) == len(found.comparisons)
    one = next(r for r in rows if (r["table"], r["expression"], r["figure"]) == ("table-4", "sad", "recall"))
    assert float(one["published"]) == SETS["test"].expressions["sad"].recall
    assert float(one["difference"]) == float(one["here"]) - float(one["published"])
    assert {r["published"] for r in rows if r["set"] == UNSEEN} == {""}


def test_other_recipes_say_so_and_channels_that_some_people_lack_are_left_out(people) -> None:
    data = people(4, 4)
    X = data.X.copy()
    X[data.participant == 1, 3] = np.nan
    found = reproduce(replace(data, X=X), preset="fast", epochs=1, folds=2, jobs=1)
    assert found.layers[0].units == 51
    codes = {notice.code for notice in found.notices}
    assert {"channels-left-out", "other-recipe"} <= codes
    assert "fewer-epochs" not in codes
