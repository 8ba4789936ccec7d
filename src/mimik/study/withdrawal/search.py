"""Searching files for a pseudonym: every name, every byte, and what is packed inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.disk.folderstore import FolderStore
from mimik.study.withdrawal.needles import Needle, needles
from mimik.study.withdrawal.unpacking import unpacked

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Searched", "search_outside", "search_study"]


@dataclass
class Searched:
    """What a search went through and found.

    Attributes:
        files: how many.
        bytes: how many, unpacked ones included.
        found: paths of the files and folders that hold something.
        unread: paths of those that could not be read or unpacked whole, so that nobody knows.
    """

    files: int = 0
    bytes: int = 0
    found: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def search_study(folder: Path, store: Store, words: Iterable[str], others: Iterable[str] = ()) -> Searched:
    """Search all of a study's folder: names and bytes as they lie on the disk, and what they say.

    Args:
        folder: of the study.
        store: of the study, which opens what is encrypted.
        words: what must not be there; capital letters don't count.
        others: pseudonyms of other people, which may be longer ones that begin like one of ``words``.
    """
    disk = FolderStore(folder)
    search = _Search(needles(words, others))
    for path, is_file in search.below(disk):
        if is_file:
            search.file(path, path, [disk.read, *([store.read] if store.exists(path) else [])])
    return search.searched


def search_outside(paths: Iterable[Path], words: Iterable[str], others: Iterable[str] = ()) -> Searched:
    """Search files and folders outside of a study; arguments as of ``search_study``."""
    search = _Search(needles(words, others))
    for place in paths:
        if not place.is_dir():
            search.file(place.name, str(place), [FolderStore(place.parent).read])
            continue
        store = FolderStore(place)
        for path, is_file in search.below(store, outside=True):
            if is_file:
                search.file(path, str(place / path), [store.read])
    return search.searched


class _Search:
    def __init__(self, needles: tuple[Needle, ...]) -> None:
        self.searched = Searched()
        self._needles = needles

    def file(self, name: str, told: str, readers: Iterable[Callable[[str], bytes]]) -> None:
        """Search a file; whether it can be read and opened is for the last reader to say."""
        self.searched.files += 1
        hit, whole = self._holds(_bytes_of(name)), True
        for read in readers:
            whole = True
            try:
                for data in unpacked(read(name)):
                    whole = whole and data is not None
                    self.searched.bytes += len(data or b"")
                    hit = hit or self._holds(data or b"")
            except StudyError:
                whole = False
        if hit:
            self.searched.found.append(told)
        if not whole:
            self.searched.unread.append(told)

    def below(
        self,
        store: FolderStore,
        folder: str = "",
        *,
        outside: bool = False,
        above: frozenset[Path] = frozenset(),
    ) -> Iterator[tuple[str, bool]]:
        """Yield all paths in a folder, and whether there are bytes to read; pipes and sockets have none."""

        def told(path: str) -> str:
            return str(store.folder / path) if outside else path

        place = (store.folder / folder).resolve()
        if place in above:  # a link to a folder in which it lies
            return
        try:
            names = store.list(folder)
        except StudyError:
            self.searched.unread.append(told(folder or "."))
            return
        for name in names:
            path = f"{folder}/{name}" if folder else name
            there = store.folder / path
            yield path, there.is_file()
            if not there.is_file() and self._holds(_bytes_of(name)):
                self.searched.found.append(told(path))
            if there.is_dir():
                yield from self.below(store, path, outside=outside, above=above | {place})

    def _holds(self, data: bytes) -> bool:
        lowered = data.lower()
        return any(needle.is_in(lowered) for needle in self._needles)


def _bytes_of(name: str) -> bytes:
    return name.encode("utf-8", errors="surrogateescape")
