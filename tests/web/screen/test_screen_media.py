"""Pictures and clips on the participant's screen, in Chromium that plays no sound before a press."""

from __future__ import annotations

from fake_screen import KEY, seat
from playwright.sync_api import expect
from web_world import wait_until

BASE = f"/api/screens/{KEY}/media"
CLIP = {"kind": "clip", "url": f"{BASE}/media/clip.webm", "description": "A grey square grows lighter"}
PICTURE = {"kind": "picture", "url": f"{BASE}/media/sad%20face.png", "description": "A sad face"}


def clip(page):
    return page.locator("video")


def test_a_picture_is_loaded_before_and_shown_with_the_recording(shown, screen):
    screen.show(seat("waiting-for-start", media=PICTURE))
    wait_until(lambda: shown.evaluate("document.querySelector('.media img').naturalWidth > 0"))
    picture = shown.get_by_role("img", name="A sad face")
    expect(picture).to_be_hidden()
    screen.show(seat("recording", media=PICTURE))
    expect(picture).to_be_visible()
    expect(shown.locator(".prompt")).to_be_visible()
    expect(shown.locator(".look")).to_be_visible()
    screen.show(seat("recording", trial=3))
    expect(picture).to_be_hidden()


def test_a_clip_plays_with_sound_after_a_press(shown, screen):
    screen.show(seat("waiting-for-start", media=CLIP))
    wait_until(lambda: clip(shown).evaluate("v => v.readyState >= 3"))
    assert clip(shown).evaluate("v => v.paused && v.currentTime === 0")
    screen.on_press = lambda name: screen.show(seat("recording", media=CLIP))
    shown.get_by_role("button", name="Start", exact=True).click()
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime > 0.3"))
    assert clip(shown).evaluate("v => [v.muted, v.playsInline, v.controls, v.ariaLabel]") == [
        False, True, False, "A grey square grows lighter",
    ]  # fmt: skip
    screen.show(seat("waiting-for-face", media=CLIP))
    assert clip(shown).evaluate("v => v.paused") is False  # it is short, the face is soon back
    screen.show(seat("paused", message="Paused"))  # the view has no media then
    wait_until(lambda: clip(shown).evaluate("v => v.paused"))
    at = clip(shown).evaluate("v => v.currentTime")
    screen.show(seat("recording", media=CLIP))
    wait_until(lambda: clip(shown).evaluate("v => v.ended"))
    assert at > 0.3
    screen.show(seat("recording", media=CLIP, progress=0.9))
    shown.wait_for_timeout(200)
    assert clip(shown).evaluate("v => v.ended")  # once


def test_without_a_press_it_plays_silently_and_offers_sound(page, stage, screen):
    page.add_init_script(
        "Object.defineProperty(navigator, 'userActivation', {})"
    )  # Playwright counts as a press
    screen.show(seat("recording", media=CLIP))
    page.goto(stage.url)
    wait_until(lambda: clip(page).evaluate("v => v.currentTime > 0"))
    assert clip(page).evaluate("v => v.muted")
    page.get_by_role("button", name="Sound on").click()
    wait_until(lambda: clip(page).evaluate("v => !v.muted"))
    expect(page.get_by_role("button", name="Sound on")).to_be_hidden()


def test_where_playing_is_refused_there_is_a_button(page, stage, screen):
    page.add_init_script(
        """const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () {
          return navigator.userActivation.hasBeenActive ? play.call(this)
            : Promise.reject(new DOMException("no", "NotAllowedError")); };"""
    )
    screen.show(seat("recording", media=CLIP))
    page.goto(stage.url)
    page.get_by_role("button", name="Play", exact=True).click()
    wait_until(lambda: clip(page).evaluate("v => v.currentTime > 0"))
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_hidden()
    assert clip(page).evaluate("v => v.muted") is False


def test_a_reload_goes_on_where_the_clip_was(shown, screen):
    screen.show(seat("recording", media=CLIP))
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime > 1"))
    shown.reload()
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime > 0"))
    assert clip(shown).evaluate("v => v.currentTime") > 0.7


def test_a_trial_done_again_shows_its_clip_from_the_start(shown, screen):
    screen.show(seat("recording", media=CLIP, progress=0.6))
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime > 1"))
    screen.show(seat("recording", media=CLIP, progress=0))
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime < 1 && !v.paused"))


def test_what_will_be_shown_is_fetched_before_and_needs_no_line(shown, stage, screen):
    with shown.expect_response("**/sad%20face.png"):  # the last one
        screen.show(seat("preparing"))
    screen.show(seat("waiting-for-start", media=CLIP))
    wait_until(lambda: clip(shown).evaluate("v => v.src.startsWith('blob:') && v.readyState >= 3"))
    stage.stop()
    shown.evaluate("document.querySelector('video').play()")
    wait_until(lambda: clip(shown).evaluate("v => v.currentTime > 0.3"))
