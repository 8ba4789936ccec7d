"""Changes of many files at once: all of them or none, whatever happens in between.

New files are first written into a hidden folder of the study. Then one file, the commit, lists where each
belongs; from there on the change is certain, and whoever opens the study next moves what has not been moved.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mimik.bounded import parse_json
from mimik.errors import StudyBusy, StudyDamaged, StudyError, StudyReadOnly
from mimik.study.audit.store import noted_together

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Staging", "recover_staging", "staged"]

_PREFIX = ".staged-"
_COMMIT = "commit.json"


class Staging:
    """A change in the making.

    Attributes:
        folder: of the study, in which new files are written.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._moves: list[tuple[str, str]] = []

    def place(self, target: str) -> str:
        """Return where to write what is to become ``target``, a file or a folder that is moved as one."""
        source = f"{self.folder}/{len(self._moves)}"
        self._moves.append((source, target))
        return source

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """From where to where, in this order."""
        return tuple(self._moves)


@contextlib.contextmanager
def staged(store: Store) -> Iterator[Staging]:
    """Make a change of many files, which happens at the end of the block, or not at all on an error.

    Raises:
        StudyBusy: another program makes such a change right now.
    """
    with store.lock() as held:
        if not held:
            raise StudyBusy(
                "the study is being changed by another program.", hint="Wait until its import has ended."
            )
        staging = Staging(_PREFIX + secrets.token_hex(4))
        try:
            yield staging
            _commit(store, staging)
        except BaseException:
            if not store.exists(f"{staging.folder}/{_COMMIT}"):
                with contextlib.suppress(StudyError):  # the first error is the one to tell
                    store.remove(staging.folder)
            raise


def recover_staging(store: Store) -> None:
    """Bring a change to its end that was committed, undo one that was not; leave one in the making."""
    left = [name for name in store.list() if name.startswith(_PREFIX)]
    if not left:
        return
    with store.lock() as held:
        for folder in left if held else ():
            if store.exists(f"{folder}/{_COMMIT}"):
                _move(store, folder)
            else:
                with contextlib.suppress(StudyReadOnly):  # it harms nobody who only reads
                    store.remove(folder)


def _commit(store: Store, staging: Staging) -> None:
    for _, target in staging.moves:
        if target.count("/") == 1 and "/ses-" in target and store.exists(target):  # a session's folder
            raise StudyBusy(
                f"{target} came into being meanwhile.", hint="Try again when nothing is recorded."
            )
    if staging.moves:
        store.write(f"{staging.folder}/{_COMMIT}", json.dumps(staging.moves).encode())
        _move(store, staging.folder)


def _move(store: Store, folder: str) -> None:
    """Do what the commit says; what was moved before is no longer at its source."""
    path = f"{folder}/{_COMMIT}"
    try:
        moves = [(str(source), str(target)) for source, target in parse_json(store.read(path))]
    except (ValueError, TypeError) as error:
        raise StudyDamaged(f"{path}: expected a list of moves, found a fault: {error}.") from error
    with noted_together(store, moves):
        for source, target in moves:
            if store.exists(source):
                store.rename(source, target)
    store.remove(folder)
