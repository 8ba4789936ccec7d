"""The pictures and clips that a protocol shows: which files they may be, and how they come into a study."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mimik.errors import ProtocolError
from mimik.study.disk.outside import open_outside
from mimik.study.layout import is_own_name

if TYPE_CHECKING:
    from mimik.protocol import Media, Protocol
    from mimik.study.store import Store

__all__ = ["LARGEST", "check_media", "check_media_path", "copy_media", "media_files", "media_type"]

LARGEST = 100_000_000
"""Bytes of one file, at most."""

_TYPES = {
    "picture": {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".webp": "image/webp",
        ".gif": "image/gif",
    },
    "clip": {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"},
}
"""What browsers show, by ending; no SVG, which can hold scripts."""

_PART = re.compile(r"""[^.\s<>:"|?*\\/\x00-\x1f\x7f][^<>:"|?*\\/\x00-\x1f\x7f]*(?<![. ])""")
"""A name that no system takes for anything else."""


def media_files(protocol: Protocol) -> tuple[str, ...]:
    """Return the different files that a protocol's trials name, in their order.

    Raises:
        ProtocolError: one of them cannot be a file of a study; the message names it.
    """
    shown = [trial.media for trial in protocol.trials if trial.media is not None]
    for media in shown:
        _check(media, protocol.name)
    files = tuple(dict.fromkeys(media.file for media in shown))
    if len({file.casefold() for file in files}) < len(files):
        raise ProtocolError(
            f"{protocol.name}: expected pictures and clips whose names differ by more than capital letters, "
            f"found {', '.join(files)}",
            hint="On some computers such names mean one file. Rename one.",
        )
    return files


def media_type(file: str) -> str:
    """Return the Internet media type of a picture or clip by its ending, such as "image/png".

    Raises:
        ProtocolError: browsers show no such files.
    """
    ending = PurePosixPath(file).suffix.lower()
    for types in _TYPES.values():
        if ending in types:
            return types[ending]
    known = ", ".join(ending for types in _TYPES.values() for ending in types)
    raise ProtocolError(f"{file}: expected a picture or clip ({known})")


def copy_media(store: Store, protocol: Protocol, folder: Path) -> None:
    """Copy into a study what a protocol names, each file to the same path.

    Args:
        store: of the study.
        protocol: names the files.
        folder: in which they lie.
    """
    for file in media_files(protocol):
        with open_outside(folder / file) as source, store.open_writer(file) as target:
            while piece := source.read(1 << 20):
                target.write(piece)


def check_media(protocol: Protocol, folder: Path) -> None:
    """Check that all files that a protocol names are there and not too large.

    Raises:
        ProtocolError: naming the file.
    """
    for file in media_files(protocol):
        place = folder / file
        if not place.is_file():
            raise ProtocolError(
                f"{protocol.name}: expected the picture or clip {place}, found none",
                hint="Put it there, or correct the trial's media in the protocol.",
            )
        size = place.stat().st_size
        if not 0 < size <= LARGEST:
            raise ProtocolError(
                f"{protocol.name}: expected a picture or clip of 1 to {LARGEST:,} bytes, "
                f"found {size:,} in {place}",
                hint="Make it smaller: shorter, or of fewer pixels." if size else "",
            )


def check_media_path(path: str) -> None:
    """Check that a picture or clip may lie in a study under that path; raises ProtocolError."""
    media_type(path)
    if not _fits(path):
        raise ProtocolError(f"{path}: expected the path of a picture or clip that can lie in a study")


def _fits(path: str) -> bool:
    parts = path.split("/")
    return all(_PART.fullmatch(part) for part in parts) and not is_own_name(parts[0])


def _check(media: Media, name: str) -> None:
    endings = _TYPES[media.kind]
    if PurePosixPath(media.file).suffix.lower() not in endings:
        raise ProtocolError(
            f"{name}: expected a {media.kind} that ends in one of {', '.join(endings)}, found {media.file!r}",
            hint="Convert it, and name the new file in the protocol.",
        )
    if not _fits(media.file):
        raise ProtocolError(
            f"{name}: expected the path of a {media.kind} that can lie in a study, found {media.file!r}",
            hint='Put pictures and clips into a folder of their own, as in: file = "media/sad.mp4"',
        )
