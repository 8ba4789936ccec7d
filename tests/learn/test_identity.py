"""The meter finds who differs and nobody else: cohorts whose truth is known, and a naive second meter."""

from __future__ import annotations

import csv
import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.capture.simulation import simulate
from mimik.errors import DataError
from mimik.learn.channels import without_channels
from mimik.learn.dataset import Dataset, RecordingFacts
from mimik.learn.estimate import Estimate
from mimik.learn.identity import Attack, Identification, Row, identify, reidentify
from mimik.learn.identity.attackers import ATTACKERS, Material
from mimik.learn.identity.meter import beginnings
from mimik.learn.identity.ranks import equal_error_rate, found_within, per_person
from mimik.learn.identity.reidentify import standings
from mimik.learn.identity.sides import first_frames, sides_of
from mimik.learn.identity.write import write_rows
from mimik.learn.report.identity import write_identity_picture
from mimik.protocol import parse_protocol
from mimik.sources.virtual.person import Habits
from mimik.study.coarsening import AS_RECORDED, CHANNEL_SETS, Coarsening
from mimik.study.study import Study

EXPRESSIONS = ("happy", "sad", "angry", "surprised")
ALL = tuple(range(len(BLEND_SHAPES)))
FRAMES = 20


def cohort(
    people: int = 20,
    *,
    sessions: int = 2,
    takes: int = 1,
    differ: float = 0.0,
    channels: tuple[int, ...] = ALL,
    shuffled: bool = False,
    seed: int = 0,
) -> Dataset:
    """People who show everything alike, but for an offset of their own on some channels.

    ``shuffled`` deals the offsets anew for every session and expression: then nobody keeps a face.
    """
    rng = np.random.default_rng(seed)
    offsets = np.zeros((people, 52))
    offsets[:, channels] = differ * rng.normal(size=(people, len(channels)))
    common = rng.uniform(0, 0.5, (len(EXPRESSIONS), 52))
    X, y, person, facts = [], [], [], []
    faces = {(s, e): rng.permutation(people) for s in range(sessions) for e in range(len(EXPRESSIONS))}
    for p in range(people):
        for s in range(sessions):
            for e in range(len(EXPRESSIONS)):
                for take in range(takes):
                    offset = offsets[faces[s, e][p] if shuffled else p]
                    wobble = 0.05 * rng.normal(size=52)
                    X.append(common[e] + offset + wobble + 0.02 * rng.normal(size=(FRAMES, 52)))
                    y.append(e)
                    person.append(p)
                    facts.append(RecordingFacts(f"{p}/ses-{s}", e * takes + take, EXPRESSIONS[e]))
    n = len(facts)
    return Dataset(
        X=np.concatenate(X).astype(np.float32),
        y=np.repeat(y, FRAMES),
        participant=np.repeat(person, FRAMES).astype(np.int32),
        recording=np.repeat(np.arange(n), FRAMES).astype(np.int32),
        device_time=np.tile(np.arange(FRAMES) / 10, n),
        expressions=EXPRESSIONS,
        participants=tuple(f"sub-{p:02}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(n)),
        title="cohort",
        synthetic=True,
        facts=tuple(facts),
    )


def assert_guessing(found: Identification) -> None:
    """Every attacker names about as many as guessing does: within 3.3 standard errors of a share."""
    error = math.sqrt(found.chance * (1 - found.chance) / found.probes)
    for attack in found.attacks:
        assert attack.rank1.value == pytest.approx(found.chance, abs=3.3 * error), attack.name
        assert attack.equal_error == pytest.approx(0.5, abs=0.08), attack.name


@pytest.mark.parametrize("sessions", [1, 2])
def test_people_who_are_all_alike_are_named_by_guessing(sessions: int) -> None:
    held = []
    for seed in range(4):
        found = identify(cohort(30, sessions=sessions, takes=2, seed=seed), seed=seed)
        assert_guessing(found)
        assert found.people == round(1 / found.chance) == 30
        for rate in (attack.rank1 for attack in found.attacks):
            if rate.low is not None and rate.high is not None:  # none where nobody at all was named
                held.append(rate.low <= found.chance <= rate.high)
    assert len(held) > 6
    assert np.mean(held) >= 0.85  # of 95 % intervals, about a dozen


@pytest.mark.parametrize(("sessions", "apart"), [(1, "trials"), (2, "sessions"), (3, "sessions")])
def test_people_who_differ_are_named(sessions: int, apart: str) -> None:
    found = identify(cohort(differ=0.3, sessions=sessions))
    assert found.apart == apart
    for attack in found.attacks:
        assert attack.rank1.value is not None and attack.rank1.value > 0.95
        assert attack.together.value == 1.0
        assert attack.equal_error is not None and attack.equal_error < 0.05


def test_without_the_channel_in_which_they_differ_they_are_named_by_guessing() -> None:
    people = cohort(20, differ=1.0, takes=2, channels=(INDEX["jawOpen"],))
    whole = identify(people, attackers=("nearest", "discriminant"))
    assert whole.strongest.rank1.value is not None and whole.strongest.rank1.value > 5 * whole.chance
    assert_guessing(identify(without_channels(people, ["jawOpen"])))


def test_shuffled_identities_are_named_by_guessing() -> None:
    for seed in range(3):
        assert_guessing(identify(cohort(30, differ=0.3, shuffled=True, seed=seed), seed=seed))


def test_what_names_a_probe_never_says_whose_it_is() -> None:
    people = cohort(differ=0.1)
    sides = sides_of(people)
    probe = np.isin(people.recording, sides.probes)
    others = people.participant.copy()
    others[probe] = (others[probe] + 1) % people.n_participants  # the truth changes, the likenesses may not
    honest, mistaken = identify(people), identify(replace(people, participant=others))
    for one, other in zip(honest.attacks, mistaken.attacks, strict=True):
        assert one.rank1.value is not None and other.rank1.value is not None
        assert one.rank1.value > 0.5 > 0.2 > other.rank1.value


@given(st.integers(2, 8), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_the_sides_share_no_recording_and_probes_are_of_known_people(
    people: int, sessions: int, takes: int, seed: int
) -> None:
    data = cohort(people, sessions=sessions, takes=takes)
    sides = sides_of(data, seed=seed)
    assert sorted([*sides.gallery, *sides.probes]) == list(range(data.n_recordings))
    assert set(sides.owner[sides.probes]) <= set(sides.owner[sides.gallery]) == set(sides.people)
    if sessions > 1:
        sessions_of = [{data.facts[i].session for i in side} for side in (sides.gallery, sides.probes)]
        assert not sessions_of[0] & sessions_of[1]
    else:
        assert abs(len(sides.gallery) - len(sides.probes)) <= people * len(EXPRESSIONS)


def test_who_was_recorded_once_cannot_be_found_again() -> None:
    once = cohort(3, sessions=1)
    first = np.isin(once.recording, np.arange(0, once.n_recordings, len(EXPRESSIONS)))
    with pytest.raises(DataError, match="2 recordings each"):
        identify(once.subset(first))


def naive_nearest(data: Dataset) -> float:
    """Rank-1 rate of the nearest known recording, one probe at a time."""
    sides = sides_of(data)

    def features(i: int) -> np.ndarray:
        x = data.X[data.recording == i].astype(float)
        t = data.device_time[data.recording == i]
        steps = [abs(b - a) for a, b in itertools.pairwise(x)]
        speed = sum(steps) / (t[-1] - t[0])
        quantiles = [np.percentile(x, q, axis=0) for q in (10, 50, 90)]
        return np.concatenate([x.mean(0), x.std(0), *quantiles, speed])

    shown = data.y[first_frames(data)]
    known = {i: features(i) for i in sides.gallery}
    usual = {e: np.mean([known[i] for i in known if shown[i] == e], axis=0) for e in set(shown)}
    known = {i: f - usual[shown[i]] for i, f in known.items()}
    own_spread = np.zeros(len(usual[0]))
    for person in sides.people:  # variance within each person, a person with more recordings counting more
        of_person = [f for i, f in known.items() if sides.owner[i] == person]
        own_spread += len(of_person) * np.var(of_person, axis=0, ddof=1) / len(known)
    scale = np.maximum(np.sqrt(own_spread), 0.1 * np.std(list(known.values()), axis=0))
    right = 0
    for probe in sides.probes:
        own = (features(probe) - usual[shown[probe]]) / scale
        best = min(known, key=lambda i: float(np.sum((known[i] / scale - own) ** 2)))
        right += int(sides.owner[best] == sides.owner[probe])
    return right / len(sides.probes)


@pytest.mark.parametrize("differ", [0.0, 0.03, 0.05])
def test_the_rate_is_that_of_a_naive_meter(differ: float) -> None:
    data = cohort(15, differ=differ)
    [attack] = identify(data, attackers=("nearest",)).attacks
    assert attack.rank1.value == pytest.approx(naive_nearest(data))


def test_discriminants_are_those_of_scikit_learn() -> None:
    """Its covariance is shrunk class by class, ours once for all: nearly always both name the same person."""
    data = without_channels(cohort(6, sessions=2, takes=60, differ=0.02), BLEND_SHAPES[4:])
    sides = sides_of(data)
    material = Material.of(data, sides, 0)
    theirs = LinearDiscriminantAnalysis(priors=np.full(6, 1 / 6), solver="lsqr", shrinkage="auto")
    theirs.fit(material.F[sides.gallery], sides.owner[sides.gallery])
    named = sides.people[ATTACKERS["discriminant"](material).argmax(axis=1)]
    agree = np.mean(named == theirs.predict(material.F[sides.probes]))
    assert agree > 0.9


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 8), st.integers(0, 999))
def test_ranks_are_those_of_counting_over_all_orders_of_equals(
    n: int, k: int, within: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 3, (n, k)).astype(float)
    true = rng.integers(0, k, n)
    found = found_within(scores, true, within)
    for i in range(n):
        orders = [np.lexsort((rng.random(k), -scores[i])) for _ in range(400)]
        share = np.mean([true[i] in order[:within] for order in orders])
        assert found[i] == pytest.approx(share, abs=0.12)


