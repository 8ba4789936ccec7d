"""From MediaPipe's result to the values of a frame."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import MEDIAPIPE

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import MimikError
from mimik.frame import COLUMNS
from mimik.sources.facemodel import VARIABLE, find_face_model
from mimik.sources.facevalues import DELIVERED_COLUMNS, head_angles, to_values
from mimik.sources.landmarker import Landmarker
from mimik.sources.mediapipenames import DELIVERED, NOT_DELIVERED

angles = st.floats(-1.4, 1.4)


def turned(axis: int, angle: float) -> np.ndarray:
    """The rotation about one axis, as textbooks have it."""
    c, s = np.cos(angle), np.sin(angle)
    return np.insert(np.insert(np.array([[c, -s], [s, c]]), axis, 0, 0), axis, np.eye(3)[axis], 1)


@given(angles, angles, angles)
def test_the_angles_make_the_rotation_again(yaw, pitch, roll):
    about_y = turned(1, -yaw)  # leaving out the middle axis turns the other way round
    rotation = about_y @ turned(0, pitch) @ turned(2, roll)
    assert head_angles(rotation) == pytest.approx((yaw, pitch, roll), abs=1e-9)


def test_what_is_not_delivered_is_nan_and_nothing_else():
    values = to_values([(name, 0.25) for name in MEDIAPIPE], np.eye(4))
    there = ~np.isnan(values)
    assert (there == DELIVERED_COLUMNS).all()
    assert [name for name, known in zip(BLEND_SHAPES, there[:52], strict=True) if not known] == list(
        NOT_DELIVERED
    )
    assert set(DELIVERED) | set(NOT_DELIVERED) == set(BLEND_SHAPES)
    assert (values[:52][there[:52]] == 0.25).all()
    assert values[COLUMNS.index("headYaw")] == 0


def test_without_a_matrix_the_head_has_no_angles():
    assert np.isnan(to_values([("jawOpen", 1.0), ("unheardOf", 1.0)], None)[52:]).all()


def test_without_a_model_the_message_says_where_to_get_it(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(MimikError, match="model file") as error:
        find_face_model()
    assert all(word in error.value.hint for word in ("face_landmarker.task", VARIABLE, "--face-model"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone.task"))
    with pytest.raises(MimikError, match=r"gone\.task, found none"):
        find_face_model()
    (tmp_path / "text.task").write_text("<html>")
    with pytest.raises(MimikError, match="found something else"):
        Landmarker(tmp_path / "text.task")


@pytest.fixture
def face_model(real_data: Path) -> Path:
    if find_spec("mediapipe") is None:  # not imported here: it would send statistics of its use
        pytest.skip("needs the extra webcam")
    return real_data / "mediapipe" / "face_landmarker.task"


def test_left_and_right_are_the_faces_own_and_a_mirror_swaps_them(real_data: Path, face_model: Path):
    import cv2

    photo = cv2.imread(str(real_data / "mediapipe" / "single_face.jpg"))
    with Landmarker(face_model) as landmarker:
        seen = landmarker.values(photo, 0.0)
    with Landmarker(face_model) as landmarker:
        mirrored = landmarker.values(np.ascontiguousarray(photo[:, ::-1]), 0.0)
    assert seen is not None
    assert mirrored is not None
    for angle in ("headYaw", "headRoll"):
        place = COLUMNS.index(angle)
        assert seen[place] == pytest.approx(-mirrored[place], abs=0.1), angle
    left, right = COLUMNS.index("eyeBlinkLeft"), COLUMNS.index("eyeBlinkRight")
    assert seen[left] > seen[right]
    assert mirrored[left] < mirrored[right]


def test_one_millisecond_twice_is_no_matter(real_data: Path, face_model: Path):
    import cv2

    photo = cv2.imread(str(real_data / "mediapipe" / "single_face.jpg"))
    with Landmarker(face_model) as landmarker:
        assert landmarker.values(photo, 1.0) is not None
        assert landmarker.values(photo, 1.0) is not None
        assert landmarker.values(np.zeros_like(photo), 5.0) is None
        landmarker.close()


def test_another_kind_of_bundle_is_refused(tmp_path, face_model: Path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "other.task", "w") as bundle:
        bundle.writestr("readme.txt", "hello")
    with pytest.raises(MimikError, match="found another"):
        Landmarker(tmp_path / "other.task")


def test_mediapipe_runs_elsewhere_without_a_way_to_the_network(real_data: Path, face_model: Path):
    import sys

    import cv2

    from mimik.sources import facework

    photo = cv2.imread(str(real_data / "mediapipe" / "single_face.jpg"))
    with Landmarker(face_model) as landmarker:
        assert landmarker.values(photo, 0.0) is not None
        assert not [name for name in sys.modules if name.startswith("mediapipe.tasks")]
        assert landmarker._process.poll() is None
    assert landmarker._process.poll() is not None
    given = facework.environment()
    assert {given[name] for name in ("https_proxy", "HTTPS_PROXY", "all_proxy")} == {"http://127.0.0.1:9"}
    assert not {name for name in given if name.lower() == "no_proxy"}
    with pytest.raises(MimikError, match="has ended"):
        landmarker.values(photo, 1.0)
