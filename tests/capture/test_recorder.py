"""What a recorder makes of a session: calls of its writer, in order."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.capture.engine import Button, Engine
from mimik.capture.recorder import Recorder
from mimik.errors import AnswerRefused, StudyError
from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
TWO = parse_protocol(
    load_protocol("hartmann2022").text.split('[[trials]]\nexpression = "happy"')[0].replace("500", "60"),
    where="two.toml",
)


class Notebook:
    """A writer that writes down what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.frames: list[tuple[int, Frame]] = []
        self.flushed: list[float] = []

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        self.calls.append(("open", trial, expression, at))

    def frame(self, trial: int, frame: Frame) -> None:
        self.frames.append((trial, frame))

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        self.calls.append((event, trial, at, duration))

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        self.calls.append(("close", trial, str(outcome), at))

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        self.calls.append(("answer", trial, question, value, at))

    def flush(self, now: float) -> None:
        self.flushed.append(now)

    def finish(self, at: float) -> None:
        self.calls.append(("finish", at))

    def leave(self) -> None:
        self.calls.append(("leave",))


def record(protocol=TWO) -> tuple[Recorder, Notebook]:
    notebook = Notebook()
    return Recorder(Engine(protocol, seed=0), notebook), notebook


def frame(t: float, *, tracked: bool = True) -> Frame:
    return Frame(1, -1, t, t, tracked, FACE if tracked else NOT_TRACKED)


def feed(recorder: Recorder, start: float, n: int, *, tracked: bool = True) -> None:
    for i in range(n):
        t = start + i / 60
        recorder.frame(frame(t, tracked=tracked), t)


def test_a_whole_session() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 200)
    assert notebook.calls == [
        ("open", 1, "disappointed", 0.0),
        ("close", 1, "complete", 1.0),
        ("open", 2, "stressed", 1.0),
        ("close", 2, "complete", 2.0),
        ("finish", 2.0),
    ]
    assert [trial for trial, _ in notebook.frames] == [1] * 61 + [2] * 60
    assert recorder.finished
    recorder.tick(9.0)
    recorder.leave()
    assert notebook.calls[-1] == ("finish", 2.0)
    assert notebook.flushed == []


def test_frames_are_handed_on_as_they_are() -> None:
    recorder, notebook = record()
    given = frame(0.0)
    recorder.frame(given, 0.0)
    assert notebook.frames == [(1, given)]


def test_each_tick_lets_the_writer_write() -> None:
    recorder, notebook = record()
    recorder.tick(1.0)
    recorder.tick(1.02)
    assert notebook.flushed == [1.0, 1.02]


def test_a_lost_face_is_an_event_from_when_it_was_last_seen() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 30)
    feed(recorder, 0.5, 60, tracked=False)
    feed(recorder, 1.5, 1)
    name, trial, onset, duration = notebook.calls[-1]
    assert (name, trial, onset) == ("face-lost", 1, 29 / 60)
    assert onset + duration == pytest.approx(1.5)


def test_a_face_that_stays_lost_is_an_event_that_ends_with_its_recording() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 1)
    recorder.frame(frame(0.1, tracked=False), 0.1)
    recorder.press(Button.REDO, 0.4)
    assert notebook.calls[1:3] == [("face-lost", 1, 0.0, 0.4), ("close", 1, "redone", 0.4)]


def test_a_face_lost_before_its_recording_opened_is_lost_from_then() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 10)
    recorder.press(Button.REDO, 0.4)
    recorder.tick(0.7)
    feed(recorder, 1.0, 1)
    assert notebook.calls[-1] == ("face-lost", 2, 0.4, 0.6)


def test_a_pause_is_an_event() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 10)
    recorder.press(Button.PAUSE, 0.5)
    recorder.press(Button.RESUME, 3.0)
    assert notebook.calls[1:] == [("pause", 1, 0.5, 2.5)]


