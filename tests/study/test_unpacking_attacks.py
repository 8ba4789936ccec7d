"""Whatever is not byte for byte what was packed is refused, and leaves nothing behind."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import add_person, archive_of, forged, make_study, unpacked_by_hand

from mimik.errors import MimikError, StudyDamaged, StudyError
from mimik.study.exchange import pack_study, unpack, unpack_study
from mimik.study.exchange.manifest import MANIFEST, MOST_FILES, Manifest


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("good")
    study = make_study(folder / "study")
    add_person(study, 1, name="sub-A")
    return pack_study(study, folder / "a.mimikpack").file.read_bytes()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def refused(data: bytes, place: Path) -> str:
    """Return why a pack is refused, once it is sure that it left nothing."""
    pack = place.parent / "bad.mimikpack"
    pack.write_bytes(data)
    beside = {path for path in place.parent.rglob("*") if place not in path.parents}
    with pytest.raises(MimikError) as caught:
        unpack_study(pack, place / "out")
    assert list(place.iterdir()) == []
    assert {path for path in place.parent.rglob("*") if place not in path.parents} == beside
    return str(caught.value)


def test_a_pack_that_was_only_forged_well_is_taken(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    assert forged(manifest, files) == good
    (place.parent / "good.mimikpack").write_bytes(good)
    assert unpack_study(place.parent / "good.mimikpack", place / "out").sessions == 1


ANY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@ANY
@given(at=st.floats(0, 1, exclude_max=True), by=st.integers(1, 255))
def test_any_byte_that_changed_is_found(good: bytes, place: Path, at: float, by: int) -> None:
    data = bytearray(good)
    data[int(at * len(data))] ^= by
    refused(bytes(data), place)


@ANY
@given(by=st.integers(1, 255), back=st.integers(1, 2000))
def test_any_byte_of_its_ending_that_changed_is_found(good: bytes, place: Path, by: int, back: int) -> None:
    data = bytearray(good)
    data[-back] ^= by
    refused(bytes(data), place)


@ANY
@given(size=st.floats(0, 1, exclude_max=True), tail=st.binary(max_size=3))
def test_any_cut_is_found(good: bytes, place: Path, size: float, tail: bytes) -> None:
    cut = good[: int(size * len(good))] + tail
    if cut != good:
        refused(cut, place)


@ANY
@given(tail=st.binary(min_size=1, max_size=50))
def test_anything_behind_its_end_is_found(good: bytes, place: Path, tail: bytes) -> None:
    refused(good + tail, place)


@settings(ANY, max_examples=40)
@given(order=st.permutations(range(9)))
def test_entries_in_another_order_than_the_manifest_are_found(
    good: bytes, place: Path, order: list[int]
) -> None:
    _, files = unpacked_by_hand(good)
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        first = (MANIFEST, file.read(MANIFEST))
    shuffled = [files[i] for i in order] + files[9:]
    if shuffled != files:
        refused(archive_of([first, *shuffled]), place)


@ANY
@given(data=st.binary(max_size=400))
def test_what_is_no_pack_is_told_so(place: Path, data: bytes) -> None:
    assert "expected" in refused(data, place)


NAMES = [
    "../evil.png",
    "/etc/cron.d/evil.png",
    "C:/evil.png",
    "media\\..\\evil.png",
    "media/../../evil.png",
    "media/./evil.png",
    "media//evil.png",
    "media/",
    ".hidden/evil.png",
    "media/.hidden.png",
    "media/evil\0.png",
    "media/evil.svg",
    "media/evil.exe",
    "media/nul /a.png",
    "evil.py",
    "audit.jsonl",
    "encryption.toml",
    "models.tsv",
    "derivatives/evil.png",
    "Derivatives/evil.png",
    "consent/evil.txt",
    "consent/../study.toml",
    "consent/text-1.md/a.png",
    "sub-A/evil.png",
    "sub-A/ses-01/recording.journal",
    "sub-A/ses-01/evil.tsv",
    "sub-A/ses-01/deeper/frames.parquet",
    "sub-A/../sub-B/session.json",
    "sub-\u0410/ses-01/frames.parquet",
    "manifest.json",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_no_study_may_hold_are_refused(good: bytes, place: Path, name: str) -> None:
    manifest, files = unpacked_by_hand(good)
    assert "found " + repr(name) in refused(forged(manifest, [*files, (name, b"evil")]), place)


@pytest.mark.parametrize("name", ["study.toml", "media/HAPPY.png", "consent/sub-a.toml", "SUB-A/x.png"])
def test_names_given_twice_are_refused_also_by_case(good: bytes, place: Path, name: str) -> None:
    manifest, files = unpacked_by_hand(good)
    said = refused(forged(manifest, [*files, (name, b"evil")]), place)
    assert "twice" in said or "files that a study may hold" in said


def test_a_file_that_is_also_a_folder_is_refused(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    assert "found both" in refused(forged(manifest, [*files, ("a.png", b"1"), ("a.png/b.png", b"1")]), place)


def rezipped(good: bytes, change: object = None, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return the same files in an archive of another program."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w", compression) as target:
        for info in source.infolist():
            new = zipfile.ZipInfo(info.filename)
            new.compress_type = compression
            if callable(change):
                change(new)
            target.writestr(new, source.read(info))
    return out.getvalue()


def test_symbolic_links_have_no_form_in_a_pack(good: bytes, place: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        if info.filename == "study.toml":
            info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16

    refused(rezipped(good, link), place)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_archives_of_other_programs_are_refused(good: bytes, place: Path, compression: int) -> None:
    assert "as mimik pack wrote it" in refused(rezipped(good, compression=compression), place)


def test_a_bomb_is_never_inflated(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    with zipfile.ZipFile(io.BytesIO(good)) as file:
        first = file.read(MANIFEST)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(zipfile.ZipInfo(MANIFEST), first)
        for path, data in files:
            bomb = bytes(100_000_000) if path.endswith(".parquet") else data
            target.writestr(path, bomb, zipfile.ZIP_DEFLATED)
    refused(out.getvalue(), place)
    with zipfile.ZipFile(out := io.BytesIO(), "w") as target:  # the manifest itself
        target.writestr(MANIFEST, bytes(100_000_000), zipfile.ZIP_DEFLATED)
    refused(out.getvalue(), place)
    assert manifest.files


@pytest.mark.parametrize("size", [10_000_000_000, 2**62, 2**80, -1, True, 1.0])
def test_sizes_that_lie_are_refused_before_anything_is_written(
    good: bytes, place: Path, size: object
) -> None:
    manifest, files = unpacked_by_hand(good)
    for path in (files[0][0], files[-1][0]):
        listed = tuple(replace(f, size=size) if f.path == path else f for f in manifest.files)
        refused(archive_of([(MANIFEST, _encoded(replace(manifest, files=listed))), *files]), place)


def test_entries_that_overlap_are_refused(good: bytes, place: Path) -> None:
    """All entries of the central directory lead to the bytes of the same one."""
    directory = good.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", good, directory + 16)[0]
    data = bytearray(good)
    at = start
    while data[at : at + 4] == b"PK\x01\x02":
        name, extra = struct.unpack_from("<2H", data, at + 28)
        struct.pack_into("<L", data, at + 42, 0)
        at += 46 + name + extra
    refused(bytes(data), place)


def test_a_million_entries_are_refused_at_once(good: bytes, place: Path) -> None:
    manifest, _ = unpacked_by_hand(good)
    values = json.loads(_encoded(replace(manifest, files=())))
    values["files"] = [{"path": "a", "size": 0, "sha256": ""}] * (MOST_FILES + 1)
    said = refused(archive_of([(MANIFEST, json.dumps(values).encode())]), place)
    assert "at most 200,000 files" in said
    assert "manifest.json of at most" in refused(archive_of([(MANIFEST, bytes(64_000_001))]), place)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b"nonsense",
        b'{"mimik_pack": 2}',
        b'{"mimik_pack": 1}',
        b"\xff\xfe",
        b'{"mimik_pack": 1' + b"0" * 10_000 + b"}",
    ],
    ids=range(8),
)
def test_manifests_that_say_nothing_are_refused(place: Path, text: bytes) -> None:
    refused(archive_of([(MANIFEST, text)]), place)


def test_what_the_manifest_says_of_the_study_must_be_so(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    for wrong in (
        {"title": "Another"},
        {"synthetic": True},
        {"protocol": "another"},
        {"protocol_version": 4},
        {"purpose": "profit"},
        {"packed": "yesterday"},
        {"study_format": 99},
    ):
        refused(forged(replace(manifest, **wrong), files), place)


@pytest.mark.parametrize("missing", ["study.toml", "participants.tsv", "protocol.toml", "frames.parquet"])
def test_files_that_are_missing_are_named(good: bytes, place: Path, missing: str) -> None:
    manifest, files = unpacked_by_hand(good)
    said = refused(forged(manifest, [each for each in files if not each[0].endswith(missing)]), place)
    assert missing in said


def test_files_that_contradict_each_other_are_refused(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    changed = [(p, d.replace(b"happy", b"angry") if p.endswith("events.tsv") else d) for p, d in files]
    assert "events.tsv" in refused(forged(manifest, changed), place)
    changed = [(p, d.replace(b'"complete"', b'"recording"') if p.endswith(".json") else d) for p, d in files]
    assert "journal" in refused(forged(manifest, changed), place)


def test_pictures_that_the_protocol_does_not_show_are_refused(good: bytes, place: Path) -> None:
    manifest, files = unpacked_by_hand(good)
    assert "media/other.png" in refused(forged(manifest, [*files, ("media/other.png", b"1")]), place)


def test_a_full_disk_leaves_nothing(good: bytes, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("mimik.study.disk.folderstore.os.fsync", full)
        assert "No space left" in refused(good, place)
    with monkeypatch.context() as patch:
        patch.setattr(unpack, "free_space", lambda _: 1000)
        assert "free bytes on its disk, found 1,000" in refused(good, place)


def test_a_full_disk_leaves_no_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study(tmp_path / "study")
    add_person(study, 1)
    (tmp_path / "place").mkdir()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("mimik.study.disk.folderstore.os.fsync", full)
        with pytest.raises(StudyError, match="No space left"):
            pack_study(study, tmp_path / "place" / "a.mimikpack")
    assert list((tmp_path / "place").iterdir()) == []


def test_a_folder_that_is_not_free_stays_as_it_is(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mimikpack").write_bytes(good)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    for folder in ("mine", "mine/file"):
        with pytest.raises(StudyError, match="expected an empty or new folder"):
            unpack_study(tmp_path / "a.mimikpack", tmp_path / folder)
    with pytest.raises(StudyDamaged, match="expected this file"):
        unpack_study(tmp_path / "none.mimikpack", tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mimikpack", "mine"]


def _encoded(manifest: Manifest) -> bytes:
    from mimik.study.exchange.manifest import encode_manifest

    return encode_manifest(manifest)
