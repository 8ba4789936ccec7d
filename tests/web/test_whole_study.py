"""A whole study in the browser, from the first start to a report and a recognizer that watches live."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from web_world import QUICK, Server

from mimik.capture.simulation import simulate
from mimik.web.studio.studio import Studio

SLOW = 120_000  # ms; trainings on a busy machine

WORDS = {
    "en": ("I am ready", "Please look happy", "Please look sad", "Done. Thank you!"),
    "de": (
        "Ich bin bereit",
        "Bitte schauen Sie gluecklich",
        "Bitte schauen Sie traurig",
        "Fertig. Vielen Dank!",
    ),
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_from_the_first_start_to_a_report_and_live(
    page: Page, make_studio: Callable[..., Studio], serve: Callable[..., Server], language: str
) -> None:
    studio = make_studio("")
    url = serve(studio).url
    make_the_study(page, url)
    connect_a_simulated_phone(page)
    record_a_session(page, language)
    look_at_the_recording(page, studio)
    simulate(studio.require_study(), participants=5, seed=2)  # as colleagues did meanwhile
    train_and_read_the_report(page, url)
    watch_live(page, url)


def make_the_study(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Title").fill("Winter pilot")
    page.get_by_role("radio", name="Simulated people").check()
    page.get_by_role("radio", name="A file of your own").check()
    own: Any = {"name": "quick.toml", "mimeType": "application/toml", "buffer": QUICK.encode()}
    page.get_by_label("Protocol file").set_input_files([own])
    page.get_by_role("button", name="Make the study").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Winter pilot")


def connect_a_simulated_phone(page: Page) -> None:
    page.get_by_role("region", name="Next step").get_by_role("link").click()
    page.get_by_role("button", name="Add simulated phones").click()
    page.get_by_role("button", name=re.compile("^Accept")).click()
    expect(page.get_by_text("accepted", exact=True)).to_be_visible()


def record_a_session(page: Page, language: str) -> None:
    ready, happy, sad, done = WORDS[language]
    page.get_by_role("navigation").get_by_role("link", name="Sessions").click()
    page.get_by_role("button", name="Prepare a session").first.click()
    page.get_by_label("has agreed now").check()
    page.get_by_label("Language of the screen").select_option(language)
    page.get_by_role("button", name="Prepare", exact=True).click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("^Open in a new window")).click()
    screen = opened.value
    screen.get_by_role("button", name=ready).click()
    expect(page.get_by_text("Connected and ready")).to_be_visible()  # else Begin asks whether to wait for it
    page.get_by_role("button", name=re.compile("^Begin")).click()
    for prompt in (happy, sad):
        expect(screen.locator(".prompt")).to_have_text(prompt)
        screen.get_by_role("button", name="Start", exact=True).click()
    expect(screen.get_by_text(done)).to_be_visible()
    expect(page.locator(".states")).to_contain_text("Complete")
    screen.close()


def look_at_the_recording(page: Page, studio: Studio) -> None:
    (session,) = studio.require_study().sessions()
    assert session.status == "complete" and [t.outcome for t in session.trials] == ["complete"] * 2
    page.get_by_role("link", name="Look at the recording").click()
    expect(page.get_by_text(session.participant).first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()


def train_and_read_the_report(page: Page, url: str) -> None:
    page.goto(f"{url}/models")
    page.get_by_text("More choices").click()
    page.get_by_label("Epochs").fill("2")
    page.get_by_label("Folds of the test").fill("2")
    page.get_by_role("button", name="Train", exact=True).click()
    see = page.get_by_role("link", name="See expressions")
    expect(see).to_be_visible(timeout=SLOW)
    see.click()
    expect(page.get_by_role("table", name="Confusion matrix of whole trials")).to_be_visible()
    report = page.frame_locator("iframe")
    expect(report.get_by_role("heading", name="Winter pilot: expressions")).to_be_visible()


def watch_live(page: Page, url: str) -> None:
    page.goto(f"{url}/live")
    page.get_by_role("button", name="Start", exact=True).click()
    said = re.compile("happy|sad|unsure", re.IGNORECASE)
    expect(page.locator(".large")).to_have_text(said, timeout=SLOW)  # after three seconds of a neutral face
