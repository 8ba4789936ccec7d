"""A session on the participant's screen with the real studio behind it, a simulated phone, and its study."""

from __future__ import annotations

import base64

import pytest
from fake_screen import PIXEL
from playwright.sync_api import expect
from web_world import QUICK, wait_until

from mimik.protocol import parse_protocol
from mimik.study.study import Study

ASKING = """
[trials.media]
kind = "picture"
file = "media/one.png"
description = { en = "One grey dot", de = "Ein grauer Punkt" }
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strongly?", de = "Wie stark?" }
minimum = 1
maximum = 7
[[trials.questions]]
id = "words"
kind = "text"
text = { en = "Anything else?", de = "Sonst noch etwas?" }
"""


@pytest.fixture
def running(make_studio, serve, tmp_path):
    """A studio whose simulated phone is accepted, and its address."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "one.png").write_bytes(base64.b64decode(PIXEL))
    text = QUICK.replace("min_frames = 30", "min_frames = 90") + ASKING
    protocol = parse_protocol(text, where="asking")
    Study.create(tmp_path / "study", title="Asking", protocol=protocol, synthetic=True, media=tmp_path)
    studio = make_studio(folder=tmp_path / "study")
    studio.simulate(1)
    wait_until(lambda: studio.devices.all())
    studio.devices.accept(1)
    return studio, serve(studio).url


def test_a_whole_session_on_its_screen(page, running):
    studio, url = running
    sitting = studio.sittings.prepare(device=1, consent=True, language="de")
    page.goto(f"{url}/screen/{sitting.screen.key}")
    page.get_by_role("button", name="Ich bin bereit").click()
    wait_until(lambda: sitting.screen.ready and sitting.screen.connected == 1)
    studio.sittings.begin(sitting.id)
    expect(page.locator(".prompt")).to_have_text("Bitte schauen Sie gluecklich")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()
    page.reload()  # in the middle of the first trial
    expect(page.locator(".prompt")).to_have_text("Bitte schauen Sie traurig")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Ein grauer Punkt")).to_be_visible()
    expect(page.get_by_role("heading", name="Wie stark?")).to_be_visible()
    page.keyboard.press("6")
    page.reload()  # in the middle of an answer
    expect(page.get_by_role("radio", name="6")).to_be_checked()
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Überspringen").click()
    expect(page.get_by_role("heading", name="Fertig. Vielen Dank!")).to_be_visible()
    (info,) = wait_until(lambda: [s for s in studio.study.sessions() if s.status == "complete"])
    assert [(t.expression, t.answers) for t in info.trials] == [("happy", {}), ("sad", {"strength": "6"})]
    assert info.frames >= 180
    wait_until(lambda: sitting.stage == "ended")
    studio.sittings.remove(sitting.id)
    expect(page.get_by_text("Dieser Link gilt nicht mehr.")).to_be_visible()
