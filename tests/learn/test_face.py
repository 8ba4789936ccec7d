"""A drawn face: what moves on a person moves on the drawing, on the right side."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mimik.blendshapes import BLEND_SHAPES, INDEX, mirrored
from mimik.learn.report.face import draw_face
from mimik.learn.report.face.draw import face_lines
from mimik.learn.report.face.lines import HEIGHT, WIDTH, Coefficients, Line

NEUTRAL = np.zeros(52)
FACES = arrays(np.float64, 52, elements=st.floats(0, 1))


def face(**channels: float) -> np.ndarray:
    """Coefficients by name; a stem sets both sides."""
    values = NEUTRAL.copy()
    for stem, value in channels.items():
        for name in (stem, f"{stem}Left", f"{stem}Right"):
            if name in INDEX:
                values[INDEX[name]] = value
    return values


def lines(values: np.ndarray) -> dict[str, Line]:
    drawn = face_lines(Coefficients(values))
    named = {line.name: line for line in drawn}
    assert len(named) == len(drawn), "every line has a name of its own"
    return named


def centre(values: np.ndarray, name: str) -> np.ndarray:
    return np.concatenate(lines(values)[name].curves).mean(axis=0)


def places(line: Line, *, turned: bool = False) -> np.ndarray:
    """The points of a line in an order that does not depend on where it begins."""
    points = np.concatenate(line.curves)
    if turned:
        points = points * [-1, 1] + [WIDTH, 0]
    return np.unique(np.round(points, 4) + 0.0, axis=0)


def across(name: str) -> str:
    return name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")


@pytest.mark.parametrize("channel", BLEND_SHAPES)
def test_every_channel_changes_the_picture(channel: str) -> None:
    values = NEUTRAL.copy()
    values[INDEX[channel]] = 0.5

    assert draw_face(values, "f", title="t", description="") != draw_face(
        NEUTRAL, "f", title="t", description=""
    )


@pytest.mark.parametrize(
    ("stem", "line"),
    [
        ("browDown", "brow"),
        ("browOuterUp", "brow"),
        ("eyeBlink", "lid-upper"),
        ("eyeWide", "lid-upper"),
        ("eyeSquint", "lid-lower"),
        ("eyeLookOut", "iris"),
        ("eyeLookIn", "iris"),
        ("noseSneer", "nose-wing"),
        ("cheekSquint", "cheek"),
    ],
)
def test_what_one_side_does_moves_that_side_alone(stem: str, line: str) -> None:
    values = NEUTRAL.copy()
    values[INDEX[f"{stem}Left"]] = 1.0

    assert not np.allclose(centre(values, f"{line}-Left"), centre(NEUTRAL, f"{line}-Left"))
    assert np.allclose(centre(values, f"{line}-Right"), centre(NEUTRAL, f"{line}-Right"))


@pytest.mark.parametrize(
    "stem", ["mouthSmile", "mouthFrown", "mouthStretch", "mouthUpperUp", "mouthLowerDown"]
)
def test_a_one_sided_mouth_is_one_sided(stem: str) -> None:
    values = NEUTRAL.copy()
    values[INDEX[f"{stem}Left"]] = 1.0
    moved = np.concatenate(lines(values)["lip-upper"].curves + lines(values)["lip-lower"].curves)
    still = np.concatenate(lines(NEUTRAL)["lip-upper"].curves + lines(NEUTRAL)["lip-lower"].curves)
    change = np.linalg.norm(moved - still, axis=1)
    left = still[:, 0] > WIDTH / 2 + 10
    right = still[:, 0] < WIDTH / 2 - 10

    assert change[left].max() > 3 * change[right].max()


def test_the_person_is_faced_so_their_left_is_on_the_right() -> None:
    for line in ("eye", "brow", "ear", "nose-wing"):
        assert centre(NEUTRAL, f"{line}-Left")[0] > WIDTH / 2 > centre(NEUTRAL, f"{line}-Right")[0]
    assert centre(face(eyeLookOutLeft=1.0), "iris-Left")[0] > centre(NEUTRAL, "iris-Left")[0]
    assert centre(face(mouthLeft=1.0), "opening")[0] > WIDTH / 2
    assert centre(face(jawLeft=1.0), "head")[0] > WIDTH / 2


def test_corners_of_the_mouth_rise_with_a_smile_and_sink_with_a_frown() -> None:
    def corner(values: np.ndarray) -> float:
        seam = lines(values)["seam-upper"].curves[0]
        return float(seam[seam[:, 0].argmax(), 1] - seam[len(seam) // 2, 1])

    assert corner(face(mouthSmile=0.7)) < corner(NEUTRAL) - 5  # y points down
    assert corner(face(mouthFrown=0.7)) > corner(NEUTRAL) + 5


def test_an_open_jaw_opens_the_mouth_and_lowers_the_chin_unless_lips_stay_closed() -> None:
    def gap(values: np.ndarray) -> float:
        upper, lower = (lines(values)[f"seam-{lip}"].curves[0] for lip in ("upper", "lower"))
        return float(lower[:, 1].max() - upper[len(upper) // 2, 1])

    open_jaw, lips_closed = face(jawOpen=0.8), face(jawOpen=0.8, mouthClose=0.8)

    assert gap(NEUTRAL) == pytest.approx(0, abs=0.5)
    assert gap(open_jaw) > 15
    assert gap(lips_closed) == pytest.approx(0, abs=0.5)
    for values in (open_jaw, lips_closed):
        assert lines(values)["head"].curves[0][:, 1].max() > lines(NEUTRAL)["head"].curves[0][:, 1].max() + 10


def test_a_shut_eye_hides_the_iris() -> None:
    over, under = lines(face(eyeBlinkLeft=1.0))["eye-Left"].curves

    assert np.abs(over[:, 1].max() - under[:, 1].max()) < 1e-9
    assert lines(NEUTRAL)["iris-Left"].clip == "eye-Left"


@given(FACES)
def test_mirrored_coefficients_give_the_mirrored_picture(values: np.ndarray) -> None:
    here, there = lines(values), lines(mirrored(values))

    assert {across(name) for name in here} == set(there)
    for name, line in here.items():
        twin = there[across(name)]
        np.testing.assert_allclose(places(line, turned=True), places(twin), atol=1e-3)
        assert line.opacity == pytest.approx(twin.opacity)


def test_as_in_a_mirror_turns_the_drawing_and_says_so() -> None:
    values = face(mouthSmileLeft=0.8)
    facing, mirror = (draw_face(values, "f", title="t", as_in_mirror=m) for m in (False, True))

    assert "scale(-1 1)" in mirror
    assert "scale(-1 1)" not in facing
    assert "left is drawn on the right" in facing
    assert "left is drawn on the left" in mirror


@given(
    arrays(np.float32, 52, elements=st.floats(-2, 3, width=32) | st.sampled_from([np.nan, np.inf, -np.inf]))
)
def test_any_coefficients_give_finite_well_formed_svg_within_its_box(values: np.ndarray) -> None:
    svg = draw_face(values, "f", title="a < b & c")
    root = ElementTree.fromstring(svg)

    assert root.find("title").text == "a < b & c"  # type: ignore[union-attr]
    assert not re.search(r"nan|inf", " ".join(e.get("d", "") for e in root.iter()))
    for line in face_lines(Coefficients(values)):
        points = np.concatenate(line.curves)
        assert np.isfinite(points).all()
        if not line.clip:
            assert points.min() >= 0
            assert (points.max(axis=0) <= [WIDTH, HEIGHT]).all(), line.name


def test_ids_are_the_drawings_own_and_lead_somewhere() -> None:
    svg = draw_face(face(jawOpen=0.5), "happy-1", title="t")
    ids = re.findall(r' id="([^"]+)"', svg)

    assert len(set(ids)) == len(ids)
    assert all(i.startswith("happy-1-") for i in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)


def test_the_description_names_the_strongest_channels() -> None:
    svg = draw_face(face(mouthSmile=0.75, browInnerUp=0.3), "f", title="t")

    assert "mouthSmileLeft 0.75, mouthSmileRight 0.75, browInnerUp 0.30." in svg
    assert "none above 0.1" in draw_face(NEUTRAL, "f", title="t")


def test_what_was_not_delivered_is_drawn_at_rest() -> None:
    values = np.where(np.arange(52) == INDEX["jawOpen"], np.nan, 0.0)

    assert draw_face(values, "f", title="t") == draw_face(NEUTRAL, "f", title="t")


def test_other_than_52_coefficients_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 52"):
        draw_face(np.zeros(51), "f", title="t")
