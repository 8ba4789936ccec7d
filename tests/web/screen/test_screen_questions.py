"""What the participant's screen asks after a trial, in Chromium."""

from __future__ import annotations

import pytest
from fake_screen import CHOICE, SCALE, SLIDER, TEXT, seat
from playwright.sync_api import expect
from web_world import wait_until

ALL = [CHOICE, SCALE, SLIDER, TEXT]


@pytest.fixture
def asked(shown, screen):
    """Asks; the next trial begins once the answers are there."""
    screen.on_answer = lambda name: screen.show(seat("waiting-for-start", name=name, trial=3))

    def ask(*questions, **changes):
        screen.show(seat("asking", questions=list(questions), **changes))
        expect(shown.get_by_role("heading", name=questions[0]["text"])).to_be_visible()
        return shown

    return ask


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_all_kinds_by_pointer(asked, screen):
    page = asked(*ALL)
    expect(page.get_by_text("Question 1 of 4")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("radio", name="Sad").check()
    press(page, "Next")
    expect(page.get_by_role("radiogroup", name="How strongly?")).to_be_visible()
    page.get_by_role("radio", name="10, as strongly as I can").check()
    press(page, "Next")
    slider = page.get_by_role("slider", name="How much does it hurt?")
    expect(slider).to_have_attribute("aria-valuetext", "No answer yet")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    slider.click()  # its middle, where it stood already
    expect(page.locator(".number")).to_have_text("50")
    press(page, "Next")
    page.get_by_role("textbox", name="Anything else?").fill("Not really.\nThank you")
    press(page, "Done")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    values = {"felt": "sad", "strength": "10", "pain": "50", "words": "Not really.\nThank you"}
    assert screen.answers == [("one", 2, values)]


def test_all_kinds_by_keys_alone(asked, screen):
    page = asked(*ALL)
    for keys in ("2", "10", "73"):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
    page.get_by_text("Question 4 of 4").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("f and 7 are letters here")
    page.keyboard.press("Control+Enter")
    wait_until(lambda: screen.answers)
    assert screen.answers[0][2] == {
        "felt": "sad",
        "strength": "10",
        "pain": "73",
        "words": "f and 7 are letters here",
    }
    assert not page.evaluate("document.fullscreenElement")
    assert screen.presses == []


def test_arrows_and_tab_work_as_in_any_form(asked, screen):
    page = asked(SCALE)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="2", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    wait_until(lambda: screen.answers)
    assert screen.answers[0][2] == {"strength": "2"}


def test_digits_make_numbers_that_the_scale_has(asked, screen):
    page = asked({**SCALE, "minimum": -3, "maximum": 3})
    for keys, found in (("2", "2"), ("9", "2"), ("-1", "-1"), ("3", "3")):
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator("input:checked")).to_have_value(found)


def test_everything_can_be_skipped(asked, screen):
    page = asked(*ALL)
    page.get_by_role("radio", name="Happy").check()
    for _ in ALL:
        press(page, "Skip")
    wait_until(lambda: screen.answers)
    assert screen.answers[0] == ("one", 2, {})


def test_back_shows_what_was_answered(asked, screen):
    page = asked(CHOICE, SCALE)
    expect(page.get_by_role("button", name="Back")).to_be_hidden()
    page.get_by_role("radio", name="Other").check()
    press(page, "Next")
    press(page, "Back")
    expect(page.get_by_role("radio", name="Other")).to_be_checked()
    page.get_by_role("radio", name="Happy").check()
    press(page, "Next")
    press(page, "Skip")
    wait_until(lambda: screen.answers)
    assert screen.answers[0][2] == {"felt": "happy"}


def test_a_reload_in_the_middle_keeps_the_draft(asked, screen):
    page = asked(CHOICE, SLIDER, TEXT)
    page.get_by_role("radio", name="Sad").check()
    press(page, "Next")
    page.keyboard.press("7")
    press(page, "Next")
    page.get_by_role("textbox").fill("half a sen")
    page.reload()
    expect(page.get_by_role("textbox", name="Anything else?")).to_have_value("half a sen")
    press(page, "Back")
    expect(page.get_by_role("slider")).to_have_value("7")
    press(page, "Next")
    press(page, "Done")
    wait_until(lambda: screen.answers)
    assert screen.answers[0][2] == {"felt": "sad", "pain": "7", "words": "half a sen"}


