"""Confidence, warnings, the report and the table of a monitoring."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from sittings import SHOWN, cohort, unchanged, weaker_left, write_study

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.data import load_dataset
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.monitoring.measures import FACE, Measure
from mimik.learn.monitoring.monitor import compare, monitor
from mimik.learn.monitoring.monitoring import ALL, Monitoring, Verdict
from mimik.learn.monitoring.write import change_text, value_text, write_monitoring, write_rows
from mimik.learn.trials import TrialFrames

CONFIDENCE = Measure("confidence", FACE)


@dataclass(frozen=True)
class BySmile:
    """Knows "happy" by the smile and takes everything else for "sad"."""

    card: ModelCard
    features: Features

    def predict_proba(
        self, X: np.ndarray, *, resting: np.ndarray | None = None, device_time: np.ndarray | None = None
    ) -> np.ndarray:
        assert resting is not None
        assert device_time is not None
        assert len(device_time) == len(X)
        assert resting.shape == (52,)
        assert np.isfinite(X[:, [INDEX[name] for name in self.card.channels]]).all()
        happy = 1 / (1 + np.exp(-8 * (X[:, INDEX["mouthSmileLeft"]].astype(float) - 0.3)))
        return np.stack([happy, 1 - happy], axis=1)


def model(study: str | None = None, fingerprint: str | None = None) -> BySmile:
    return BySmile(
        ModelCard(
            labels=("happy", "sad"),
            channels=("mouthSmileLeft", "jawOpen"),
            preset="by hand",
            parameters={},
            trained_on=TrainedOn(1, 1, study, fingerprint, synthetic=True),
            versions={},
            created="2026-01-01",
        ),
        Features.raw(("mouthSmileLeft", "jawOpen")),
    )


@pytest.fixture(scope="module")
def own() -> tuple[TrialFrames, ...]:
    [trials] = cohort(1, 3, first=7, changes=[unchanged, unchanged, weaker_left])
    return trials


@pytest.fixture(scope="module")
def found(own: tuple[TrialFrames, ...]) -> Monitoring:
    return compare(own, title="once more", model=model())


def codes(found: Monitoring) -> set[str]:
    return {notice.code for notice in found.notices}


def test_confidence_is_the_mean_probability_of_the_prompt(
    own: tuple[TrialFrames, ...], found: Monitoring
) -> None:
    happy = [t for t in own if (t.session, t.expression) == ("ses-02", "happy")]
    smile = BLEND_SHAPES.index("mouthSmileLeft")
    means = [np.mean(1 / (1 + np.exp(-8 * (t.X[t.plateau, smile].astype(float) - 0.3)))) for t in happy]

    [row] = [r for r in found.course(CONFIDENCE, "happy") if r.session == "ses-02"]

    assert row.value == pytest.approx(np.mean(means), abs=1e-5)
    [unknown] = [r for r in found.course(CONFIDENCE, "surprised") if r.session == "ses-02"]
    assert unknown.verdict is Verdict.NOTHING  # no label of the recognizer


def test_a_recognizer_with_a_memory_has_seen_what_came_before_the_plateau(
    own: tuple[TrialFrames, ...],
) -> None:
    features = Features.raw(("mouthSmileLeft", "jawOpen"), memories=(0.5,))
    weights = (np.array([[3.0, 0.0], [0.0, 1.0], [-5.0, 0.0], [0.0, 2.0]], dtype=np.float32),)
    remembers = Model(model().card, features, weights, (np.zeros(2, dtype=np.float32),))
    happy = [t for t in own if (t.session, t.expression) == ("ses-02", "happy")]
    whole = [remembers.predict_proba(t.X, resting=t.resting, device_time=t.device_time) for t in happy]
    means = [p[t.plateau, 0].mean() for p, t in zip(whole, happy, strict=True)]

    found = compare(own, title="once more", model=remembers)

    [row] = [r for r in found.course(CONFIDENCE, "happy") if r.session == "ses-02"]
    assert row.value == pytest.approx(np.mean(means), abs=1e-5)


def test_without_a_model_there_is_no_confidence(own: tuple[TrialFrames, ...]) -> None:
    assert not compare(own, title="t").course(CONFIDENCE)


def test_it_is_said_loudly_that_the_recognizer_may_know_the_participant(
    own: tuple[TrialFrames, ...],
) -> None:
    elsewhere = compare(own, title="ours", model=model("theirs", "f" * 64))
    same_title = compare(own, title="ours", model=model("ours", "f" * 64))
    same_data = compare(own, title="ours", model=model("theirs", "f" * 64), fingerprint="f" * 64)

    severities = [
        [n.severity for n in m.notices if n.code in ("maybe-trained-on", "trained-on-study")]
        for m in (elsewhere, same_title, same_data)
    ]
    assert severities == [["warning"], ["serious"], ["serious"]]
    assert "maybe-trained-on" in codes(elsewhere)


def test_a_recognizer_of_simulated_people_is_no_use_on_real_ones(own: tuple[TrialFrames, ...]) -> None:
    real = [replace(trial, synthetic=False) for trial in own]

    assert "synthetic-model" in codes(compare(real, title="t", model=model()))
    assert "synthetic-data" not in codes(compare(real, title="t"))


def test_what_else_may_have_changed_is_said(own: tuple[TrialFrames, ...]) -> None:
    lacking = [
        replace(
            t,
            device=int(t.session[-1]),
            resting=np.full(52, np.nan, np.float32),
            rotation=np.full((len(t), 3), np.nan, np.float32),
            X=np.where(np.array(BLEND_SHAPES) == "tongueOut", np.float32(np.nan), t.X),
        )
        for t in own
    ]

    found = compare(lacking, title="t")

    assert {"device-changed", "resting-unknown", "head-unknown", "channels-left-out"} <= codes(found)
    assert "tongueOut" not in found.channels
    expressivity = found.course(Measure("expressivity", FACE))
    assert {row.verdict for row in expressivity} == {Verdict.NOTHING}
    assert {row.verdict for row in found.course(Measure("range", "tongue"))} == {Verdict.NOTHING}
    assert Verdict.BEYOND in {row.verdict for row in found.course(Measure("asymmetry", FACE))}


def test_how_many_changes_chance_explains_is_said(found: Monitoring) -> None:
    [text] = [notice.text for notice in found.notices if notice.code == "many-changes"]

    assert f"{found.judged()} changes" in text
    assert f"about {0.05 * found.judged():.0f} " in text
    assert "noise-within-session" in codes(found)


def test_the_report_stands_alone_and_says_what_it_is(found: Monitoring, tmp_path: Path) -> None:
    page = write_monitoring(tmp_path / "over" / "time.html", found).read_text("utf-8")

    assert "Simulated people." in page
    assert page.count("not a medical device") >= 3
    assert "sub-0007" in page
    assert page.count("<svg") == 2 * 6  # regions and expressions of each measure
    assert "https://" not in page
    assert "beyond noise" in page
    assert "{{" not in page
    real = replace(found, synthetic=False)
    page = write_monitoring(tmp_path / "real.html", real).read_text("utf-8")
    assert "Simulated people." not in page
    assert "Not a medical device" in page


def test_names_cannot_break_the_page(found: Monitoring, tmp_path: Path) -> None:
    odd = replace(found, title="<script>alert(1)</script>")

    assert "<script>" not in write_monitoring(tmp_path / "p.html", odd).read_text("utf-8")


def test_the_table_is_tidy_and_json_is_plain(found: Monitoring, tmp_path: Path) -> None:
    with write_rows(tmp_path / "values.csv", found).open(newline="") as file:
        table = list(csv.DictReader(file))

    assert len(table) == len(found.rows) == 3 * 5 * len(found.measures)
    keys = {(r["session"], r["expression"], r["measure"], r["region"]) for r in table}
    assert len(keys) == len(table)
    assert {r["expression"] for r in table} == {"neutral", *SHOWN, ALL}
    for text, row in zip(table, found.rows, strict=True):
        assert (text["value"] == "") == bool(np.isnan(row.value))
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["use"].startswith("Research use only, not a medical device")
    assert len(plain["rows"]) == len(found.rows)


def test_numbers_read_well() -> None:
    assert value_text(0.12345, "coefficient") == "0.123"
    assert value_text(12.345, "degree/s") == "12.3"
    assert value_text(float("nan"), "coefficient") == "\N{EN DASH}"
    assert change_text(-0.12345, "coefficient") == "\N{MINUS SIGN}0.123"
    assert change_text(0.5, "probability") == "+0.500"


def test_a_recognizer_trained_on_the_study_itself_is_recognised(tmp_path: Path) -> None:
    study, who = write_study(tmp_path / "study", [unchanged, unchanged])
    fingerprint = load_dataset(study).fingerprint

    found = monitor(study, who, model=model("another title", fingerprint))

    assert [n.severity for n in found.notices if n.code == "trained-on-study"] == ["serious"]


def test_trials_excluded_by_hand_are_passed_over_and_told(tmp_path: Path) -> None:
    study, who = write_study(tmp_path / "study", [unchanged, unchanged])
    before = monitor(study, who)
    study.exclude_trial(study.sessions(who)[1], 2, "looked away", at=0.0)
    after = monitor(study, who)
    assert [s.trials for s in before.sessions] == [s.trials + (i == 1) for i, s in enumerate(after.sessions)]
    assert codes(after) - codes(before) == {"trials-excluded"}


def test_every_warning_is_in_the_guide() -> None:
    root = Path(__file__).parents[3]
    packages = ("monitoring", "reliability")
    code = "".join(
        p.read_text("utf-8") for name in packages for p in (root / "src/mimik/learn" / name).glob("*.py")
    )
    known = set(re.findall(r'Notice\(\s*"([a-z-]+)"', code))

    assert {"noise-unknown", "not-applicable"} <= known
    guide = (root / "docs" / "monitoring.md").read_text("utf-8")
    assert [c for c in sorted(known) if f"`{c}`" not in guide] == []
