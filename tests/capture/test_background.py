"""Writing in the background: in order, all of it, and errors are told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.background import BackgroundWriter, WriterThread
from mimik.errors import StudyError
from mimik.frame import Frame

FACE = np.zeros(64, dtype=np.float32)


def frame(number: int) -> Frame:
    return Frame(1, number, 0.0, 0.0, True, FACE)


class Later:
    """A thread turned by hand: tasks are carried out when a test says so."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], None]] = []

    def put(self, task: Callable[[], None]) -> None:
        self.tasks.append(task)

    def work(self, n: int | None = None) -> None:
        for _ in range(len(self.tasks) if n is None else n):
            self.tasks.pop(0)()


class Paper:
    """A writer that writes down what it is asked, and cannot do what is in ``fails``."""

    def __init__(self, *fails: str) -> None:
        self.calls: list[tuple] = []
        self.fails = set(fails)

    def _call(self, *call) -> None:
        self.calls.append(call)
        if call[0] in self.fails:
            raise OSError(f"no space left for {call[0]}")

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        self._call("open", trial, expression, at)

    def frame(self, trial: int, frame: Frame) -> None:
        self._call("frame", trial, frame.number)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        self._call("event", event, at, trial, duration)

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        self._call("close", trial, outcome, at)

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        self._call("answer", trial, question, value, at)

    def flush(self, now: float) -> None:
        self._call("flush", now)

    def finish(self, at: float):
        self._call("finish", at)
        return "what is known of the session"

    def leave(self) -> None:
        self._call("leave")


def background(*fails: str) -> tuple[BackgroundWriter, Paper, Later]:
    paper, later = Paper(*fails), Later()
    return BackgroundWriter(paper, later), paper, later


def a_whole_session(writer) -> None:
    writer.open_trial(1, "happy", 1.0)
    writer.frame(1, frame(7))
    writer.event("face-lost", 2.0, trial=1, duration=0.5)
    writer.close_trial(1, "complete", 3.0)
    writer.answer(1, "strength", "7", 4.0)
    writer.flush(4.5)
    writer.finish(5.0)


def test_calls_return_at_once_and_are_carried_out_later_as_they_were_made() -> None:
    writer, paper, later = background()
    direct = Paper()
    a_whole_session(writer)
    a_whole_session(direct)
    assert paper.calls == []
    later.work()
    assert paper.calls == direct.calls
    assert writer.problem is None


def test_ended_tells_what_finish_gave() -> None:
    writer, _, later = background()
    writer.finish(5.0)
    assert not writer.ended.done()
    later.work()
    assert writer.ended.result(0) == "what is known of the session"


def test_ended_tells_nothing_after_leaving() -> None:
    writer, paper, later = background()
    writer.leave()
    later.work()
    assert writer.ended.result(0) is None
    assert paper.calls == [("leave",)]


def test_who_waits_may_give_up_without_harm() -> None:
    writer, _, later = background()
    assert not writer.ended.cancel()
    writer.finish(5.0)
    later.work()
    assert (writer.ended.done(), writer.problem) == (True, None)


@pytest.mark.parametrize("end", [lambda writer: writer.finish(5.0), lambda writer: writer.leave()])
def test_leaving_after_the_end_does_nothing_and_all_else_is_refused(end) -> None:
    writer, paper, later = background()
    end(writer)
    writer.leave()
    writer.flush(6.0)
    with pytest.raises(StudyError, match="has ended"):
        writer.frame(1, frame(1))
    with pytest.raises(StudyError, match="has ended"):
        writer.finish(6.0)
    later.work()
    assert len(paper.calls) == 1


def test_flushes_do_not_pile_up_and_the_latest_time_counts() -> None:
    writer, paper, later = background()
    for tick in range(100):
        writer.flush(float(tick))
    assert len(later.tasks) == 1
    later.work()
    assert paper.calls == [("flush", 99.0)]
    writer.flush(100.0)
    later.work()
    assert paper.calls[1:] == [("flush", 100.0)]


def test_other_calls_are_carried_out_in_their_turn() -> None:
    writer, paper, later = background()
    writer.frame(1, frame(1))
    writer.call(paper.event, "a note", 3.0, trial=1)
    writer.frame(1, frame(2))
    later.work()
    assert [call[0] for call in paper.calls] == ["frame", "event", "frame"]


