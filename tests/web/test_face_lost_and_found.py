"""A phone that falls silent in mid-trial: the screen says how to get back, and it goes on by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from web_world import QUICK, Server, wait_until

from mimik.protocol import parse_protocol
from mimik.sources.virtual.person import Habits, Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.study.study import Study
from mimik.web.studio.studio import Studio


class Phone:
    """A simulated phone in a thread; it sends while ``sending`` is set."""

    def __init__(self, address: tuple[str, int]) -> None:
        person = Person(1, fps=60, habits=Habits(turns=0.0))
        self._phone = VirtualPhone(person, address, device_id="a phone", seed=1)
        self.sending, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.wait(1 / 60):
            if self.sending.is_set():
                self._phone.send()

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        self._phone.close()


@pytest.fixture
def studio(make_studio: Callable[..., Studio], tmp_path: Any) -> Studio:
    """A studio of trials that last two seconds."""
    text = QUICK.replace("min_frames = 30", "min_frames = 120")
    protocol = parse_protocol(text, where="two seconds")
    Study.create(tmp_path / "slow", title="Slow", protocol=protocol, synthetic=True)
    return make_studio(folder=tmp_path / "slow")


@pytest.fixture
def phone(studio: Studio) -> Iterator[Phone]:
    made = Phone(("127.0.0.1", studio.phone_port))
    yield made
    made.close()


def test_a_lost_face_is_told_and_found_again(
    page: Page, studio: Studio, phone: Phone, serve: Callable[..., Server]
) -> None:
    phone.sending.set()
    wait_until(lambda: [d for d in studio.devices.all() if d["face"]])
    studio.devices.accept(1)
    sitting = studio.sittings.prepare(device=1, consent=True, language="en")
    studio.sittings.begin(sitting.id)
    page.goto(f"{serve(studio).url}/screen/{sitting.screen.key}")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("[data-phase=recording]")).to_be_visible()
    wait_until(lambda: sitting.view is not None and sitting.view.frames > 0)
    phone.sending.clear()
    expect(page.get_by_text("Your face is out of view")).to_be_visible()
    assert sitting.view is not None and sitting.view.prompt == "Please look happy"
    kept = sitting.view.frames
    assert 0 < kept < 120
    phone.sending.set()
    expect(page.get_by_text("Your face is out of view")).to_be_hidden()
    expect(page.locator(".prompt")).to_have_text("Please look sad")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Done. Thank you!")).to_be_visible()
    (session,) = wait_until(lambda: [s for s in studio.require_study().sessions() if s.status == "complete"])
    assert [trial.outcome for trial in session.trials] == ["complete", "complete"]
    lost = [event for event in studio.require_study().events(session) if event.event == "face-lost"]
    assert len(lost) == 1 and lost[0].trial == 1 and (lost[0].duration or 0) >= 0.5
