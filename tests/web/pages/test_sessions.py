"""The operator's page of sessions in a real browser, before a studio whose every state a test scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_core import flaws
from fake_sessions import FakeStudio, device, running, sitting, view
from playwright.sync_api import Browser, Page, expect

UNFINISHED = {
    "participant": "sub-KNOWN2", "session": "ses-01", "started": 1.7e9, "trials_done": 2, "trials": 5,
    "frames": 900, "problem": "",
}  # fmt: skip
KNOWN = [
    {"id": "sub-KNOWN1", "consent": {"version": "1", "purposes": ["study"]}, "consented_now": False,
     "columns": {"group": "choir"}, "sessions": [{"session": "ses-01", "status": "complete", "frames": 900}]},
    {"id": "sub-KNOWN2", "consent": {"version": "2", "purposes": ["study", "sharing"]}, "consented_now": True,
     "columns": {}, "sessions": []},
]  # fmt: skip


@pytest.fixture
def studio() -> Iterator[FakeStudio]:
    """A scripted studio that answers."""
    studio = FakeStudio()
    studio.participants = [dict(one) for one in KNOWN]
    with studio.serving():
        yield studio


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, studio: FakeStudio) -> Iterator[Open]:
    """Open the page, with a width and height, and see to it that nothing goes wrong unseen."""
    contexts, wrong = [], []

    def opened(fragment: str = "", *, size: tuple[int, int] = (1280, 900), scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if "Content Security" in told.text else None)
        page.goto(f"{studio.address}/sessions{fragment}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def button(page: Page, name: str) -> Any:
    """Find a button by the beginning of its name."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def shown(page: Page, studio: FakeStudio) -> Page:
    """Wait until the page watches, so that changes reach it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    page.wait_for_function("() => document.querySelector('.sitting')")
    while not studio.wants("sittings"):
        page.wait_for_timeout(10)
    return page


# Preparing


def test_a_page_without_sessions_says_what_to_do(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("No session is running")).to_be_visible()
    button(page, "Prepare a session").click()
    expect(page.get_by_role("heading", name="Prepare a session")).to_be_focused()
    expect(page.get_by_text("No session is running")).to_be_hidden()


def test_without_consent_nothing_is_prepared(open_page: Open, studio: FakeStudio) -> None:
    page = open_page("#prepare")
    expect(page.get_by_text("Your face is measured, never filmed.")).to_be_visible()
    button(page, "Prepare").click()
    expect(page.get_by_role("alert").filter(has_text="Has the participant agreed?")).to_be_visible()
    page.get_by_label("Has not agreed").check()
    expect(page.get_by_text("Without consent nothing is recorded")).to_be_visible()
    button(page, "Prepare").click()
    expect(page.get_by_text("Not prepared: the participant has not agreed.")).to_be_visible()
    assert studio.asked == []


@pytest.mark.parametrize(("words", "how"), [("has agreed now", "screen"), ("on paper", "paper")])
def test_with_consent_a_session_is_prepared_and_opens(
    open_page: Open, studio: FakeStudio, words: str, how: str
) -> None:
    page = open_page("#prepare")
    page.get_by_label(words).check()
    page.get_by_label("Language of the screen").select_option(label="German")
    page.get_by_label("Name of the seat").fill("Window")
    button(page, "Prepare").click()
    expect(page.get_by_role("heading", name="Window")).to_be_visible()
    expect(button(page, "Close Window")).to_have_attribute("aria-expanded", "true")
    assert studio.bodies("POST", "/api/sittings") == [
        {"participant": None, "resume": None, "consent": True, "purposes": ["study"], "how": how,
         "given": None, "device": 1, "language": "de", "screen": None, "label": "Window"}
    ]  # fmt: skip


SIGNED = "Day on which it was signed"
SHARING, LATER = "My data may be given to other researchers", "My data may be used in later studies"


def here_today(page: Page) -> str:
    """Return the day it is for the page."""
    return str(page.evaluate("new Intl.DateTimeFormat('sv').format(new Date())"))


def test_each_optional_purpose_is_asked_by_itself_and_none_is_ticked_beforehand(
    open_page: Open, studio: FakeStudio
) -> None:
    page = open_page("#prepare")
    expect(page.get_by_label(SHARING)).to_be_hidden()
    page.get_by_label("has agreed now").check()
    for words in (SHARING, LATER):
        expect(page.get_by_label(words)).to_be_visible()
        expect(page.get_by_label(words)).not_to_be_checked()
    german = page.locator("[lang=de]").first
    expect(german).to_contain_text("Meine Daten dürfen unter einem Pseudonym")
    for label in page.locator(".purposes label").all():
        box = label.bounding_box()
        assert box is not None and box["height"] >= 44
    assert flaws(page) == []
    page.get_by_label("has agreed now").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label(SHARING)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label(LATER)).to_be_checked()
    button(page, "Prepare").click()
    expect(page.locator(".sitting")).to_be_visible()
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["purposes"], body["how"]) == (["study", "later-use"], "screen")


def test_paper_has_the_day_on_which_it_was_signed_today_unless_it_is_changed(
    open_page: Open, studio: FakeStudio
) -> None:
    page = open_page("#prepare")
    day = page.get_by_label(SIGNED)
    expect(day).to_be_hidden()
    page.get_by_label("on paper").check()
    expect(day).to_be_visible()
    expect(day).to_have_value(here_today(page))
    assert flaws(page) == []
    page.get_by_label("has agreed now").check()
    expect(day).to_be_hidden()
    page.get_by_label("on paper").check()
    day.fill("2025-11-03")
    button(page, "Prepare").click()
    expect(page.locator(".sitting")).to_be_visible()
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["how"], body["given"]) == ("paper", "2025-11-03")


def test_a_day_to_come_and_none_are_not_sent(open_page: Open, studio: FakeStudio) -> None:
    page = open_page("#prepare")
    page.get_by_label("on paper").check()
    for wrong in ("2999-01-01", ""):
        page.get_by_label(SIGNED).fill(wrong)
        button(page, "Prepare").click()
        expect(page.get_by_role("alert").filter(has_text="Choose the day on which")).to_be_visible()
        expect(page.get_by_label(SIGNED)).to_be_focused()
    assert studio.asked == []
    page.get_by_label(SIGNED).fill("2025-11-03")
    page.get_by_label("Name of the seat").focus()
    expect(page.get_by_role("alert").filter(has_text="Choose the day on which")).to_be_hidden()


def test_a_day_that_does_not_count_for_the_screen_is_not_sent(open_page: Open, studio: FakeStudio) -> None:
    page = open_page("#prepare")
    page.get_by_label("on paper").check()
    page.get_by_label(SIGNED).fill("2025-11-03")
    page.get_by_label("has agreed now").check()
    button(page, "Prepare").click()
    expect(page.locator(".sitting")).to_be_visible()
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["how"], body["given"]) == ("screen", None)


def test_what_one_participant_allows_is_not_said_of_the_next(open_page: Open) -> None:
    page = open_page("#prepare")
    page.get_by_label("on paper").check()
    page.get_by_label(SHARING).check()
    page.get_by_label(SIGNED).fill("2025-11-03")
    page.get_by_role("radio", name="Known participant").check()
    page.get_by_label("Search pseudonym or note").fill("choir")
    expect(page.get_by_label(SHARING)).to_be_hidden()
    page.get_by_label("on paper").check()
    expect(page.get_by_label(SHARING)).not_to_be_checked()
    expect(page.get_by_label(SIGNED)).to_have_value(here_today(page))


def test_what_known_participants_allow_is_shown(open_page: Open) -> None:
    page = open_page("#prepare")
    page.get_by_role("radio", name="Known participant").check()
    expect(
        page.get_by_text("0 sessions, agreed to the newest text, allowed: this study, sharing")
    ).to_be_visible()
    expect(page.get_by_text("to be asked for consent, allowed: this study").first).to_be_visible()


def test_who_agreed_to_the_newest_text_is_not_asked_again(open_page: Open, studio: FakeStudio) -> None:
    page = open_page("#prepare")
    page.get_by_role("radio", name="Known participant").check()
    page.get_by_label("Search pseudonym or note").fill("known2")
    expect(page.get_by_text("1 participant found")).to_be_visible()
    expect(page.get_by_text("sub-KNOWN2 has agreed to this text already (version 2)")).to_be_visible()
    expect(page.get_by_label("on paper")).to_be_hidden()
    button(page, "Prepare").click()
    expect(page.locator(".sitting")).to_be_visible()
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["participant"], body["consent"]) == ("sub-KNOWN2", False)


def test_who_agreed_to_an_older_text_is_asked(open_page: Open) -> None:
    page = open_page("#prepare")
    page.get_by_role("radio", name="Known participant").check()
    page.get_by_label("Search pseudonym or note").fill("choir")
    expect(page.get_by_label("sub-KNOWN1")).to_be_checked()
    expect(page.get_by_label("on paper")).to_be_visible()


def test_a_link_resumes_an_unfinished_session(open_page: Open, studio: FakeStudio) -> None:
    studio.study["unfinished"] = [UNFINISHED]
    page = open_page("#resume=sub-KNOWN2/ses-01")
    expect(page.get_by_label("sub-KNOWN2 · ses-01")).to_be_checked()
    expect(page.get_by_text("2 of 5 trials done")).to_be_visible()
    button(page, "Prepare").click()
    expect(page.locator(".sitting")).to_contain_text("sub-KNOWN2 · ses-01")
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["participant"], body["resume"]) == ("sub-KNOWN2", "ses-01")


def test_a_link_to_a_session_that_is_not_there_says_so(open_page: Open) -> None:
    page = open_page("#resume=sub-GONE/ses-01")
    expect(page.get_by_text("sub-GONE/ses-01 can't be gone on with")).to_be_visible()


def test_only_accepted_free_phones_are_offered_and_come_by_themselves(
    open_page: Open, studio: FakeStudio
) -> None:
    studio.devices = [device(1, accepted=False), device(2)]
    studio.sittings = [running(2)]
    page = shown(open_page("#prepare"), studio)
    expect(page.get_by_text("No accepted phone is free")).to_be_visible()
    expect(page.get_by_role("link", name="Connect and accept a phone in Devices")).to_have_attribute(
        "href", "/devices"
    )
    studio.devices[0] |= {"accepted": True, "face": False, "rate": 29.7}
    studio.tell("devices")
    expect(page.get_by_label("Phone 1")).to_be_checked()
    expect(page.get_by_text("30 frames/s, ▲ No face")).to_be_visible()
    expect(page.get_by_role("radio", name="Phone 2")).to_have_count(0)


def test_news_of_phones_leave_alone_what_is_being_filled_in(open_page: Open, studio: FakeStudio) -> None:
    studio.devices = [device(1), device(2)]
    studio.sittings = [running(9)]
    page = shown(open_page("#prepare"), studio)
    page.get_by_label("Phone 2").check()
    studio.devices = [device(3), device(2, rate=31.0)]
    studio.tell("devices")
    expect(page.get_by_text("31 frames/s")).to_be_visible()
    expect(page.get_by_label("Phone 2")).to_be_checked()
    expect(page.get_by_label("Phone 2")).to_be_focused()


def test_a_screen_is_shared(open_page: Open, studio: FakeStudio) -> None:
    studio.devices = [device(1), device(2)]
    studio.sittings = [running(1)]
    page = shown(open_page("#device=2"), studio)
    page.get_by_label("has agreed now").check()
    page.get_by_label("Share the screen of Seat 1").check()
    button(page, "Prepare").last.click()
    expect(page.locator(".sitting")).to_have_count(2)
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["device"], body["screen"], body["label"]) == (2, "KEY1", "Seat 2")


def test_a_refusal_of_the_server_is_told_and_the_form_stays(open_page: Open, studio: FakeStudio) -> None:
    page = open_page("#prepare")
    page.get_by_label("has agreed now").check()
    studio.refuse["/api/sittings"] = (
        409,
        "Expected a free phone, found a busy one.",
        "Choose another phone.",
    )
    button(page, "Prepare").click()
    expect(page.get_by_role("alert").filter(has_text="Choose another phone.")).to_be_visible()
    expect(page.get_by_label("has agreed now")).to_be_checked()


def test_a_seminar_is_prepared_at_once_each_with_consent(open_page: Open, studio: FakeStudio) -> None:
    studio.devices = [device(n) for n in range(1, 11)] + [device(11, accepted=False)]
    page = open_page("#many")
    expect(page.locator(".phone-rows li")).to_have_count(10)
    for n in range(1, 10):
        page.get_by_label(f"has agreed (Phone {n} (", exact=False).check()
    page.get_by_label("sharing (Phone 2 (", exact=False).check()
    expect(page.get_by_label(SIGNED)).to_be_hidden()
    page.get_by_label("Consent is given").select_option("paper")
    page.get_by_label(SIGNED).fill("2999-01-01")
    page.get_by_label("Screens", exact=True).select_option("one")
    button(page, "Prepare 10 sessions").click()
    expect(page.get_by_text("Not agreed yet: Seat 10.")).to_be_visible()
    assert studio.asked == []
    page.get_by_label("Phone 10 (iPhone 10) 60").uncheck()
    expect(page.get_by_text("Choose the day on which the paper was signed")).to_be_visible()
    button(page, "Prepare 9 sessions").click()
    expect(page.get_by_label(SIGNED)).to_be_focused()
    assert studio.asked == [] and flaws(page) == []
    page.get_by_label(SIGNED).fill("2025-11-03")
    button(page, "Prepare 9 sessions").click()
    expect(page.locator(".sitting")).to_have_count(9)
    bodies = studio.bodies("POST", "/api/sittings")
    assert {body["consent"] for body in bodies} == {True}
    assert {(body["how"], body["given"]) for body in bodies} == {("paper", "2025-11-03")}
    assert [body["purposes"] for body in bodies] == [["study"], ["study", "sharing"]] + [["study"]] * 7
    assert {body["participant"] for body in bodies} == {None}
    assert [body["screen"] for body in bodies] == [None] + ["KEY101"] * 8


def test_only_paper_has_a_day_where_many_are_prepared(open_page: Open, studio: FakeStudio) -> None:
    studio.devices = [device(1), device(2)]
    page = open_page("#many")
    for how, seen in (("paper", True), ("ask", False), ("paper", True), ("screen", False)):
        page.get_by_label("Consent is given").select_option(how)
        expect(page.get_by_label(SIGNED)).to_be_visible(visible=seen)
        page.get_by_label(SIGNED).evaluate("input => { input.value = '2025-11-03'; }")
    for n in (1, 2):
        page.get_by_label(f"has agreed (Phone {n} (", exact=False).check()
    button(page, "Prepare 2 sessions").click()
    expect(page.locator(".sitting")).to_have_count(2)
    bodies = studio.bodies("POST", "/api/sittings")
    assert [(body["how"], body["given"]) for body in bodies] == [("screen", None)] * 2


# The check of the signal


def test_begin_stands_out_only_when_everything_is_there(open_page: Open, studio: FakeStudio) -> None:
    screen = sitting(1)["screen"] | {"connected": 0, "ready": False}
    studio.sittings = [sitting(1, screen=screen)]
    page = shown(open_page(), studio)
    begin = button(page, "Begin")
    expect(begin).to_have_text("Begin anyway")
    expect(begin).not_to_have_class(re.compile("primary"))
    expect(page.get_by_text("Missing: No screen is connected")).to_be_visible()
    studio.change(0, screen=screen | {"connected": 1, "ready": True})
    expect(begin).to_have_text("Begin")
    expect(begin).to_have_class(re.compile("primary"))
    begin.click()
    expect(page.get_by_text("Recording", exact=False).first).to_be_visible()
    assert studio.bodies("POST", "/api/sittings/s1/begin") == [{}]


def test_a_session_may_begin_without_a_screen_after_asking(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [sitting(1, screen=sitting(1)["screen"] | {"connected": 0, "ready": False})]
    page = shown(open_page(), studio)
    button(page, "Begin anyway").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the participant would see nothing")
    dialog.get_by_role("button", name="Cancel").click()
    assert studio.asked == []
    button(page, "Begin anyway").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin anyway").click()
    expect(page.get_by_role("heading", name="What the participant sees")).to_be_visible()


def test_a_session_never_begins_with_a_silent_phone(open_page: Open, studio: FakeStudio) -> None:
    studio.devices = [device(1, silent=True, face=False)]
    studio.sittings = [sitting(1)]
    page = shown(open_page(), studio)
    expect(button(page, "Begin")).to_be_disabled()
    expect(page.get_by_text("Missing: The phone is silent")).to_be_visible()
    page.keyboard.press("b")
    assert studio.asked == []


def test_the_check_shows_the_face_its_bars_and_what_the_phone_warns_of(
    open_page: Open, studio: FakeStudio
) -> None:
    warning = "Neutral looks wrong: turn off calibration in the app."
    studio.devices = [device(1, hints=[{"code": "neutral", "severity": "warn", "text": warning}])]
    studio.sittings = [sitting(1)]
    page = shown(open_page(), studio)
    expect(page.get_by_text(warning)).to_be_visible()
    while not studio.wants("face:1"):
        page.wait_for_timeout(10)
    face = {"device": 1, "tracked": True, "coefficients": [0.5] * 52, "head": [0.1, 0.2, 0.0], "rate": 59.8}
    studio.tell("face:1", face)
    expect(page.locator(".live svg.no-face")).to_have_count(0)
    studio.devices = [device(1, silent=True, face=False)]
    studio.tell("devices")
    expect(page.locator(".live svg.no-face").first).to_be_visible()


def test_frames_that_get_lost_are_told(open_page: Open, studio: FakeStudio) -> None:
    studio.devices, studio.sittings = [device(1, lost=3)], [sitting(1)]
    page = shown(open_page(), studio)
    expect(page.get_by_text("3", exact=True)).to_be_visible()
    studio.devices = [device(1, lost=8)]
    studio.tell("devices")
    expect(page.get_by_text("8 (▲ 5 just now)")).to_be_visible()


def test_the_screen_has_a_link_a_code_and_a_window_of_its_own(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [sitting(1)]
    page = shown(open_page(), studio)
    link = page.get_by_role("link", name="http://192.168.1.7:8000/screen/KEY1")
    expect(link).to_have_attribute("href", "http://192.168.1.7:8000/screen/KEY1")
    code = page.get_by_alt_text("Code to scan")
    assert code.get_attribute("src") == "/api/qr?text=http%3A%2F%2F192.168.1.7%3A8000%2Fscreen%2FKEY1"
    with page.context.expect_page() as opened:
        button(page, "Open in a new window").click()
    assert opened.value.url == f"{studio.address}/screen/KEY1"


def test_no_code_is_shown_where_only_this_computer_could_open_it(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [sitting(1, screen=sitting(1)["screen"] | {"url": None})]
    page = shown(open_page(), studio)
    expect(page.get_by_text("opens only on this computer")).to_be_visible()
    expect(page.get_by_alt_text("Code to scan")).to_be_hidden()


# The run


def test_a_run_is_paused_goes_on_and_a_trial_is_redone(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    copy = page.get_by_role("group", name="What the participant sees")
    expect(copy).to_contain_text("Please look happy now")
    expect(copy).to_contain_text("2/5")
    button(page, "Pause").click()
    expect(page.locator(".states")).to_contain_text("Paused")
    expect(copy).not_to_contain_text("Please look happy now")
    button(page, "Go on").click()
    expect(copy).to_contain_text("Please look happy now")
    expect(page.locator(".sitting dd").nth(1)).to_have_text("200")
    button(page, "Redo").click()
    expect(page.locator(".sitting dd").nth(1)).to_have_text("0")
    pressed = [body["button"] for body in studio.bodies("POST", "/api/sittings/s1/press")]
    assert pressed == ["pause", "resume", "redo"]


def test_buttons_follow_what_can_be_done(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1, view=view(phase="waiting-for-start"), can=["start", "pause", "stop"])]
    page = shown(open_page(), studio)
    expect(button(page, "Redo")).to_be_disabled()
    with page.expect_response("**/press"):
        button(page, "Start").click()
    assert studio.bodies("POST", "/api/sittings/s1/press") == [{"button": "start"}]


def test_questions_that_are_asked_are_shown(open_page: Open, studio: FakeStudio) -> None:
    question = {"id": "q", "kind": "scale", "text": "How hard was it?", "options": [], "minimum": 1,
                "maximum": 7, "low": "easy", "high": "hard"}  # fmt: skip
    studio.sittings = [running(1, view=view(phase="asking", questions=[question]))]
    page = shown(open_page(), studio)
    copy = page.get_by_role("group", name="What the participant sees")
    expect(copy).to_contain_text("How hard was it? 1 easy \N{EN DASH} 7 hard")


def test_notes_are_added_with_enter_and_listed(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    page.keyboard.type("px looked at the door 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Notes")).to_contain_text("px looked at the door 3")
    expect(note).to_be_focused()
    expect(note).to_have_value("")
    assert studio.bodies("POST", "/api/sittings/s1/press") == []  # no key acted while somebody typed


def test_another_phone_takes_over(open_page: Open, studio: FakeStudio) -> None:
    studio.devices, studio.sittings = [device(1, silent=True), device(2)], [running(1)]
    page = shown(open_page(), studio)
    page.get_by_text("Change the phone").click()
    page.get_by_label("Another phone").select_option(label="Phone 2 (iPhone 2)")
    button(page, "Use this phone").click()
    expect(page.locator(".states")).to_contain_text("✓ Face")
    assert studio.bodies("POST", "/api/sittings/s1/device") == [{"device": 2}]


@pytest.mark.parametrize(
    ("state", "told"), [({"face": False}, "▲ No face"), ({"silent": True}, "✕ Phone silent")]
)
def test_a_lost_face_and_a_silent_phone_stand_out_in_words(
    open_page: Open, studio: FakeStudio, state: dict[str, bool], told: str
) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    studio.devices = [device(1, **state)]
    studio.tell("devices")
    expect(page.locator(".states")).to_contain_text(told)
    expect(page.locator(".sitting")).to_have_class(re.compile("alarm"))
    expect(page.locator("[role=status].visually-hidden")).to_contain_text(told[2:])


def test_phases_are_announced_but_numbers_are_not(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    voice = page.locator("[role=status].visually-hidden")
    studio.change(0, view=view(phase="waiting-for-face", face=False))
    expect(voice).to_have_text("Seat 1: Looking for the face")
    studio.change(0, view=view(phase="waiting-for-face", face=False, frames=250, seconds=4.0))
    expect(page.locator(".sitting dd").nth(1)).to_have_text("250")
    expect(voice).to_have_text("Seat 1: Looking for the face")
    loud = "[aria-live]:not([aria-live=off]), [role=status], [role=alert]"
    assert page.locator(".sitting").locator(loud).count() == 0


def test_a_problem_of_a_sitting_is_told(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    problem = "The disk is full: expected room for frames, found none. Free some space."
    studio.change(0, stage="ended", ended="broken", can=[], problem=problem)
    expect(page.locator(".sitting > .state.bad")).to_contain_text(problem)
    expect(page.locator("[role=status].visually-hidden")).to_contain_text("The disk is full")


def test_stopping_asks_and_the_session_can_be_gone_on_with(open_page: Open, studio: FakeStudio) -> None:
    studio.sittings = [running(1)]
    page = shown(open_page(), studio)
    button(page, "Stop").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("can be gone on with later")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("x")  # no shortcut in a dialog
    dialog.get_by_role("button", name="Cancel").click()
    assert studio.asked == []
    button(page, "Stop").click()
    studio.study["unfinished"] = [UNFINISHED | {"participant": "sub-TEST1"}]
    studio.participants.append(KNOWN[1] | {"id": "sub-TEST1"})
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    button(page, "Go on with this session").click()
    expect(page.get_by_label("sub-TEST1 · ses-01")).to_be_checked()
    expect(page.get_by_label("Phone 1")).to_be_checked()
    expect(page.get_by_label("The screen that Seat 1 used")).to_be_checked()
    button(page, "Prepare").last.click()
    expect(page.get_by_role("heading", name="Is everything there?")).to_be_visible()
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["resume"], body["screen"], body["consent"]) == ("ses-01", "KEY1", False)
    assert studio.bodies("DELETE", "/api/sittings/s1") == [None]


def test_an_ended_session_tells_its_frames_and_the_next_one_keeps_phone_and_screen(
    open_page: Open, studio: FakeStudio
) -> None:
    trials = [{"trial": n, "expression": name, "frames": 500 + n, "outcome": "complete"}
              for n, name in enumerate(["happy", "sad"], 1)]  # fmt: skip
    studio.sessions = [{"participant": "sub-TEST1", "session": "ses-01", "frames": 1003, "trials": trials}]
    studio.sittings = [running(1, stage="ended", ended="complete", can=[], language="de")]
    page = shown(open_page(), studio)
    expect(page.get_by_role("row", name="2 sad 502 complete")).to_be_visible()
    recording = page.get_by_role("link", name="Look at the recording")
    expect(recording).to_have_attribute("href", "/recordings#sub-TEST1/ses-01")
    expect(button(page, "Go on with this session")).to_have_count(0)
    button(page, "Next participant").click()
    page.get_by_label("has agreed now").check()
    button(page, "Prepare").last.click()
    expect(page.locator(".sitting")).to_have_count(1)
    (body,) = studio.bodies("POST", "/api/sittings")
    assert (body["participant"], body["device"], body["screen"], body["language"], body["label"]) == (
        None, 1, "KEY1", "de", "Seat 1",
    )  # fmt: skip


# Ten


@pytest.fixture
def ten(studio: FakeStudio) -> FakeStudio:
    """Ten sessions that run."""
    studio.devices = [device(n) for n in range(1, 11)]
    studio.sittings = [running(n) for n in range(1, 11)]
    return studio


def test_number_keys_open_one_of_ten_and_only_its_face_is_watched(open_page: Open, ten: FakeStudio) -> None:
    page = shown(open_page(), ten)
    expect(page.locator(".sitting")).to_have_count(10)
    expect(page.locator(".opened")).to_have_count(0)
    page.keyboard.press("3")
    expect(page.locator(".opened")).to_contain_text("Seat 3")
    expect(page.locator(".opened")).to_be_focused()
    page.keyboard.press("0")
    expect(page.locator(".opened")).to_have_count(1)
    expect(page.locator(".opened")).to_contain_text("Seat 10")
    while ten.wants("face:3") or not ten.wants("face:10"):
        page.wait_for_timeout(10)
    assert not any(ten.wants(f"face:{n}") for n in range(1, 10))
    page.keyboard.press("p")
    expect(page.locator(".opened .states")).to_contain_text("Paused")
    assert ten.bodies("POST", "/api/sittings/s10/press") == [{"button": "pause"}]


def test_all_are_paused_and_go_on_and_stop_together(open_page: Open, ten: FakeStudio) -> None:
    page = shown(open_page(), ten)
    button(page, "Pause all").click()
    expect(page.get_by_text("10 of 10 paused.")).to_be_visible()
    expect(button(page, "Pause all")).to_be_disabled()
    button(page, "All go on").click()
    expect(page.get_by_text("10 of 10 going on.")).to_be_visible()
    button(page, "Stop all").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Stop all 10 sessions?")
    dialog.get_by_role("button", name="Stop all").click()
    expect(page.get_by_text("10 of 10 stopped.")).to_be_visible()


def test_all_that_are_ready_begin_together_and_who_is_not_is_named(
    open_page: Open, studio: FakeStudio
) -> None:
    studio.devices = [device(1), device(2, silent=True), device(3)]
    studio.sittings = [sitting(n) for n in range(1, 4)]
    page = shown(open_page(), studio)
    button(page, "Begin all").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Begin 2 of 3 sessions?")
    expect(dialog).to_contain_text("Seat 2: The phone is silent")
    dialog.get_by_role("button", name="Begin anyway").click()
    expect(page.get_by_text("2 of 2 begun.")).to_be_visible()
    assert studio.bodies("POST", "/api/sittings/s2/begin") == []


def test_keys_are_told_and_can_be_turned_off(open_page: Open, ten: FakeStudio) -> None:
    page = shown(open_page(), ten)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys on this page")).to_contain_text("redo this trial")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.locator(".opened")).to_have_count(0)


def test_updates_change_cards_in_place(open_page: Open, ten: FakeStudio) -> None:
    page = shown(open_page(), ten)
    page.keyboard.press("1")
    expect(page.locator(".opened")).to_have_count(1)
    page.evaluate("""() => {
        window.changes = {children: 0, all: 0};
        new MutationObserver((records) => records.forEach((record) => {
            window.changes.all += 1;
            if ([...record.addedNodes].some((node) => node.nodeType === 1)) window.changes.children += 1;
        })).observe(document.querySelector(".board"), {childList: true, subtree: true, characterData: true});
    }""")
    for frame in range(30):
        ten.sittings = [running(n, view=view(frames=200 + frame)) for n in range(1, 11)]
        ten.tell("sittings")
    expect(page.locator(".opened dd").nth(1)).to_have_text("229")
    changes = page.evaluate("window.changes")
    assert changes["children"] == 0
    assert changes["all"] <= 30  # one number of the open card, nothing in the nine others


def test_who_works_by_keyboard_stays_at_the_card(open_page: Open, ten: FakeStudio) -> None:
    page = shown(open_page(), ten)
    page.keyboard.press("2")
    page.locator(".opened").get_by_role("textbox", name="Note").focus()
    ten.change(1, stage="ended", ended="complete", can=[])
    expect(page.locator(".opened .states")).to_contain_text("Complete")
    expect(page.locator(".opened")).to_be_focused()


# Whatever may go wrong


def test_a_page_that_cannot_load_says_so_and_tries_again(open_page: Open, studio: FakeStudio) -> None:
    studio.refuse["/api/participants"] = (500, "Expected a table, found a fault.", "Restore the file.")
    page = open_page()
    expect(page.get_by_text("Expected a table, found a fault. Restore the file.")).to_be_visible()
    studio.refuse.clear()
    button(page, "Try again").click()
    expect(page.get_by_text("No session is running")).to_be_visible()


def test_without_a_study_the_page_leads_home(open_page: Open, studio: FakeStudio) -> None:
    studio.study = {"open": False, "folder": "new"}
    page = open_page()
    expect(page.get_by_role("link", name="Make a study")).to_have_attribute("href", "/")


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (820, 1180), (1180, 820), (1920, 1080)])
def test_nothing_hangs_out_of_the_page(open_page: Open, ten: FakeStudio, size: tuple[int, int]) -> None:
    ten.sittings[3] = sitting(4)
    page = shown(open_page("#prepare", size=size), ten)
    for key in "14":
        button(page, f"Open Seat {key}").first.click()
        expect(page.locator(".opened")).to_contain_text(f"Seat {key}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate("""() => [...document.querySelectorAll("main button, main summary")]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)
            .map((e) => e.outerHTML)""")
        assert small == []


STATES: dict[str, Callable[[FakeStudio], str]] = {
    "empty": lambda studio: "",
    "prepare": lambda studio: "#prepare",
    "many": lambda studio: "#many",
    "check": lambda studio: studio.sittings.append(sitting(1)) or "",
    "run": lambda studio: studio.sittings.append(running(1, notes=[{"at": 1.8e9, "text": "a note"}])) or "",
    "ended": lambda studio: studio.sittings.append(running(1, stage="ended", ended="stopped", can=[])) or "",
    "ten": lambda studio: (
        studio.sittings.extend([*(running(n) for n in range(1, 9)), sitting(9), sitting(10)]) or ""
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_the_page_is_accessible(open_page: Open, studio: FakeStudio, state: str) -> None:
    studio.devices = [device(n, face=n != 3, silent=n == 4) for n in range(1, 11)]
    page = open_page(STATES[state](studio))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if state == "ten":
        page.keyboard.press("1")
    assert flaws(page) == []
