"""Reading many sessions: the next ones are unpacked while the caller works on the last."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["read_sessions"]

_THREADS = 2
_AHEAD = 4  # sessions in memory at most, so that a study larger than memory can be walked through


def read_sessions(
    study: Study, sessions: Iterable[SessionInfo], columns: Sequence[str] | None = None
) -> Iterator[SessionFrames]:
    """Yield the frames of sessions in their order; columns and errors as in ``Study.read_session``."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[SessionFrames]] = deque()
        try:
            for info in sessions:
                waiting.append(pool.submit(study.read_session, info, columns))
                if len(waiting) == _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
