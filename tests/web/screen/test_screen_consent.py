"""Consent on the participant's own screen, in Chromium: read, answered each by itself, given or declined."""

from __future__ import annotations

import re

import pytest
from axe_core import flaws
from fake_screen import SCALE, asked, seat
from playwright.sync_api import expect
from web_world import wait_until

from mimik.study.purposes import AGREES, ASKED, PURPOSES

TEXT = """# Taking part

You will be asked to show facial expressions while
a device measures how your face moves.

- Stored are numbers.
  No picture is kept.
- You may stop at any time.

## What for

3. This study
4. Sharing
Lab 7,\\
Main Street
"""
ALLOWED = {"study": True, "sharing": False, "later-use": True}


def sentence(purpose, lang="en"):
    return ASKED.get(purpose, AGREES)[lang]


def answer(page, lang="en", yes="Yes", no="No", **answers):
    for purpose, said in answers.items():
        group = page.get_by_role("group", name=sentence(purpose.replace("_", "-"), lang))
        group.get_by_role("radio", name=yes if said else no).check()


@pytest.fixture
def asks(shown, screen, stage):
    """The page, which asks for consent to a text."""
    stage.consent = TEXT
    screen.show(asked())
    expect(shown.get_by_role("heading", name="Your consent")).to_be_visible()
    expect(shown.get_by_role("group")).to_have_count(len(PURPOSES))
    return shown


def done(page):
    return page.get_by_role("button", name="Done")


def test_the_text_is_shown_in_full_and_as_text(asks):
    text = asks.locator(".consent-text")
    assert text.locator("h2").all_inner_texts() == ["Taking part"]
    assert text.locator("h3").all_inner_texts() == ["What for"]
    assert text.locator("p").all_inner_texts() == [
        "You will be asked to show facial expressions while a device measures how your face moves."
    ]
    assert text.locator("ul li").all_inner_texts() == [
        "Stored are numbers. No picture is kept.",
        "You may stop at any time.",
    ]
    numbered = text.locator("ol li")
    assert [item.get_attribute("value") for item in numbered.all()] == ["3", "4"]
    assert numbered.all_inner_texts()[1] == "Sharing Lab 7,\nMain Street"
    expect(asks.get_by_text("Version 3 of this text")).to_be_visible()


@pytest.mark.parametrize(
    ("line", "title"),
    [("# Sprache C#", "Sprache C#"), ("# C # #", "C #"), ("## Closed ##", "Closed"), ("# Open  ", "Open")],
)
def test_of_a_heading_only_its_marks_are_left_out(shown, screen, stage, line, title):
    stage.consent = f"{line}\n\nYour face is measured."
    screen.show(asked())
    heading = shown.locator(".consent-text :is(h2, h3)")
    expect(heading).to_have_count(1)
    assert heading.text_content() == title


def test_a_text_is_never_taken_for_a_page(shown, screen, stage):
    stage.consent = "<img src=x onerror=alert(1)> & <b>bold</b>\n\n# <i>Title</i>"
    screen.show(asked())
    expect(shown.get_by_text("<img src=x onerror=alert(1)> & <b>bold</b>")).to_be_visible()
    assert shown.locator(".consent-text :is(img, b, i)").count() == 0


def test_each_purpose_is_asked_by_itself_and_none_is_answered_beforehand(asks, screen):
    for purpose in PURPOSES:
        group = asks.get_by_role("group", name=sentence(purpose))
        assert [radio.is_checked() for radio in group.get_by_role("radio").all()] == [False, False]
    expect(asks.get_by_text("Without this you cannot take part.")).to_have_count(1)
    expect(asks.get_by_text("You can take part whatever you answer here.")).to_have_count(2)
    for place, purpose in enumerate(PURPOSES):
        expect(asks.get_by_text(f"{place} of 3 answered")).to_be_visible()
        expect(done(asks)).to_be_disabled()
        answer(asks, **{purpose.replace("-", "_"): ALLOWED[purpose]})
    expect(done(asks)).to_be_enabled()
    done(asks).click()
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()
    assert screen.consents == [("one", "3", ALLOWED)]


