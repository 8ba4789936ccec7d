"""The page of sessions before a real studio with simulated phones: what it does ends up in the study."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from web_world import QUICK, Server, wait_until

from mimik.protocol import parse_protocol
from mimik.study.study import Study
from mimik.web.studio.studio import Studio

LONG = 30_000  # ms


@pytest.fixture
def laboratory(make_studio: Callable[..., Studio]) -> Studio:
    """A studio of a synthetic study, with an accepted simulated phone that sends."""
    return with_phones(make_studio(), 1)


def with_phones(studio: Studio, count: int) -> Studio:
    """Let simulated people sit down, and accept their phones."""
    studio.simulate(count)
    wait_until(lambda: len([d for d in studio.devices.all() if d["face"]]) == count)
    for found in studio.devices.all():
        studio.devices.accept(found["number"])
    return studio


def button(page: Page, name: str) -> Any:
    """Find a button by the beginning of its name."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def prepare(page: Page, server: Server, *, consent: bool = True) -> None:
    page.goto(f"{server.url}/sessions#prepare")
    expect(page.get_by_role("heading", name="Prepare a session")).to_be_visible()
    if consent:
        page.get_by_label("has agreed now").check()
    button(page, "Prepare").click()


def begin_anyway(page: Page) -> None:
    """Begin a session that has no screen."""
    button(page, "Begin anyway").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin anyway").click()


def test_without_consent_nothing_reaches_the_study(
    page: Page, laboratory: Studio, serve: Callable[..., Server]
) -> None:
    prepare(page, serve(laboratory), consent=False)
    expect(page.get_by_text("Has the participant agreed?")).to_be_visible()
    assert laboratory.sittings.news.all() == []
    assert laboratory.require_study().participants == ()


def test_a_whole_session_with_pause_redo_and_a_note(
    page: Page, make_studio: Callable[..., Studio], serve: Callable[..., Server], tmp_path: Path
) -> None:
    # Trials of four seconds: time enough to press buttons in.
    slow = parse_protocol(QUICK.replace("min_frames = 30", "min_frames = 240"), where="slow")
    Study.create(tmp_path / "slow", title="Slow", protocol=slow, synthetic=True)
    laboratory = with_phones(make_studio(folder=tmp_path / "slow"), 1)
    prepare(page, serve(laboratory))
    expect(page.get_by_role("heading", name="Is everything there?")).to_be_visible()
    expect(page.locator(".live svg.no-face")).to_have_count(0)
    assert laboratory.require_study().participants == ()  # nothing is written before it begins
    begin_anyway(page)
    expect(page.locator(".states")).to_contain_text("Waiting for Start")
    page.keyboard.press("n")
    page.keyboard.type("sits well")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Notes")).to_contain_text("sits well")
    button(page, "Start").click()
    expect(page.locator(".states")).to_contain_text("Recording")
    button(page, "Pause").click()
    expect(page.locator(".states")).to_contain_text("Paused")
    button(page, "Redo").click()
    button(page, "Go on").click()
    expect(page.locator(".states")).to_contain_text("Waiting for Start")
    button(page, "Start").click()
    expect(page.locator(".prompt")).to_have_text("Please look sad", timeout=LONG)
    button(page, "Start").click()
    expect(page.locator(".states")).to_contain_text("Complete", timeout=LONG)
    expect(page.get_by_role("row", name=re.compile("sad .* complete"))).to_be_visible()
    (session,) = laboratory.require_study().sessions()
    assert session.status == "complete"
    assert [trial.outcome for trial in session.trials] == ["redone", "complete", "complete"]


def test_begin_stands_out_once_the_participants_screen_is_there_and_ready(
    page: Page, laboratory: Studio, serve: Callable[..., Server]
) -> None:
    prepare(page, serve(laboratory))
    expect(page.get_by_text("Missing: No screen is connected")).to_be_visible()
    with page.context.expect_page() as opened:
        button(page, "Open in a new window").click()
    screen = opened.value
    expect(page.get_by_text("Missing: The screen is connected but hasn't said")).to_be_visible()
    button(screen, "I am ready").click()
    expect(page.get_by_text("Connected and ready")).to_be_visible()
    expect(button(page, "Begin")).to_have_class(re.compile("primary"))
    button(page, "Begin").click()
    button(screen, "Start").click()
    expect(page.locator(".prompt")).to_have_text("Please look sad")
    expect(screen.get_by_role("heading", name="Please look sad")).to_be_visible()


def test_a_stopped_session_is_gone_on_with(
    page: Page, laboratory: Studio, serve: Callable[..., Server]
) -> None:
    prepare(page, serve(laboratory))
    begin_anyway(page)
    button(page, "Start").click()
    expect(page.locator(".prompt")).to_have_text("Please look sad")
    button(page, "Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(page.locator(".states")).to_contain_text("Stopped")
    button(page, "Go on with this session").click()
    expect(page.get_by_text("1 of 2 trials done")).to_be_visible()
    expect(page.get_by_text("has agreed to this text already")).to_be_visible()
    button(page, "Prepare").last.click()
    begin_anyway(page)
    expect(page.locator(".prompt")).to_have_text("Please look sad")
    button(page, "Start").click()
    expect(page.locator(".states")).to_contain_text("Complete")
    (session,) = laboratory.require_study().sessions()
    assert [(trial.expression, trial.outcome) for trial in session.trials] == [
        ("happy", "complete"),
        ("sad", "complete"),
    ]


def test_ten_sessions_run_side_by_side_to_their_end(
    page: Page, make_studio: Callable[..., Studio], serve: Callable[..., Server]
) -> None:
    studio = with_phones(make_studio(), 10)
    url = serve(studio).url

    def waits(prompt: str) -> bool:
        views = [sitting["view"] for sitting in page.request.get(f"{url}/api/sittings").json()]
        return all((view["phase"], view["prompt"]) == ("waiting-for-start", prompt) for view in views)

    page.goto(f"{url}/sessions#many")
    expect(page.locator(".phone-rows li")).to_have_count(10)
    for box in page.get_by_label("has agreed").all():
        box.check()
    button(page, "Prepare 10 sessions").click()
    expect(page.locator(".sitting")).to_have_count(10)
    button(page, "Begin all").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin anyway").click()
    expect(page.get_by_text("10 of 10 begun.")).to_be_visible()
    for shown in ("happy", "sad"):
        wait_until(
            partial(waits, f"Please look {shown}")
        )  # else the press is one too many for the trial before
        for n in range(1, 11):
            page.get_by_role("button", name=f"Start: Seat {n}", exact=True).click()
    expect(page.locator(".states", has_text="Complete")).to_have_count(10)
    sessions = studio.require_study().sessions()
    assert [session.status for session in sessions] == ["complete"] * 10
