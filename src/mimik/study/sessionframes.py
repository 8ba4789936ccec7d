"""The frames of one finished session, read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.frames import read_frames, table_of
from mimik.study.layout import FRAMES, session_folder
from mimik.study.session import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store

__all__ = ["frames_of_session", "table_of_session"]


def frames_of_session(
    store: Store, root: Path, info: SessionInfo, columns: Sequence[str] | None
) -> SessionFrames:
    """Return a finished session's frames; see ``Study.read_session``."""
    path, data = _file(store, root, info)
    return read_frames(data, where=path, columns=columns)


def table_of_session(store: Store, root: Path, info: SessionInfo) -> pa.Table:
    """Return a finished session's frames as an Arrow table; see ``Study.table``."""
    path, data = _file(store, root, info)
    return table_of(data, where=path)


def _file(store: Store, root: Path, info: SessionInfo) -> tuple[str, bytes]:
    if info.status == INTERRUPTED:
        raise StudyError(
            f"{info.participant}/{info.session}: expected a finished session, found an interrupted one.",
            hint="Resume it, finish it as it is, or discard it.",
        )
    path = f"{session_folder(info.participant, info.session)}/{FRAMES}"
    return str(root / path), store.read(path)
