"""Sessions that come, go and change their device while others run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.button import Button
from mimik.capture.engine import Engine
from mimik.capture.recorder import Recorder
from mimik.capture.room import TICK_EVERY, Room
from mimik.capture.view import Phase, View
from mimik.errors import AnswerRefused, StudyError
from mimik.frame import Frame
from mimik.protocol import load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
SHORT = parse_protocol(load_protocol("hartmann2022").text.replace("500", "60"), where="short.toml")
BUTTON = parse_protocol(load_protocol("follow-up").text.replace("15.0", "0.5"), where="button.toml")
ASKING = parse_protocol(
    SHORT.text.replace(
        '[[trials]]\nexpression = "stressed"',
        '[[trials.questions]]\nid = "strength"\nkind = "scale"\nminimum = 0\nmaximum = 10\n'
        'text = { en = "How strongly?", de = "Wie stark?" }\n'
        '[[trials]]\nexpression = "stressed"',
    ),
    where="asking.toml",
)


class Paper:
    """A writer that keeps everything, until it is ``full``."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.answers: list[tuple[int, str, str]] = []
        self.full = False
        self.end = ""

    def open_trial(self, trial: int, expression: str, at: float) -> None: ...

    def frame(self, trial: int, frame: Frame) -> None:
        if self.full:
            raise OSError("no space left")
        self.frames.append(frame)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None: ...

    def close_trial(self, trial: int, outcome: str, at: float) -> None: ...

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        self.answers.append((trial, question, value))

    def flush(self, now: float) -> None: ...

    def finish(self, at: float) -> None:
        self.end += "finished"

    def leave(self) -> None:
        self.end += "left"
        if self.full:
            raise OSError("no space left for leaving either")


