"""Consent given before it is recorded: both dates are kept, and what somebody said last counts."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import add_person, make_study

from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.study import Study
from mimik.study.consent import Consent, require_last
from mimik.study.exchange import merge_study, pack_study, unpack_study
from mimik.study.given import Given, given_at, given_before, in_order, parse_given
from mimik.study.integrity import check_files
from mimik.study.purposes import SHARING, THIS_STUDY

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC).timestamp()
HOUR, DAY = 3600.0, 86400.0
YES, NO = (THIS_STUDY, SHARING), (THIS_STUDY,)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer six hours behind UTC."""
    with monkeypatch.context() as context:
        context.setenv("TZ", "XXX6")
        time.tzset()
        yield
    time.tzset()


def said(study: Study, who: str, purposes: tuple[str, ...], on: str = "", *, at: float = NOW) -> None:
    """Record what somebody said on paper on a date, or now on the screen."""
    how, when = ("paper", parse_given(on)) if on else ("screen", None)
    study.record_consent(who, at=at, version="1", purposes=purposes, how=how, given=when)


def shares(study: Study, who: str) -> bool:
    consent = next(p.consent for p in study.participants if p.id == who)
    return consent is not None and consent.allows(SHARING)


def rows(study: Study, who: str) -> list[dict]:
    return tomllib.loads((study.folder / "consent" / f"{who}.toml").read_text())["consent"]


# What is kept


@pytest.mark.parametrize("offset", ["+01:00:30", "-00:00:01", "+05:30", "-00:44:30"])
def test_zones_with_seconds_which_toml_does_not_know_are_kept_as_times(study: Study, offset: str) -> None:
    who = study.add_participant().id
    text = "2026-03-01T09:30" + offset
    said(study, who, NO, text)

    assert rows(study, who)[0]["given"] == datetime.fromisoformat(text)
    (record,) = study.consent_history(who)
    assert record.given is not None and record.given.start == datetime.fromisoformat(text).timestamp()


def test_a_day_and_when_it_was_recorded_are_kept_apart(study: Study, zone: None) -> None:
    who = study.add_participant().id
    said(study, who, NO, "2025-11-03")

    (row,) = rows(study, who)
    assert row["given"] == date(2025, 11, 3) and not isinstance(row["given"], datetime)
    assert row["at"] == datetime(2026, 3, 20, 6, tzinfo=timezone(timedelta(hours=-6)))  # the zone of the day
    (record,) = study.consent_history(who)
    assert (record.when, record.recorded) == ("2025-11-03", "2026-03-20T12:00:00Z")
    assert record.given is not None
    assert record.given.start == datetime(2025, 11, 3, 6, tzinfo=UTC).timestamp()
    assert record.given.end == pytest.approx(record.given.start + DAY, abs=1e-3)


def test_a_time_is_kept_to_the_second(study: Study, zone: None) -> None:
    who = study.add_participant().id
    said(study, who, NO, "2026-03-19T10:30")

    assert rows(study, who)[0]["given"] == datetime(2026, 3, 19, 16, 30, tzinfo=UTC)
    (record,) = study.consent_history(who)
    assert record.given is not None and record.given.start == record.given.end
    assert (record.when, record.recorded) == ("2026-03-19T16:30:00Z", "2026-03-20T12:00:00Z")


def test_what_is_given_now_is_written_as_ever(study: Study) -> None:
    who = study.add_participant().id
    said(study, who, NO)

    assert "given" not in rows(study, who)[0]
    (record,) = study.consent_history(who)
    assert record.given is None and record.when == record.recorded == "2026-03-20T12:00:00Z"


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("2026-03-21", "not after it was recorded"),
        ("2026-03-20T12:01Z", "not after it was recorded"),
        ("2062-03-01", "found 2062-03-01"),
        ("0202-03-01", "since 1970"),
        ("9999-12-31", "not after"),
        ("yesterday", "found 'yesterday'"),
        ("2026-02-30", "expected the date on which it was given"),
        ("", "expected the date"),
    ],
)
def test_what_is_no_date_or_is_to_come_is_refused(study: Study, zone: None, on: str, told: str) -> None:
    who = study.add_participant().id
    with pytest.raises(StudyError, match=told) as caught:
        study.record_consent(who, at=NOW, version="1", how="paper", given=parse_given(on))
    assert caught.value.hint
    assert study.consent_history(who) == ()


def test_today_is_no_day_to_come_wherever_the_computer_stands(study: Study, zone: None) -> None:
    who = study.add_participant().id
    late = datetime(2026, 3, 21, 1, tzinfo=UTC).timestamp()  # here it is 19:00 on the 20th
    said(study, who, NO, "2026-03-20", at=late)
    with pytest.raises(StudyError, match="not after"):
        said(study, who, NO, "2026-03-21", at=late)


