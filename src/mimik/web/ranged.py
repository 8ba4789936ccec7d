"""Parts of a study's file that browsers ask for, such as those of a clip (RFC 9110, section 14)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from fastapi import Response

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["ranged", "size_of"]

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def size_of(store: Store, path: str) -> int:
    """Return how many bytes a file has."""
    with store.open_reader(path) as file:
        return file.seek(0, io.SEEK_END)


def ranged(
    store: Store, path: str, asked: str | None, *, media_type: str, headers: dict[str, str]
) -> Response:
    """Return a file, or the part that a header ``Range`` asks for; what is not understood is passed over."""
    headers = {**headers, "Accept-Ranges": "bytes"}
    with store.open_reader(path) as file:
        size = file.seek(0, io.SEEK_END)
        part = _part(asked, size)
        if part is None:
            file.seek(0)
            return Response(file.read(), media_type=media_type, headers=headers)
        begin, end = part
        if begin > end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        file.seek(begin)
        headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
        return Response(file.read(end + 1 - begin), 206, media_type=media_type, headers=headers)


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that are asked for, or None for all of them."""
    match = _RANGE.fullmatch(asked or "")
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        return int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)
    return max(0, size - int(match[2])), size - 1