class Table:
    """A room, the papers on which its sessions are written, and phones that send at 60 fps."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.now = 100.0

    def seat(self, device: int, protocol=SHORT, **engine) -> Paper:
        paper = Paper()
        self.room.add(device, Recorder(Engine(protocol, seed=0, **engine), paper))
        return paper

    def send(self, *devices: int, n: int = 1) -> None:
        for _ in range(n):
            self.now += 1 / 60
            frames = [Frame(d, -1, self.now, self.now, True, FACE) for d in devices]
            self.room.frames(frames, self.now)
            self.room.tick(self.now)


def test_a_room_without_running_sessions_is_empty() -> None:
    table = Table(Room())
    assert table.room.empty
    paper = table.seat(1)
    assert not table.room.empty
    table.send(1, n=400)
    assert paper.end == "finished"
    assert table.room.empty


def test_a_session_can_come_while_another_runs() -> None:
    table = Table(Room())
    first = table.seat(1)
    table.send(1, 2, n=30)
    second = table.seat(2)
    table.send(1, 2, n=20)
    assert (len(first.frames), len(second.frames)) == (50, 20)
    assert {frame.device for frame in second.frames} == {2}
    assert (table.room.handed, table.room.unclaimed) == ({1: 50, 2: 20}, {2: 30})


def test_a_removed_session_gets_nothing_more_and_is_not_left() -> None:
    table = Table(Room())
    paper = table.seat(1)
    table.send(1, n=10)
    recorder = table.room.remove(1)
    table.send(1, n=10)
    assert len(paper.frames) == 10
    assert recorder is not None and not recorder.finished
    assert paper.end == ""
    assert table.room.empty
    assert table.room.remove(1) is None


def test_a_session_goes_on_with_another_device() -> None:
    shown: list[tuple[int, View]] = []
    table = Table(Room(lambda device, view: shown.append((device, view))))
    paper = table.seat(1)
    table.send(1, 2, n=10)
    table.room.move(1, 2)
    table.room.show()
    assert shown[-1] == (2, table.room.recorders[2].view)
    table.send(1, 2, n=10)
    assert [frame.device for frame in paper.frames] == [1] * 10 + [2] * 10
    assert not table.room.press(1, Button.STOP, table.now)
    assert table.room.press(2, Button.STOP, table.now)
    assert table.room.empty


def test_moving_to_the_same_device_changes_nothing() -> None:
    table = Table(Room())
    table.seat(1)
    table.room.move(1, 1)
    assert list(table.room.recorders) == [1]


def test_a_device_has_one_running_session() -> None:
    table = Table(Room())
    table.seat(1)
    table.seat(2)
    with pytest.raises(StudyError, match="device 1: expected one without a session"):
        table.seat(1)
    with pytest.raises(StudyError, match="device 2: expected one without a session"):
        table.room.move(1, 2)
    with pytest.raises(StudyError, match="device 7: expected one with a session"):
        table.room.move(7, 3)
    assert list(table.room.recorders) == [1, 2]


def test_the_place_of_a_session_that_has_ended_is_free() -> None:
    shown: list[Phase] = []
    table = Table(Room(lambda device, view: shown.append(view.phase)))
    table.seat(1)
    table.send(1, n=2)
    table.room.press(1, Button.STOP, table.now)
    table.seat(1)
    table.send(1, n=2)
    assert shown[-1] is Phase.RECORDING


def test_wishes_and_presses_reach_their_session_only() -> None:
    table = Table(Room())
    for device in (1, 2):
        table.seat(device)
    table.send(1, 2)
    assert table.room.wish(1, "surprised", table.now)
    assert not table.room.wish(9, "sad", table.now)
    assert table.room.press(2, Button.PAUSE, table.now)
    assert not table.room.press(9, Button.PAUSE, table.now)
    assert table.room.recorders[1].engine.sequence[1].expression == "surprised"
    assert [table.room.recorders[d].view.phase for d in (1, 2)] == [Phase.RECORDING, Phase.PAUSED]


def test_answers_reach_their_session_and_wrong_ones_change_nothing() -> None:
    broken: list[int] = []
    table = Table(Room(on_error=lambda device, error: broken.append(device)))
    paper = table.seat(1, ASKING, asks=True)
    table.send(1, n=70)
    assert table.room.recorders[1].view.phase is Phase.ASKING
    with pytest.raises(AnswerRefused, match="from 0 to 10"):
        table.room.answer(1, {"strength": "11"}, table.now)
    assert table.room.recorders[1].view.phase is Phase.ASKING
    assert table.room.answer(1, {"strength": "7"}, table.now)
    assert not table.room.answer(2, {"strength": "7"}, table.now)
    assert paper.answers == [(1, "strength", "7")]
    assert table.room.recorders[1].view.trial == 2
    assert broken == []


def test_ticks_are_not_handed_out_more_often_than_due_but_at_once_if_asked() -> None:
    views: list[View] = []
    room = Room(lambda device, view: views.append(view))
    room.add(1, Recorder(Engine(BUTTON, seed=0), Paper()))
    room.tick(5.0)
    assert len(views) == 1
    room.press(1, Button.START, 5.0)
    room.tick(5.0 + TICK_EVERY / 2)
    assert len(views) == 1
    room.tick(5.0 + TICK_EVERY / 2, at_once=True)
    assert [view.phase for view in views] == [Phase.WAITING_FOR_START, Phase.WAITING_FOR_FACE]


def test_a_clock_set_back_does_not_stop_the_ticks() -> None:
    views: list[View] = []
    room = Room(lambda device, view: views.append(view))
    room.add(1, Recorder(Engine(SHORT, seed=0), Paper()))
    room.tick(1000.0)
    room.press(1, Button.PAUSE, 1000.0)
    room.tick(10.0)
    assert views[-1].phase is Phase.PAUSED


def test_without_an_owner_for_errors_they_come_through() -> None:
    table = Table(Room())
    table.seat(1).full = True
    with pytest.raises(OSError, match="no space"):
        table.send(1)


def test_a_session_that_breaks_is_left_and_told_once_and_the_others_go_on() -> None:
    told: list[tuple[int, str]] = []
    table = Table(Room(on_error=lambda device, error: told.append((device, str(error)))))
    first, second = table.seat(1), table.seat(2)
    table.send(1, 2, n=10)
    first.full = True
    table.send(1, 2, n=50)
    assert told == [(1, "no space left")]
    assert (first.end, second.end) == ("left", "")
    assert (len(first.frames), len(second.frames)) == (10, 60)
    assert table.room.recorders[1].finished
    assert not table.room.empty


def test_who_is_told_of_an_error_or_a_view_may_take_the_session_out() -> None:
    room = Room(
        lambda device, view: room.remove(device) if view.phase is Phase.STOPPED else None,
        lambda device, error: room.remove(device),
    )
    table = Table(room)
    papers = [table.seat(device) for device in (1, 2, 3)]
    table.send(1, 2, 3, n=5)
    papers[0].full = True
    table.send(1, 2, 3, n=5)
    room.press(2, Button.STOP, table.now)
    table.send(1, 2, 3, n=5)
    assert list(room.recorders) == [3]
    assert [len(paper.frames) for paper in papers] == [5, 10, 15]


moves = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4)),
        st.tuples(st.just("remove"), st.integers(1, 4)),
        st.tuples(st.just("move"), st.integers(1, 4), st.integers(1, 4)),
        st.tuples(st.just("fill"), st.integers(1, 4)),
        st.tuples(st.just("stop"), st.integers(1, 4)),
        st.tuples(st.just("send")),
    ),
    max_size=40,
)


@given(moves)
def test_every_frame_goes_to_the_session_that_has_its_device_and_to_no_other(moves) -> None:
    """A second, naive reading: who sits where, and what each must have got."""
    table = Table(Room(on_error=lambda device, error: None))
    seated: dict[int, Paper] = {}
    expected: dict[int, list[float]] = {}
    ended: set[int] = set()

    def taken(device: int) -> bool:
        return device in seated and id(seated[device]) not in ended

    papers = []
    for kind, *devices in moves:
        device = devices[0] if devices else 0
        if kind == "add" and not taken(device):
            seated[device] = table.seat(device)
            papers.append(seated[device])
            expected[id(seated[device])] = []
        elif kind == "remove":
            table.room.remove(device)
            seated.pop(device, None)
        elif kind == "move" and device in seated and not taken(devices[1]):
            table.room.move(device, devices[1])
            seated[devices[1]] = seated.pop(device)
        elif kind == "fill" and device in seated:
            seated[device].full = True
        elif kind == "stop" and device in seated:
            table.room.press(device, Button.STOP, table.now)
            ended.add(id(seated[device]))
        elif kind == "send":
            table.send(1, 2, 3, 4)
            for paper in seated.values():
                if paper.full:
                    ended.add(id(paper))
                if id(paper) not in ended:
                    expected[id(paper)].append(table.now)
    for paper in papers:
        assert [frame.arrival_time for frame in paper.frames] == expected[id(paper)]
    assert table.room.empty == all(id(paper) in ended for paper in seated.values())
