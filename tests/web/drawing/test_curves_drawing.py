"""Curves: nothing is lost when many frames share a pixel, and every way to zoom leads to the same view."""

from __future__ import annotations

import numpy as np
import pytest

MAKE = """async ([seconds, rate, many]) => {
    const { Curves } = await import("/static/js/draw/curves.js");
    const x = Float64Array.from({length: seconds * rate}, (_, i) => i / rate);
    const series = Array.from({length: many}, (_, k) => ({
        name: `channel ${k}`, y: Float32Array.from(x, t => 0.4 + 0.2 * Math.sin(t + k)),
    }));
    globalThis.heard = [];
    globalThis.drawn = new Curves(document.getElementById("place"), {
        label: "Coefficients", empty: "No channel is picked", onCursor: time => heard.push(time),
    });
    globalThis.shown = {x, series, spans: [
        {from: 2, to: 20, label: "happy", kind: "trial"}, {from: 25, to: 40, label: "sad", kind: "excluded"},
    ], gaps: [{from: 21, to: 24}]};
    drawn.show(shown);
}"""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def curves(drawing):
    drawing.page.evaluate(MAKE, [60, 60, 2])
    drawing.page.evaluate(DRAWN)
    return drawing


def view(drawing) -> tuple[float, float]:
    found = drawing.page.evaluate("drawn.view")
    return found["from"], found["to"]


def place_of(drawing, time: float) -> tuple[float, float]:
    """Where on the page a time is, while everything is in view."""
    box = drawing.page.locator("canvas").first.bounding_box()
    share = time / (60 - 1 / 60)
    return box["x"] + 46 + share * (box["width"] - 56), box["y"] + 150


def drag(drawing, start: tuple[float, float], to: float) -> None:
    mouse, (x, y) = drawing.page.mouse, start
    mouse.move(x, y)
    mouse.down()
    mouse.move((x + to) / 2, y)
    mouse.move(to, y)
    mouse.up()


def test_all_is_in_view_at_first_and_buttons_zoom_pan_and_go_back(curves):
    whole = view(curves)
    assert whole == pytest.approx((0, 60), abs=0.05)
    curves.page.get_by_role("button", name="Zoom in").click()
    assert view(curves) == pytest.approx((10, 50), abs=0.05)
    curves.page.get_by_role("button", name="Later").click()
    assert view(curves)[1] == pytest.approx(60, abs=0.05)
    curves.page.get_by_role("button", name="Earlier").click()
    assert view(curves)[0] == pytest.approx(0, abs=0.05)
    curves.page.get_by_role("button", name="Zoom out").click()
    curves.page.get_by_role("button", name="Show all").click()
    assert view(curves) == whole


def test_keys_do_what_the_buttons_do(curves):
    whole = view(curves)
    canvas = curves.page.locator("canvas").first
    canvas.press("+")
    assert view(curves) == pytest.approx((10, 50), abs=0.05)
    canvas.press("ArrowRight")
    assert view(curves) == pytest.approx((18, 58), abs=0.05)
    canvas.press("-")
    canvas.press("Home")
    assert view(curves) == whole


def test_a_wheel_scrolls_the_page_until_the_curves_have_the_focus(curves):
    whole = view(curves)
    x, y = place_of(curves, 15)
    curves.page.mouse.move(x, y)
    curves.page.mouse.wheel(0, -60)
    curves.page.evaluate(DRAWN)
    assert view(curves) == whole
    curves.page.locator("canvas").first.focus()
    curves.page.mouse.wheel(0, -60)
    curves.has("drawn.view.to - drawn.view.from < 50")
    start, end = view(curves)
    assert (15 - start) / (end - start) == pytest.approx(0.25, abs=0.01), (
        "the time under the mouse stays there"
    )


def test_a_drag_picks_a_stretch_and_then_pans(curves):
    drag(curves, place_of(curves, 30), place_of(curves, 40)[0])
    assert view(curves) == pytest.approx((30, 40), abs=0.2)
    box = curves.page.locator("canvas").first.bounding_box()
    drag(curves, (box["x"] + 200, box["y"] + 100), box["x"] + 200 + (box["width"] - 56) / 2)
    assert view(curves) == pytest.approx((25, 35), abs=0.2)


def test_two_fingers_zoom(curves):
    curves.page.evaluate("""() => {
        const canvas = document.querySelector("canvas");
        canvas.setPointerCapture = () => {};
        const { left, top } = canvas.getBoundingClientRect();
        const finger = (type, pointerId, x) => canvas.dispatchEvent(new PointerEvent(type, {
            pointerId, pointerType: "touch", clientX: left + x, clientY: top + 100, bubbles: true,
        }));
        finger("pointerdown", 1, 300); finger("pointerdown", 2, 400);
        finger("pointermove", 1, 250); finger("pointermove", 2, 450);
        finger("pointerup", 1, 250); finger("pointerup", 2, 450);
    }""")
    start, end = view(curves)

    assert end - start == pytest.approx(30, abs=0.5)
    assert curves.page.evaluate("heard") == []


