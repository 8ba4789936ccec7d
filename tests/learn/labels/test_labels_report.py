"""The listing of a study's labels, its figures and its page."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from acted import EXPRESSIONS, acted

from mimik.learn.dataset import Dataset
from mimik.learn.labels.figure import MAX_TRIALS, dropped_figure, kept_figure, shares_kept
from mimik.learn.labels.issues import TrialIssue, find_label_issues
from mimik.learn.labels.listing import Listing, _judged, list_labels, write_labels_csv
from mimik.learn.labels.onset import Reason, Span, expressing, find_spans
from mimik.learn.labels.page import write_labels_report

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    people = acted(8, seconds=6)
    n = people.context.recording.max() + 1
    return Dataset(
        X=people.X,
        y=people.y,
        participant=people.context.participant,
        recording=people.context.recording,
        device_time=people.context.device_time,
        expressions=EXPRESSIONS,
        participants=tuple(f"sub-{i}" for i in range(8)),
        recordings=tuple(f"sub-{i // 5}/ses-01/{i % 5 + 1}" for i in range(n)),
        title="eight <people>",
        synthetic=True,
    )


@pytest.fixture(scope="module")
def listing(dataset: Dataset) -> Listing:
    return list_labels(dataset)


def test_each_trial_is_listed_with_what_was_found(dataset: Dataset, listing: Listing) -> None:
    spans = find_spans(dataset.X, dataset.context)
    keep = expressing(dataset.X, dataset.context)
    issues = find_label_issues(dataset.X[keep], dataset.labels[keep], dataset.context.rows(keep))
    found = {issue.recording: issue for issue in issues.trials}

    assert len(listing.trials) == 40
    for i, (trial, span) in enumerate(zip(listing.trials, spans, strict=True)):
        assert trial.recording == dataset.recordings[i]
        assert trial.expression == EXPRESSIONS[i % 5]
        assert (trial.onset, trial.offset) == (span.onset_s, pytest.approx(span.offset_s, abs=1e-3))
        assert trial.dropped == span.frames - span.shown
        assert trial.reason == span.reason
        assert trial.suggested == (found[i].suggested if found[i].suspicious else "")
        assert trial.confidence == pytest.approx(found[i].confidence, abs=1e-4)


def test_totals_add_up(dataset: Dataset, listing: Listing) -> None:
    totals = listing.totals

    assert totals["trials"] == sum(totals["reasons"].values()) == 40
    assert totals["frames"] == len(dataset)
    assert totals["dropped"] == (~expressing(dataset.X, dataset.context)).sum() > 0
    assert 0 < totals["suspicious"] < 40


def test_a_single_person_with_one_trial_each_is_not_judged(dataset: Dataset) -> None:
    alone = list_labels(dataset.subset(dataset.participant == 0))

    assert "no label was given to two people" in alone.not_judged
    assert {(trial.suggested, trial.confidence) for trial in alone.trials} == {("", None)}
    assert alone.totals["dropped"] > 0


def test_the_csv_has_a_row_per_trial(tmp_path: Path, listing: Listing) -> None:
    write_labels_csv(tmp_path / "labels.csv", listing)

    with (tmp_path / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert ",".join(rows[0]) == "recording,expression,onset,offset,frames,dropped,reason,suggested,synthetic"
    assert len(rows) == 40
    assert [float(row["onset"]) for row in rows] == [trial.onset for trial in listing.trials]
    assert [row["suggested"] for row in rows] == [trial.suggested for trial in listing.trials]


# --- figures ---


def test_shares_kept_are_those_of_a_naive_count(dataset: Dataset) -> None:
    keep = expressing(dataset.X, dataset.context)

    shares = shares_kept(dataset, keep, step=0.5)

    assert list(shares) == list(EXPRESSIONS)
    seconds, share = shares["happy"]
    firsts = {r: dataset.device_time[dataset.recording == r][0] for r in range(40)}
    for middle, value in zip(seconds, share, strict=True):
        rows = [
            i
            for i in np.flatnonzero(dataset.y == 2)
            if middle - 0.25 <= dataset.device_time[i] - firsts[int(dataset.recording[i])] < middle + 0.25
        ]
        assert value == pytest.approx(keep[rows].mean())
    assert share[0] == 0
    assert share[-1] == 1


def test_the_figure_of_shares_says_what_is_seen(dataset: Dataset, listing: Listing) -> None:
    drawing = kept_figure("kept", dataset, listing.spans)

    ElementTree.fromstring(drawing)
    keep = expressing(dataset.X, dataset.context)
    assert f"{keep.mean():.0%} of {len(dataset):,} frames are kept" in drawing
    assert all(f">{expression}<" in drawing for expression in EXPRESSIONS)


def suspected(recording: int, suggested: object) -> TrialIssue:
    return TrialIssue(recording, 0, suggested, 1.0, 0.1, 0.8, True)


def test_suspects_come_first_and_are_named(dataset: Dataset, listing: Listing) -> None:
    drawing = dropped_figure("dropped", dataset, listing.spans, [suspected(7, "sad"), suspected(9, 1)])

    assert drawing is not None
    ElementTree.fromstring(drawing)
    words = re.findall(r">([^<>]+)</text>", drawing)
    rows = [word for word in words if word.startswith("sub-")]
    assert set(rows[:2]) == {"sub-1/ses-01/3 happy", "sub-1/ses-01/5 surprised"}
    assert len(rows) == min(40, MAX_TRIALS)
    assert {"sad?", "stressed?"} <= set(words), "names and codes are both understood"
    assert "never moved" not in drawing


def test_at_most_so_many_trials_are_drawn(dataset: Dataset) -> None:
    spans = [Span(i % 40, 1.0, 6.0, 6.0, 180, 150 - i, Reason.BEGINS) for i in range(60)]

    drawing = dropped_figure("dropped", dataset, spans)

    assert drawing is not None
    assert len(re.findall(r">sub-[^<]+</text>", drawing)) == MAX_TRIALS
    assert f"60 of 60 trials lose frames, 0 may show something else; {MAX_TRIALS} of them" in drawing


def test_without_a_doubt_there_is_no_figure(dataset: Dataset) -> None:
    there = [Span(i, 0.0, 6.0, 6.0, 180, 180, Reason.THERE) for i in range(40)]

    assert dropped_figure("dropped", dataset, there) is None
    still = dropped_figure("dropped", dataset, [replace(there[0], reason=Reason.STILL), *there[1:]])
    assert still is not None
    assert "kept, but never moved" in still


# --- the page ---


def test_the_page_opens_anywhere_and_tells_all(tmp_path: Path, dataset: Dataset, listing: Listing) -> None:
    page = write_labels_report(tmp_path / "out" / "labels.html", listing, dataset, now=NOW).read_text("utf-8")

    assert "eight &lt;people&gt;" in page
    assert "<people>" not in page
    assert "Simulated people." in page
    assert "not a medical device" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page), "it fetches nothing"
    assert page.count('<tr><th scope="row">') == 40
    assert len(re.findall(r"<svg ", page)) == 2
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_says_why_nobody_was_judged(tmp_path: Path, dataset: Dataset) -> None:
    one = dataset.subset(dataset.participant == 0)

    page = write_labels_report(tmp_path / "one.html", list_labels(one), one, now=NOW).read_text("utf-8")

    assert "No trial was held against others: no label was given to two people" in page
    assert "under suspicion, too" not in page


def test_a_judge_that_knows_no_better_than_chance_accuses_nobody() -> None:
    rng = np.random.default_rng(0)
    issues = tuple(
        TrialIssue(i, "1", str(rng.integers(1, 12)), share=1.0, confidence=0.0, margin=1.0, suspicious=True)
        for i in range(60)
    )
    kept, why = _judged(issues)
    assert kept == ()
    assert "no judge of labels" in why
    right = tuple(replace(issue, suggested="1") for issue in issues)
    assert _judged(right) == (right, "")