def test_a_time_without_its_zone_is_refused(study: Study) -> None:
    who = study.add_participant().id
    with pytest.raises(StudyError, match="a time with its zone"):
        study.record_consent(who, at=NOW, version="1", given=datetime(2026, 3, 1, 9))


@pytest.mark.parametrize("how", ["screen", "own-screen"])
def test_what_is_agreed_to_on_a_screen_has_no_earlier_date(study: Study, how: str) -> None:
    who = study.add_participant().id
    with pytest.raises(StudyError, match="on paper or elsewhere"):
        study.record_consent(who, at=NOW, version="1", how=how, given=date(2026, 3, 1))
    assert study.consent_history(who) == ()


def test_paper_may_be_older_than_the_study_and_its_text(study: Study) -> None:
    """Forms are often signed before a study's folder is made; it can't know since when the words exist."""
    who = study.add_participant().id
    said(study, who, YES, "2019-05-02")
    assert shares(study, who) and study.participants[0].agreed_to("1")


@pytest.mark.parametrize(
    "line", ['given = "2026-03-01"', "given = 3", "given = 2026-03-01T09:30:00", "given = 2062-03-01",
             "given = 1960-01-01", "given = 09:30:00"]
)  # fmt: skip
def test_a_broken_date_is_damage_that_names_its_file(study: Study, line: str) -> None:
    who = study.add_participant().id
    said(study, who, NO)
    file = study.folder / "consent" / f"{who}.toml"
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(StudyDamaged, match=f"^consent/{who}.toml: (?!.*consent/)"):
        study.consent_history(who)


def test_checking_a_study_finds_nothing_wrong_with_a_date(study: Study) -> None:
    who = study.add_participant().id
    said(study, who, NO, "2026-03-01")
    assert [each for each in check_files(study.folder).findings if each.severity != "info"] == []


# What counts


@pytest.mark.parametrize(
    ("first", "then", "counts"),
    [
        ((YES, "2026-03-01"), (NO, "2026-03-02"), NO),
        ((NO, "2026-03-02"), (YES, "2026-03-01"), NO),  # entered later, said before
        ((YES, "2026-03-02"), (NO, "2026-03-01"), YES),
        ((YES, "2026-03-01"), (NO, "2026-03-01"), NO),  # the same day: the last entered
        ((NO, "2026-03-01"), (YES, "2026-03-01"), YES),
        ((NO, "2026-03-01T15:00"), (YES, "2026-03-01T09:00"), NO),
        ((NO, "2026-03-01T09:00"), (YES, "2026-03-01T09:00"), YES),
        ((YES, "2026-03-01T23:59"), (NO, "2026-03-01"), NO),  # a day may be any time of it
        ((YES, "2026-03-01"), (NO, "2026-03-01T00:00"), NO),
        ((YES, "2026-03-02T00:00"), (NO, "2026-03-01"), YES),
        ((YES, ""), (NO, "2026-03-01"), YES),
        ((YES, "2026-03-01"), (NO, ""), NO),
        ((YES, ""), (NO, "2026-03-20"), NO),  # on the screen in the morning, on paper later that day
    ],
)
def test_what_was_said_last_counts_by_its_date(study: Study, zone: None, first, then, counts) -> None:
    who = study.add_participant().id
    for hours, (purposes, on) in enumerate((first, then)):
        said(study, who, purposes, on, at=NOW + hours * HOUR)

    assert shares(study, who) is (counts == YES)
    assert study.consent_history(who)[-1].purposes == counts
    assert len(rows(study, who)) == 2  # both are kept, in the order in which they were entered
    assert [tuple(row["purposes"]) for row in rows(study, who)] == [first[0], then[0]]


def test_a_time_known_to_be_superseded_never_counts(study: Study, zone: None) -> None:
    """A day in between makes nobody forget that the refusal of 15:00 came after the yes of 9:00."""
    who = study.add_participant().id
    for hours, (purposes, on) in enumerate(
        [(YES, "2026-03-01"), (NO, "2026-03-01T15:00"), (YES, "2026-03-01T09:00")]
    ):
        said(study, who, purposes, on, at=NOW + hours * HOUR)
    assert not shares(study, who)


def test_a_clock_that_was_set_back_changes_nothing(study: Study) -> None:
    who = study.add_participant().id
    said(study, who, YES, "2026-03-01")
    said(study, who, NO, at=1000.0)
    assert not shares(study, who)
    assert [one.purposes for one in study.consent_history(who)] == [YES, NO]