def test_intervals_are_over_people() -> None:
    found = np.repeat([1.0, 0.0, 1.0, 0.5], 25)
    few = per_person(found, np.repeat(np.arange(4), 25))
    many = per_person(found, np.arange(100))
    assert few.value == many.value == pytest.approx(0.625)
    assert few.low is not None and many.low is not None and few.low < many.low


def test_an_error_rate_where_nobody_is_like_another_is_0_and_by_guessing_half() -> None:
    assert equal_error_rate(np.eye(5), np.arange(5)) == 0.0
    rng = np.random.default_rng(1)
    assert equal_error_rate(rng.normal(size=(400, 10)), rng.integers(0, 10, 400)) == pytest.approx(
        0.5, abs=0.05
    )
    assert equal_error_rate(np.ones((3, 1)), np.zeros(3, np.intp)) is None


def test_only_the_beginnings_of_probes_are_cut() -> None:
    data = cohort(4)
    sides = sides_of(data)
    left = data.subset(beginnings(data, sides.probes, 0.5))
    frames = np.bincount(left.recording)
    assert set(frames[sides.gallery]) == {FRAMES}
    assert set(frames[sides.probes]) == {5}


def test_the_same_seed_gives_the_same_figures() -> None:
    data = cohort(8, sessions=1, takes=2, differ=0.03)
    assert identify(data, seed=3) == identify(data, seed=3)


