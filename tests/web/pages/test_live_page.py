"""The page Live: what is recognised, large and with its probabilities; and every state in which it isn't."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_core import flaws
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted, page_of, wider_than_its_window

LABELS = ("disappointed", "stressed", "happy", "sad", "surprised")
HAPPY = {"disappointed": 0.02, "stressed": 0.03, "happy": 0.91, "sad": 0.01, "surprised": 0.03}
WORD, BOARD = ".large", ".board"


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "device": 1,
        "model": "first",
        "labels": list(LABELS),
        "state": "recognised",
        "silent": False,
        "expression": "happy",
        "confidence": 0.91,
        "smoothed": HAPPY,
        "resting": {"used": True, "known": True, "learning": False, "reason": ""},
        "latency_ms": 8.24,
        "delay": 0.28,
        "synthetic": False,
        "use": "Research use only, not a medical device.",
        "problem": "",
        "notes": [],
        "time": 1.0,
    } | changes


NOBODY: dict[str, Any] = {"state": "no-face", "expression": None, "confidence": None, "smoothed": None}
STATES = {
    "unsure": facts(state="unsure", expression=None, confidence=0.3),
    "resting": facts(state="resting", expression=None),
    "no-face": facts(**NOBODY),
    "silent": facts(**NOBODY, silent=True),
    "failed": facts(**NOBODY | {"state": "failed"}, problem="The model needs tongueOut. Train without it."),
    "off": facts(**NOBODY | {"state": "stopped"}),
}


def phone(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"number": number, "name": "", "accepted": True, "simulated": False, "silent": False} | changes


@pytest.fixture
def lab(answering: Scripted) -> Scripted:
    """A study with two models and an accepted phone; nothing is recognised yet."""
    answering.answers |= {
        "GET /api/study": {"open": True, "title": "Anxiety", "synthetic": False},
        "GET /api/live/models": [{"name": "first", "kind": "mimik"}, {"name": "second", "kind": "mimik"}],
        "GET /api/live": [],
        "GET /api/devices": [phone()],
        "POST /api/live": lambda sent: (201, facts(state="resting", expression=None, model=sent["model"])),
        "POST /api/live/1/rest": facts(state="resting"),
        "DELETE /api/live/1": lambda _: (204, None),
    }
    return answering


def opened(lab: Scripted, page: Page, hash_: str = "") -> Page:
    page.goto(f"{lab.address}/live{hash_}")
    expect(page.get_by_label("Phone")).to_be_visible()
    return page


def test_what_is_shown_is_large_with_probabilities_latency_and_delay(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    lab.tell("live:1", facts())
    expect(page.locator(WORD)).to_have_text("happy")
    expect(page.locator(".sentence")).to_have_text("is shown. Probability 91 %.")
    expect(page.locator(".draw-probability.best")).to_have_text("happy91 %")
    expect(page.locator(".figures dd")).to_have_text(["8.2 ms", "0.28 s"])
    expect(page.locator(".draw-ribbon [role=img]")).to_have_attribute("aria-label", re.compile("Now: happy"))
    size = page.locator(WORD).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size > 100, "readable from afar"
    expect(page.get_by_role("status").filter(has_text="happy is shown.")).to_have_count(1)


def test_it_is_said_where_it_starts_what_it_is_not_and_where_it_is_forbidden(
    lab: Scripted, page: Page
) -> None:
    opened(lab, page)
    expect(page.locator(".law")).to_contain_text("Shows which expression is shown, never what is felt.")
    expect(page.locator(".law")).to_contain_text(
        "at work and in education is forbidden except for medical or safety"
    )


@pytest.mark.parametrize(
    ("kind", "word", "sentence"),
    [
        ("unsure", "Unsure", "That is an answer, not an error."),
        ("resting", "Look neutral", "For three seconds, hold still: the resting face is being learned."),
        ("no-face", "No face", "Sit before the phone"),
        ("silent", "Phone silent", "is the app in the foreground"),
        ("failed", "Can't recognise", "The model needs tongueOut. Train without it."),
        ("off", "Nothing is recognised", "press Start"),
    ],
)
def test_every_other_state_has_a_look_and_a_sentence(
    lab: Scripted, page: Page, kind: str, word: str, sentence: str
) -> None:
    opened(lab, page)
    lab.tell("live:1", facts())
    expect(page.locator(BOARD)).to_have_attribute("data-kind", "recognised")
    lab.tell("live:1", STATES[kind])
    expect(page.locator(BOARD)).to_have_attribute("data-kind", kind)
    expect(page.locator(WORD)).to_have_text(word)
    expect(page.locator(".sentence")).to_contain_text(sentence)


def test_a_resting_face_that_could_not_be_learned_says_why(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    again = {"used": True, "known": False, "learning": True, "reason": "the face moved"}
    lab.tell("live:1", facts(state="resting", expression=None, resting=again))
    expect(page.locator(".sentence")).to_contain_text("Once more, as the face moved.")


def test_starting_changing_the_model_resting_and_stopping(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    page.get_by_label("Model").select_option("second")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(WORD)).to_have_text("Look neutral")
    expect(page.get_by_role("button", name="Start anew")).to_be_visible()
    page.get_by_label("Model").select_option("first")
    page.get_by_role("button", name="Change to this model").click()
    page.get_by_role("button", name="Learn the resting face again").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    assert lab.calls == [
        ("POST /api/live", {"device": 1, "model": "second"}),
        ("POST /api/live", {"device": 1, "model": "first"}),
        ("POST /api/live/1/rest", {}),
        ("DELETE /api/live/1", None),
    ]
    lab.tell("live:1", STATES["off"])
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_what_cannot_start_is_told(lab: Scripted, page: Page) -> None:
    lab.answers["POST /api/live"] = lambda _: (422, {"error": "The file is damaged.", "hint": "Train anew."})
    opened(lab, page).get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is damaged.\nTrain anew.")
    expect(page.get_by_role("button", name="Start")).to_be_enabled()


def test_what_runs_already_is_shown_and_another_phone_can_be_looked_at(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/devices"] = [phone(1), phone(2, name="iPad"), phone(3, accepted=False)]
    lab.answers["GET /api/live"] = [facts(device=2, model="second")]
    lab.tell("live:2", facts(device=2, model="second", expression="sad"))
    opened(lab, page)
    expect(page.locator(WORD)).to_have_text("sad")
    expect(page.get_by_label("Model")).to_have_value("second")
    expect(page.locator("select").first.locator("option")).to_have_text(["Phone 1", "Phone 2: iPad"])
    page.get_by_label("Phone").select_option("1")
    expect(page.locator(WORD)).to_have_text("Nothing is recognised")
    lab.tell("live:2", facts(device=2, expression="happy"))
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_the_address_can_name_phone_and_model(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/devices"] = [phone(1), phone(2)]
    opened(lab, page, "#device=2&model=second")
    expect(page.get_by_label("Phone")).to_have_value("2")
    expect(page.get_by_label("Model")).to_have_value("second")


def test_simulated_people_are_marked_and_notes_are_told(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    lab.tell("live:1", facts(synthetic=True, notes=[{"at": 1.79e9, "text": "<b>begun anew</b>"}]))
    expect(page.locator(f"{BOARD} .badge")).to_have_text("SYNTHETIC")
    expect(page.locator(".remarks li")).to_contain_text("<b>begun anew</b>")
    expect(page.get_by_role("button", name="Learn the resting face again")).to_be_visible()
    lab.tell("live:1", facts(resting={"used": False, "known": False, "learning": False, "reason": ""}))
    expect(page.locator(f"{BOARD} .badge")).to_have_count(0)
    expect(page.get_by_role("button", name="Learn the resting face again")).to_be_hidden()


def test_models_made_meanwhile_can_be_chosen(lab: Scripted, page: Page) -> None:
    opened(lab, page).get_by_label("Model").select_option("second")
    lab.answers["GET /api/live/models"].insert(0, {"name": "third", "kind": "mimik"})
    lab.tell("study", {})
    expect(page.get_by_label("Model").locator("option")).to_have_text(["third", "first", "second"])
    expect(page.get_by_label("Model")).to_have_value("second")


@pytest.mark.parametrize(
    ("answer", "told", "heading", "link", "href"),
    [
        ("GET /api/devices", [], "No phone sends", "Connect a phone", "/devices"),
        ("GET /api/devices", [phone(accepted=False)], "No phone is accepted yet", "Accept it", "/devices"),
        ("GET /api/live/models", [], "There is no model yet", "Train a model", "/models"),
        ("GET /api/study", {"open": False, "folder": "x"}, "There is no study yet", "Make a study", "/"),
    ],
)
def test_where_something_is_missing_the_page_says_what_to_do(
    lab: Scripted, page: Page, answer: str, told: Any, heading: str, link: str, href: str
) -> None:
    lab.answers[answer] = told
    page.goto(f"{lab.address}/live")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("link", name=link)).to_have_attribute("href", href)


def test_a_phone_that_is_accepted_meanwhile_can_be_chosen(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/devices"] = []
    page.goto(f"{lab.address}/live")
    expect(page.get_by_role("heading", name="No phone sends")).to_be_visible()
    lab.tell("devices", [phone(4)])
    expect(page.get_by_label("Phone")).to_have_value("4")
    lab.tell("devices", [phone(4, accepted=False)])
    expect(page.get_by_role("heading", name="No phone is accepted yet")).to_be_visible()


def test_an_error_has_a_way_out(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/live"] = lambda _: (
        500,
        {"error": "Something went wrong.", "hint": "See the terminal."},
    )
    page.goto(f"{lab.address}/live")
    expect(page.get_by_role("heading", name="Something went wrong.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize("state", ["recognised", *STATES])
def test_the_page_is_accessible(lab: Scripted, page: Page, state: str) -> None:
    opened(lab, page)
    lab.tell("live:1", facts(synthetic=True))
    lab.tell("live:1", STATES.get(state, facts(synthetic=True)))
    expect(page.locator(BOARD)).to_have_attribute("data-kind", state)
    assert flaws(page) == []


@pytest.mark.parametrize("size", [(360, 740), (744, 1133), (1180, 820)])
def test_it_fits_every_display_and_no_word_is_broken(
    lab: Scripted, browser: Browser, size: tuple[int, int]
) -> None:
    with page_of(browser, viewport={"width": size[0], "height": size[1]}) as page:
        opened(lab, page)
        for word in LABELS:
            lab.tell("live:1", facts(expression=word))
            expect(page.locator(WORD)).to_have_text(word)
            lines = page.locator(WORD).evaluate(
                "e => e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight)"
            )
            assert lines < 1.5, word
        assert not wider_than_its_window(page)
        small = page.locator("button:visible, select:visible").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).filter(r => r.height < 44 || r.width < 44).length"
        )
        assert small == 0


def test_it_can_be_used_with_the_keyboard_alone(lab: Scripted, page: Page) -> None:
    opened(lab, page).get_by_label("Phone").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(WORD)).to_have_text("Look neutral")
