"""Clips are given in the pieces that browsers ask for, from plain and from encrypted studies."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.study.disk.folderstore import FolderStore
from mimik.study.sealing.format import Keys
from mimik.study.sealing.store import SealedStore
from mimik.study.store import Store
from mimik.web.ranged import ranged, size_of

CLIP = bytes(i % 251 for i in range(200_000))


@pytest.fixture(params=["plain", "encrypted"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    files: Store = FolderStore(tmp_path)
    if request.param == "encrypted":
        files = SealedStore(files, Keys(b"current1", {b"current1": bytes(32)}), watch=False)
    files.write("media/clip.webm", CLIP)
    return files


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-1", 0, 2),
        ("bytes=1000-", 1000, 200_000),
        ("bytes=65530-65540", 65530, 65541),
        ("bytes=-5", 199_995, 200_000),
        ("bytes=-999999", 0, 200_000),
        ("bytes=199999-999999", 199_999, 200_000),
    ],
)
def test_a_part_is_given(store: Store, asked: str, begin: int, end: int) -> None:
    given = ranged(store, "media/clip.webm", asked, media_type="video/webm", headers={"X-A": "b"})
    assert (given.status_code, given.body) == (206, CLIP[begin:end])
    assert given.headers["content-range"] == f"bytes {begin}-{end - 1}/200000"
    assert (given.headers["content-type"], given.headers["x-a"]) == ("video/webm", "b")


@pytest.mark.parametrize("asked", [None, "", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6"])
def test_what_is_not_understood_gives_all(store: Store, asked: str | None) -> None:
    given = ranged(store, "media/clip.webm", asked, media_type="video/webm", headers={})
    assert (given.status_code, given.body, given.headers["accept-ranges"]) == (200, CLIP, "bytes")
    assert size_of(store, "media/clip.webm") == len(CLIP)


@pytest.mark.parametrize("asked", ["bytes=200000-", "bytes=5-4", "bytes=-0"])
def test_what_is_not_there_is_told(store: Store, asked: str) -> None:
    given = ranged(store, "media/clip.webm", asked, media_type="video/webm", headers={})
    assert (given.status_code, given.headers["content-range"]) == (416, "bytes */200000")
