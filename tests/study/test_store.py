"""All reading and writing passes one object, and it never leaves half a file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mimik.study
from mimik.errors import StudyBusy, StudyDamaged, StudyError
from mimik.study.disk.folderstore import FolderStore
from mimik.study.sealing.format import Keys
from mimik.study.sealing.store import SealedStore
from mimik.study.store import Store

STUDY = Path(mimik.study.__file__).parent
MODULES = sorted(p for p in STUDY.rglob("*.py") if STUDY / "disk" not in p.parents)
OPENING = {
    *("open", "fdopen", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch"),
    *("rmdir", "OSFile", "memory_map", "read_table", "FileIO", "fromfile", "tofile", "savez", "genfromtxt"),
}
FILE_MODULES = {"os", "shutil", "tempfile", "fcntl", "mmap", "fileinput"}


@pytest.fixture(params=["plain", "sealed"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    files = FolderStore(tmp_path)
    if request.param == "plain":
        return files
    return SealedStore(files, Keys(b"current1", {b"current1": bytes(32)}), watch=False)


def openings(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            found += [name] if name in OPENING and ast.unparse(node.func) != "Study.open" else []
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in FILE_MODULES]
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FILE_MODULES:
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.name)
def test_nothing_but_the_disk_opens_files(module: Path) -> None:
    assert openings(module.read_text()) == []


@pytest.mark.parametrize(
    "source", ["open('x')", "Path('x').open()", "p.write_text('')", "import os", "from os import open"]
)
def test_the_scan_for_opened_files_finds_them(source: str) -> None:
    assert openings(source)


def test_a_file_is_replaced_whole_or_not_at_all(store: Store) -> None:
    store.write("a/b.txt", b"old")
    with pytest.raises(KeyError), store.open_writer("a/b.txt") as file:
        file.write(b"half of the n")
        raise KeyError
    assert store.read("a/b.txt") == b"old"
    assert store.list("a") == ("b.txt",)


def test_a_file_appears_only_when_it_is_whole(store: Store) -> None:
    with store.open_writer("new") as file:
        file.write(b"1")
        assert not store.exists("new")
    assert store.read("new") == b"1"


def test_what_is_missing_is_told_with_its_path(store: Store) -> None:
    with pytest.raises(StudyDamaged, match=r"b\.txt: expected this file") as caught:
        store.read("a/b.txt")
    assert caught.value.hint


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/passwd", "C:/out", "..\\out", "a//b", "."])
def test_no_path_leads_out_of_the_study(store: Store, path: str) -> None:
    with pytest.raises(StudyError, match="inside the study"):
        store.write(path, b"")


def test_a_file_is_appended_to_by_one_writer_at_a_time(store: Store) -> None:
    first = store.append("journal")
    first.write(b"abc")
    with pytest.raises(StudyBusy):
        store.append("journal")
    first.cut(2)
    first.close()
    second = store.append("journal")
    second.write(b"d")
    second.close()
    assert store.read("journal") == b"abd"


def test_a_study_is_held_by_one_program_at_a_time(store: Store) -> None:
    store.write("study.toml", b"")
    with store.lock() as first, store.lock() as second:
        assert (first, second) == (True, False)
    with store.lock() as again:
        assert again


def test_a_folder_where_nothing_can_be_written_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StudyError, match="cannot write"):
        store.write("file/inside", b"")


def test_a_file_is_read_from_anywhere(store: Store) -> None:
    data = bytes(range(256)) * 1000
    store.write("a/file", data)
    with store.open_reader("a/file") as file:
        assert file.seek(-6, 2) == len(data) - 6
        assert file.read() == data[-6:]
        file.seek(70_000)
        assert file.read(9) == data[70_000:70_009]
        assert file.tell() == 70_009


@given(
    st.lists(
        st.one_of(st.binary(max_size=50), st.integers(0, 200), st.just("again"), st.just(b"long" * 20_000)),
        max_size=12,
    )
)
def test_any_writes_and_cuts_leave_what_they_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[bytes | int | str]
) -> None:
    for sealed in (False, True):
        files: Store = FolderStore(tmp_path_factory.mktemp("store"))
        keys = Keys(b"current1", {b"current1": bytes(32)})
        store = SealedStore(files, keys, watch=False) if sealed else files
        expected, file = b"", store.append("recording.journal")
        for step in steps:
            if isinstance(step, bytes):
                file.write(step)
                expected += step
            elif isinstance(step, int):
                step = min(step, len(expected))
                file.cut(step)
                expected = expected[:step]
            else:
                file.close()
                file = store.append("recording.journal")
            assert store.read("recording.journal") == expected
        file.close()
        assert store.read("recording.journal") == expected
