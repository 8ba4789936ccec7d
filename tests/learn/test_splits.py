"""Splits: whole people (or recordings) stand on one side, and what cannot be honest is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.errors import DataError
from mimik.learn.dataset import Dataset, RecordingFacts
from mimik.learn.splits import PAPER_TEST_SHARE, SplitKind, choose_split, frame_split, group_split


def _study(recordings: list[tuple[str, str]], frames: int = 4) -> Dataset:
    """Each recording is (person, expression)."""
    people = tuple(dict.fromkeys(person for person, _ in recordings))
    names = tuple(dict.fromkeys(expression for _, expression in recordings))
    n = len(recordings) * frames
    return Dataset(
        X=np.zeros((n, 52), dtype=np.float32),
        y=np.repeat([names.index(e) for _, e in recordings], frames),
        participant=np.repeat([people.index(p) for p, _ in recordings], frames).astype(np.int32),
        recording=np.repeat(np.arange(len(recordings)), frames).astype(np.int32),
        device_time=np.arange(n) / 60,
        expressions=names,
        participants=people,
        recordings=tuple(f"{p}/ses-01/{i}" for i, (p, _) in enumerate(recordings)),
        title="tiny",
        synthetic=False,
    )


def _people(count: int) -> Dataset:
    return _study([(f"sub-{i:02}", e) for i in range(count) for e in ("happy", "sad")])


def test_people_are_held_out_by_default() -> None:
    study = _people(10)
    split = choose_split(study)
    assert (split.kind, split.n_folds, split.notices) == (SplitKind.PARTICIPANT, 5, ())
    for fold in range(5):
        train, test = split.train(fold), split.test(fold)
        assert not set(study.participant[train]) & set(study.participant[test])
        assert len(train) + len(test) == len(study)
        assert len(set(study.participant[test])) == 2


def test_every_frame_is_tested_once() -> None:
    split = choose_split(_people(7), folds=3)
    tested = np.concatenate([split.test(fold) for fold in range(3)])
    assert sorted(tested) == list(range(len(split.fold)))


def test_equal_seeds_give_equal_folds_and_others_give_others() -> None:
    study = _people(20)
    first, again, other = (choose_split(study, seed=seed).fold for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_folds_do_not_hang_on_the_order_of_people() -> None:
    study = _people(9)
    backwards = _study([(f"sub-{i:02}", e) for i in reversed(range(9)) for e in ("happy", "sad")])
    here = dict(zip(np.take(study.participants, study.participant), choose_split(study).fold, strict=True))
    there = choose_split(backwards).fold
    assert here == dict(zip(np.take(backwards.participants, backwards.participant), there, strict=True))


def test_fewer_people_than_folds_reduce_the_folds_and_say_so() -> None:
    split = choose_split(_people(3))
    assert split.n_folds == 3
    assert [notice.code for notice in split.notices] == ["folds-reduced"]


def test_one_person_is_split_by_recording_and_says_so_loudly() -> None:
    study = _study([("sub-A", e) for e in ("happy", "sad") for _ in range(3)])
    split = choose_split(study)
    assert (split.kind, split.n_folds) == (SplitKind.RECORDING, 3)
    assert ("one-participant", "serious") in [(n.code, n.severity) for n in split.notices]
    for fold in range(3):
        assert not set(study.recording[split.train(fold)]) & set(study.recording[split.test(fold)])
        assert set(study.y[split.test(fold)]) == {0, 1}


def test_one_recording_of_an_expression_cannot_be_split_honestly() -> None:
    study = _study([("sub-A", "happy"), ("sub-A", "happy"), ("sub-A", "neutral")])
    with pytest.raises(DataError, match="only one of: neutral") as error:
        choose_split(study)
    assert "leave them out" in error.value.hint


def test_recordings_of_several_people_are_split_only_by_name_and_warn() -> None:
    study = _study([(p, e) for p in ("sub-A", "sub-B") for e in ("happy", "sad")])
    split = choose_split(study, kind="recording", folds=2)
    assert [notice.code for notice in split.notices] == ["recording-split"]


def test_one_person_cannot_be_split_by_participant() -> None:
    with pytest.raises(DataError, match="at least 2 participants"):
        choose_split(_people(1), kind="participant")


@pytest.mark.parametrize(
    ("options", "message"), [({"kind": "session"}, "expected a split by"), ({"folds": 1}, "2 folds")]
)
def test_nonsense_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        choose_split(_people(4), **options)  # type: ignore[arg-type]


def test_single_frames_are_split_only_by_name_and_are_called_leaking() -> None:
    split = choose_split(_people(4), kind="frame")
    assert split.kind.meaning == "leaks: frames of one recording stand on both sides"
    assert ("frame-split", "serious") in [(n.code, n.severity) for n in split.notices]
    assert np.ptp(np.bincount(split.fold)) <= 1


def test_the_papers_split_has_the_papers_shape() -> None:
    split = frame_split(563_226, test_share=PAPER_TEST_SHARE)
    assert (len(split.train(0)), len(split.test(0))) == (478_742, 84_484)


@pytest.mark.parametrize("options", [{"folds": 9}, {"test_share": 0.0}, {"test_share": 1.0}])
def test_a_frame_split_with_an_empty_side_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(DataError):
        frame_split(8, **options)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_groups_are_never_on_both_sides_and_no_fold_is_empty(data: st.DataObject) -> None:
    n_groups = data.draw(st.integers(2, 30))
    folds = data.draw(st.integers(2, n_groups))
    sizes = data.draw(st.lists(st.integers(1, 40), min_size=n_groups, max_size=n_groups))
    group = np.repeat(np.arange(n_groups), sizes)
    y = np.array(data.draw(st.lists(st.integers(0, 4), min_size=len(group), max_size=len(group))))
    fold = group_split(y, group, [f"g{i}" for i in range(n_groups)], folds=folds, seed=0)
    assert {len(set(fold[group == g])) for g in range(n_groups)} == {1}
    assert set(fold) == set(range(folds))


def test_expressions_are_dealt_evenly() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(40), 25)
    y = np.repeat(rng.integers(0, 4, 40), 25)
    fold = group_split(y, group, [f"g{i:02}" for i in range(40)], folds=5, seed=0)
    for code in range(4):
        recordings = np.bincount(fold[y == code], minlength=5) / 25
        assert np.ptp(recordings) <= 1


def _sites(sites: list[str]) -> Dataset:
    return replace(_people(len(sites)), people=tuple({"site": site} if site else {} for site in sites))


def test_one_is_left_out_in_turn_when_no_number_of_folds_is_given() -> None:
    data = _people(7)
    split = choose_split(data, folds=None)
    assert split.n_folds == 7
    assert split.names == data.participants
    np.testing.assert_array_equal(split.fold, data.participant)


def test_sites_are_left_out_in_turn() -> None:
    data = _sites(["Ulm", "Bern", "Ulm", "Graz"])
    split = choose_split(data, kind="site")
    assert split.names == ("Bern", "Graz", "Ulm")
    ulm = set(data.participant[split.test(2)])
    assert {data.participants[i] for i in ulm} == {data.participants[0], data.participants[2]}
    assert not ulm & set(data.participant[split.train(2)])


@pytest.mark.parametrize(
    ("sites", "found"), [(["Ulm", "", "Bern"], "without one"), (["Ulm"] * 3, "only 'Ulm'")]
)
def test_sites_that_are_not_known_or_all_one_cannot_be_left_out(sites: list[str], found: str) -> None:
    with pytest.raises(DataError, match=found) as error:
        choose_split(_sites(sites), kind="site")
    assert "participants.tsv" in error.value.hint


def _devices(devices: list[str]) -> Dataset:
    """Two recordings of each of three people, on the devices named."""
    data = _study([(f"sub-{i // 2}", e) for i, e in enumerate(["happy", "sad"] * 3)])
    facts = tuple(RecordingFacts(f"sub-{i // 2}/ses-01", i, "happy", d) for i, d in enumerate(devices))
    return replace(data, facts=facts)


def test_who_sat_before_a_device_does_not_train_for_it() -> None:
    data = _devices(["1", "1", "1", "10", "2", "2"])  # the second person sat before two of them
    split = choose_split(data, kind="device")
    assert split.names == ("1", "2", "10")
    for fold in range(3):
        assert not set(data.participant[split.test(fold)]) & set(data.participant[split.train(fold)])
    assert set(data.participant[split.train(2)]) == {0, 2}


def test_devices_that_everybody_used_leave_nobody_to_train_on() -> None:
    with pytest.raises(DataError, match="found none") as error:
        choose_split(_devices(["1", "2"] * 3), kind="device")
    assert "everybody" in error.value.hint
