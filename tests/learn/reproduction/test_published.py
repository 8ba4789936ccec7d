"""The published tables agree with each other to the last digit printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

from mimik.learn.reproduction.published import EXPRESSIONS, FRAMES, SETS, TABLES, PublishedExpression

both_sets = pytest.mark.parametrize("name", SETS)

PERCENT = 0.5e-5
"""Half of the last place of a percentage printed with three places, as a share."""


def hits_and_named(of: PublishedExpression) -> list[tuple[int, int]]:
    """Whole numbers of frames (recognised, taken for it) from which all printed figures follow."""
    found = []
    for hits in range(int((of.recall - PERCENT) * of.frames), int((of.recall + PERCENT) * of.frames) + 2):
        for named in range(int(hits / of.precision) - 20, int(hits / of.precision) + 20):
            printed = (
                abs(hits / of.frames - of.recall) <= PERCENT * 1.001,
                abs(hits / named - of.precision) <= PERCENT * 1.001,
                abs(1 - (named - hits) / of.negatives - of.specificity) <= PERCENT * 1.001,
                abs(2 * hits / (of.frames + named) - of.f1) <= 0.51e-8,  # F1 has eight places or more
            )
            if all(printed):
                found.append((hits, named))
    return found


def test_the_sets_hold_all_frames_of_the_study_but_two() -> None:
    """The tables leave out two of the frames that the text counts."""
    assert sum(published.total for published in SETS.values()) == FRAMES - 2


@both_sets
def test_the_compositions_add_up(name: str) -> None:
    published = SETS[name]
    assert tuple(published.expressions) == EXPRESSIONS
    assert sum(e.frames for e in published.expressions.values()) == published.total
    for expression in published.expressions.values():
        assert expression.frames + expression.negatives == published.total


@both_sets
def test_p_follows_from_the_counts(name: str) -> None:
    published = SETS[name]
    p = chisquare([e.frames for e in published.expressions.values()]).pvalue
    assert p == pytest.approx(published.p, abs=0.5e-9)


@both_sets
def test_f1_is_the_harmonic_mean_of_recall_and_precision(name: str) -> None:
    for of in SETS[name].expressions.values():
        harmonic = 2 * of.recall * of.precision / (of.recall + of.precision)
        assert harmonic == pytest.approx(of.f1, abs=1e-5)


@both_sets
def test_one_confusion_matrix_margin_explains_every_printed_figure(name: str) -> None:
    """Per expression one pair of whole numbers fits; the pairs add up to the set and its accuracy."""
    published = SETS[name]
    pairs = [hits_and_named(of) for of in published.expressions.values()]
    assert [len(found) for found in pairs] == [1] * len(EXPRESSIONS)
    hits, named = np.array([found[0] for found in pairs]).sum(axis=0)
    assert named == published.total
    assert hits / published.total == pytest.approx(published.accuracy, abs=PERCENT)


def test_the_wording_of_the_guide_on_recovered_counts() -> None:
    found = {
        name: sum(hits_and_named(of)[0][0] for of in published.expressions.values())
        for name, published in SETS.items()
    }
    assert found == {"training": 393_023, "test": 68_560}


def test_a_misprint_would_be_noticed() -> None:
    happy = SETS["test"].expressions["happy"]
    assert hits_and_named(replace(happy, specificity=happy.specificity + 1e-4)) == []


def test_tables_are_named_by_what_they_show() -> None:
    assert [table.name for table in TABLES] == ["table-1", "table-2", "table-3", "table-4"]
    assert {table.set for table in TABLES} == set(SETS)
