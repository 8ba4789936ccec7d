"""Recordings in tables, opened by what their name and first lines say; and which files are videos.

Nothing here knows MediaPipe, so that whoever only stores frames needs none of it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import TakeError
from mimik.sources.emotiontrain import EmotionTrain
from mimik.sources.facecaptxt import FaceCapTxt
from mimik.sources.mediapipecsv import MediaPipeCsv
from mimik.sources.mediapipenames import NEUTRAL
from mimik.sources.pyfeat import PyFeat, is_pyfeat
from mimik.sources.takes import Take
from mimik.sources.textcolumns import column_of, read_start

if TYPE_CHECKING:
    from mimik.sources.recordingfile import RecordingFile

__all__ = ["ENDINGS", "is_video", "kind_of", "open_table_file"]

ENDINGS = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm"})
"""How names of videos end."""

_TEXTS = {".csv", ".txt", ".tsv"}
_KNOWN = (
    "Mimik reads CSV takes of Live Link Face, EmotionTrain text files, TXT recordings of Face Cap, CSV files"
    f" of py-feat and of MediaPipe's blend shapes, and videos ({', '.join(sorted(ENDINGS))})."
)
_FEWEST = 20  # names of blend shapes by which a table is known


def open_table_file(path: str | Path, *, rate: float | None = None) -> RecordingFile:
    """Open a recording that is a table.

    Args:
        path: the file.
        rate: frames per second, for files that number frames but name no time.

    Raises:
        TakeError: it is none that Mimik reads, or not as it should be.
    """
    kind = kind_of(path)
    if kind is PyFeat:
        return PyFeat(path, rate=rate)
    if kind is MediaPipeCsv:
        return MediaPipeCsv(path, rate=rate)
    text: type[Take | EmotionTrain | FaceCapTxt] = kind
    return text(path)


def is_video(path: Path) -> bool:
    """Return whether a file's name is that of a video."""
    return path.suffix.lower() in ENDINGS


def kind_of(path: str | Path) -> type:
    """Return the class that reads a table, by its ending and the names of its columns.

    Raises:
        TakeError: it can't be read, or is none of them.
    """
    path = Path(path)
    if path.suffix.lower() not in _TEXTS:
        raise TakeError(f"Expected a recording, found {path}.", hint=_KNOWN)
    lines = read_start(path)
    if lines[0].startswith(("info,", "bs,")):
        return FaceCapTxt
    return _table_of(_names(lines[0]), text=path.suffix.lower() == ".txt")


def _names(line: str) -> tuple[str, ...]:
    delimiter = next((mark for mark in "\t;," if mark in line), ",")
    return tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter), []))


def _table_of(header: tuple[str, ...], *, text: bool) -> type:
    lower = {name.lower() for name in header}
    if "timecode" in lower:
        return Take
    if is_pyfeat(header):
        return PyFeat
    shapes = {column_of(name) for name in header} - {None}
    labelled = bool(lower & {"expression", "label"})
    if text or (labelled and "tongueOut" in shapes):
        return EmotionTrain
    if len(shapes) >= _FEWEST and (NEUTRAL in header or "tongueOut" not in shapes):
        return MediaPipeCsv
    return Take  # its message tells what a take has
