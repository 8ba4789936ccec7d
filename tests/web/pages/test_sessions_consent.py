"""The page of sessions: having the participant's own screen ask for consent, and following what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_core import flaws
from fake_sessions import FakeStudio, device, sitting
from playwright.sync_api import Page, expect


def consent(state: str, *purposes: str) -> dict[str, object]:
    return {"version": "2", "state": state, "purposes": list(purposes)}


@pytest.fixture
def studio() -> Iterator[FakeStudio]:
    """A scripted studio that answers."""
    studio = FakeStudio()
    studio.participants = [
        {
            "id": "sub-KNOWN1",
            "consent": {"version": "2", "purposes": ["study"]},
            "consented_now": True,
            "columns": {},
            "sessions": [],
        }
    ]
    with studio.serving():
        yield studio


def opened(page: Page, studio: FakeStudio, fragment: str = "") -> Page:
    page.goto(f"{studio.address}/sessions{fragment}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    while not studio.wants("sittings"):
        page.wait_for_timeout(10)
    return page


def test_the_participants_screen_is_asked_to_ask(page: Page, studio: FakeStudio) -> None:
    opened(page, studio, "#prepare")
    page.get_by_label("Ask on the participant's screen").check()
    expect(page.get_by_role("group", name="Also allowed")).to_be_hidden()  # that, too, is asked there
    assert flaws(page) == []
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.locator(".sitting")).to_contain_text("Asking for consent")
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["ask"], body["consent"], body["purposes"]) == (True, False, ["study"])


def test_who_agreed_before_is_not_asked_by_mistake(page: Page, studio: FakeStudio) -> None:
    opened(page, studio, "#prepare")
    page.get_by_label("Ask on the participant's screen").check()
    page.get_by_label("Known participant").first.check()
    page.get_by_label("sub-KNOWN1").check()
    expect(page.get_by_text("No need to ask again.")).to_be_visible()
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.locator(".sitting")).to_have_count(1)
    assert "ask" not in studio.bodies("POST", "/api/sittings")[0]


def test_what_they_say_is_seen_live(page: Page, studio: FakeStudio) -> None:
    studio.sittings = [sitting(1, consent=consent("asked"))]
    opened(page, studio)
    card = page.locator(".sitting")
    begin = card.get_by_role("button", name=re.compile("^Begin"))
    expect(card).to_contain_text("The participant is being asked on their screen.")
    expect(begin).to_be_disabled()
    studio.change(0, consent=consent("given", "study", "sharing"))
    expect(card).to_contain_text("Consent given")
    expect(begin).to_be_enabled()
    expect(page.get_by_text("given on their screen, allowed: this study, sharing")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Consent given")).to_have_count(1)  # said aloud
    assert flaws(page) == []
    studio.change(0, consent=consent("declined"))
    expect(card).to_contain_text("Consent declined")
    expect(card).to_contain_text("nothing is recorded. Thank them")
    expect(begin).to_be_disabled()
    assert flaws(page) == []


def test_a_seminar_is_asked_on_its_own_screens(page: Page, studio: FakeStudio) -> None:
    studio.devices = [device(n) for n in (1, 2)]
    opened(page, studio, "#many")
    expect(page.get_by_label("has agreed", exact=False)).to_have_count(2)
    page.get_by_label("Consent is given").select_option("ask")
    for box in page.locator(".phone-rows").get_by_text("has agreed").all():
        expect(box).to_be_hidden()
    assert flaws(page) == []
    page.get_by_role("button", name="Prepare 2 sessions").click()
    expect(page.locator(".sitting")).to_have_count(2)
    bodies = studio.bodies("POST", "/api/sittings")
    assert [body["ask"] for body in bodies] == [True, True]
    assert all("consent" not in body for body in bodies)
