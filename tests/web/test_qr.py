"""QR codes are read back by OpenCV, from the picture that a browser would draw."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import segno
from numpy.typing import NDArray

from mimik.errors import MimikError
from mimik.web.qr import qr_svg

ADDRESS = "https://192.168.178.123:8000/screen/dGhpcyBpcyBhIGtleSBvZiBhIHNjcmVlbg"
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def drawn(svg: str) -> NDArray[np.uint8]:
    """Return the modules of an SVG, one pixel each: 0 is dark, 255 light."""
    root = ElementTree.fromstring(svg)
    width, height = map(int, root.attrib["viewBox"].split()[2:])
    ground, dark = root.findall("{*}path")
    assert (ground.attrib["fill"], dark.attrib["fill"]) == ("#fff", "#000")
    assert ground.attrib["d"] == f"M0 0h{width}v{height}H0z"
    picture = np.full((height, width), 255, np.uint8)
    for x, y, length, back in (map(int, run) for run in _RUN.findall(dark.attrib["d"])):
        assert length == back
        picture[y, x : x + length] = 0
    assert _RUN.sub("", dark.attrib["d"]) == ""
    return picture


@pytest.mark.parametrize("text", [ADDRESS, "http://[fd00::7]:8000/?token=abc", "Grüße"])
def test_a_camera_reads_what_was_written(text: str) -> None:
    cv2 = pytest.importorskip("cv2")
    picture = np.kron(drawn(qr_svg(text)), np.ones((8, 8), np.uint8))
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert found == text


def test_the_modules_are_those_of_the_library_with_a_quiet_zone_around() -> None:
    picture = drawn(qr_svg(ADDRESS))
    expected = np.array(
        [list(row) for row in segno.make(ADDRESS, micro=False, error="m", boost_error=False).matrix]
    )
    np.testing.assert_array_equal(picture[4:-4, 4:-4] == 0, expected.astype(bool))
    assert (picture[:4] == 255).all() and (picture[:, -4:] == 255).all()


def test_it_is_a_picture_with_a_name_and_no_size_of_its_own() -> None:
    root = ElementTree.fromstring(qr_svg(ADDRESS))
    assert root.attrib["role"] == "img" and root.attrib["aria-label"]
    assert "width" not in root.attrib and "style" not in qr_svg(ADDRESS)


@pytest.mark.parametrize("text", ["", "x" * 501, "ü" * 5000])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(MimikError, match="1 to 500 characters"):
        qr_svg(text)
