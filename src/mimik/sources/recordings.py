"""Any recording, opened by what its name and first lines say it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mimik.sources.tablefiles import is_video, open_table_file
from mimik.sources.video import Video

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimik.sources.recordingfile import RecordingFile

__all__ = ["open_recording"]


def open_recording(
    path: str | Path,
    *,
    face_model: Path | str | None = None,
    rate: float | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> RecordingFile:
    """Open a recording, whatever made it.

    Args:
        path: the file.
        face_model: for videos, the file of MediaPipe's FaceLandmarker; see ``Landmarker``.
        rate: frames per second, for files that number frames but name no time.
        progress: for videos, told how many pictures are done and how many there should be (or None).

    Raises:
        TakeError: it is none that Mimik reads, or not as it should be.
        MissingExtra: it is a video, and MediaPipe is not installed.
    """
    if is_video(Path(path)):
        return Video(path, face_model=face_model, progress=progress)
    return open_table_file(path, rate=rate)