def test_by_keys_alone(asks, screen):
    asks.keyboard.press("Tab")  # the text, to scroll it
    assert asks.evaluate("document.activeElement.className") == "consent"
    for purpose in PURPOSES:
        asks.keyboard.press("Tab")
        asks.keyboard.press("Space")
        if not ALLOWED[purpose]:
            asks.keyboard.press("ArrowRight")
    asks.keyboard.press("Enter")
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()
    assert screen.consents == [("one", "3", ALLOWED)]


def test_by_touch(browser, stage, screen):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    stage.consent = TEXT
    screen.show(asked())
    page.goto(stage.url)
    for purpose in PURPOSES:
        group = page.get_by_role("group", name=sentence(purpose))
        option = group.locator(".option").nth(0 if ALLOWED[purpose] else 1)
        option.scroll_into_view_if_needed()
        assert option.bounding_box()["height"] >= 44
        option.tap()
    done(page).tap()
    wait_until(lambda: screen.consents == [("one", "3", ALLOWED)])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_who_declines_is_thanked_and_may_answer_again(asks, screen):
    answer(asks, study=False, sharing=True, later_use=True)
    done(asks).click()
    expect(asks.get_by_role("heading", name="Thank you for your answer")).to_be_focused()
    expect(asks.get_by_text("nothing is recorded. That is quite all right.")).to_be_visible()
    expect(asks.get_by_role("button", name="I am ready")).to_be_hidden()
    asks.get_by_role("button", name="Answer again").click()
    expect(asks.get_by_role("radio").first).to_be_visible()
    assert [radio.is_checked() for radio in asks.get_by_role("radio").all()] == [False] * 6
    answer(asks, study=True, sharing=False, later_use=False)
    done(asks).click()
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()
    assert [said and said[2]["study"] for said in screen.consents] == [False, None, True]


def test_who_agreed_may_change_it_before_the_session(asks, screen):
    answer(asks, study=True, sharing=True, later_use=True)
    done(asks).click()
    asks.get_by_role("button", name="I am ready").click()
    asks.get_by_role("button", name="Change my consent").click()
    expect(asks.get_by_role("heading", name="Your consent")).to_be_visible()
    assert screen.consents[-1] is None
    screen.show(seat("waiting-for-start"))
    expect(asks.get_by_role("button", name="Change my consent")).to_be_hidden()


