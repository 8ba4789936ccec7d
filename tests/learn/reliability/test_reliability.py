"""What was measured again, and what it says of each channel."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.learn.metrics.agreement import reliability as two_way
from mimik.learn.reliability.designs import Design, measurements
from mimik.learn.reliability.levels import CHANNELS, Levels, Sat, levels_of
from mimik.learn.reliability.reliability import Reliability, reliability_of
from mimik.learn.reliability.write import write_reliability, write_rows
from mimik.learn.trials import TrialFrames

SMILE = list(CHANNELS).index("mouthSmileLeft")


def trial(
    who: str, session: int, number: int, expression: str, level: float, *, device: int | None = 1
) -> TrialFrames:
    rng = np.random.default_rng([ord(who), session, number])
    X = np.full((40, 52), 0.25, dtype=np.float32)
    X[:, INDEX["mouthSmileLeft"]] = level + 0.01 * rng.standard_normal(40)
    X[:, INDEX["jawOpen"]] = rng.random(40)
    return TrialFrames(
        participant=f"sub-{who}",
        session=f"ses-{session:02}",
        trial=number,
        expression=expression,
        device=device,
        started=1000.0 * session,
        synthetic=True,
        device_time=np.arange(40) / 60,
        X=X,
        rotation=np.zeros((40, 3), np.float32),
        plateau=np.arange(40) >= 10,
        resting=np.full(52, np.nan, np.float32),
    )


def twice(people: str = "ABCDE", *, sessions: int = 1, devices: int = 1) -> list[TrialFrames]:
    """Everybody shows two expressions twice a session; the level is the person's and the expression's."""
    rng = np.random.default_rng(1)
    return [
        trial(who, s, 2 * r + e, expression, 0.1 * i + 0.2 * e + 0.02 * rng.standard_normal(), device=d)
        for i, who in enumerate(people)
        for d in range(1, devices + 1)
        for s in range(sessions * (d - 1) + 1, sessions * d + 1)
        for r in range(2)
        for e, expression in enumerate(("happy", "sad"))
    ]


def test_levels_are_those_of_the_plateau() -> None:
    one = trial("A", 1, 0, "happy", 0.5)
    one.X[:10] = 0.9  # before the expression was shown

    [values] = levels_of([one]).values

    held = one.X[10:].astype(np.float64)
    assert values[0, SMILE] == pytest.approx(held[:, INDEX["mouthSmileLeft"]].mean())
    assert values[1, SMILE] == pytest.approx(np.percentile(held[:, INDEX["mouthSmileLeft"]], 95))
    jaw = held[:, [INDEX[n] for n in ("jawForward", "jawLeft", "jawRight", "jawOpen")]]
    assert values[0, list(CHANNELS).index("jaw")] == pytest.approx(jaw.mean())
    assert values[1, list(CHANNELS).index("jaw")] == pytest.approx(np.percentile(jaw.mean(axis=1), 95))
    assert [name for name, region in CHANNELS.items() if name != region] == list(BLEND_SHAPES)


def rows(*sat: tuple[str, str, int, str, int | None, float]) -> Levels:
    values = np.arange(len(sat), dtype=float)[:, None, None] * np.ones((1, 2, len(CHANNELS)))
    return Levels(tuple(Sat(*one) for one in sat), values, synthetic=True)


def test_repeats_are_trials_of_one_session_in_their_order() -> None:
    many = [(f"sub-{w}", "ses-01", t, "happy", 1, 0.0) for w in "ABC" for t in (5, 2)]
    levels = rows(*many, ("sub-D", "ses-01", 1, "happy", 1, 0.0))

    found = measurements(levels, Design.REPEATS)

    assert found.units == (("sub-A", "happy"), ("sub-B", "happy"), ("sub-C", "happy"))
    assert found.values[:, :, 0, 0].tolist() == [[1, 0], [3, 2], [5, 4]]


def test_sessions_are_means_on_the_same_device_in_the_order_of_time() -> None:
    many = [
        (f"sub-{w}", s, t, "happy", d, when)
        for w in "ABC"
        for s, t, d, when in [
            ("ses-01", 1, 1, 900.0),
            ("ses-02", 1, 1, 100.0),
            ("ses-02", 2, 1, 100.0),
            ("ses-03", 1, 2, 1000.0),
        ]
    ]

    found = measurements(rows(*many), Design.SESSIONS)

    assert found.values[:, :, 0, 0].tolist() == [[1.5, 0], [5.5, 4], [9.5, 8]]


def test_devices_are_the_pair_that_most_share() -> None:
    many = [
        (f"sub-{w}", f"ses-{d:02}", 1, "happy", d, 0.0)
        for w, own in zip("ABCD", [(1, 2, 3), (2, 3), (2, 3), (1, 2)], strict=True)
        for d in own
    ]

    found = measurements(rows(*many), Design.DEVICES)

    assert found.detail == "devices 2 and 3"
    assert found.units == (("sub-A", "happy"), ("sub-B", "happy"), ("sub-C", "happy"))
    assert found.values[:, :, 0, 0].tolist() == [[1, 2], [3, 4], [5, 6]]


def test_units_measured_more_often_keep_their_first_times() -> None:
    many = [(f"sub-{w}", "ses-01", t, "happy", 1, 0.0) for w in "ABCD" for t in range(2 + 2 * (w == "D"))]

    found = measurements(rows(*many), Design.REPEATS)

    assert (found.people, found.times) == (4, 2)


@pytest.fixture(scope="module")
def found() -> Reliability:
    return reliability_of(twice(sessions=2, devices=2), title="twice")


def test_every_channel_and_region_is_told_in_every_way(found: Reliability) -> None:
    assert [(one.design, one.people, one.units, one.times) for one in found.found] == [
        (Design.REPEATS, 5, 10, 2),
        (Design.SESSIONS, 5, 10, 2),
        (Design.DEVICES, 5, 10, 2),
    ]
    assert len(found.rows) == 3 * 2 * (52 + 7)
    assert [row.channel for row in found.of(Design.DEVICES)] == list(CHANNELS)


def test_figures_are_those_of_the_table_of_units(found: Reliability) -> None:
    levels = levels_of(twice(sessions=2, devices=2))
    table = measurements(levels, Design.REPEATS).values[:, :, 0, SMILE]
    [row] = [row for row in found.of(Design.REPEATS) if row.channel == "mouthSmileLeft"]
    expected = two_way(table)

    assert row.icc.value == pytest.approx(expected.agreement.value)
    assert row.icc.value > 0.9
    assert row.icc.low < row.icc.value < row.icc.high
    assert row.sem == pytest.approx(expected.sem_agreement)
    assert row.smallest_change == pytest.approx(1.959964 * np.sqrt(2) * row.sem)
    assert row.level == pytest.approx(table.mean())


def test_noise_is_not_reliable_and_what_never_moved_is_not_told(found: Reliability) -> None:
    rows = {row.channel: row for row in found.of(Design.REPEATS)}

    assert rows["jawOpen"].icc.value < 0.6
    assert rows["browInnerUp"].icc.value is None
    assert rows["browInnerUp"].sem is None
    assert rows["brows"].icc.value is None


def test_without_repeats_it_says_what_to_record() -> None:
    once = [replace(t, device=None) for t in twice() if t.trial < 2]

    found = reliability_of(once, title="once")

    assert found.rows == ()
    texts = {notice.text for notice in found.notices if notice.code == "not-applicable"}
    assert len(texts) == 3
    assert any("repeats = 3" in text for text in texts)
    assert any("same people again" in text for text in texts)
    assert any("0 known" in text for text in texts)


def test_two_people_are_too_few() -> None:
    found = reliability_of(twice("AB"), title="two")

    assert not found.rows
    assert "2 of the 3 people" in found.found[0].why_not


def test_nothing_recorded_is_an_error() -> None:
    with pytest.raises(DataError, match="expected finished trials"):
        reliability_of([], title="empty")


def test_the_report_stands_alone(found: Reliability, tmp_path: Path) -> None:
    page = write_reliability(tmp_path / "r" / "reliability.html", found).read_text("utf-8")

    assert "Simulated people." in page
    assert "not a medical device" in page
    assert page.count("<svg") == 6
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "mouthSmileLeft" in page
    assert "sub-" not in page


def test_the_table_is_tidy(found: Reliability, tmp_path: Path) -> None:
    with write_rows(tmp_path / "reliability.csv", found).open(newline="") as file:
        table = list(csv.DictReader(file))

    assert len(table) == len(found.rows)
    assert {row["synthetic"] for row in table} == {"true"}
    [smile] = [
        r
        for r in table
        if (r["repeated"], r["channel"], r["statistic"]) == ("sessions", "mouthSmileLeft", "mean")
    ]
    [row] = [row for row in found.of(Design.SESSIONS) if row.channel == "mouthSmileLeft"]
    assert float(smile["icc"]) == row.icc.value
    assert [r["icc"] for r in table if r["channel"] == "browInnerUp"] == [""] * 6
