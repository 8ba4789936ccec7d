"""Bars, pose, probabilities and ribbon: right numbers, honest about what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES, INDEX

NONE = "\u2013"  # a dash instead of a number


def bar(drawing, name: str):
    return drawing.page.locator(f".draw-bar[title^='{name}']")


def filled(drawing, name: str) -> float:
    fill, track = (
        bar(drawing, name).locator(f".draw-bar-{part}").bounding_box() for part in ("fill", "track")
    )
    return fill["width"] / track["width"]


def test_every_coefficient_has_a_bar_of_its_length_and_its_number(drawing):
    drawing.make("bars", "Bars")
    values = np.random.default_rng(7).random(52).round(3)
    drawing.show(values.tolist())

    assert drawing.page.locator(".draw-bar").count() == 52
    for name in ("browInnerUp", "eyeBlinkLeft", "mouthSmileRight", "tongueOut"):
        assert filled(drawing, name) == pytest.approx(values[INDEX[name]], abs=0.02)
        number = bar(drawing, name).locator(".draw-bar-number").text_content()
        assert float(number) == pytest.approx(values[INDEX[name]], abs=0.006)


def test_both_sides_of_a_pair_are_on_one_row_the_persons_left_on_the_left(drawing):
    drawing.make("bars", "Bars")
    drawing.show([0.5] * 52)
    for stem in ("mouthSmile", "eyeBlink", "jaw"):
        left, right = (bar(drawing, f"{stem}{side}").bounding_box() for side in ("Left", "Right"))
        assert left["y"] == right["y"]
        assert left["x"] < right["x"]


def test_a_bar_that_was_not_delivered_says_so_and_is_no_0(drawing):
    drawing.make("bars", "Bars")
    values = [0.0] * 52
    values[INDEX["cheekPuff"]] = None
    drawing.show(values)

    assert bar(drawing, "cheekPuff").get_attribute("title") == "cheekPuff: not delivered"
    assert bar(drawing, "cheekPuff").locator(".draw-bar-number").text_content() == "n/a"
    assert bar(drawing, "jawOpen").locator(".draw-bar-number").text_content() == "0.00"


def test_without_a_face_there_are_no_numbers(drawing):
    drawing.make("bars", "Bars")
    drawing.show(None)

    assert drawing.page.locator(".draw-notice").text_content() == "No face: nothing to show"
    assert drawing.page.locator(".draw-bar-number").all_text_contents() == [""] * 52


def test_bars_can_be_picked_with_the_keyboard(drawing):
    drawing.make("bars", "Bars", "{onPick: name => { globalThis.picked = name; drawn.pick([name]); }}")
    drawing.show([0.1] * 52)
    drawing.page.get_by_role("button", name="Mouth smile, left").press("Enter")

    assert drawing.page.evaluate("picked") == "mouthSmileLeft"
    assert bar(drawing, "mouthSmileLeft").get_attribute("aria-pressed") == "true"
    assert drawing.page.locator("button[aria-pressed=true]").count() == 1


def test_every_channel_has_words_of_its_own(drawing):
    words = drawing.page.evaluate(
        'async () => { const m = await import("/static/js/draw/channels.js"); return m.NAMES.map(m.words); }'
    )

    assert len(set(words)) == 52
    assert words[BLEND_SHAPES.index("browOuterUpRight")] == "Brow outer up, right"


def test_a_pose_is_told_in_degrees(drawing):
    drawing.make("pose", "Pose")
    drawing.show({"yaw": 0.5, "pitch": -0.25, "roll": None})
    assert drawing.page.locator("dd").all_text_contents() == ["29°", "\u221214°", "not delivered"]
    drawing.show(None)
    assert drawing.page.locator("dd").all_text_contents() == [NONE] * 3


def test_probabilities_have_lengths_numbers_and_a_best_one(drawing):
    drawing.make("probabilities", "Probabilities", '["happy", "sad"]')
    drawing.show({"happy": 0.25, "sad": 0.75})
    fills = drawing.page.locator(".draw-bar-fill")
    tracks = drawing.page.locator(".draw-bar-track")

    assert drawing.page.locator(".draw-number").all_text_contents() == ["25 %", "75 %"]
    assert drawing.page.locator(".best .draw-label").text_content() == "sad"
    for i, share in enumerate([0.25, 0.75]):
        shown = fills.nth(i).bounding_box()["width"] / tracks.nth(i).bounding_box()["width"]
        assert shown == pytest.approx(share, abs=0.01)
    drawing.show(None)
    assert drawing.page.locator(".draw-number").all_text_contents() == [NONE] * 2
    assert drawing.page.locator(".best").count() == 0


PIXEL = """([share, y]) => {
    const canvas = document.querySelector("canvas");
    const ratio = canvas.width / canvas.clientWidth;
    const [x, down] = [Math.round(share * canvas.width), Math.round(y * ratio)];
    return [...canvas.getContext("2d").getImageData(x, down, 1, 1).data];
}"""
HAPPY, SAD = [59, 125, 216, 255], [217, 118, 43, 255]  # --c0 and --c1


def ribbon(drawing) -> None:
    """30 s happy, 10 s without a face, 20 s rather sad, of 60."""
    drawing.make("ribbon", "Ribbon", '{seconds: 60, labels: ["happy", "sad"]}')
    drawing.page.evaluate("""async () => {
        for (let i = 0; i <= 1200; i++) {
            const t = i / 20;
            if (t < 30) drawn.push(t, {happy: 1, sad: 0}, "happy");
            else if (t < 40) drawn.push(t, null, null);
            else drawn.push(t, {happy: 0.25, sad: 0.75}, "sad");
        }
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }""")


def test_the_ribbon_stacks_probabilities_and_leaves_room_where_no_face_was(drawing):
    ribbon(drawing)

    assert drawing.page.evaluate(PIXEL, [0.25, 40]) == HAPPY
    assert drawing.page.evaluate(PIXEL, [0.85, 85]) == HAPPY  # the lower quarter
    assert drawing.page.evaluate(PIXEL, [0.85, 40]) == SAD
    assert drawing.page.evaluate(PIXEL, [0.58, 40]) not in (HAPPY, SAD)


def test_the_ribbon_is_told_in_words_too(drawing):
    drawing.page.clock.install()
    ribbon(drawing)
    drawing.page.clock.run_for(2000)
    label = drawing.page.locator("canvas").get_attribute("aria-label")

    assert label == "Now: sad. Of the last 60 seconds: happy 50 %, sad 33 %."
    assert drawing.page.locator(".draw-legend li").all_text_contents() == [
        "happy",
        "sad",
        "no face, or unsure",
    ]


def test_a_ribbon_keeps_only_what_it_shows(drawing):
    ribbon(drawing)
    drawing.page.evaluate("drawn.push(500, {happy: 0, sad: 1}, 'sad')")
    drawing.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    assert drawing.page.evaluate(PIXEL, [0.5, 40]) not in (HAPPY, SAD)
