"""What counts as noise, and what a change beyond it is; held against a naive reader and a simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t
from sittings import SHOWN, cohort, unchanged, weaker_left, write_study

from mimik.errors import DataError
from mimik.learn.monitoring.comparison import Comparison
from mimik.learn.monitoring.measured import measured
from mimik.learn.monitoring.measures import FACE, Measure
from mimik.learn.monitoring.monitor import compare, monitor
from mimik.learn.monitoring.monitoring import ALL, Monitoring, Verdict
from mimik.learn.monitoring.noise import ENOUGH, Noise, Noises, bound, noise_of, pooled_within
from mimik.learn.trials import TrialFrames

SIDES = Measure("asymmetry", FACE)


def test_noise_is_the_spread_within_cells() -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((12, 2)) + np.repeat([0, 10, 20], [3, 5, 4])[:, None]
    values[0, 1] = np.nan
    cell = ["a"] * 3 + ["b"] * 5 + ["c"] * 4

    sem, df = pooled_within(values, cell)

    for k in range(2):
        own = [values[[c == name for c in cell], k] for name in "abc"]
        own = [column[np.isfinite(column)] for column in own]
        squares = sum(((column - column.mean()) ** 2).sum() for column in own)
        assert df[k] == sum(len(column) - 1 for column in own)
        assert sem[k] == pytest.approx(np.sqrt(squares / df[k]))


def test_for_pairs_it_is_the_usual_formula() -> None:
    first, second = np.random.default_rng(2).standard_normal((2, 50))

    sem, df = pooled_within(np.concatenate([first, second])[:, None], [*range(50)] * 2)

    assert sem[0] == pytest.approx(np.sqrt(np.mean((first - second) ** 2) / 2))  # Dahlberg's error
    assert df[0] == 50


def test_no_repeats_no_noise() -> None:
    sem, df = pooled_within(np.ones((4, 1)), [*range(4)])

    assert np.isnan(sem[0])
    assert df[0] == 0


def test_ones_own_repeats_are_preferred_if_they_are_enough() -> None:
    many, few = ENOUGH + 1, 3
    values = np.random.default_rng(3).standard_normal((many + few, 1))
    person = ["sub-A"] * many + ["sub-B"] * few
    session = ["ses-01"] * (many + few)

    [own] = noise_of(values, person, session, "sub-A")
    [borrowed] = noise_of(values, person, session, "sub-B")
    [unknown] = noise_of(values[-2:], person[-2:], session[-2:], "sub-B")

    assert (own.scope, own.df) == ("participant", ENOUGH)
    assert (borrowed.scope, borrowed.df) == ("study", ENOUGH + few - 1)
    assert (unknown.scope, unknown.known) == ("unknown", False)


def test_the_bound_is_the_reliable_change_of_two_single_trials() -> None:
    endless = Noise(0.1, 10**9, "study")

    assert bound([(endless, 1, 1)]) == pytest.approx(1.96 * np.sqrt(2) * 0.1, rel=1e-4)
    assert bound([(endless, 4, 4)]) == pytest.approx(bound([(endless, 1, 1)]) / 2)
    assert bound([(Noise(0.1, 5, "study"), 1, 1)]) == pytest.approx(t.ppf(0.975, 5) * np.sqrt(2) * 0.1)
    assert bound([(endless, 1, 1)] * 4) == pytest.approx(bound([(endless, 1, 1)]) / 2)
    assert np.isnan(bound([(endless, 1, 1), (Noise(np.nan, 0, "unknown"), 1, 1)]))
    assert bound([(Noise(0.0, 9, "study"), 1, 1)]) == 0.0


def test_bounds_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(2000):
        noises = []
        change = 0.0
        for sigma, df in ((1.0, 4), (0.3, 12)):
            sem = sigma * np.sqrt(rng.chisquare(df) / df)
            noises.append((Noise(sem, df, "study"), 2, 3))
            change += sigma * np.sqrt(1 / 2 + 1 / 3) * rng.standard_normal() / 2
        inside.append(abs(change) <= bound(noises))

    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


@pytest.fixture(scope="module")
def people() -> list[tuple[TrialFrames, ...]]:
    return list(cohort(24))


def test_people_who_do_not_change_are_seldom_beyond_noise(people: list[tuple[TrialFrames, ...]]) -> None:
    everybody = measured([trial for own in people for trial in own], np.ones(52, dtype=bool))
    judged: dict[str, list[bool]] = {}
    for who in dict.fromkeys(everybody.participant):
        noise = Noises(everybody, who)
        comparison = Comparison(everybody.of(who), noise, ("ses-01", "ses-02"), "ses-01")
        for row in comparison.rows(SHOWN, frozenset()):
            if row.verdict in (Verdict.WITHIN, Verdict.BEYOND) and row.expression != ALL:
                judged.setdefault(row.measure.name, []).append(row.verdict is Verdict.BEYOND)

    assert {name: len(beyond) for name, beyond in judged.items()} == {
        "expressivity": 24 * 8 * 3,
        "asymmetry": 24 * 6 * 3,
        "absolute asymmetry": 24 * 6 * 3,
        "range": 24 * 9 * 3,
        "peak speed": 24 * 9 * 3,
    }
    for name, beyond in judged.items():
        assert np.mean(beyond) == pytest.approx(0.05, abs=0.04), name


def test_a_weaker_side_is_beyond_noise_from_then_on(people: list[tuple[TrialFrames, ...]]) -> None:
    patients = list(cohort(8, 4, first=500, changes=[unchanged, unchanged, weaker_left, weaker_left]))
    everybody = measured([trial for own in (*people, *patients) for trial in own], np.ones(52, dtype=bool))
    sessions = ("ses-01", "ses-02", "ses-03", "ses-04")
    verdicts = []
    for own in patients:
        who = own[0].participant
        rows = Comparison(everybody.of(who), Noises(everybody, who), sessions, "ses-01").rows(
            SHOWN, frozenset()
        )
        course = [row for row in rows if row.expression == ALL and row.measure == SIDES]
        verdicts.append([row.verdict for row in course])
        assert all(row.change < 0 for row in course[2:])  # the left side is the weaker one

    before, after = (Verdict.BASELINE, Verdict.WITHIN), (Verdict.BEYOND, Verdict.BEYOND)
    assert all(tuple(found[2:]) == after for found in verdicts)
    assert sum(tuple(found[:2]) == before for found in verdicts) >= 7


def test_another_baseline_turns_the_change_round(people: list[tuple[TrialFrames, ...]]) -> None:
    own = people[0]
    forth = compare(own, title="t").course(SIDES)
    back = compare(own, title="t", baseline="ses-02").course(SIDES)

    assert back[0].change == pytest.approx(-forth[1].change)
    assert back[1].verdict is Verdict.BASELINE


def test_values_are_means_of_the_trials_and_of_the_expressions(people: list[tuple[TrialFrames, ...]]) -> None:
    own = people[0]
    found = compare(own, title="t")
    table = measured(own, np.ones(52, dtype=bool))
    at = table.measures.index(SIDES)

    means = []
    for expression in SHOWN:
        rows = [
            i for i, trial in enumerate(own) if (trial.session, trial.expression) == ("ses-02", expression)
        ]
        means.append(table.values[rows, at].mean())
        [row] = [r for r in found.course(SIDES, expression) if r.session == "ses-02"]
        assert (row.value, row.trials) == (pytest.approx(means[-1]), 2)
    [row] = [r for r in found.course(SIDES) if r.session == "ses-02"]
    assert row.value == pytest.approx(np.mean(means))


def without_repeats() -> Monitoring:
    return compare([t for trials in cohort(1, repeats=1) for t in trials], title="once")


def test_without_repeated_trials_the_noise_is_unknown() -> None:
    found = without_repeats()

    later = [row for row in found.rows if row.session == "ses-02"]
    assert {row.verdict for row in later} == {Verdict.UNKNOWN}
    assert "noise-unknown" in {notice.code for notice in found.notices}
    assert found.judged() == 0


def test_one_session_is_not_monitored(people: list[tuple[TrialFrames, ...]]) -> None:
    with pytest.raises(DataError, match="two finished sessions"):
        compare([t for t in people[0] if t.session == "ses-01"], title="t")
    with pytest.raises(DataError, match="'ses-09'") as error:
        compare(people[0], title="t", baseline="ses-09")
    assert "ses-01, ses-02" in error.value.hint


def test_a_study_is_read_as_it_was_written(tmp_path) -> None:
    study, who = write_study(tmp_path / "study", [unchanged, unchanged, weaker_left], others=4)

    found = monitor(study, who)

    assert [(s.session, s.trials, s.frames, round(s.rate), s.resting) for s in found.sessions] == [
        (f"ses-{n:02}", 5, found.sessions[n - 1].frames, 30, True) for n in (1, 2, 3)
    ]
    assert all(350 < s.frames <= 5 * 90 - 45 for s in found.sessions)
    assert found.expressions == ("neutral", "happy", "sad")
    assert found.course(SIDES)[2].verdict is Verdict.BEYOND
    assert found.synthetic
    assert found.notices[0].code == "synthetic-data"
