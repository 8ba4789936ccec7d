"""All reading and writing passes one object, and it never leaves half a file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mimik.study
from mimik.errors import StudyBusy, StudyDamaged, StudyError
from mimik.study.store import FolderStore

MODULES = sorted(p for p in Path(mimik.study.__file__).parent.rglob("*.py") if p.name != "store.py")
OPENING = {
    *("open", "fdopen", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch"),
    *("rmdir", "OSFile", "memory_map", "read_table", "FileIO", "fromfile", "tofile", "savez", "genfromtxt"),
}
FILE_MODULES = {"os", "shutil", "tempfile", "fcntl", "mmap", "fileinput"}


def openings(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            found += [name] if name in OPENING else []
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in FILE_MODULES]
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FILE_MODULES:
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.name)
def test_nothing_but_the_store_opens_files(module: Path) -> None:
    assert openings(module.read_text()) == []


@pytest.mark.parametrize(
    "source", ["open('x')", "Path('x').open()", "p.write_text('')", "import os", "from os import open"]
)
def test_the_scan_for_opened_files_finds_them(source: str) -> None:
    assert openings(source)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write("a/b.txt", b"old")
    with pytest.raises(KeyError), store.open_writer("a/b.txt") as file:
        file.write(b"half of the n")
        raise KeyError
    assert store.read("a/b.txt") == b"old"
    assert store.list("a") == ("b.txt",)


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with store.open_writer("new") as file:
        file.write(b"1")
        assert not store.exists("new")
    assert store.read("new") == b"1"


def test_what_is_missing_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(StudyDamaged, match=r"b\.txt: expected this file") as caught:
        FolderStore(tmp_path).read("a/b.txt")
    assert caught.value.hint


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/passwd", "C:/out", "..\\out", "a//b", "."])
def test_no_path_leads_out_of_the_study(tmp_path: Path, path: str) -> None:
    with pytest.raises(StudyError, match="inside the study"):
        FolderStore(tmp_path).write(path, b"")


def test_a_file_is_appended_to_by_one_writer_at_a_time(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
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


def test_a_study_is_held_by_one_program_at_a_time(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write("study.toml", b"")
    with store.lock() as first, store.lock() as second:
        assert (first, second) == (True, False)
    with store.lock() as again:
        assert again


def test_a_folder_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StudyError, match="cannot write"):
        FolderStore(tmp_path).write("file/inside", b"")
