"""First start: encrypting the study, and what the page keeps of the passphrase: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_core import flaws
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted, page_of, too_small_to_touch, wider_than_its_window
from test_home_page import CONSENT, NO_STUDY, PROTOCOLS, STUDY
from web_world import wait_until

import mimik.study.sealing.keys as keys
from mimik.environment import KEY_FILE, PASSPHRASE
from mimik.study.sealing.passphrase import Cost
from mimik.study.study import Study

TYPED = "correct horse battery"
KEPT = "() => JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + location.href"


@pytest.fixture
def first(answering: Scripted) -> Scripted:
    answering.answers |= {
        "GET /api/study": NO_STUDY,
        "GET /api/protocols": PROTOCOLS,
        "GET /api/consent": CONSENT,
    }
    return answering


def fill(page: Page, typed: str = TYPED, again: str = TYPED) -> None:
    page.get_by_role("radio", name="Simulated people").check()
    page.get_by_label("Encrypt the study").check()
    page.get_by_label("Passphrase", exact=True).fill(typed)
    page.get_by_label("Passphrase once more").fill(again)


def make(page: Page) -> None:
    page.get_by_role("button", name="Make the study").click()


def test_what_a_lost_passphrase_means_and_the_other_way_are_said(first: Scripted, page: Page) -> None:
    page.goto(first.address)
    expect(page.get_by_text("mimik new pilot-3 --key-file FILE")).to_have_count(0)  # the folder has a path
    expect(page.get_by_text('mimik new "/data/pilot-3" --key-file FILE')).to_be_visible()
    expect(page.get_by_label("Passphrase", exact=True)).to_be_hidden()
    page.get_by_label("Encrypt the study").check()
    expect(page.get_by_text("Who loses the passphrase loses the data.")).to_be_visible()
    expect(page.get_by_text("asks for the passphrase in its terminal")).to_be_visible()


def test_two_that_differ_are_not_sent(first: Scripted, page: Page) -> None:
    page.goto(first.address)
    fill(page, again="correct horse butter")
    make(page)
    again = page.get_by_label("Passphrase once more")
    assert again.evaluate("input => input.validationMessage") == "The two are not the same."
    assert first.calls == []
    again.fill(TYPED)
    make(page)
    wait_until(lambda: first.calls)
    assert first.calls[-1][1]["encryption"] == {"passphrase": TYPED, "again": TYPED}


def test_one_that_will_not_do_is_told_where_it_is_typed(first: Scripted, page: Page) -> None:
    told = {"error": "passphrase: expected at least 8 characters, found 5.", "hint": "Four or more words."}
    first.answers["POST /api/study"] = lambda _: (422, told)
    page.goto(first.address)
    fill(page, "short", "short")
    make(page)
    expect(page.get_by_role("group", name="Encryption").get_by_role("alert")).to_contain_text(told["error"])
    expect(page.get_by_label("Passphrase", exact=True)).to_be_focused()
    assert flaws(page) == []


def test_nothing_of_it_is_kept(first: Scripted, page: Page) -> None:
    page.goto(first.address)
    fill(page)
    assert TYPED not in page.evaluate(KEPT)
    page.reload()
    expect(page.get_by_label("Encrypt the study")).to_be_checked()
    expect(page.get_by_label("Passphrase", exact=True)).to_have_value("")
    page.get_by_label("Passphrase", exact=True).fill(TYPED)
    page.get_by_label("Encrypt the study").uncheck()
    page.get_by_label("Encrypt the study").check()
    expect(page.get_by_label("Passphrase", exact=True)).to_have_value("")


def test_unticked_again_the_study_is_plain(first: Scripted, page: Page) -> None:
    first.answers["POST /api/study"] = lambda _: (200, STUDY)
    page.goto(first.address)
    fill(page, again="another one")
    page.get_by_label("Encrypt the study").uncheck()
    make(page)
    page.wait_for_function("localStorage.length === 0")
    assert first.calls[-1][1]["encryption"] is None


def test_where_others_could_read_it_it_cannot_be_chosen(first: Scripted, page: Page) -> None:
    first.answers["GET /api/study"] = NO_STUDY | {"private": False}
    page.goto(first.address)
    expect(page.get_by_label("Encrypt the study")).to_be_disabled()
    expect(page.get_by_text("others in the network could read the passphrase")).to_be_visible()
    expect(page.locator("input[type=password]")).to_have_count(0)
    assert flaws(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_choice_has_no_flaw_and_fits(first: Scripted, browser: Browser, width: int) -> None:
    with page_of(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(first.address)
        page.get_by_label("Encrypt the study").check()
        assert not wider_than_its_window(page)
        assert too_small_to_touch(page) == []
        assert flaws(page) == []


# With the real application:


def test_an_encrypted_study_is_made_and_gone_on_with(
    make_studio: Callable[..., Any], serve: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for of in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(of.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
    for name in (PASSPHRASE, KEY_FILE):
        monkeypatch.setenv(name, "")
    studio = make_studio("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(serve(studio).url)
    page.get_by_label("Title").fill("Sealed")
    fill(page, "short", "short")
    make(page)
    expect(page.get_by_text("expected at least 8 characters, found 5")).to_be_visible()
    fill(page)
    make(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sealed")
    expect(page.get_by_text("simulated people only · encrypted")).to_be_visible()
    assert flaws(page) == []
    assert TYPED not in page.content() + page.evaluate(KEPT)
    assert not any("correct" in address for address in asked)
    page.goto(f"{serve(studio).url}/devices")
    page.get_by_role("button", name="Add").first.wait_for()
    assert Study.open(studio.folder, key=TYPED).title == "Sealed"
