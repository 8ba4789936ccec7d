"""The loop of a recording."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mimik.capture.engine import Button, Engine
from mimik.capture.recorder import Recorder
from mimik.capture.run import run
from mimik.capture.view import Phase, View
from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.protocol import load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
PROTOCOL = parse_protocol(load_protocol("hartmann2022").text.replace("500", "60"), where="short.toml")
BUTTON = parse_protocol(load_protocol("follow-up").text.replace("15.0", "0.5"), where="button.toml")


class Journal:
    """A writer that counts."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.trials: list[int] = []
        self.end = ""

    def open_trial(self, trial: int, expression: str, at: float) -> None: ...

    def frame(self, trial: int, frame: Frame) -> None:
        self.frames.append(frame)
        self.trials.append(trial)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None: ...

    def close_trial(self, trial: int, outcome: str, at: float) -> None: ...

    def answer(self, trial: int, question: str, value: str, at: float) -> None: ...

    def flush(self, now: float) -> None: ...

    def finish(self, at: float) -> None:
        self.end += "finished"

    def leave(self) -> None:
        self.end += "left"


class Phones:
    """A source of several phones at 60 fps that turns the clock by hand."""

    def __init__(self, clock: ManualClock, devices: Sequence[int], seconds: float) -> None:
        self._clock, self._devices, self._left = clock, devices, round(seconds * 60)
        self._n = 0
        self.on_read: Callable[[int], None] = lambda n: None

    def read(self, timeout: float) -> Sequence[Frame] | None:
        if self._n == self._left:
            return None
        self._n += 1
        self._clock.advance(1 / 60)
        now = self._clock.now()
        self.on_read(self._n)
        return [Frame(d, self._n, self._n / 60, now, True, FACE) for d in self._devices]


def sessions(devices: Sequence[int], protocol=PROTOCOL) -> tuple[dict[int, Recorder], dict[int, Journal]]:
    journals = {d: Journal() for d in devices}
    return {d: Recorder(Engine(protocol, seed=d), j) for d, j in journals.items()}, journals


def test_a_wish_reaches_its_own_session_and_a_wish_for_nobody_is_ignored() -> None:
    clock = ManualClock(1000.0)
    recorders, _ = sessions([1, 2])
    run(
        Phones(clock, [1, 2], seconds=0.5),
        recorders,
        clock,
        wishes=lambda: [(1, "surprised"), (9, "sad")],
    )
    first, second = (recorders[d].engine.sequence[1].expression for d in (1, 2))
    assert (first, second) == ("surprised", PROTOCOL.sequence(2)[1].expression)


def test_ten_phones_fill_ten_sessions_and_no_frame_is_lost_or_misplaced() -> None:
    clock = ManualClock(1000.0)
    recorders, journals = sessions(range(1, 11))
    result = run(Phones(clock, range(1, 11), seconds=60), recorders, clock)
    assert result.finished == tuple(range(1, 11))
    assert (result.unfinished, result.unclaimed) == ((), {})
    for device, journal in journals.items():
        assert {f.device for f in journal.frames} == {device}
        assert [f.number for f in journal.frames] == list(range(1, len(journal.frames) + 1))
        assert result.frames[device] == len(journal.frames) >= 5 * 60
        assert journal.end == "finished"


def test_the_end_of_the_source_leaves_what_is_unfinished() -> None:
    clock = ManualClock()
    recorders, journals = sessions([1])
    result = run(Phones(clock, [1], seconds=2), recorders, clock)
    assert (result.finished, result.unfinished) == ((), (1,))
    assert journals[1].end == "left"
    assert len(journals[1].frames) == 120


def test_frames_of_a_device_without_a_session_are_counted_and_not_stored() -> None:
    clock = ManualClock()
    recorders, journals = sessions([1])
    result = run(Phones(clock, [1, 7], seconds=1), recorders, clock)
    assert result.unclaimed == {7: 60}
    assert {f.device for f in journals[1].frames} == {1}


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_every_session_and_comes_through(error: type[BaseException]) -> None:
    clock = ManualClock()
    recorders, journals = sessions([1, 2])
    source = Phones(clock, [1, 2], seconds=60)

    def interrupt(n: int) -> None:
        if n == 100:
            raise error

    source.on_read = interrupt
    with pytest.raises(error):
        run(source, recorders, clock)
    assert [j.end for j in journals.values()] == ["left", "left"]
    assert [len(j.frames) for j in journals.values()] == [99, 99]


def test_one_session_that_cannot_be_left_does_not_keep_the_others() -> None:
    clock = ManualClock()
    recorders, journals = sessions([1, 2, 3])

    def full() -> None:
        raise OSError("no space left")

    journals[2].leave = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no space"):
        run(Phones(clock, [1, 2, 3], seconds=1), recorders, clock)
    assert [journals[1].end, journals[3].end] == ["left", "left"]


def test_until_ends_the_run() -> None:
    clock = ManualClock()
    recorders, journals = sessions([1])
    run(Phones(clock, [1], seconds=60), recorders, clock, until=lambda: clock.now() > 3.0)
    assert journals[1].end == "left"
    assert 175 <= len(journals[1].frames) <= 185


def test_presses_reach_the_session_of_their_device_at_once() -> None:
    clock = ManualClock()
    recorders, journals = sessions([1, 2], BUTTON)
    waiting: list[tuple[int, Button]] = []
    views: list[tuple[int, View]] = []

    def person(device: int, view: View) -> None:
        views.append((device, view))
        if device == 2 and view.phase is Phase.WAITING_FOR_START and view.face:
            waiting[:] = [(2, Button.START), (9, Button.STOP)]

    def presses() -> list[tuple[int, Button]]:
        taken = waiting.copy()
        waiting.clear()
        return taken

    result = run(Phones(clock, [1, 2], seconds=30), recorders, clock, on_view=person, presses=presses)
    assert result.finished == (2,)
    assert journals[1].frames == []
    assert sorted(set(journals[2].trials)) == [1, 2, 3, 4, 5, 6]
    assert views[-1][1].phase is Phase.DONE


def test_a_view_is_shown_only_when_it_has_changed() -> None:
    clock = ManualClock()
    recorders, _ = sessions([1, 2])
    views: list[tuple[int, View]] = []
    run(Phones(clock, [1], seconds=60), recorders, clock, on_view=lambda d, v: views.append((d, v)))
    absent = [v for d, v in views if d == 2]
    assert [v.phase for v in absent] == [Phase.WAITING_FOR_FACE]
    present = [v for d, v in views if d == 1]
    assert all(a != b for a, b in itertools.pairwise(present))
    assert present[-1].phase is Phase.DONE
    assert [v.trial for v in present] == sorted(v.trial for v in present)


def test_nothing_to_record_reads_nothing() -> None:
    clock = ManualClock()
    result = run(Phones(clock, [1], seconds=60), {}, clock)
    assert (result.finished, result.frames, clock.now()) == ((), {}, 0.0)