def test_answers_are_written_before_what_follows_them() -> None:
    question = '[[trials.questions]]\nid = "why"\nkind = "text"\ntext = { de = "Warum?", en = "Why?" }\n'
    notebook = Notebook()
    protocol = parse_protocol(TWO.text + question, where="asking.toml")
    recorder = Recorder(Engine(protocol, seed=0, asks=True), notebook)
    feed(recorder, 0.0, 200)
    assert not recorder.finished
    with pytest.raises(AnswerRefused):
        recorder.answer({"how": "so"}, 4.0)
    recorder.answer({"why": "so"}, 5.0)
    assert notebook.calls[-3:] == [
        ("close", 2, "complete", 2.0),
        ("answer", 2, "why", "so", 5.0),
        ("finish", 5.0),
    ]
    recorder.answer({"why": "not"}, 6.0)
    assert notebook.calls[-1] == ("finish", 5.0)


def test_other_events_are_noted_until_the_session_ends() -> None:
    recorder, notebook = record()
    recorder.event("device 2", 0.5)
    recorder.leave()
    recorder.event("device 3", 0.7)
    assert notebook.calls == [("device 2", None, 0.5, None), ("leave",)]


def test_reminders_are_events() -> None:
    text = TWO.text.replace("check_every = 1.0", "check_every = 100\nremind_every = 2.0")
    text = text.replace("[texts]", '[texts]\nreminder = { de = "Halten", en = "Hold" }')
    recorder, notebook = record(parse_protocol(text, where="x"))
    feed(recorder, 0.0, 301)
    assert notebook.calls[1:] == [("reminder", 1, 2.0, None), ("reminder", 1, 4.0, None)]


def test_a_stop_leaves_the_session_resumable() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 10)
    recorder.press(Button.PAUSE, 0.5)
    recorder.press(Button.STOP, 1.0)
    assert notebook.calls[1:] == [
        ("close", 1, "incomplete", 1.0),
        ("pause", 1, 0.5, 0.5),
        ("leave",),
    ]
    assert recorder.finished
    recorder.leave()
    assert notebook.calls[-2:] != [("leave",), ("leave",)]


def test_after_leaving_nothing_is_written() -> None:
    recorder, notebook = record()
    feed(recorder, 0.0, 10)
    recorder.leave()
    feed(recorder, 0.2, 600)
    recorder.press(Button.REDO, 20.0)
    recorder.tick(21.0)
    recorder.leave()
    assert notebook.calls == [("open", 1, "disappointed", 0.0), ("leave",)]
    assert len(notebook.frames) == 10
    assert recorder.finished


def test_what_cannot_be_finished_can_still_be_left() -> None:
    recorder, notebook = record()

    def full(at: float) -> None:
        raise OSError("no space left")

    notebook.finish = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no space"):
        feed(recorder, 0.0, 200)
    recorder.leave()
    assert notebook.calls[-1] == ("leave",)


def test_a_note_is_kept_with_the_trial_that_is_being_recorded() -> None:
    recorder, notebook = record()
    recorder.note("late", 0.0)
    feed(recorder, 0.0, 30)
    recorder.note("laughs,\nlooks away", 0.5)
    recorder.press(Button.PAUSE, 0.6)
    recorder.note("phone rang", 0.7)
    assert [call for call in notebook.calls if call[0].startswith("note: ")] == [
        ("note: late", None, 0.0, None),
        ("note: laughs, / looks away", 1, 0.5, None),
        ("note: phone rang", 1, 0.7, None),
    ]


def test_a_note_that_cannot_be_kept_is_told_and_never_reaches_the_writer() -> None:
    recorder, notebook = record()
    for text in ("", " \n", "x" * 3000):
        with pytest.raises(StudyError, match="note: expected"):
            recorder.note(text, 0.0)
    recorder.press(Button.STOP, 0.1)
    with pytest.raises(StudyError, match="found one that has ended"):
        recorder.note("too late", 0.2)
    assert notebook.calls == [("leave",)]
