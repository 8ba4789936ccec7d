"""The page Home: the study at a glance, and making one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from axe_core import flaws
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted, page_of, too_small_to_touch, wider_than_its_window
from web_world import QUICK, wait_until

STUDY: dict[str, Any] = {
    "open": True,
    "folder": "/data/anxiety-2026",
    "title": "Anxiety 2026",
    "synthetic": False,
    "protocol": {
        "name": "follow-up",
        "title": {"de": "Fünf Ausdrücke", "en": "Five facial expressions with a neutral baseline"},
        "languages": ["de", "en"],
        "expressions": ["neutral", "disappointed", "stressed", "happy", "sad", "surprised"],
        "start": "button",
        "trials": 6,
        "direction": {"de": "ltr", "en": "ltr"},
    },
    "participants": 12,
    "sessions": {"complete": 11, "interrupted": 1, "partial": 1, "imported": 0},
    "frames": {
        "neutral": 10100,
        "disappointed": 9900,
        "stressed": 10050,
        "happy": 10020,
        "sad": 6100,
        "surprised": 9980,
    },
    "unfinished": [
        {
            "participant": "sub-78TRKK",
            "session": "ses-01",
            "started": 1795600000.0,
            "trials_done": 3,
            "trials": 6,
            "frames": 2714,
            "problem": "",
        }
    ],
    "running": 0,
    "models": 2,
    "next": {"text": "Two phones are accepted.", "label": "Start a session", "href": "/sessions"},
}
PROTOCOLS = [
    {
        "name": "follow-up",
        "title": {"de": "Fünf Ausdrücke", "en": "Five facial expressions with a neutral baseline"},
        "languages": ["de", "en"],
        "expressions": ["neutral", "happy"],
        "trials": 6,
        "seconds": 90,
        "start": "button",
    },
    {
        "name": "hartmann2022",
        "title": {"de": "Fünf", "en": "Five facial expressions (Hartmann et al. 2022)"},
        "languages": ["de", "en"],
        "expressions": ["happy", "sad"],
    },
]
NO_STUDY = {"open": False, "folder": "/data/pilot-3", "private": True}
CONSENT = {
    "version": "1",
    "text": "# Taking part\n\nYou will be asked to show faces.\n",
    "versions": [],
    "default": True,
}


@pytest.fixture
def with_study(answering: Scripted) -> Scripted:
    answering.answers["GET /api/study"] = copy.deepcopy(STUDY)
    return answering


@pytest.fixture
def without_study(answering: Scripted) -> Scripted:
    answering.answers |= {
        "GET /api/study": NO_STUDY,
        "GET /api/protocols": PROTOCOLS,
        "GET /api/consent": CONSENT,
    }
    return answering


def test_the_study_is_told_at_a_glance(with_study: Scripted, page: Page) -> None:
    page.goto(with_study.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anxiety 2026")
    expect(page.locator(".figures")).to_contain_text("12")
    assert page.locator(".figures dd").all_inner_texts() == ["12", "13", "56,150", "2"]
    expect(page.get_by_text("11 complete, 1 interrupted, 1 kept with what is there")).to_be_visible()
    step = page.get_by_role("region", name="Next step").get_by_role("link", name="Start a session")
    expect(step).to_have_attribute("href", "/sessions")


def test_the_expression_that_lacks_frames_is_named(with_study: Scripted, page: Page) -> None:
    page.goto(with_study.address)
    # Equal share: 56150 / 6 = 9358.3; 80 % of it is 7487.
    expect(page.get_by_text("Fewer frames than an equal share: sad (about 3,259 frames).")).to_be_visible()
    assert page.locator(".bars .badge").count() == 1
    row = page.get_by_role("row", name="sad")
    expect(row).to_contain_text("6,100")
    expect(row).to_contain_text("few")
    expect(page.get_by_text("an equal share: 9,358 frames")).to_be_visible()


def test_an_expression_nobody_showed_yet_has_a_row_and_one_of_elsewhere_says_so(
    with_study: Scripted, page: Page
) -> None:
    with_study.answers["GET /api/study"]["frames"] = {"happy": 500, "amused": 90}
    page.goto(with_study.address)
    expect(page.get_by_role("row", name="surprised")).to_contain_text("0")
    expect(page.get_by_role("row", name="amused")).to_contain_text("not in the protocol")


def test_a_study_without_recordings(with_study: Scripted, page: Page) -> None:
    with_study.answers["GET /api/study"] |= {"frames": {}, "unfinished": [], "sessions": {"complete": 0}}
    page.goto(with_study.address)
    expect(page.get_by_text("Nothing is recorded yet.")).to_be_visible()
    expect(page.get_by_text("Unfinished")).to_have_count(0)
    assert flaws(page) == []


def test_an_unfinished_session_can_be_gone_on_with(with_study: Scripted, page: Page) -> None:
    page.goto(with_study.address)
    part = page.get_by_role("region", name="Unfinished (1)")
    expect(part).to_contain_text("3 of 6 trials complete · 2,714 frames")
    expect(part.get_by_role("link", name="Resume")).to_have_attribute(
        "href", "/sessions#resume=sub-78TRKK/ses-01"
    )


def test_an_unfinished_session_is_kept_as_it_is_after_a_question(with_study: Scripted, page: Page) -> None:
    def finish(_: Any) -> tuple[int, Any]:
        with_study.answers["GET /api/study"]["unfinished"] = []
        return 200, {}

    with_study.answers["POST /api/sessions/sub-78TRKK/ses-01/finish"] = finish
    page.goto(with_study.address)
    page.get_by_role("button", name="Keep as it is: sub-78TRKK").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 of 6 trials are complete and will be used.")
    page.get_by_role("dialog").get_by_role("button", name="Keep as it is").click()
    expect(page.get_by_text("is kept as it is.")).to_be_visible()
    expect(page.get_by_role("heading", name="Unfinished")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "main"  # not lost with the button that is gone


def test_what_discarding_loses_is_said_and_can_be_refused(with_study: Scripted, page: Page) -> None:
    with_study.answers["DELETE /api/sessions/sub-78TRKK/ses-01"] = lambda _: (204, None)
    page.goto(with_study.address)
    discard = page.get_by_role("button", name="Discard: sub-78TRKK")
    discard.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Lost for good: 2,714 frames, 3 complete trials among them")
    assert flaws(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert with_study.calls == []
    discard.click()
    dialog.get_by_role("button", name="Discard for good").click()
    expect(page.get_by_text("is discarded.")).to_be_visible()
    assert with_study.calls == [("DELETE /api/sessions/sub-78TRKK/ses-01", None)]


def test_a_refused_discard_is_told(with_study: Scripted, page: Page) -> None:
    with_study.answers["DELETE /api/sessions/sub-78TRKK/ses-01"] = lambda _: (
        409,
        {"error": "The session is being recorded.", "hint": "Stop it first."},
    )
    page.goto(with_study.address)
    page.get_by_role("button", name="Discard: sub-78TRKK").click()
    page.get_by_role("button", name="Discard for good").click()
    expect(page.get_by_role("alert")).to_contain_text("The session is being recorded.")
    expect(page.get_by_role("alert")).to_contain_text("Stop it first.")


def test_the_page_follows_the_study_and_keeps_the_focus(with_study: Scripted, page: Page) -> None:
    page.goto(with_study.address)
    resume = page.get_by_role("link", name="Resume")
    resume.focus()
    with_study.answers["GET /api/study"]["participants"] = 13
    with_study.answers["GET /api/study"]["running"] = 2
    with_study.answers["GET /api/study"]["unfinished"][0]["frames"] = 3000
    page.wait_for_function("true")
    with_study.tell("study", {})
    expect(page.get_by_text("2 sessions are running now.")).to_be_visible()
    expect(page.locator(".figures dd").first).to_have_text("13")
    expect(page.get_by_text("3,000 frames")).to_be_visible()
    expect(resume).to_be_focused()


def test_what_may_be_outdated_is_said(with_study: Scripted, page: Page) -> None:
    page.goto(with_study.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anxiety 2026")
    with_study.answers["GET /api/study"] = lambda _: (500, {"error": "The folder can't be read.", "hint": ""})
    with_study.tell("study", {})
    expect(page.get_by_text("What stands here may be outdated. The folder can't be read.")).to_be_visible()
    assert flaws(page) == []


def test_a_study_that_cannot_be_read_is_an_error_with_a_way_out(answering: Scripted, page: Page) -> None:
    answering.answers["GET /api/study"] = lambda _: (
        409,
        {"error": "study.toml is damaged.", "hint": "Restore it."},
    )
    page.goto(answering.address)
    expect(page.get_by_role("heading", name="study.toml is damaged.")).to_be_visible()
    expect(page.get_by_text("Restore it.")).to_be_visible()
    assert flaws(page) == []
    answering.answers["GET /api/study"] = STUDY
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anxiety 2026")


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_home_has_no_flaw_and_fits(with_study: Scripted, browser: Browser, width: int) -> None:
    with page_of(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(with_study.address)
        expect(page.get_by_role("region", name="Unfinished")).to_be_visible()
        assert not wider_than_its_window(page)
        assert too_small_to_touch(page) == []
        assert flaws(page) == []


def test_a_study_is_made_from_a_built_in_protocol(without_study: Scripted, page: Page) -> None:
    page.goto(without_study.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a study")
    expect(page.get_by_label("Title")).to_have_value("pilot-3")
    expect(
        page.get_by_text("6 trials · at least 1 min 30 s of recording for each participant")
    ).to_be_visible()
    page.get_by_label("Title").fill("Pilot")
    page.get_by_role("radio", name="Hartmann").check()
    page.get_by_role("radio", name="Real people").check()

    def made(_: Any) -> tuple[int, Any]:
        without_study.answers["GET /api/study"] = STUDY
        return 200, STUDY

    without_study.answers["POST /api/study"] = made
    page.get_by_role("button", name="Make the study").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anxiety 2026")
    assert without_study.calls == [
        (
            "POST /api/study",
            {
                "title": "Pilot",
                "protocol": "hartmann2022",
                "protocol_toml": None,
                "synthetic": False,
                "consent": None,
                "encryption": None,
            },
        )
    ]
    assert page.evaluate("localStorage.length") == 0


def test_who_is_recorded_must_be_chosen(without_study: Scripted, page: Page) -> None:
    page.goto(without_study.address)
    page.get_by_role("button", name="Make the study").click()
    assert page.evaluate("document.querySelector('[name=people]').validity.valueMissing")
    assert without_study.calls == []


def test_the_default_consent_text_is_warned_of(without_study: Scripted, page: Page) -> None:
    page.goto(without_study.address)
    warning = page.get_by_text("This is Mimik's example text.")
    text = page.get_by_label("What participants agree to")
    expect(text).to_have_value(CONSENT["text"])
    expect(warning).to_be_visible()
    text.fill("Our own text.")
    expect(warning).to_be_hidden()
    text.fill(str(CONSENT["text"]))
    expect(warning).to_be_visible()
    page.get_by_role("radio", name="Simulated people").check()
    expect(warning).to_be_hidden()


def test_a_draft_outlives_a_reload(without_study: Scripted, page: Page) -> None:
    page.goto(without_study.address)
    page.get_by_label("Title").fill("Half typed")
    page.get_by_label("What participants agree to").fill("Our own text.")
    page.get_by_role("radio", name="Simulated people").check()
    page.get_by_role("radio", name="Hartmann").check()
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Half typed")
    expect(page.get_by_label("What participants agree to")).to_have_value("Our own text.")
    expect(page.get_by_role("radio", name="Simulated people")).to_be_checked()
    expect(page.get_by_role("radio", name="Hartmann")).to_be_checked()
    page.get_by_role("button", name="Clear what I typed").click()
    expect(page.get_by_label("Title")).to_have_value("pilot-3")


def test_errors_of_an_own_protocol_are_shown_in_full(without_study: Scripted, page: Page) -> None:
    error = (
        'own.toml: trials[#2].expression: expected one line of text in quotes, found 3\nIs "expresion" meant?'
    )
    without_study.answers["POST /api/study"] = lambda _: (
        400,
        {"error": error, "hint": "See docs/protocols.md."},
    )
    page.goto(without_study.address)
    page.get_by_role("radio", name="Real people").check()
    page.get_by_role("radio", name="A file of your own").check()
    page.get_by_role("button", name="Make the study").click()
    expect(page.get_by_text("Expected a protocol file, found none chosen.")).to_be_visible()
    toml = {"name": "own.toml", "mimeType": "application/toml", "buffer": b'name = "own"'}
    page.get_by_label("Protocol file").set_input_files([toml])  # type: ignore[list-item]
    expect(page.get_by_text("Held: own.toml.")).to_be_visible()
    page.reload()  # the file input is empty again, what it held is not
    page.get_by_role("button", name="Make the study").click()
    wrong = page.get_by_role("group", name="Protocol").get_by_role("alert")
    expect(wrong).to_contain_text(error.splitlines()[0])
    expect(wrong).to_contain_text(error.splitlines()[1])
    expect(wrong).to_contain_text("See docs/protocols.md.")
    assert without_study.calls[-1][1]["protocol_toml"] == 'name = "own"'
    assert without_study.calls[-1][1]["protocol"] is None
    expect(page.get_by_label("Protocol file")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_making_a_study_has_no_flaw_and_fits(without_study: Scripted, browser: Browser, width: int) -> None:
    with page_of(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(without_study.address)
        page.get_by_role("radio", name="A file of your own").check()
        assert not wider_than_its_window(page)
        assert too_small_to_touch(page) == []
        assert flaws(page) == []


# With the real application:


def test_a_first_start_makes_the_study(make_studio: Any, serve: Any, page: Page) -> None:
    studio = make_studio("")
    page.goto(serve(studio).url)
    expect(
        page.get_by_text("6 trials · at least 1 min 30 s of recording for each participant")
    ).to_be_visible()
    expect(page.get_by_text("This is Mimik's example text.")).to_be_visible()
    page.get_by_label("Title").fill("A rehearsal")
    page.get_by_role("radio", name="Simulated people").check()
    page.get_by_role("radio", name="A file of your own").check()
    broken = {
        "name": "own.toml",
        "mimeType": "application/toml",
        "buffer": QUICK.replace("sad", "", 1).encode(),
    }
    page.get_by_label("Protocol file").set_input_files([broken])  # type: ignore[list-item]
    page.get_by_role("button", name="Make the study").click()
    expect(page.get_by_role("group", name="Protocol").get_by_role("alert")).to_contain_text(
        "protocol: trials[#2].expression: expected one line of text"
    )
    mended = broken | {"buffer": QUICK.encode()}
    page.get_by_label("Protocol file").set_input_files([mended])  # type: ignore[list-item]
    page.get_by_role("button", name="Make the study").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A rehearsal")
    expect(page.get_by_text("Nothing is recorded yet.")).to_be_visible()
    expect(page.get_by_role("region", name="Next step").get_by_role("link")).to_have_attribute(
        "href", "/devices"
    )
    assert (studio.study.title, studio.study.synthetic, studio.study.protocol.name) == (
        "A rehearsal",
        True,
        "quick",
    )
    assert flaws(page) == []


def interrupted_session(api: httpx.Client) -> str:
    """Record one of two trials of a simulated person, stop, and return the pseudonym."""
    api.post("/api/devices/simulated", json={"count": 1})
    device = wait_until(lambda: api.get("/api/devices").json())[-1]["number"]
    api.post(f"/api/devices/{device}/accept").raise_for_status()
    sitting = api.post("/api/sittings", json={"device": device, "consent": True}).json()
    path = f"/api/sittings/{sitting['id']}"
    now = lambda: next(s for s in api.get("/api/sittings").json() if s["id"] == sitting["id"])  # noqa: E731
    api.post(f"{path}/begin").raise_for_status()
    wait_until(lambda: now()["view"]["phase"] == "waiting-for-start")
    api.post(f"{path}/press", json={"button": "start"})
    wait_until(lambda: now()["view"]["trial"] == 2)
    api.post(f"{path}/press", json={"button": "stop"})
    wait_until(lambda: now()["stage"] == "ended")
    api.delete(path)
    return str(now_unfinished(api)[0]["participant"])


def now_unfinished(api: httpx.Client) -> list[dict[str, Any]]:
    return list(api.get("/api/study").json()["unfinished"])


@pytest.fixture
def interrupted(studio: Any, serve: Any) -> Iterator[tuple[str, str]]:
    """A studio's address, and the pseudonym of who was interrupted."""
    url = serve(studio).url
    with httpx.Client(base_url=url) as api:
        yield url, interrupted_session(api)


def test_an_interrupted_session_is_kept(interrupted: tuple[str, str], studio: Any, page: Page) -> None:
    url, participant = interrupted
    page.goto(f"{url}/#unfinished")
    part = page.get_by_role("region", name="Unfinished (1)")
    expect(part).to_contain_text("1 of 2 trials complete")
    assert flaws(page) == []
    page.get_by_role("button", name=f"Keep as it is: {participant} ses-01").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep as it is").click()
    expect(part).to_have_count(0)
    expect(page.get_by_text("Sessions: 1 kept with what is there.")).to_be_visible()
    assert [s.status for s in studio.study.sessions()] == ["partial"]


def test_an_interrupted_session_is_discarded(interrupted: tuple[str, str], studio: Any, page: Page) -> None:
    url, participant = interrupted
    page.goto(url)
    page.get_by_role("button", name=f"Discard: {participant} ses-01").click()
    page.get_by_role("button", name="Discard for good").click()
    expect(page.get_by_role("region", name="Unfinished (1)")).to_have_count(0)
    assert studio.study.sessions() == ()
    assert [p.id for p in studio.study.participants] == [participant]  # who agreed stays known