def sends(page):
    """Whether the page says that something is on its way, and offers nothing else meanwhile."""
    expect(page.get_by_text("Sending …")).to_be_visible()
    for name in ("Change my consent", "Answer again", "I am ready", "Done"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


@pytest.mark.parametrize(("state", "name"), [("given", "Change my consent"), ("declined", "Answer again")])
def test_who_asks_again_without_a_line_sees_that_it_is_sent(shown, screen, stage, state, name):
    screen.show(asked(state, round_=4))
    button = shown.get_by_role("button", name=name)
    expect(button).to_be_visible()
    stage.stop()
    button.click()
    sends(shown)
    stage.start()
    expect(shown.get_by_role("radio")).to_have_count(6)
    assert screen.consents == [None]


def test_who_asks_again_too_late_sees_the_session(shown, screen):
    screen.show(asked("given"))
    screen.deaf = True
    shown.get_by_role("button", name="Change my consent").click()
    sends(shown)
    screen.show(seat("waiting-for-start"))
    expect(shown.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(shown.get_by_text("Sending …")).to_be_hidden()


def test_a_refused_wish_to_answer_again_may_be_told_again(shown, screen):
    screen.show(asked("declined"))
    screen.refuses = True
    shown.get_by_role("button", name="Answer again").click()
    wait_until(lambda: not screen.consents)
    expect(shown.get_by_role("button", name="Answer again")).to_be_visible()
    screen.refuses = False
    shown.get_by_role("button", name="Answer again").click()
    expect(shown.get_by_role("radio")).to_have_count(6)


def test_what_was_said_before_is_never_said_again_by_itself(asks, screen, stage):
    screen.deaf = True
    answer(asks, study=True, sharing=True, later_use=True)
    done(asks).click()
    wait_until(lambda: screen.consents)
    asks.goto("about:blank")  # before the news comes that it has arrived
    screen.deaf = False
    screen.show(asked("given"))
    screen.consents.clear()
    asks.goto(stage.url)
    expect(asks.get_by_role("button", name="Change my consent")).to_be_visible()
    assert asks.evaluate("sessionStorage.length") == 0
    asks.get_by_role("button", name="Change my consent").click()
    expect(asks.get_by_text("0 of 3 answered")).to_be_visible()
    assert screen.consents == [None]


def test_what_is_of_another_round_is_forgotten(asks, screen, stage):
    screen.deaf = True
    answer(asks, study=True, sharing=True, later_use=True)
    done(asks).click()
    wait_until(lambda: screen.consents)
    screen.deaf = False
    screen.show(asked(round_=2))  # elsewhere it was answered, and asked again
    expect(asks.get_by_text("0 of 3 answered")).to_be_visible()
    asks.wait_for_timeout(1500)  # and nothing is sent again
    assert asks.evaluate("sessionStorage.length") == 0
    expect(asks.get_by_text("0 of 3 answered")).to_be_visible()


def test_a_seat_that_is_cleared_away_asks_for_nothing_more(shown, screen):
    asked_for = []
    shown.route("**/consent/3", lambda route: (asked_for.append(1), route.abort()))
    screen.show(asked())
    shown.wait_for_timeout(1500)
    assert len(asked_for) > 1  # it tries again, as it should
    screen.show()
    expect(shown.locator(".tile")).to_have_count(0)
    shown.wait_for_timeout(200)
    before = len(asked_for)
    shown.wait_for_timeout(2500)
    assert len(asked_for) == before


def test_a_reload_keeps_what_was_begun(asks, screen):
    answer(asks, study=True, later_use=False)
    asks.reload()
    expect(asks.get_by_text("2 of 3 answered")).to_be_visible()
    expect(asks.get_by_role("group", name=sentence("study")).get_by_role("radio", name="Yes")).to_be_checked()
    answer(asks, sharing=False)
    done(asks).click()
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()
    assert asks.evaluate("sessionStorage.length") == 0  # and no longer than needed


def test_news_leave_alone_what_is_being_answered(asks, screen):
    answer(asks, study=True)
    mark = "document.querySelector('.consent fieldset').dataset.mine = 'yes'"
    asks.evaluate(mark)
    screen.show(asked())
    screen.show(asked(), seat("recording", name="two", label="Seat 2"))
    expect(asks.locator(".tile")).to_have_count(2)
    expect(asks.locator("[data-mine]")).to_have_count(1)


def test_answers_are_sent_until_they_show(asks, screen):
    screen.deaf = True
    answer(asks, study=True, sharing=False, later_use=False)
    done(asks).click()
    expect(asks.get_by_text("Sending …")).to_be_visible()
    wait_until(lambda: len(screen.consents) > 1)
    screen.deaf = False
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()


def test_answers_given_without_a_line_arrive_later(asks, screen, stage):
    answer(asks, study=True, sharing=False)
    stage.stop()
    answer(asks, later_use=True)
    done(asks).click()
    stage.start()
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()
    assert screen.consents[-1] == ("one", "3", ALLOWED)


def test_a_refusal_is_told_and_can_be_mended(asks, screen):
    screen.refuses = True
    answer(asks, study=True, sharing=False, later_use=False)
    done(asks).click()
    expect(asks.get_by_text("This could not be saved.")).to_be_visible()
    screen.refuses = False
    done(asks).click()
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()


def test_nobody_is_asked_whether_they_are_ready_before_they_agreed(asks, screen):
    screen.show(asked(label="Seat 1"), asked("given", name="two", label="Seat 2"))
    expect(asks.locator(".tile")).to_have_count(2)
    expect(asks.get_by_role("button", name="I am ready")).to_be_hidden()
    screen.show(asked("given", label="Seat 1"), asked("given", name="two", label="Seat 2"))
    expect(asks.get_by_role("button", name="I am ready")).to_be_visible()


def test_on_a_shared_screen_each_may_change_what_they_agreed_to(shown, screen):
    screen.show(
        asked("given", label="Links", language="de"), asked("given", name="two", label="Right", round_=2)
    )
    own = shown.get_by_role("button", name="Links: Meine Einwilligung ändern")
    expect(own).to_have_attribute("lang", "de")
    expect(own).to_be_visible()  # before anybody is ready
    shown.get_by_role("button", name="Right: Change my consent").click()
    left, right = (shown.locator(".tile").nth(place) for place in (0, 1))
    expect(right.get_by_role("radio")).to_have_count(6)
    expect(left.get_by_role("button", name="Meine Einwilligung ändern")).to_be_visible()
    for group in right.get_by_role("group").all():
        group.get_by_role("radio", name="No").check()
    right.get_by_role("button", name="Done").click()
    expect(right.get_by_role("button", name="Answer again")).to_be_visible()
    left.get_by_role("button", name="Meine Einwilligung ändern").click()
    expect(left.get_by_role("radio")).to_have_count(6)
    assert screen.consents == [None, ("two", "3", dict.fromkeys(PURPOSES, False)), None]


def test_on_a_shared_screen_it_may_be_changed_until_the_session_begins(shown, screen):
    screen.show(asked("given", label="Left"), asked("given", name="two", label="Right"))
    shown.get_by_role("button", name="I am ready").click()
    change = shown.get_by_role("button", name="Change my consent")
    expect(change).to_have_count(2)
    screen.deaf = True
    change.first.click()
    sends(shown.locator(".tile").first)
    screen.show(seat("recording", label="Left"), asked("given", name="two", label="Right"))
    expect(change).to_have_count(1)
    assert flaws(shown) == []


@pytest.mark.parametrize("said", ["before", "after"])
def test_ten_who_may_change_it_find_room(shown, screen, said):
    seats = [asked("given", name=f"s{n}", label=f"Seat {n}") for n in range(1, 11)]
    screen.show(*seats)
    if said == "after":
        shown.get_by_role("button", name="I am ready").click()
    change = shown.get_by_role("button", name="Change my consent")
    expect(change).to_have_count(10)
    for width, height in ((360, 640), (1024, 768), (1920, 1080)):
        shown.set_viewport_size({"width": width, "height": height})
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for button in change.all():
            button.scroll_into_view_if_needed()
            box = button.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 44
            inside = "e => { const t = e.closest('.tile'); return !t || t.scrollHeight <= t.clientHeight; }"
            assert button.evaluate(inside), (width, height)
    assert flaws(shown) == []


def test_two_seats_answer_beside_each_other(shown, screen):
    screen.show(asked(label="Seat 1"), asked(name="two", label="Seat 2"))
    for place, said in ((0, True), (1, False)):
        tile = shown.locator(".tile").nth(place)
        for purpose in PURPOSES:
            group = tile.get_by_role("group", name=sentence(purpose))
            group.get_by_role("radio", name="Yes" if said else "No").check()
        tile.get_by_role("button", name="Done").click()
        wait_until(lambda: len(screen.consents) == place + 1)  # noqa: B023
    assert [(said[0], said[2]["study"]) for said in screen.consents] == [("one", True), ("two", False)]


@pytest.mark.parametrize("state", ["asked", "declined"])
@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", {"asked": "Your consent", "declined": "Thank you for your answer"}),
        ("de", {"asked": "Ihre Einwilligung", "declined": "Danke für Ihre Antwort"}),
        ("ar", {"asked": "Your consent", "declined": "Thank you for your answer"}),
    ],
)
def test_no_flaw_and_nothing_hangs_out(shown, screen, stage, language, heading, state):
    stage.consent = "# المشاركة\n\nسنقيس وجهك." if language == "ar" else TEXT
    screen.show(asked(state, language=language, direction="rtl" if language == "ar" else "ltr"))
    expect(shown.get_by_role("heading", name=heading[state])).to_be_visible()
    own = shown.locator(".consent")
    assert (own.get_attribute("lang"), own.get_attribute("dir")) == (
        "de" if language == "de" else "en",
        "ltr",
    )
    if state == "asked":
        expect(shown.get_by_role("radio")).to_have_count(6)
    if language == "ar" and state == "asked":
        line = shown.locator(".consent-text p")
        assert line.evaluate("e => getComputedStyle(e).direction") == "rtl"
    for width, height in ((360, 640), (1024, 768), (1920, 1080)):
        shown.set_viewport_size({"width": width, "height": height})
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert own.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert flaws(shown) == []


