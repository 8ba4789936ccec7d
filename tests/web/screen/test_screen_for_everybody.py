"""Whether everybody can use the participant's screen: the rules of axe-core, names, and focus."""

from __future__ import annotations

import pytest
from axe_core import flaws
from fake_screen import CHOICE, SCALE, SLIDER, TEXT, seat
from playwright.sync_api import expect

STATES = {
    "preparing": [seat("preparing")],
    "start": [seat("waiting-for-start", message="Press Start")],
    "lost face": [seat("waiting-for-face", message="Your face is out of view")],
    "reminder": [seat("recording", message="Please hold the expression")],
    "paused": [seat("paused", message="Paused")],
    "done": [seat("done", message="Done. Thank you!")],
    "choice": [seat("asking", questions=[CHOICE, SCALE])],
    "scale": [seat("asking", questions=[SCALE])],
    "slider": [seat("asking", questions=[SLIDER])],
    "text": [seat("asking", questions=[TEXT])],
    "arabic": [
        seat("recording", language="ar", direction="rtl", prompt="انظر الآن بحزن", fixation_text="انظر")
    ],
    "two seats": [
        seat("waiting-for-start", name="a", label="Left"),
        seat("asking", name="b", label="Right", questions=[CHOICE]),
    ],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, stage, screen, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(stage.url)
    found = []
    for name, seats in STATES.items():
        screen.show(*seats)
        for one in seats:
            page.locator(
                f"[data-phase={one['view']['phase'] if one['view'] else 'x'}], .preparing"
            ).first.wait_for()
        page.wait_for_function("() => !document.querySelector('.start[disabled]')")
        found += [f"{name}: {flaw}" for flaw in flaws(page, (scheme,))]
    assert found == []


@pytest.mark.parametrize("name", STATES)
def test_every_control_has_a_name_and_shows_focus(shown, screen, name):
    screen.show(*STATES[name])
    shown.locator("[data-phase], .preparing").first.wait_for()
    expect(shown.locator("button, input, textarea").first).to_be_attached()
    shown.keyboard.press("Tab")
    seen = set()
    for _ in range(12):
        what = shown.evaluate(
            """() => { const e = document.activeElement; const at = e.closest(".option") ?? e;
            return [e.tagName, e.value ?? e.textContent, getComputedStyle(at).outlineStyle]; }"""
        )
        if what[0] == "BODY":
            break
        seen.add(tuple(what[:2]))
        assert what[2] == "solid", what
        shown.keyboard.press("Tab")
    assert seen
