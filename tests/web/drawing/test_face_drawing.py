"""The face in the browser is the face of the reports, and moves without being built again."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES, GROUPS, INDEX
from mimik.learn.report.face.draw import face_lines
from mimik.learn.report.face.lines import Coefficients, path

FAINT = 0.03
SHOWN = """() => Object.fromEntries([...document.querySelectorAll(".draw-face [data-line]")]
    .filter(line => line.getAttribute("display") !== "none")
    .map(line => [line.dataset.line, [line.getAttribute("d"), Number(line.getAttribute("opacity") ?? 1)]]))"""


def faces() -> list[np.ndarray]:
    rng = np.random.default_rng(20261125)
    return [
        *rng.random((30, 52)),
        *rng.random((20, 52)) * (rng.random((20, 52)) < 0.2),
        np.zeros(52),
        np.ones(52),
    ]


def numbers(d: str) -> np.ndarray:
    return np.array([float(x) for x in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", d)])


def test_the_names_are_mimiks_in_mimiks_order(drawing):
    names, groups = drawing.page.evaluate(
        'async () => { const m = await import("/static/js/draw/bars.js"); return [m.NAMES, m.GROUPS]; }'
    )

    assert tuple(names) == BLEND_SHAPES
    assert sorted(c for group in groups for c in group["channels"]) == sorted(BLEND_SHAPES)
    own = {g["name"]: sorted(g["channels"]) for g in groups}
    assert own["Mouth"] == sorted(GROUPS["mouth"])
    assert own["Cheeks and nose"] == sorted((*GROUPS["cheeks"], *GROUPS["nose"]))


def test_52_random_and_extreme_faces_are_drawn_as_in_the_reports(drawing):
    drawing.make("face", "Face")
    for values in faces():
        drawing.show(values.tolist())
        shown = drawing.page.evaluate(SHOWN)
        expected = {line.name: line for line in face_lines(Coefficients(values)) if line.opacity >= FAINT}
        assert set(shown) == set(expected)
        for name, line in expected.items():
            d, opacity = shown[name]
            assert re.sub(r"[^A-Z]", "", d) == re.sub(r"[^A-Z]", "", path(line)), name
            np.testing.assert_allclose(numbers(d), numbers(path(line)), atol=0.05, err_msg=name)
            assert opacity == pytest.approx(line.opacity, abs=0.01)


def test_lines_in_front_come_last_as_in_the_reports(drawing):
    drawing.make("face", "Face")
    order = drawing.page.evaluate("[...document.querySelectorAll('[data-line]')].map(l => l.dataset.line)")

    assert order == [line.name for line in face_lines(Coefficients(np.ones(52)))]


def test_showing_another_face_keeps_all_elements(drawing):
    drawing.make("face", "Face")
    drawing.show([0.0] * 52)
    drawing.page.evaluate("""() => {
        globalThis.changes = 0;
        new MutationObserver(found => { changes += found.filter(c => c.target.tagName !== "text").length; })
            .observe(document.querySelector(".draw-face"), {childList: true, subtree: true});
    }""")
    for values in faces()[:10]:
        drawing.show(values.tolist())

    assert drawing.page.evaluate("changes") == 0


def test_no_face_is_said_and_only_an_outline_is_left(drawing):
    drawing.make("face", "Face", '{label: "iPad 1"}')

    assert drawing.page.get_by_role("img", name="iPad 1: no face.").count() == 1
    assert drawing.page.locator(".draw-note").text_content() == "No face"
    assert drawing.page.locator("[data-line]:visible").count() == 1
    drawing.show([0.0] * 52)
    assert drawing.page.locator("[data-line]:visible").count() > 20


def test_what_was_not_delivered_is_said_not_drawn_as_0(drawing):
    drawing.make("face", "Face")
    values = [0.0] * 52
    values[INDEX["tongueOut"]] = None
    drawing.show(values)
    assert drawing.page.locator(".draw-note").text_content() == "Not delivered: tongueOut"
    drawing.show([None] * 8 + [0.0] * 44)
    assert drawing.page.locator(".draw-note").text_content() == "8 of 52 channels not delivered"
    drawing.show([0.0] * 52)
    assert drawing.page.locator(".draw-note").text_content() == ""


def test_as_in_a_mirror_the_persons_left_is_on_the_left(drawing):
    drawing.make("face", "Face")
    drawing.show([0.0] * 52)
    place = "name => document.querySelector(`[data-line='${name}']`).getBoundingClientRect().x"

    assert drawing.page.evaluate(place, "iris-Left") < drawing.page.evaluate(place, "iris-Right")


def test_a_turned_head_turns_the_drawing_and_an_unknown_one_does_not(drawing):
    drawing.make("face", "Face")
    turned = "document.querySelector('.draw-face > g').getAttribute('transform')"
    drawing.show([0.0] * 52, {"head": [0.0, 0.0, 0.2]})
    assert "rotate(11.46)" in drawing.page.evaluate(turned)
    drawing.show([0.0] * 52, {"head": [None, 0.0, 0.2]})
    assert drawing.page.evaluate(turned) == ""


def test_words_for_a_screen_reader_change_at_most_every_two_seconds(drawing):
    drawing.page.clock.install()
    drawing.make("face", "Face")
    label = "document.querySelector('.draw-face').getAttribute('aria-label')"
    smile = [0.0] * 52
    smile[INDEX["mouthSmileLeft"]] = 0.75
    drawing.show(smile)
    assert drawing.page.evaluate(label) == "Face: no face."
    drawing.page.clock.run_for(2000)
    assert "mouthSmileLeft 0.75" in drawing.page.evaluate(label)


def test_a_face_of_another_length_is_refused(drawing):
    drawing.make("face", "Face")
    told = drawing.page.evaluate("() => { try { drawn.show([1]); } catch (error) { return error.message; } }")

    assert told == "expected 52 coefficients of one face, got 1"


def test_two_faces_on_a_page_have_ids_of_their_own(drawing):
    drawing.make("face", "Face")
    drawing.make("face", "Face")
    ids = drawing.page.evaluate("[...document.querySelectorAll('[id^=face-]')].map(e => e.id)")

    assert len(ids) == len(set(ids)) == 6
