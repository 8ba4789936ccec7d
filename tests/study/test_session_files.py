"""session.json and events.tsv: back as written, and any fault in them is told."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError, StudyVersionError
from mimik.study.session import EventInfo, SessionFacts, SessionInfo, TrialInfo
from mimik.study.sessionfile import encode_events, encode_session, parse_events, parse_session

HERE = Path("study/sub-A/ses-01")
INFO = SessionInfo(
    participant="sub-A",
    session="ses-01",
    path=HERE,
    status="complete",
    facts=SessionFacts(
        started=1_700_000_000.25,
        device=2,
        app="Live Link Face 1.3",
        rate=60.0,
        seed=7,
        position=3,
        language="de",
        protocol="follow-up",
        protocol_version=1,
        takes=({"sha256": "ab", "trials": [0]},),
    ),
    consent={"version": "1"},
    synthetic=True,
    software="mimik 0.1.0",
    frames=12,
    frames_sha256="cd",
)


def test_a_session_comes_back_as_written() -> None:
    assert parse_session(json.dumps(encode_session(INFO)).encode(), path=HERE) == INFO


def test_an_unknown_start_is_null() -> None:
    values = encode_session(
        SessionInfo(
            participant="sub-A",
            session="ses-01",
            path=HERE,
            status="imported",
            facts=SessionFacts(started=math.nan),
        )
    )
    assert values["started"] is None
    assert math.isnan(parse_session(json.dumps(values).encode(), path=HERE).facts.started)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("status", 1, "'status' to be a str"),
        ("participant", None, "'participant' to be a str, found nothing"),
        ("started", "yesterday", "ISO 8601, found 'yesterday'"),
        ("rate", "fast", "'rate' to be a float"),
        ("seed", 1.5, "'seed' to be a int"),
        ("frames", True, "'frames' to be a int, found True"),
        ("protocol", [], "'protocol' to be a dict"),
        ("takes", {}, "'takes' to be a list"),
        ("takes", [1], "'take' to be a dict"),
    ],
)
def test_a_wrong_value_is_told_with_its_file(key: str, value: object, message: str) -> None:
    values = encode_session(INFO) | {key: value}
    with pytest.raises(StudyDamaged, match=message) as caught:
        parse_session(json.dumps(values).encode(), path=HERE)
    assert str(HERE) in str(caught.value)
    assert caught.value.hint


def test_a_session_of_another_format_is_refused() -> None:
    values = encode_session(INFO) | {"format": 9}
    with pytest.raises(StudyVersionError, match="expected session format 1, found 9"):
        parse_session(json.dumps(values).encode(), path=HERE)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_any_changed_byte_of_a_session_is_read_or_told(at: int, byte: int) -> None:
    data = bytearray(json.dumps(encode_session(INFO)).encode())
    data[at % len(data)] = byte
    try:
        parse_session(bytes(data), path=HERE)
    except StudyError as error:
        assert error.hint


seconds = st.floats(-1e5, 1e5).map(lambda s: round(s, 6) + 0.0)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
trials = st.builds(
    TrialInfo,
    trial=st.integers(0, 9),
    expression=words,
    onset=seconds,
    duration=st.none() | seconds,
    outcome=st.sampled_from(["complete", "incomplete", "redone", "imported"]),
    frames=st.integers(0, 10**6),
)
notes = st.builds(
    EventInfo,
    seconds,
    st.none() | seconds,
    words.filter(lambda w: w != "trial"),
    st.none() | st.integers(0, 9),
)


@given(st.lists(trials, max_size=6), st.lists(notes, max_size=6))
def test_events_come_back_in_order_of_onset(trials: list[TrialInfo], notes: list[EventInfo]) -> None:
    back = parse_events(encode_events(trials, notes), where="events.tsv")
    assert back == (
        tuple(sorted(trials, key=lambda t: t.onset)),
        tuple(sorted(notes, key=lambda n: n.onset)),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("onset", "when", "line 1: .*not the columns"),
        ("1.500000", "soon", "line 2: .*soon"),
        ("\tjoy", "", "line 2: "),
        ("\t20\n", "\tmany\n", "line 2: .*many"),
        ("joy", "\xff", "line 1: .*fault"),
    ],
)
def test_a_fault_in_events_is_told_with_its_line(old: str, new: str, message: str) -> None:
    trial = TrialInfo(trial=0, expression="joy", onset=1.5, duration=2.0, outcome="complete", frames=20)
    text = encode_events([trial], []).decode()
    assert old in text
    with pytest.raises(StudyDamaged, match=f"(?s)events.tsv, {message}"):
        parse_events(text.replace(old, new).encode("latin-1"), where="events.tsv")
