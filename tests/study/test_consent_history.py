"""Consent with purposes: every record is kept, the latest counts, and never more than it says is allowed."""

from __future__ import annotations

import string
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.protocol import load_protocol
from mimik.study import SessionFacts, Study
from mimik.study.consent import HOW, Consent, counting, usable_for, why_not
from mimik.study.purposes import ASKED, LATER_USE, OPTIONAL, PURPOSES, SHARING, THIS_STUDY

NOW = 1_700_000_000.0
ALL = tuple(PURPOSES)
BASIS = {"basis": "collected at site B"}

allowed = st.sets(st.sampled_from(OPTIONAL)).map(lambda some: (THIS_STUDY, *some))
records = st.tuples(
    st.sampled_from([{"version": "1"}, {"version": "2"}, BASIS]), allowed, st.sampled_from(HOW)
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Study]:
    """A study with two versions of its text."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study.create(Path(folder) / "s", title="s", protocol=load_protocol("follow-up"))
        study.add_consent_text("2", "Other words.")
        yield study


def consent_of(study: Study, who: str) -> Consent:
    consent = next(p.consent for p in study.participants if p.id == who)
    assert consent is not None
    return consent


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=1, max_size=6))
def test_of_any_history_never_more_is_allowed_than_the_latest_record_says(shared: Study, said: list) -> None:
    who = shared.add_participant().id
    for i, (what, purposes, how) in enumerate(said):
        shared.record_consent(who, at=NOW + i, purposes=purposes, how=how, **what)

    history = shared.consent_history(who)
    assert [set(one.purposes) for one in history] == [set(purposes) for _, purposes, _ in said]
    assert [one.how for one in history] == [how for *_, how in said]
    counts = consent_of(shared, who)
    texts = [i for i, (what, *_) in enumerate(said) if "version" in what]
    assert set(counts.purposes) <= set(said[-1][1])
    if texts:  # a basis recorded later neither replaces an agreement nor widens it
        assert counts.version == said[texts[-1]][0]["version"]
        assert set(counts.purposes) == set(said[-1][1]) & set(said[texts[-1]][1])
    else:
        assert (counts.version, set(counts.purposes)) == ("", set(said[-1][1]))


@given(st.lists(st.sets(st.sampled_from(OPTIONAL)), min_size=1), st.booleans())
def test_counting_agrees_with_what_is_read(said: list[set[str]], elsewhere: bool) -> None:
    history = [Consent(at=i, version="1", purposes=(THIS_STUDY, *some)) for i, some in enumerate(said)]
    came = Consent(at=-1.0, version="1", purposes=ALL, origin="Another study")
    counts = counting([came, *history] if elsewhere else history)
    assert counts is not None and set(counts.purposes) == {THIS_STUDY, *said[-1]} and not counts.origin


KINDS = [{"version": "1"}, {"basis": "site B"}, {"version": "1", "origin": "Another study"}]


@given(st.lists(st.tuples(st.sampled_from(KINDS), allowed), min_size=1, max_size=8))
def test_what_came_from_elsewhere_serves_here_as_it_was_allowed_until_somebody_agrees_here(
    said: list,
) -> None:
    history = [Consent(at=i, purposes=purposes, **what) for i, (what, purposes) in enumerate(said)]
    counts = counting(history)
    assert counts is not None and set(counts.purposes) <= set(history[-1].purposes)
    agreed = [i for i, (what, _) in enumerate(said) if what == KINDS[0]]
    since = history[agreed[-1] + 1 :] if agreed else history
    came = [one for one in since if one.origin]
    assert bool(counts.origin) is bool(came)
    assert counts.version == "1" or not agreed
    if came:
        assert usable_for(counts, THIS_STUDY) <= came[-1].allows(LATER_USE)
        assert usable_for(counts, SHARING) <= came[-1].allows(SHARING)
    if agreed:
        assert set(counts.purposes) <= set(history[agreed[-1]].purposes)


def test_a_purpose_is_taken_back_and_given_again(study: Study, person: str) -> None:
    for purposes, shares in ((ALL, True), ((THIS_STUDY,), False), ((THIS_STUDY, SHARING), True)):
        study.record_consent(person, at=NOW, version="1", purposes=purposes, how="paper")
        assert consent_of(study, person).allows(SHARING) is shares


def test_taking_back_the_study_itself_is_withdrawal(study: Study, person: str) -> None:
    with pytest.raises(StudyError, match="'study' always") as caught:
        study.record_consent(person, at=NOW, version="1", purposes=(SHARING,))
    assert "mimik withdraw" in caught.value.hint
    assert len(study.consent_history(person)) == 1


def test_a_record_of_before_purposes_means_the_study_alone(study: Study, person: str) -> None:
    file = study.folder / "consent" / f"{person}.toml"
    lines = [
        line for line in file.read_text().splitlines() if "purposes" not in line and '"study"' not in line
    ]
    file.write_text("\n".join(line for line in lines if line.strip() not in ("]", "")) + "\n")
    assert "purposes" not in tomllib.loads(file.read_text())["consent"][0]
    consent = consent_of(study, person)
    assert (consent.purposes, consent.how) == ((THIS_STUDY,), "")


@pytest.mark.parametrize(
    "line",
    ['purposes = ["selling"]', 'purposes = ["sharing"]', "purposes = 3", "purposes = [1]",
     'purposes = ["study"]\nhow = "by dream"', 'purposes = ["study"]\nhow = 1', "purposes = []\norigin = 2"],
)  # fmt: skip
def test_a_broken_record_is_damage_that_names_its_file(study: Study, person: str, line: str) -> None:
    file = study.folder / "consent" / f"{person}.toml"
    record = tomllib.loads(file.read_text())["consent"][0]
    file.write_text(f'[[consent]]\nat = {record["at"].isoformat()}\nversion = "1"\n{line}\n')
    with pytest.raises(StudyDamaged, match=f"consent/{person}.toml"):
        _ = study.participants
    before = file.read_bytes()
    with pytest.raises(StudyDamaged):  # and nothing is written on top of it
        study.record_consent(person, at=NOW, version="1")
    assert file.read_bytes() == before


@given(st.text(string.ascii_letters, min_size=1))
def test_only_known_ways_and_purposes_are_recorded(shared: Study, word: str) -> None:
    who = shared.participants[0].id if shared.participants else shared.add_participant().id
    if word not in HOW:
        with pytest.raises(StudyError):
            shared.record_consent(who, at=NOW, version="1", how=word)
    if word not in PURPOSES:
        with pytest.raises(StudyError):
            shared.record_consent(who, at=NOW, version="1", purposes=(THIS_STUDY, word))


def came_from_elsewhere(study: Study, who: str, purposes: tuple[str, ...]) -> None:
    """Write the record that comes with the data of another study."""
    said = ", ".join(f'"{one}"' for one in purposes)
    (study.folder / "consent" / f"{who}.toml").write_text(
        f'[[consent]]\nat = 2026-01-01T00:00:00Z\nversion = "1"\ntext_sha256 = "0"\npurposes = [{said}]\n'
        'origin = "Another study"\n'
    )


def test_a_consent_from_another_study_is_none_to_the_text_of_this_one(study: Study) -> None:
    who = study.add_participant().id
    came_from_elsewhere(study, who, ALL)
    assert not study.participants[0].agreed_to("1")
    with pytest.raises(ConsentMissing):
        study.start_session(who, SessionFacts(started=NOW))
    study.record_consent(who, at=NOW, version="1")
    assert study.participants[0].agreed_to("1")


@pytest.mark.parametrize("later", [True, False])
def test_what_came_from_another_study_serves_this_one_only_as_later_use(study: Study, later: bool) -> None:
    who = study.add_participant().id
    came_from_elsewhere(study, who, ALL if later else (THIS_STUDY, SHARING))
    consent = consent_of(study, who)
    assert usable_for(consent, THIS_STUDY) is later
    assert usable_for(consent, SHARING)
    assert why_not(consent, THIS_STUDY) == ("" if later else "no consent to 'later-use'")


def test_nobody_without_a_record_may_be_used_but_simulated_people() -> None:
    for purpose in PURPOSES:
        assert why_not(None, purpose) == "no consent recorded"
        assert usable_for(None, purpose, synthetic=True)


def test_every_optional_purpose_is_asked_in_both_languages() -> None:
    assert set(ASKED) == set(OPTIONAL)
    assert all(set(words) == {"en", "de"} for words in ASKED.values())


def test_the_default_text_tells_of_the_purposes_and_of_the_rights(study: Study) -> None:
    text = study.consent_text("1")
    for words in ("Sharing:", "Later use:", "copy of your own data", "can't be called back", "take back"):
        assert words in text