def test_channels_that_a_device_does_not_deliver_name_nobody() -> None:
    data = cohort(20, takes=2)
    without = data.participant % 2 == 0
    data.X[without, INDEX["tongueOut"]] = np.nan
    assert_guessing(identify(data))


def row(name: str, named: float, recognised: float | None) -> Row:
    estimate = Estimate(named)
    attack = Attack("nearest", estimate, estimate, estimate, None)
    known = None if recognised is None else Estimate(recognised)
    return Row(name, AS_RECORDED, 1, Identification("trials", 2, 1, 1, (attack,)), known)


def test_a_coarsening_is_beaten_by_what_is_better_in_one_and_no_worse_in_the_other() -> None:
    rows = [
        row("a", 0.9, 0.8),
        row("b", 0.5, 0.8),
        row("c", 0.4, 0.6),
        row("d", 0.5, 0.5),
        row("e", 0.4, 0.6),
    ]
    assert [one.beaten_by for one in standings(rows)] == ["b", "", "", "c", ""]


PROTOCOL = """
format = 1
name = "three"
version = 1
languages = ["en"]
start = "automatic"
min_seconds = 3.0
[title]
en = "Three"
[texts]
fixation = { en = "Look at the X" }
face_lost = { en = "Come back" }
paused = { en = "Paused" }
done = { en = "Done" }
""" + "".join(
    f'[[trials]]\nexpression = "{name}"\nprompt = {{ en = "Look {name}" }}\n'
    for name in ("neutral", "happy", "sad", "angry")
)


@pytest.fixture(scope="module")
def resting_faces(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Simulated people who differ in their resting faces, and in how strongly they show things."""
    folder = tmp_path_factory.mktemp("resting") / "study"
    study = Study.create(folder, title="resting", protocol=parse_protocol(PROTOCOL, where=""), synthetic=True)
    simulate(study, participants=12, habits=Habits(rest=0.1, own_way=0, confusion=0, gain=0))
    return study


def test_a_study_without_resting_faces_tells_less_about_people_and_no_less_about_expressions(
    resting_faces: Study, tmp_path: Path
) -> None:
    steps = {
        "as recorded": AS_RECORDED,
        "no rest": Coarsening(without_rest=True),
        "strong": Coarsening(5, CHANNEL_SETS["eight"], without_rest=True),
    }
    found = reidentify(resting_faces, steps=steps, jobs=1)
    named = [one.identification.strongest.rank1.value or 0.0 for one in found.rows]
    recognised = [one.recognition.value if one.recognition else None for one in found.rows]
    assert named[0] > 0.9
    assert named[2] < 0.6 * named[0]
    assert recognised[0] is not None and recognised[1] is not None
    assert recognised[1] >= recognised[0] - 0.1
    assert found.rows[2].frames < found.rows[0].frames / 4
    assert [notice.code for notice in found.notices] == ["synthetic-data", "one-sitting", "few-people"]
    assert [one.seconds for one in found.growth] == [1.0, 2.0, 5.0]

    path = write_rows(tmp_path / "rows.csv", found)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * len(ATTACKERS)
    assert {one["synthetic"] for one in rows} == {"true"}
    for ending in ("html", "svg", "png"):
        drawn = write_identity_picture(tmp_path / f"curve.{ending}", found)
        assert drawn.stat().st_size > 5_000
    page = (tmp_path / "curve.html").read_text("utf-8")
    assert "no anonymity" in page and "Simulated people" in page and "sub-" not in page
    assert "sub-" not in str(found.to_dict())
    with pytest.raises(DataError, match="ends in"):
        write_identity_picture(tmp_path / "curve.pdf", found)
