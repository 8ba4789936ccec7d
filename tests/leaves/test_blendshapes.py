"""The 52 channels, once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES, GROUPS, INDEX, MIRROR, blend_shape, mirrored


def test_there_are_52_in_seven_groups() -> None:
    assert len(set(BLEND_SHAPES)) == 52
    assert sum(GROUPS.values(), ()) == BLEND_SHAPES
    assert {group: len(names) for group, names in GROUPS.items()} == {
        "eyes": 14, "jaw": 4, "mouth": 23, "brows": 5, "cheeks": 3, "nose": 2, "tongue": 1,
    }  # fmt: skip


def test_mouth_and_jaw_are_27_and_brows_cheeks_and_nose_are_10_as_in_arkit() -> None:
    assert len(GROUPS["mouth"] + GROUPS["jaw"]) == 27
    assert len(GROUPS["brows"] + GROUPS["cheeks"] + GROUPS["nose"]) == 10


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("mouthSmileLeft", "mouthSmileLeft"),  # ARKit, MediaPipe
        ("MouthSmileLeft", "mouthSmileLeft"),  # Live Link Face
        ("mouthSmile_L", "mouthSmileLeft"),  # raw strings, iFacialMocap
        ("jawRight", "jawRight"),
        ("tongueOut", "tongueOut"),
        (" BrowInnerUp ", "browInnerUp"),
    ],
)
def test_every_spelling_leads_to_one_name(spelling: str, name: str) -> None:
    assert blend_shape(spelling) == name


@pytest.mark.parametrize(
    "other", ["_neutral", "HeadYaw", "Timecode", "mouthSmile", "hapihapi", "", "leftEyeYaw"]
)
def test_other_names_are_no_blend_shapes(other: str) -> None:
    assert blend_shape(other) is None


@given(st.sampled_from(BLEND_SHAPES))
def test_all_spellings_of_a_name_by_the_one_rule(name: str) -> None:
    short = name
    if name.endswith("Left"):
        short = name[:-4] + "_L"
    elif name.endswith("Right"):
        short = name[:-5] + "_R"

    for spelling in (name, short, name[0].upper() + name[1:], short[0].upper() + short[1:]):
        assert blend_shape(spelling) == name


def test_a_face_mirrored_twice_is_itself() -> None:
    face = np.random.default_rng(0).random((5, 52))

    np.testing.assert_array_equal(mirrored(mirrored(face)), face)
    assert mirrored(face)[0, INDEX["eyeLookInLeft"]] == face[0, INDEX["eyeLookInRight"]]


def test_channels_in_the_middle_mirror_to_themselves() -> None:
    middle = {BLEND_SHAPES[i] for i in range(52) if MIRROR[i] == i}

    assert len(middle) == 12
    assert {"jawOpen", "browInnerUp", "cheekPuff", "tongueOut", "mouthClose"} <= middle


def test_a_real_take_has_all_52(real_data: Path) -> None:
    take = next((real_data / "livelink-csv").rglob("*.csv"))
    header = take.read_text(encoding="utf-8").splitlines()[0].split(",")

    assert {blend_shape(name) for name in header} - {None} == set(BLEND_SHAPES)