def test_consent_that_would_not_count_is_told_before_a_session(study: Study) -> None:
    who = study.add_participant().id
    said(study, who, NO)
    old = Consent(NOW + 1, version="1", purposes=YES, given=given_at(date(2026, 3, 1), NOW + 1))
    with pytest.raises(StudyError, match=f"{who}: .* 2026-03-20T12.*; found one of 2026-03-01"):
        require_last(study.store, who, old, now=NOW + 1)
    require_last(study.store, who, Consent(NOW + 1, version="1"), now=NOW + 1)


def test_what_was_said_a_while_ago_is_not_recorded_over_what_was_said_since(study: Study) -> None:
    who = study.add_participant().id
    said(study, who, NO)
    require_last(study.store, who, Consent(NOW, version="1", purposes=YES), now=NOW + DAY)
    with pytest.raises(StudyError, match="what they said last, 2026-03-20T12"):
        require_last(study.store, who, Consent(NOW - 1, version="1", purposes=YES), now=NOW + DAY)
    said(study, who, YES, at=NOW + 9 * DAY)  # by a clock that was wrong
    require_last(study.store, who, Consent(NOW, version="1", purposes=NO), now=NOW + DAY)


moments = st.integers(0, 72).map(lambda hours: datetime.fromtimestamp(NOW - hours * HOUR, UTC))
whens = st.none() | moments | moments.map(lambda moment: moment.date())


def records(dates: list) -> list[Consent]:
    made = []
    for i, when in enumerate(dates):
        at = NOW + DAY + i
        told = None if when is None else given_before(when, datetime.fromtimestamp(at, UTC))
        made.append(Consent(at, version=str(i), given=told))
    return made


def span(record: Consent) -> tuple[float, float]:
    return (record.given.start, record.given.end) if record.given else (record.at, record.at)


@settings(max_examples=300, deadline=None)
@given(st.lists(whens, max_size=8))
def test_every_order_agrees_with_picking_what_was_said_last_again_and_again(dates: list) -> None:
    entered = records(dates)
    left, expected = list(entered), []
    while left:
        latest = max(span(one)[0] for one in left)
        expected.append([one for one in left if span(one)[1] >= latest][-1])
        left.remove(expected[-1])
    assert in_order(entered) == tuple(reversed(expected))


@settings(max_examples=300, deadline=None)
@given(st.lists(whens, min_size=1, max_size=8))
def test_nothing_is_known_to_be_said_after_what_counts(dates: list) -> None:
    entered = records(dates)
    last = in_order(entered)[-1]
    assert all(span(one)[0] <= span(last)[1] for one in entered)
    if all(when is None for when in dates):
        assert in_order(entered) == tuple(entered)


def test_many_records_are_put_in_order_at_once() -> None:
    days = [Given(date(2026, 1, 1), 0.0, DAY)] * 20_000
    entered = [Consent(NOW, version=str(i), given=day) for i, day in enumerate(days)]
    began = time.perf_counter()
    assert in_order(entered) == tuple(entered)
    assert time.perf_counter() - began < 2


# On its way


@pytest.mark.parametrize("purpose", [SHARING, THIS_STUDY])
def test_the_dates_travel_with_a_pack(tmp_path: Path, zone: None, purpose: str) -> None:
    study = make_study(tmp_path / "study")
    who = add_person(study, 1)
    said(study, who, YES, "2023-11-20")
    pack_study(study, tmp_path / "a.mimikpack", purpose=purpose)
    unpack_study(tmp_path / "a.mimikpack", tmp_path / "out")

    there = Study.open(tmp_path / "out")
    here, (record, *_) = study.consent_history(who)[-1], reversed(there.consent_history(who))
    assert (record.when, record.at, record.given) == ("2023-11-20", here.at, here.given)
    assert bool(record.origin) is (purpose == SHARING)
    assert check_files(there.folder).findings == ()


def test_the_dates_come_along_when_studies_are_joined(tmp_path: Path, zone: None) -> None:
    study, other = make_study(tmp_path / "study"), make_study(tmp_path / "other", title="Basel")
    add_person(study, 1)
    who = add_person(other, 2)
    said(other, who, NO, "2023-11-20")  # said last: no sharing
    said(other, who, YES, "2023-11-19")
    with pytest.raises(ConsentMissing):
        merge_study(study, other.folder)
    merge_study(study, other.folder, purpose=THIS_STUDY)
    assert [one.when for one in study.consent_history(who)][-2:] == ["2023-11-19", "2023-11-20"]
    assert not shares(study, who)
