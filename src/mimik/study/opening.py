"""How a study's folder is read and written: which stores lie upon each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.audit.store import AuditedStore
from mimik.study.store import FolderStore

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.study.store import Store

__all__ = ["study_store"]


def study_store(folder: Path) -> Store:
    """Return the store through which all of a study is read and written, whether or not there is one yet."""
    return AuditedStore(FolderStore(folder))