def test_after_an_error_later_calls_raise_it_and_nothing_more_is_written() -> None:
    writer, paper, later = background("frame")
    writer.open_trial(1, "happy", 1.0)
    writer.frame(1, frame(1))
    writer.frame(1, frame(2))
    writer.finish(2.0)
    assert writer.problem is None
    later.work()
    assert paper.calls == [("open", 1, "happy", 1.0), ("frame", 1, 1), ("leave",)]
    assert str(writer.problem) == "no space left for frame"
    assert writer.ended.exception(0) is writer.problem


def test_every_kind_of_call_raises_an_earlier_error_but_leaving() -> None:
    writer, paper, later = background("frame")
    writer.frame(1, frame(1))
    later.work()
    for call in (
        lambda: writer.open_trial(1, "happy", 1.0),
        lambda: writer.frame(1, frame(2)),
        lambda: writer.event("reminder", 1.0),
        lambda: writer.close_trial(1, "complete", 1.0),
        lambda: writer.answer(1, "strength", "7", 1.0),
        lambda: writer.flush(2.0),
        lambda: writer.finish(2.0),
    ):
        with pytest.raises(OSError, match="no space left for frame"):
            call()
    writer.leave()
    assert later.tasks == []
    assert paper.calls == [("frame", 1, 1), ("leave",)]


def test_a_writer_that_cannot_even_leave_tells_the_first_error() -> None:
    writer, _, later = background("flush", "leave")
    writer.flush(1.0)
    later.work()
    assert str(writer.problem) == "no space left for flush"


@pytest.mark.parametrize("end", ["finish", "leave"])
def test_an_error_at_the_end_is_told(end: str) -> None:
    writer, _, later = background(end)
    writer.finish(1.0) if end == "finish" else writer.leave()
    later.work()
    with pytest.raises(OSError, match=f"no space left for {end}"):
        writer.ended.result(0)


def test_the_error_of_one_session_is_not_another_s() -> None:
    later, broken, whole = Later(), Paper("frame"), Paper()
    one, other = BackgroundWriter(broken, later), BackgroundWriter(whole, later)
    one.frame(1, frame(1))
    other.frame(1, frame(2))
    other.finish(1.0)
    later.work()
    assert one.problem is not None
    assert other.problem is None
    assert whole.calls == [("frame", 1, 2), ("finish", 1.0)]


CALLS: dict[str, Callable] = {
    "open": lambda writer, n: writer.open_trial(n, "happy", 0.0),
    "frame": lambda writer, n: writer.frame(1, frame(n)),
    "event": lambda writer, n: writer.event("reminder", float(n)),
    "close": lambda writer, n: writer.close_trial(n, "complete", 0.0),
    "answer": lambda writer, n: writer.answer(n, "strength", "7", 0.0),
}
kinds = st.sampled_from(sorted(CALLS))
steps = st.lists(st.one_of(kinds, st.integers(1, 5)), max_size=60)


@given(steps=steps, fails=st.sets(kinds, max_size=1))
def test_what_is_written_is_what_was_asked_up_to_the_first_error(steps, fails) -> None:
    """Steps are calls, and numbers of tasks that the thread carries out in between."""
    writer, paper, later = background(*fails)
    direct = Paper()
    for n, step in enumerate(steps):
        if isinstance(step, int):
            later.work(min(step, len(later.tasks)))
            continue
        try:
            CALLS[step](writer, n)
        except OSError:
            break
        CALLS[step](direct, n)
    writer.leave()
    later.work()
    first = next((i for i, call in enumerate(direct.calls, 1) if call[0] in fails), len(direct.calls))
    assert paper.calls == [*direct.calls[:first], ("leave",)]
    assert writer.ended.done()


# The thread


def test_the_thread_carries_out_everything_in_order_before_it_closes() -> None:
    done: list[int] = []
    names: set[str] = set()
    with WriterThread() as thread:
        for i in range(1000):
            thread.put(lambda i=i: (done.append(i), names.add(threading.current_thread().name)))
    assert done == list(range(1000))
    assert len(names) == 1
    assert threading.current_thread().name not in names
    with pytest.raises(RuntimeError):
        thread.put(lambda: None)


def test_nobody_waits_for_a_slow_disk() -> None:
    disk = threading.Event()
    paper = Paper()
    with WriterThread() as thread:
        writer = BackgroundWriter(paper, thread)
        writer.call(disk.wait, 60)  # until then nothing can be written
        for i in range(100):
            writer.frame(1, frame(i))
            writer.flush(float(i))
        writer.finish(1.0)
        assert paper.calls == []
        disk.set()
        assert writer.ended.result(60) == "what is known of the session"
    assert [call[2] for call in paper.calls if call[0] == "frame"] == list(range(100))
    assert 1 <= sum(call[0] == "flush" for call in paper.calls) <= 100
