"""Bringing to its end what an earlier program left half done in a study."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mimik.errors import StudyReadOnly
from mimik.study.audit.store import AuditedStore
from mimik.study.leftovers import clear_leftovers
from mimik.study.sessions import recover_sessions
from mimik.study.staging import recover_staging
from mimik.study.withdrawal.withdraw import recover_withdrawals

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.study.store import Store

__all__ = ["recover"]


def recover(store: Store, root: Path) -> None:
    """Bring half-done work to its end; where the study may only be read, leave what harms no reader."""
    if isinstance(store, AuditedStore):
        with contextlib.suppress(StudyReadOnly):
            store.settle()
    recover_staging(store)
    recover_withdrawals(store)
    with contextlib.suppress(StudyReadOnly):
        recover_sessions(store, root)
        clear_leftovers(store)
