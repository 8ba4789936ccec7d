"""The page Devices: connecting phones, telling them apart, accepting them; and the page that phones open."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from axe_core import flaws
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted, page_of, too_small_to_touch, wider_than_its_window
from web_world import wait_until

CONNECTION: dict[str, Any] = {
    "addresses": ["192.168.1.7"],
    "port": 11111,
    "http": "http://192.168.1.7:8000",
    "secure": False,
    "refusals": [],
}
REFUSAL = {
    "sender": "192.168.1.20",
    "message": "Expected Live Link Face version 6, found what looks like MetaHuman Animator mode.",
    "hint": 'In the app\'s settings choose the mode "Live Link (ARKit)".',
    "count": 1234,
}


def phone(number: int = 1, **facts: Any) -> dict[str, Any]:
    return {
        "number": number,
        "study_number": None,
        "name": "iPhone",
        "app": "Live Link Face",
        "address": f"192.168.1.{19 + number}",
        "accepted": False,
        "simulated": False,
        "rate": 59.9,
        "frames": 990,
        "lost": 10,
        "duplicates": 0,
        "face": True,
        "silent": False,
        "silent_for": None,
        "battery": None,
        "blinked": None,
        "sitting": None,
        "hints": [],
    } | facts


@pytest.fixture
def lab() -> Iterator[Scripted]:
    """A study of real people with nothing sending yet."""
    with Scripted().running() as scripted:
        scripted.answers |= {
            "GET /api/study": {"open": True, "title": "Anxiety", "synthetic": False},
            "GET /api/connection": dict(CONNECTION),
        }
        yield scripted


def opened(lab: Scripted, page: Page, *devices: dict[str, Any]) -> Page:
    lab.tell("devices", list(devices))
    page.goto(f"{lab.address}/devices")
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    return page


def fast_clock(page: Page) -> None:
    """Let a test move the page's time on."""
    page.clock.install()