def test_a_draft_is_of_its_own_trial(asked, screen):
    page = asked(CHOICE)
    page.get_by_role("radio", name="Sad").check()
    screen.show(seat("paused", message="Paused", trial=2))
    expect(page.get_by_text("Paused")).to_be_visible()
    screen.show(seat("asking", questions=[CHOICE]))
    expect(page.get_by_role("radio", name="Sad")).to_be_checked()  # a pause keeps it
    screen.show(seat("recording"))  # the operator lets the trial be done again
    page.locator("[data-phase=recording]").wait_for()
    screen.show(seat("asking", questions=[CHOICE]))
    expect(page.get_by_role("radio", name="Sad")).not_to_be_checked()
    page.get_by_role("radio", name="Happy").check()
    screen.show(seat("asking", questions=[CHOICE], trial=3))
    expect(page.locator("input:checked")).to_have_count(0)


def test_answers_are_sent_until_they_show(asked, shown, screen):
    screen.deaf = True
    page = asked(CHOICE)
    page.keyboard.press("1")
    press(page, "Done")
    expect(page.get_by_text("Sending …")).to_be_visible()
    wait_until(lambda: len(screen.answers) >= 2)
    page.reload()  # even now
    count = len(screen.answers)
    wait_until(lambda: len(screen.answers) > count)
    screen.deaf = False
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    assert set(map(str, screen.answers)) == {str(("one", 2, {"felt": "happy"}))}


def test_answers_given_without_a_line_arrive_later(asked, screen, stage):
    page = asked(CHOICE)
    stage.stop()
    expect(page.get_by_text("Connection lost")).to_be_visible()
    page.keyboard.press("3")
    press(page, "Done")
    stage.start()
    wait_until(lambda: screen.answers)
    assert screen.answers[0] == ("one", 2, {"felt": "other"})


def test_a_refused_answer_can_be_given_again(asked, screen):
    screen.refuses = True
    page = asked(CHOICE)
    page.keyboard.press("1")
    press(page, "Done")
    expect(page.get_by_text("This could not be saved.")).to_be_visible()
    expect(page.get_by_role("radio", name="Happy")).to_be_checked()
    screen.refuses = False
    press(page, "Skip")
    wait_until(lambda: screen.answers)
    assert screen.answers == [("one", 2, {})]


def test_a_second_tap_on_done_is_no_press_on_start(asked, screen):
    page = asked(CHOICE)
    page.keyboard.press("1")
    screen.on_answer = lambda name: screen.show(seat("waiting-for-start", trial=3))
    button = page.get_by_role("button", name="Done").bounding_box()
    page.mouse.click(button["x"] + 9, button["y"] + 9)
    page.locator("[data-phase=waiting-for-start]").wait_for()
    page.evaluate("document.querySelector('.start').click()")
    assert screen.presses == []
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()


def test_a_phone_has_room_for_each_kind(asked, screen):
    for question in ALL:
        page = asked(question, trial=ALL.index(question))
        page.set_viewport_size({"width": 360, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".questions").evaluate("e => e.scrollHeight <= e.clientHeight")


def test_german(asked):
    page = asked(CHOICE, SCALE, language="de")
    expect(page.get_by_text("Frage 1 von 2")).to_be_visible()
    press(page, "Überspringen")
    expect(page.get_by_role("button", name="Fertig")).to_be_visible()


def test_eight_seats_answer_on_one_screen_without_scrolling(page, stage, screen):
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(stage.url)
    screen.show(*(seat("asking", name=f"s{i}", label=f"Seat {i}", questions=[SCALE]) for i in range(8)))
    done = page.get_by_role("button", name="Done")
    expect(done).to_have_count(8)
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".tile")].filter((tile) => {
          const last = [...tile.querySelectorAll(".answer")].at(-1).getBoundingClientRect();
          return last.bottom > tile.getBoundingClientRect().bottom;
        }).length"""
    )
    assert hidden == 0
