"""The page of recordings in Chromium, on a small recorded study: what is drawn is what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_core import flaws
from web_world import wait_until

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.learn.report.face.draw import face_lines
from mimik.learn.report.face.lines import Coefficients, path
from mimik.study.session import INTERRUPTED
from mimik.web.studio.recorded import timeline
from mimik.web.studio.studio import Studio


@pytest.fixture
def studio(recorded: Path, make_studio: Callable[..., Studio]) -> Studio:
    return make_studio(folder=recorded)


@pytest.fixture
def address(studio: Studio, serve: Callable[..., Any]) -> str:
    return f"{serve(studio).url}/recordings"


def finished(studio: Studio) -> Any:
    return next(s for s in studio.require_study().sessions() if s.status == "complete")


def broken_off(studio: Studio) -> Any:
    return next(s for s in studio.require_study().sessions() if s.status == INTERRUPTED)


@pytest.fixture
def session(page: Any, address: str, studio: Studio) -> Any:
    """The first finished session, opened by its link."""
    info = finished(studio)
    page.goto(f"{address}#{info.participant}/{info.session}")
    page.locator(".trial").first.wait_for()
    return info


def numbers(d: str) -> np.ndarray:
    return np.array([float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", d)])


def test_what_a_participant_allows_stands_with_their_recordings(page, address, studio):
    study = studio.require_study()
    first, second, third = (person.id for person in study.participants)
    study.record_consent(second, at=1.0, version="1", purposes=("study", "sharing"), how="paper")
    (study.folder / "consent" / f"{third}.toml").unlink()
    page.goto(address)
    page.locator(".recording").nth(2).wait_for()
    told = {who: page.locator(".recording", has_text=who).inner_text() for who in (first, second, third)}
    assert "allowed: this study" in told[first] and "sharing" not in told[first]
    assert "allowed: this study, sharing" in told[second]
    assert "no consent recorded" in told[third]


def test_the_list_is_searched_and_filtered_and_leads_to_a_session(page, address, studio):
    page.goto(address)
    people = [s.participant for s in studio.require_study().sessions()]
    page.locator(".recording").nth(2).wait_for()
    assert page.get_by_role("status").filter(has_text="3 sessions").count() == 1

    page.get_by_label("Pseudonym").fill(people[1].lower())
    assert page.locator(".recording").count() == 1
    page.get_by_label("Pseudonym").fill("")
    page.get_by_label("Status").select_option("interrupted")
    assert page.locator(".recording").all_inner_texts()[0].startswith(broken_off(studio).participant)
    page.get_by_label("Pseudonym").fill("nobody")
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".recording").count() == 3

    info = finished(studio)
    page.get_by_role("link", name=f"{info.participant} {info.session}").click()
    page.get_by_role("heading", level=1, name=info.participant).wait_for()
    assert page.url.endswith(f"#{info.participant}/{info.session}")
    page.get_by_role("link", name="All recordings").click()
    page.locator(".recording").first.wait_for()


def test_what_moved_most_is_drawn_first_and_groups_and_single_channels_can_be_picked(page, session, studio):
    frames = studio.require_study().read_session(session)
    seen = frames.block.values[frames.block.tracked][:, :52].astype(np.float64)
    order = [BLEND_SHAPES[i] for i in np.argsort(-seen.std(axis=0), kind="stable")]
    drawn = page.locator(".draw-legend li")

    assert [re.match(r"\w+?(?=\d|$)", text)[0] for text in drawn.all_text_contents()] == order[:4]
    page.get_by_label("Channels").select_option("Brows")
    assert all(text.startswith("brow") for text in drawn.all_text_contents())
    assert drawn.count() == 5
    page.get_by_text("Pick single channels").click()
    page.get_by_role("checkbox", name="jawOpen").check()
    assert drawn.count() == 6
    assert page.get_by_label("Channels").input_value() == "own"
    page.get_by_role("checkbox", name="browDownLeft").uncheck()
    assert drawn.count() == 5


def test_the_face_is_that_of_the_frame_the_slider_is_at(page, session, studio):
    frames = studio.require_study().read_session(session)
    times = timeline(frames)
    i = int(np.searchsorted(times, 0.7))
    page.get_by_role("slider", name="Time").evaluate(
        "(slider, time) => { slider.value = time; slider.dispatchEvent(new Event('input')); }",
        float(times[i]),
    )
    shown = page.locator("[data-line=head]").get_attribute("d")
    (head,) = [line for line in face_lines(Coefficients(frames.block.values[i, :52])) if line.name == "head"]

    np.testing.assert_allclose(numbers(shown), numbers(path(head)), atol=0.05)
    names = [re.match(r"[A-Za-z]+", t)[0] for t in page.locator(".draw-legend li").all_text_contents()]
    values = [float(t) for t in page.locator(".draw-legend .draw-number").all_text_contents()]
    assert values == pytest.approx([frames.block.values[i, INDEX[n]] for n in names], abs=0.006)


def test_between_trials_it_says_that_nothing_was_recorded(page, session, studio):
    told = timeline(studio.require_study().read_session(session))
    trial = studio.require_study().read_session(session).trial
    between = (told[trial == 1][-1] + told[trial == 2][0]) / 2
    page.get_by_role("slider", name="Time").evaluate(
        "(slider, time) => { slider.value = time; slider.dispatchEvent(new Event('input')); }", float(between)
    )

    assert page.locator(".draw-note").text_content() == "Nothing recorded"
    assert page.locator("dd", has_text="\u2013").count() == 3
    told = page.get_by_role("slider", name="Time").get_attribute("aria-valuetext")
    assert told.endswith("between trials, nothing recorded")


def test_playing_moves_on_and_keys_pause_and_step(page, session):
    slider = page.get_by_role("slider", name="Time")
    page.get_by_label("Speed").select_option("0.25")
    page.get_by_role("button", name="Play").click()
    wait_until(lambda: float(slider.input_value()) > 0.05)
    slider.focus()
    page.keyboard.press(" ")
    page.get_by_role("button", name="Play").wait_for()
    before = float(slider.input_value())
    page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(before + 1 / 60, abs=1e-6)
    assert "trial 1" in slider.get_attribute("aria-valuetext")
    page.locator("main").focus()
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause").wait_for()


def test_playing_stops_at_the_end(page, session):
    slider = page.get_by_role("slider", name="Time")
    slider.evaluate(
        "s => { s.value = Number(s.max) - 0.1; s.dispatchEvent(new Event('input')); }",
    )
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    wait_until(lambda: float(slider.input_value()) > float(slider.get_attribute("max")) - 1e-3)
    page.get_by_role("button", name="Play").wait_for()


def test_a_trial_is_marked_as_bad_with_a_reason_and_taken_back(page, session, studio):
    page.get_by_role("button", name="Mark as bad: trial 2, sad").click()
    page.get_by_label("Why?").fill("somebody came in")
    page.get_by_role("button", name="Mark as bad", exact=True).click()
    page.get_by_text("Marked as bad: somebody came in").wait_for()

    def trial() -> Any:
        return next(
            s for s in studio.require_study().sessions(session.participant) if s.session == session.session
        ).trials[1]

    assert trial().excluded == "somebody came in"
    page.get_by_role("button", name="Use it again: trial 2, sad").click()
    page.get_by_role("button", name="Mark as bad: trial 2, sad").wait_for()
    assert trial().excluded == ""
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("trial 2, sad")


def test_what_participants_answered_stands_with_the_trial(page, session):
    answer = session.trials[1].answers["strength"]

    assert page.locator(".trial").nth(1).locator(".answers").inner_text().split() == ["strength", answer]


def test_looking_at_a_trial_zooms_to_it(page, session):
    slider = page.get_by_role("slider", name="Time")
    page.get_by_role("button", name="Look at it: trial 2, sad").click()

    assert "trial 2, sad" in slider.get_attribute("aria-valuetext")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_a_session_that_broke_off_says_why_it_is_not_shown_and_what_can_be_done(page, address, studio):
    info = broken_off(studio)
    page.goto(f"{address}#{info.participant}/{info.session}")
    page.get_by_text("It broke off before its end").wait_for()
    resume = page.get_by_role("link", name="Resume it")
    assert resume.get_attribute("href") == f"/sessions#resume={info.participant}/{info.session}"

    page.get_by_role("button", name="Remove for good").click()
    page.get_by_role("button", name="Cancel").click()
    assert info.path.exists()
    page.get_by_role("button", name="Keep as it is").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep as it is").click()
    page.locator(".trial").first.wait_for()
    assert page.get_by_role("heading", level=1).inner_text().endswith("partial")


def test_a_session_that_broke_off_is_removed_only_after_asking(page, address, studio):
    info = broken_off(studio)
    page.goto(address)
    page.get_by_role("button", name="Remove for good").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove for good").click()
    page.get_by_role("status").filter(has_text="2 sessions").wait_for()

    assert not info.path.exists()


def test_a_participant_is_withdrawn_only_after_asking_and_the_page_says_what_was_found(page, address, studio):
    study, info = studio.require_study(), finished(studio)
    who = info.participant
    release = study.record_release("bids", [who], at=1795600000.0)
    page.goto(address)
    page.get_by_text("People in this study: 3").click()
    action = page.get_by_role("button", name=f"Withdraw {who}")
    action.click()
    asked = page.get_by_role("dialog")
    told = asked.inner_text()
    assert "1 session will be deleted" in told and release.id in told
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    asked.get_by_label("Why?").press("Enter")  # what can't be undone needs its own button
    assert asked.is_visible()
    page.keyboard.press("Escape")
    assert info.path.exists()

    action.click()
    asked.get_by_label("Why?").fill("moved away")
    asked.get_by_role("button", name="Withdraw for good").click()
    said = page.get_by_role("status").filter(has_text=f"{who} is withdrawn")
    said.wait_for()
    assert re.search(r"Searched \d+ files: nothing found\.", said.inner_text())
    assert release.id in said.inner_text()
    page.get_by_text("People in this study: 2").wait_for()
    page.get_by_role("status").filter(has_text="2 sessions").wait_for()
    wait_until(lambda: page.evaluate("document.activeElement.className") == "withdrawn")
    assert not info.path.exists()
    assert who not in [person.id for person in study.participants]


def test_a_link_to_a_session_that_is_not_there_says_so(page, address):
    page.goto(f"{address}#sub-NOBODY/ses-01")
    page.get_by_text("There is no session sub-NOBODY ses-01").wait_for()
    page.get_by_role("link", name="All recordings").click()
    page.locator(".recording").first.wait_for()


def test_an_error_is_told_with_a_way_to_try_again(page, address, studio):
    info = finished(studio)
    file = info.path / "frames.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    page.goto(f"{address}#{info.participant}/{info.session}")
    page.get_by_text("The recordings could not be loaded").wait_for()
    file.write_bytes(whole)
    page.get_by_role("button", name="Try again").click()
    page.locator(".trial").first.wait_for()


def test_an_empty_study_says_where_recordings_come_from(page, make_studio, serve):
    page.goto(f"{serve(make_studio()).url}/recordings")
    page.get_by_text("No recordings yet").wait_for()

    assert page.get_by_role("link", name="Go to Sessions").get_attribute("href") == "/sessions"


@pytest.mark.parametrize("width", [360, 820])
def test_nothing_is_wider_than_the_window_and_buttons_are_large_enough(page, address, studio, width):
    page.set_viewport_size({"width": width, "height": 740})
    info = finished(studio)
    for hash_, ready in (("", ".recording"), (f"#{info.participant}/{info.session}", ".trial")):
        page.goto(address + hash_)
        page.locator(ready).first.wait_for()
        if not hash_:
            page.get_by_text("People in this study").click()
        assert not page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        small = page.evaluate(
            """() => [...document.querySelectorAll("main :is(button, select, input, summary, a)")]
            .filter(e => e.offsetParent && e.type !== "checkbox")
            .map(e => [e.tagName, e.textContent, e.getBoundingClientRect()])
            .filter(([, , box]) => box.width < 44 || box.height < 44)
            .map(([tag, text]) => `${tag} ${text}`)"""
        )
        assert small == []


def test_axe_finds_no_flaw_in_the_list_a_session_and_a_broken_off_one(page, address, studio):
    info, broken = finished(studio), broken_off(studio)
    page.goto(address)
    page.locator(".recording").first.wait_for()
    page.get_by_text("People in this study").click()
    assert flaws(page) == []
    page.get_by_role("button", name=f"Withdraw {info.participant}").click()
    page.get_by_role("dialog").wait_for()
    assert flaws(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.goto(f"{address}#{info.participant}/{info.session}")
    page.locator(".trial").first.wait_for()
    page.get_by_text("Pick single channels").click()
    assert flaws(page) == []
    page.goto(f"{address}#{broken.participant}/{broken.session}")
    page.get_by_role("button", name="Remove for good").wait_for()
    assert flaws(page) == []