def test_address_and_port_are_shown_and_copied(lab: Scripted, browser: Browser) -> None:
    with page_of(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        opened(lab, page)
        assert page.locator(".big").all_inner_texts() == ["192.168.1.7", "11111"]
        page.get_by_role("button", name="Copy address 192.168.1.7").click()
        expect(page.get_by_text("192.168.1.7 is copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "192.168.1.7"


def test_copying_works_without_https_too(lab: Scripted, page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{lab.address}/static/phone.html#192.168.1.7:11111")
    assert "false" not in page.locator("main").inner_text()
    page.get_by_role("button", name="Copy address 192.168.1.7").click()
    expect(page.get_by_text("192.168.1.7 is copied.")).to_be_visible()
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    page.locator("main textarea").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("main textarea")).to_have_value("192.168.1.7")


def test_what_must_be_known_before_is_said_plainly(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    for said in (
        "not MetaHuman Animator",
        "each participant needs a second screen",
        "Several participants can share one.",
        "It records only after you have accepted it here.",
        "Live Link Face itself can't be set up by a code.",
        "Live Link Face knows no password and no encryption",
        "mimik record STUDY --source webcam",
    ):
        expect(page.locator("main")).to_contain_text(said)


def test_the_code_opens_a_page_that_tells_the_phone_what_to_type(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    source = page.get_by_role("img", name="QR code").get_attribute("src")
    assert source is not None
    assert source.endswith("http%3A%2F%2F192.168.1.7%3A8000%2Fstatic%2Fphone.html%23192.168.1.7%3A11111")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{lab.address}/static/phone.html#192.168.1.7,10.0.0.3:11111")
    assert page.locator(".big").all_inner_texts() == ["192.168.1.7", "10.0.0.3", "11111"]
    assert "false" not in page.locator("main").inner_text()
    assert not wider_than_its_window(page)
    assert flaws(page) == []


@pytest.mark.parametrize("hash", ["", "#evil", "#1.2.3.4:99999", "#1.2.3.4:80<b>", "#javascript:1"])
def test_a_phone_that_reads_another_link_is_told_nothing_wrong(lab: Scripted, page: Page, hash: str) -> None:
    page.goto(f"{lab.address}/static/phone.html{hash}")
    expect(page.get_by_text("Expected a link with the computer's address, found none.")).to_be_visible()
    assert page.locator(".big").count() == 0


def test_without_pages_for_others_the_code_holds_the_address_alone(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/connection"]["http"] = None
    opened(lab, page)
    expect(page.get_by_role("img", name="QR code")).to_have_attribute("src", "/api/qr?text=192.168.1.7")
    expect(page.get_by_text("Only this computer can open these pages now.")).to_be_visible()


def test_a_computer_in_no_network_says_so(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/connection"]["addresses"] = []
    opened(lab, page)
    expect(page.get_by_text("This computer is in no network now.")).to_be_visible()
    expect(page.locator(".qr")).to_be_hidden()
    page.locator("#troubles > summary").click()
    expect(page.locator(".causes > li").first).to_contain_text("Phone and computer are in different networks")
    expect(page.locator(".causes > li").first).to_contain_text("found")
    assert flaws(page) == []


def test_an_address_that_changes_is_warned_of_until_it_is_dealt_with(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page)
    expect(page.locator(".big").first).to_have_text("192.168.1.7")
    lab.answers["GET /api/connection"] = CONNECTION | {"addresses": ["192.168.1.42"]}
    page.clock.run_for(5000)
    warning = page.locator(".changed")
    expect(warning).to_contain_text("phones still send to the old one (192.168.1.7)")
    expect(warning).to_contain_text("Type the new one into each phone: 192.168.1.42.")
    expect(page.locator(".big").first).to_have_text("192.168.1.42")
    assert flaws(page) == []
    page.reload()  # does not make it forgotten
    expect(warning).to_contain_text("192.168.1.7")
    page.get_by_role("button", name="The phones know the new one").click()
    expect(warning).to_be_empty()
    page.reload()
    expect(page.locator(".big").first).to_have_text("192.168.1.42")
    expect(warning).to_be_empty()


def test_another_network_that_only_comes_along_is_no_change(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page)
    lab.answers["GET /api/connection"] = CONNECTION | {"addresses": ["192.168.1.7", "10.0.0.3"]}
    page.clock.run_for(5000)
    expect(page.get_by_text("This computer is in several networks")).to_be_visible()
    expect(page.locator(".changed")).to_be_empty()


def test_after_ten_seconds_of_nothing_the_list_of_causes_opens(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page)
    expect(page.get_by_role("heading", name="No phone sends yet")).to_be_visible()
    troubles = page.locator("#troubles")
    page.clock.run_for(8000)
    expect(troubles).not_to_have_attribute("open", "")
    page.clock.run_for(3000)
    expect(troubles).to_have_attribute("open", "")
    expect(troubles).to_contain_text("Nothing has arrived for 10 seconds.")
    assert page.locator(".causes > li > details > summary").all_inner_texts() == [
        "The app is in another mode, or is another app",
        "This computer's address has changed",
        "Phone and computer are in different networks",
        "iOS does not let the app use the local network",
        "The address or port in the app is another one",
        "The app is not in the foreground",
        "The phone locks itself",
        "The Wi-Fi keeps devices apart",
        "A firewall keeps out UDP port 11111",
        "A VPN leads the frames elsewhere",
    ]
    page.get_by_text("A firewall keeps out UDP port 11111").click()
    expect(troubles).to_contain_text("sudo ufw allow 11111/udp")
    assert flaws(page) == []


def test_causes_that_were_opened_stay_open_when_the_list_changes(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page)
    page.locator("#troubles > summary").click()
    page.get_by_text("The phone locks itself").click()
    lab.answers["GET /api/connection"] = CONNECTION | {"refusals": [REFUSAL]}
    page.clock.run_for(5000)
    expect(page.locator(".causes > li").first).to_contain_text("found")
    expect(page.get_by_text("Set Auto-Lock to “Never”")).to_be_visible()


def test_refused_packets_are_told_with_what_to_do(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/connection"]["refusals"] = [REFUSAL]
    opened(lab, page)
    part = page.get_by_role("region", name="Something arrives, but can't be read")
    expect(part).to_contain_text(
        "From 192.168.1.20: Expected Live Link Face version 6, found what looks like MetaHuman"
    )
    expect(part).to_contain_text("(1,234 times)")
    expect(part).to_contain_text('choose the mode "Live Link (ARKit)"')
    assert flaws(page) == []


def test_a_phone_appears_by_itself_and_is_announced_once(lab: Scripted, page: Page) -> None:
    opened(lab, page)
    expect(page.get_by_role("heading", name="No phone sends yet")).to_be_visible()
    lab.tell("devices", [phone()])
    card = page.get_by_role("article", name="iPhone")
    expect(card).to_contain_text("Device 1 · 192.168.1.20")
    expect(card.locator("dd")).to_have_text(["60", "1.0 % (10 of 1,000)", "in view", "not told by this app"])
    expect(card).to_contain_text("not accepted yet")
    expect(page.get_by_role("status").filter(has_text="Device 1 sends.")).to_have_count(1)
    lab.tell("devices", [phone(frames=1080, face=False)])
    expect(card.locator("dd").nth(2)).to_have_text("none in view")
    expect(page.get_by_role("status").filter(has_text="Device 1 sends.")).to_have_count(1)
    assert flaws(page) == []


def test_a_phone_is_accepted_and_the_acceptance_withdrawn(lab: Scripted, page: Page) -> None:
    def accept(_: Any) -> tuple[int, Any]:
        lab.tell_later("devices", [phone(accepted=True, study_number=3)])
        return 200, phone(accepted=True, study_number=3)

    def withdraw(_: Any) -> tuple[int, Any]:
        lab.tell_later("devices", [phone()])
        return 200, phone()

    lab.answers |= {"POST /api/devices/1/accept": accept, "DELETE /api/devices/1/accept": withdraw}
    opened(lab, page, phone())
    expect(page.get_by_text("A phone records only after you have accepted it.")).to_be_visible()
    page.get_by_role("button", name="Accept: iPhone").click()
    expect(page.get_by_role("article")).to_contain_text("phone 3 of the study")
    expect(page.get_by_text("1 phone may record.")).to_be_visible()
    expect(page.get_by_role("article").get_by_role("link", name="Record")).to_have_attribute(
        "href", "/sessions#device=1"
    )
    page.get_by_role("button", name="Withdraw acceptance: iPhone").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Accept: iPhone")).to_be_visible()
    assert [what for what, _ in lab.calls] == ["POST /api/devices/1/accept", "DELETE /api/devices/1/accept"]


def test_a_refused_acceptance_is_told(lab: Scripted, page: Page) -> None:
    lab.answers["POST /api/devices/1/accept"] = lambda _: (
        409,
        {"error": "The disk is full.", "hint": "Make room."},
    )
    opened(lab, page, phone())
    page.get_by_role("button", name="Accept: iPhone").click()
    expect(page.get_by_role("alert").filter(has_text="The disk is full.")).to_contain_text("Make room.")


def test_a_phone_in_a_session_leads_there(lab: Scripted, page: Page) -> None:
    opened(lab, page, phone(accepted=True, study_number=1, sitting="a1"))
    card = page.get_by_role("article")
    expect(card.get_by_role("link", name="To the session")).to_have_attribute("href", "/sessions")
    expect(card.get_by_role("button", name="Withdraw")).to_be_hidden()


def test_a_silent_phone_says_since_when_and_what_to_do(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page, phone())
    expect(page.get_by_role("article")).to_contain_text("sends")
    lab.tell("devices", [phone(silent=True, silent_for=12.4, face=False)])
    card = page.get_by_role("article")
    expect(card).to_contain_text("silent for 12 s")
    expect(card).to_contain_text("is the app in front, the phone awake")
    page.clock.run_for(2000)
    expect(page.get_by_role("status").filter(has_text="Device 1 has fallen silent.")).to_have_count(1)
    page.clock.run_for(10_000)
    expect(page.locator("#troubles")).to_contain_text("No phone sends any more.")
    assert flaws(page) == []
    lab.tell("devices", [phone()])
    page.clock.run_for(2000)
    expect(page.get_by_role("status").filter(has_text="Device 1 sends again.")).to_have_count(1)
    expect(page.locator("#troubles")).not_to_contain_text("No phone sends any more.")


def test_what_would_spoil_a_recording_is_on_the_card(lab: Scripted, page: Page) -> None:
    hints = [
        {"code": "turned", "severity": "warn", "text": "The head is turned aside by 30 degrees."},
        {"code": "neutral", "severity": "warn", "text": "A neutral face looks otherwise."},
    ]
    opened(lab, page, phone(hints=hints))
    expect(page.get_by_role("article")).to_contain_text("turned aside by 30 degrees")
    expect(page.get_by_role("article")).not_to_contain_text("A neutral face")  # nobody was asked for one here


def blinks(lab: Scripted, phones: list[dict[str, Any]], number: int, since: float | None) -> None:
    lab.tell("devices", [p | ({"blinked": since} if p["number"] == number else {}) for p in phones])


def test_of_ten_phones_of_one_name_the_one_that_sees_blinks_stands_out(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    ten = [phone(n, blinked=500.0) for n in range(1, 11)]
    opened(lab, page, *ten)
    expect(page.get_by_role("article", name="iPhone")).to_have_count(10)
    page.get_by_role("button", name="Blink now").click()
    expect(page.get_by_text("let one person close both eyes three times, slowly")).to_be_visible()
    for _ in range(3):  # eyes shut for half a second, then open for one
        for since in (0.0, 0.0, 0.5):
            page.clock.run_for(500)
            blinks(lab, ten, 7, since)
            page.wait_for_function("() => true")
            expect(page.locator("#device-7")).to_be_attached()
    expect(page.locator(".device.blinked")).to_have_count(1)
    seventh = page.locator(".device").filter(has=page.locator("#device-7"))
    expect(seventh).to_have_class("card device blinked most")
    expect(seventh).to_contain_text("3 blinks")
    assert flaws(page) == []
    page.clock.run_for(10_000)
    expect(page.get_by_text("Device 7 saw 3 blinks, more than any other.")).to_be_visible()
    page.clock.run_for(31_000)
    lab.tell("devices", ten)
    expect(page.locator(".device.blinked")).to_have_count(0)


def test_nobody_blinked(lab: Scripted, page: Page) -> None:
    fast_clock(page)
    opened(lab, page, phone())
    page.get_by_role("button", name="Blink now").click()
    page.clock.run_for(11_000)
    expect(page.get_by_text("No phone saw both eyes close.")).to_be_visible()


def test_a_label_tells_phones_apart_and_stays_in_the_tab(lab: Scripted, page: Page) -> None:
    opened(lab, page, phone(1), phone(2))
    page.get_by_role("button", name="Label: iPhone, device 2").click()
    page.get_by_label("Label (empty: none)").fill("left chair")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="left chair")).to_contain_text("Device 2 · named iPhone")
    page.reload()
    expect(page.get_by_role("article", name="left chair")).to_be_visible()
    assert lab.calls == []
    assert page.evaluate("localStorage.length") == 0


def test_only_faces_in_sight_are_watched(lab: Scripted, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 700})
    opened(lab, page, *(phone(n) for n in range(1, 11)))
    page.locator("#device-1").scroll_into_view_if_needed()
    wait_until(lambda: "face:1" in watched(lab) and "face:10" not in watched(lab))
    page.locator("#device-10").scroll_into_view_if_needed()
    wait_until(lambda: "face:10" in watched(lab) and "face:1" not in watched(lab))
    head = [0.0, 0.1, 0.0]
    lab.tell(
        "face:10",
        {"device": 10, "tracked": True, "coefficients": [0.5] * 52, "head": head, "rate": 60, "gap": False},
    )
    drawing = page.locator(".device").filter(has=page.locator("#device-10")).locator(".face svg")
    expect(drawing).not_to_have_class("no-face")
    lab.tell(
        "face:10",
        {"device": 10, "tracked": False, "coefficients": None, "head": None, "rate": 60, "gap": False},
    )
    expect(drawing).to_have_class("draw-face no-face")


def watched(lab: Scripted) -> set[str]:
    return set().union(*lab.watched.values())


def test_simulated_phones_are_only_for_synthetic_studies(lab: Scripted, page: Page) -> None:
    opened(lab, page, phone())
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_role("button", name="Add simulated phones")).to_have_count(0)


def test_simulated_phones_come_and_go(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/study"] = {"open": True, "title": "Rehearsal", "synthetic": True}
    lab.answers["POST /api/devices/simulated"] = []
    lab.answers["DELETE /api/devices/simulated"] = lambda _: (204, None)
    opened(lab, page)
    page.get_by_role("button", name="Add a simulated phone", exact=True).click()
    lab.tell("devices", [phone(simulated=True, name="Simulated 1")])
    expect(page.get_by_role("article", name="Simulated 1")).to_contain_text("simulated")
    page.get_by_label("How many simulated phones").select_option("5")
    page.get_by_role("button", name="Add simulated phones").click()
    page.get_by_role("button", name="Remove all simulated phones").click()
    wait_until(lambda: len(lab.calls) == 3)
    assert lab.calls == [
        ("POST /api/devices/simulated", {"count": 1}),
        ("POST /api/devices/simulated", {"count": 5}),
        ("DELETE /api/devices/simulated", None),
    ]
    lab.tell("devices", [])
    expect(page.get_by_role("heading", name="No phone sends")).to_be_visible()
    assert flaws(page) == []


def test_without_a_study_no_phone_can_be_accepted(lab: Scripted, page: Page) -> None:
    lab.answers["GET /api/study"] = {"open": False, "folder": "/data/new"}
    opened(lab, page, phone())
    expect(page.get_by_role("link", name="Make the study first")).to_have_attribute("href", "/")
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    assert flaws(page) == []


def test_a_studio_that_does_not_answer_is_an_error_with_a_way_out(lab: Scripted, page: Page) -> None:
    study = lab.answers.pop("GET /api/study")
    page.goto(f"{lab.address}/devices")
    expect(page.get_by_role("heading", name="Nothing at GET /api/study.")).to_be_visible()
    assert flaws(page) == []
    lab.answers["GET /api/study"] = study
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".big").first).to_have_text("192.168.1.7")


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_ten_phones_have_no_flaw_and_fit(lab: Scripted, browser: Browser, width: int) -> None:
    ten = [
        phone(n, name="iPhone of somebody with a long name", accepted=n % 2 == 0, study_number=n, lost=n * 40)
        for n in range(1, 11)
    ]
    with page_of(browser, viewport={"width": width, "height": 800}) as page:
        opened(lab, page, *ten)
        expect(page.get_by_role("article")).to_have_count(10)
        expect(page.get_by_role("heading", name="Phones that send (10)")).to_be_visible()
        page.locator(".connect > summary").click()
        page.locator("#troubles > summary").click()
        assert not wider_than_its_window(page)
        assert too_small_to_touch(page) == []
        assert flaws(page) == []


def test_everything_can_be_reached_and_pressed_with_the_keyboard(lab: Scripted, page: Page) -> None:
    lab.answers["POST /api/devices/1/accept"] = phone(accepted=True)
    opened(lab, page, phone())
    accept = page.get_by_role("button", name="Accept: iPhone")
    expect(accept).to_be_visible()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
        if reached[-1].startswith("Accept"):
            break
    assert any(name.startswith("Connect a phone") for name in reached)
    assert "Blink now" in reached
    page.keyboard.press("Enter")
    wait_until(lambda: lab.calls == [("POST /api/devices/1/accept", {})])
    expect(accept).to_be_focused()


# With the real application:


def test_simulated_phones_send_are_accepted_and_leave(studio: Any, serve: Any, page: Page) -> None:
    page.goto(f"{serve(studio).url}/devices")
    page.get_by_role("button", name="Add a simulated phone", exact=True).click()
    card = page.get_by_role("article", name="Simulated 1")
    expect(card.locator("dd").first).to_have_text("60")
    expect(card.locator(".face svg")).to_have_class("draw-face")
    page.get_by_role("button", name="Accept: Simulated 1").click()
    expect(card).to_contain_text("phone 1 of the study")
    assert studio.devices.one(1)["accepted"]
    page.get_by_role("button", name="Withdraw acceptance: Simulated 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(card).to_contain_text("not accepted yet")
    page.get_by_role("button", name="Remove all simulated phones").click()
    expect(card).to_contain_text("Nothing arrives from it")
    assert flaws(page) == []


def test_a_blink_is_seen(studio: Any, serve: Any, page: Page) -> None:
    studio.simulate(2)
    page.goto(f"{serve(studio).url}/devices")
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="Blink now").click()
    expect(page.locator(".device.blinked").first).to_be_visible()  # simulated people blink by themselves
    expect(page.locator(".device.blinked .badge.info").first).to_contain_text("blink")


def test_a_phone_in_another_mode_is_told_of(make_studio: Any, serve: Any, page: Page) -> None:
    studio = make_studio(synthetic=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone_of_another_mode:
        phone_of_another_mode.sendto(b"\x00\x01metahuman", ("127.0.0.1", studio.phone_port))
        page.goto(f"{serve(studio).url}/devices")
        part = page.get_by_role("region", name="Something arrives, but can't be read")
        expect(part).to_contain_text("From 127.0.0.1")
        expect(part).to_contain_text("MetaHuman Animator mode")
    expect(page.locator(".big").last).to_have_text(str(studio.phone_port))
    expect(page.get_by_role("img", name="QR code")).to_have_js_property("complete", True)
    assert page.get_by_role("img", name="QR code").evaluate("image => image.naturalWidth") > 0
    assert flaws(page) == []