def test_a_click_puts_the_cursor_there_and_the_legend_tells_the_values(curves):
    x, y = place_of(curves, 10)
    curves.page.mouse.click(x, y)
    time = curves.page.evaluate("heard")[0]

    assert time == pytest.approx(10, abs=0.1)
    numbers = [float(t) for t in curves.page.locator(".draw-legend .draw-number").all_text_contents()]
    assert numbers == pytest.approx([0.4 + 0.2 * np.sin(time), 0.4 + 0.2 * np.sin(time + 1)], abs=0.02)
    assert curves.page.locator(".draw-time").text_content().startswith("at 10.0")
    assert "channel 0" in curves.page.locator(".draw-legend li").first.text_content()


def test_no_curve_has_the_colour_and_dashes_of_another(drawing):
    looks = drawing.page.evaluate("""async () => {
        const { lookOf } = await import("/static/js/draw/curves/paint.js");
        const categories = ["a", "b", "c", "d", "e", "f", "g", "h"];
        return Array.from({length: 52}, (_, i) => JSON.stringify(lookOf(i, null, {categories})));
    }""")

    assert len(set(looks)) == 52


def test_a_view_that_follows_the_cursor_keeps_its_width(curves):
    curves.page.evaluate("drawn.look(0, 10); drawn.cursor(30, {follow: true})")

    assert view(curves) == pytest.approx((29, 39))


CUT = """async ([x, y, scale]) => {
    const { columns } = await import("/static/js/draw/curves/lines.js");
    const nan = y.map(v => v === null ? NaN : v);
    return columns(x, nan, {from: 0, to: x.at(-1), longest: 0.5, across: v => v * scale});
}"""


def test_peaks_of_a_single_frame_survive_when_many_share_a_pixel(drawing):
    y = np.random.default_rng(5).uniform(0.2, 0.3, 36_000)
    y[[777, 20_000]] = [0.9, 0.05]
    x = np.arange(36_000) / 60
    (line,) = drawing.page.evaluate(CUT, [x.tolist(), y.tolist(), 1.0])

    assert [point["at"] for point in line] == list(range(601))
    for point in line:
        here = y[np.floor(x + 0.5).astype(int) == point["at"]]
        assert point["least"] == pytest.approx(here.min())
        assert point["largest"] == pytest.approx(here.max())
        assert point["mean"] == pytest.approx(here.mean())


def test_lines_break_where_a_value_or_a_second_is_missing(drawing):
    x = np.r_[np.arange(60) / 60, 5 + np.arange(60) / 60]
    y = [0.5] * 30 + [None] * 5 + [0.5] * 85
    lines = drawing.page.evaluate(CUT, [x.tolist(), y, 600.0])
    ends = [(line[0]["at"] / 600, line[-1]["at"] / 600) for line in lines]

    assert ends == [pytest.approx(e) for e in [(0, 29 / 60), (35 / 60, 59 / 60), (5, 5 + 59 / 60)]]


@pytest.mark.parametrize(
    ("stretch", "texts"),
    [
        ((0, 60), ["0", "10", "20", "30", "40", "50", "60"]),
        ((0.2, 1.1), ["0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((0, 600), ["0:00", "2:00", "4:00", "6:00", "8:00", "10:00"]),
        ((3590, 3725), ["1:00:00", "1:00:30", "1:01:00", "1:01:30", "1:02:00"]),
    ],
)
def test_times_are_written_at_round_steps(drawing, stretch, texts):
    found = drawing.page.evaluate(
        """async ([from, to]) => {
            const { timeTicks, timeText } = await import("/static/js/draw/curves/ticks.js");
            const { step, at } = timeTicks(from, to, 7);
            return at.map(time => timeText(time, step, to));
        }""",
        list(stretch),
    )

    assert found == texts


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((0, 1.05), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((0, 0.14), ["0.000", "0.025", "0.050", "0.075", "0.100", "0.125"]),
    ],
)
def test_values_are_written_with_the_digits_they_need(drawing, values, texts):
    found = drawing.page.evaluate(
        """async ([low, high]) => {
            const { valueTicks, valueText } = await import("/static/js/draw/curves/ticks.js");
            const { step, at } = valueTicks(low, high, 6);
            return at.map(value => valueText(value, step));
        }""",
        list(values),
    )

    assert found == texts


def test_what_is_shown_is_told_in_words(drawing):
    drawing.page.clock.install()
    drawing.page.evaluate(MAKE, [60, 60, 2])
    drawing.page.clock.run_for(2000)
    label = drawing.page.locator("canvas").first.get_attribute("aria-label")

    assert label.startswith("Coefficients, 0 to 60 of 60. Largest: channel 0 0.60 at ")
    assert label.endswith("Shaded: happy, sad (excluded). Missing stretches: 1.")


def test_without_curves_it_says_what_to_do(drawing):
    drawing.page.evaluate(MAKE, [10, 60, 0])

    assert drawing.page.get_by_text("No channel is picked").is_visible()


def test_new_colours_are_taken_when_the_page_turns_dark(curves):
    curves.page.evaluate("drawn.look(21.5, 23.5)")
    curves.page.evaluate(DRAWN)
    pixels = "document.querySelector('canvas').toDataURL()"
    light = curves.page.evaluate(pixels)
    curves.page.emulate_media(color_scheme="dark")
    curves.page.evaluate(DRAWN)

    assert curves.page.evaluate(pixels) != light
