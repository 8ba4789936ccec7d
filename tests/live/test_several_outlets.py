"""Several outlets: each gets everything, and one that fails takes nobody with it."""

from __future__ import annotations

import pytest
from scripted_frames import LABELS, recognition

from mimik.errors import MimikError
from mimik.live.outlet import Description, Event, Outlet
from mimik.live.outlets.several import SeveralOutlets

DESCRIPTION = Description(LABELS, None, 0.0, "m", "", False)
EVENT = Event(0.0, 1, "r", "message", "m")


class Notebook:
    """An outlet that writes down what it gets, and fails at what it is told to."""

    def __init__(self, *fails_at: str) -> None:
        self.got: list[str] = []
        self._fails_at = fails_at

    def open(self, description: Description) -> None:
        self._note("open")

    def send(self, recognition: object) -> None:
        self._note("send")

    def tell(self, event: Event) -> None:
        self._note("tell")

    def close(self) -> None:
        self._note("close")

    def _note(self, what: str) -> None:
        self.got.append(what)
        if what in self._fails_at:
            raise MimikError(f"cannot {what}")


def go_through(outlet: Outlet) -> None:
    outlet.open(DESCRIPTION)
    outlet.send(recognition(0.0, "happy"))
    outlet.tell(EVENT)
    outlet.send(recognition(0.1, "happy"))
    outlet.close()


def test_each_gets_everything() -> None:
    two = Notebook(), Notebook()
    go_through(SeveralOutlets(two))

    assert two[0].got == two[1].got == ["open", "send", "tell", "send", "close"]


@pytest.mark.parametrize("what", ["send", "tell"])
def test_one_that_cannot_go_on_is_let_go_and_told(what: str) -> None:
    errors: list[MimikError] = []
    bad, good = Notebook(what, "close"), Notebook()
    several = SeveralOutlets([bad, good], errors.append)
    go_through(several)

    assert good.got == ["open", "send", "tell", "send", "close"]
    assert bad.got[-1] == "close"
    assert bad.got.count(what) == 1
    assert [str(error) for error in errors] == [f"cannot {what}", "cannot close"]
    assert several.failed == 1


def test_if_one_cannot_begin_none_does() -> None:
    first, second, third = Notebook(), Notebook("open"), Notebook()

    with pytest.raises(MimikError, match="cannot open"):
        SeveralOutlets([first, second, third]).open(DESCRIPTION)
    assert first.got == ["open", "close"]
    assert third.got == []


def test_one_that_fails_at_the_end_is_told_too() -> None:
    errors: list[MimikError] = []
    good = Notebook()
    go_through(SeveralOutlets([Notebook("close"), good], errors.append))

    assert good.got[-1] == "close"
    assert len(errors) == 1
