"""Simulated people behave as the method's authors saw real ones behave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.sources.virtual.expressions import PATTERNS, pattern
from mimik.sources.virtual.person import CHUNK, Habits, Person

STEADY = Habits(blinks=0, turns=0, jitter=0, tremor=0, waver=0)


def seconds_of(person: Person, seconds: float) -> np.ndarray:
    chunks = [person.move()[0] for _ in range(int(seconds * person.fps) // CHUNK)]
    return np.concatenate(chunks)


def test_the_same_seed_is_the_same_person() -> None:
    one, other = Person(3), Person(3)
    for person in (one, other):
        person.ask("happy")

    np.testing.assert_array_equal(seconds_of(one, 4), seconds_of(other, 4))


def test_different_seeds_are_different_people() -> None:
    assert not np.allclose(seconds_of(Person(3), 1), seconds_of(Person(4), 1))


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize(
    "expression", ["happy", "sad", "surprised", "stressed", "disappointed", "pain", "7", "joy"]
)
def test_coefficients_stay_between_0_and_1(fps: int, expression: str) -> None:
    person = Person(1, fps=fps)
    person.ask(expression)

    coefficients = seconds_of(person, 10)[:, :52]

    assert coefficients.min() >= 0
    assert coefficients.max() <= 1


@pytest.mark.parametrize("seed", range(8))
def test_an_expression_begins_one_to_two_seconds_after_it_was_asked_for(seed: int) -> None:
    person = Person(seed, fps=60, habits=STEADY)
    rest = seconds_of(person, 1)[:, :52].mean(axis=0)
    person.ask("surprised")

    away = np.abs(seconds_of(person, 6)[:, :52] - rest).max(axis=1)
    half_way = np.argmax(away > 0.5 * away.max()) / 60

    assert 1.0 < half_way < 2.0 + 0.7


def test_effort_wavers_and_wanes() -> None:
    efforts = []
    for seed in range(20):
        person = Person(seed, fps=60, habits=replace(STEADY, waver=0.12))
        rest = seconds_of(person, 1)[:, :52].mean(axis=0)
        person.ask("happy")
        efforts.append(np.linalg.norm(seconds_of(person, 16)[:, :52] - rest, axis=1))
    effort = np.mean(efforts, axis=0)

    assert effort[3 * 60 : 5 * 60].mean() > 1.05 * effort[14 * 60 :].mean()
    assert all(e[4 * 60 :].std() > 0.01 for e in efforts)


def test_people_rest_differently_and_show_an_expression_their_own_way() -> None:
    shown = []
    for seed in range(10):
        person = Person(seed, habits=STEADY)
        rest = seconds_of(person, 1)[:, :52].mean(axis=0)
        person.ask("sad")
        shown.append(seconds_of(person, 5)[-60:, :52].mean(axis=0) - rest)
    likeness = np.corrcoef(shown)[np.triu_indices(10, 1)]

    assert likeness.mean() > 0.1, "there is something common"
    assert likeness.min() < 0.7, "but nobody is a copy"


def test_a_persons_way_does_not_depend_on_what_was_asked_before() -> None:
    first, second = Person(5, habits=STEADY), Person(5, habits=STEADY)
    second.ask("happy")
    seconds_of(second, 5)
    for person in (first, second):
        person.ask("sad")

    a, b = (seconds_of(person, 4)[-1, :52] for person in (first, second))

    assert np.corrcoef(a, b)[0, 1] > 0.95


def test_people_blink_about_as_often_as_told() -> None:
    person = Person(2, fps=60, habits=Habits(blinks=15, turns=0))
    closed = seconds_of(person, 240)[:, INDEX["eyeBlinkLeft"]] > 0.6

    blinks = np.count_nonzero(closed[1:] & ~closed[:-1])

    assert 30 <= blinks <= 90  # 15 a minute over four minutes are 60


def test_people_look_away_now_and_then() -> None:
    person = Person(2, fps=60, habits=Habits(turns=6))
    seen = np.concatenate([person.move()[1] for _ in range(240)])

    lost = np.count_nonzero(~seen[1:] & seen[:-1])

    assert 4 <= lost <= 25
    assert seen.mean() > 0.8


def test_a_resting_face_is_asked_for_with_none() -> None:
    person = Person(1, habits=STEADY)
    rest = seconds_of(person, 1)[:, :52].mean(axis=0)
    person.ask("happy")
    seconds_of(person, 4)
    person.ask(None)
    seconds_of(person, 4)

    again = seconds_of(person, 1)[:, :52].mean(axis=0)

    still = [i for name, i in INDEX.items() if not name.startswith("eyeLook")]  # eyes wander
    np.testing.assert_allclose(again[still], rest[still], atol=0.02)


def test_patterns_are_symmetric_where_a_channel_has_two_sides() -> None:
    for face in PATTERNS.values():
        for name in BLEND_SHAPES:
            if name.endswith("Left") and not name.startswith(("jaw", "mouthLeft")):
                other = name.removesuffix("Left") + "Right"
                assert face[INDEX[name]] == face[INDEX[other]]


def test_pain_grows_with_its_number_and_unknown_labels_get_a_pattern_of_their_own() -> None:
    strengths = [np.linalg.norm(pattern(str(n))) for n in range(11)]

    assert strengths == sorted(strengths)
    assert strengths[0] == 0
    np.testing.assert_array_equal(pattern("contempt-2"), pattern("contempt-2"))
    assert not np.array_equal(pattern("contempt-2"), pattern("contempt-3"))
