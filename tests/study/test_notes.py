"""Notes of whoever leads a session are kept among its events, whatever happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyError
from mimik.study import EventInfo, Study
from mimik.study.oneline import LONGEST, is_one_line, one_line
from mimik.study.sessionfile import encode_events, parse_events

START = 1_700_000_000.0


def test_a_note_is_an_event_of_its_session(study: Study, begin, frame) -> None:
    writer = begin()
    writer.note("arrived late", START + 1)
    writer.open_trial(1, "happy", START + 2)
    writer.frame(1, frame(1))
    writer.event("reminder", START + 3, trial=1)
    writer.note("phone rang;\nwe\twent on", START + 4, trial=1)
    writer.close_trial(1, "complete", START + 5)
    info = writer.finish(START + 6)
    expected = (
        EventInfo(1.0, None, "note: arrived late", None),
        EventInfo(3.0, None, "reminder", 1),
        EventInfo(4.0, None, "note: phone rang; / we went on", 1),
    )
    assert study.events(info) == expected
    assert [event.note for event in expected] == ["arrived late", "", "phone rang; / we went on"]
    [path] = study.folder.rglob("events.tsv")
    assert "4.000000\tn/a\tnote: phone rang; / we went on\t1\tn/a\tn/a\tn/a\n" in path.read_text()


def test_notes_survive_a_crash(study: Study, begin) -> None:
    writer = begin()
    writer.note("before", START + 1)
    writer.flush(START + 1)
    journal = next(study.folder.rglob("recording.journal"))
    left = journal.read_bytes()  # what another program finds if this one dies now
    writer.leave()
    journal.write_bytes(left)
    [info] = study.sessions()
    assert [event.note for event in study.events(info)] == ["before"]
    with study.resume_session(info) as again:
        again.note("after", START + 9)
        done = again.finish(START + 10)
    assert [event.note for event in study.events(done)] == ["before", "after"]
    assert study.events(info) == study.events(done), "what an older answer says does not matter"


def test_a_note_after_the_end_is_refused_and_not_lost_in_silence(begin) -> None:
    writer = begin()
    writer.leave()
    with pytest.raises(StudyError, match="has ended"):
        writer.note("too late", START)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  one\r\n\r\n two\u2028three ", "one / two / three"),
        ("a\tb\u00a0c\u3000d", "a b c d"),
        ("bell\a and \u202eturned", "bell and turned"),
        ("نمی\u200cدیدم", "نمی\u200cدیدم"),
        ("\N{WOMAN}\u200d\N{MICROSCOPE}", "\N{WOMAN}\u200d\N{MICROSCOPE}"),
        ("half \ud83d of a pair", "half of a pair"),
        ('"quoted"', '"quoted"'),
    ],
)
def test_free_text_becomes_one_line(text: str, kept: str) -> None:
    assert one_line(text, where="note") == kept


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u200d", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(text: str, begin) -> None:
    writer = begin()
    with pytest.raises(StudyError, match="note: expected"):
        writer.note(text, START)


@given(st.text(max_size=40))
def test_any_text_comes_back_as_kept(text: str) -> None:
    try:
        kept = one_line(text, where="note")
    except StudyError:
        return
    assert one_line(kept, where="note") == kept
    assert is_one_line(kept)
    assert is_one_line(text) is (text == kept)
    event = EventInfo(1.0, None, f"note: {kept}", None)
    assert parse_events(encode_events([], [event]), where="")[1] == (event,)
    assert event.note == kept