def test_it_leaves_no_trace_in_what_comes_after(asks, screen):
    screen.show(asked("given"))
    screen.show(seat("asking", questions=[SCALE]))
    expect(asks.get_by_role("radiogroup", name="How strongly?")).to_be_visible()
    expect(asks.locator(".consent")).to_be_hidden()
    assert asks.locator(".consent").inner_html() == ""


# With the real studio:


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", {"consent": "Your consent", "yes": "Yes", "no": "No", "done": "Done", "ready": "I am ready",
                "again": "Answer again", "sad": "Please look sad", "end": "Done. Thank you!"}),
        ("de", {"consent": "Ihre Einwilligung", "yes": "Ja", "no": "Nein", "done": "Fertig",
                "ready": "Ich bin bereit", "again": "Noch einmal antworten",
                "sad": "Bitte schauen Sie traurig", "end": "Fertig. Vielen Dank!"}),
    ],
)  # fmt: skip
def test_a_whole_run_from_consent_to_thanks(page, browser, studio, serve, lang, words):
    studio.simulate(1)
    wait_until(lambda: [d for d in studio.devices.all() if d["face"]])
    studio.devices.accept(1)
    url = serve(studio).url
    page.goto(f"{url}/sessions#prepare")
    page.get_by_label("Ask on the participant's screen").check()
    page.get_by_label("Language of the screen").select_option(lang)
    page.get_by_role("button", name="Prepare", exact=True).click()
    card = page.locator(".sitting")
    expect(card).to_contain_text("Asking for consent")
    expect(card.get_by_role("button", name=re.compile("^Begin"))).to_be_disabled()
    (sitting,) = studio.sittings.news.all()

    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 768})
    screen = context.new_page()
    screen.goto(f"{url}{sitting['screen']['path']}")
    expect(screen.get_by_role("heading", name=words["consent"])).to_be_visible()
    expect(screen.get_by_role("heading", name="Taking part in this study")).to_be_visible()
    assert flaws(screen) == []
    answer(screen, lang, words["yes"], words["no"], study=False, sharing=False, later_use=False)
    screen.get_by_role("button", name=words["done"]).tap()
    expect(card).to_contain_text("Consent declined")
    assert flaws(screen) == []
    screen.get_by_role("button", name=words["again"]).tap()
    expect(card).to_contain_text("Asking for consent")
    answer(screen, lang, words["yes"], words["no"], study=True, sharing=False, later_use=True)
    screen.get_by_role("button", name=words["done"]).tap()
    expect(card).to_contain_text("Consent given")
    screen.get_by_role("button", name=words["ready"]).tap()
    begin = page.get_by_role("button", name=re.compile("^Begin"))
    expect(begin).to_have_class(re.compile("primary"))  # it knows that they are ready
    begin.click()
    screen.get_by_role("button", name="Start", exact=True).tap()
    expect(screen.get_by_role("heading", name=words["sad"])).to_be_visible()
    screen.get_by_role("button", name="Start", exact=True).tap()
    expect(screen.get_by_role("heading", name=words["end"])).to_be_visible()
    context.close()

    study = studio.require_study()
    (info,) = wait_until(lambda: [s for s in study.sessions() if s.status == "complete"])
    (consent,) = study.consent_history(info.participant)
    assert (consent.version, consent.how, consent.purposes) == ("1", "own-screen", ("study", "later-use"))
