"""Standing for a change that was not made through Mimik, so that it is no finding any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.audit.files import (
    content_digest,
    files_below,
    is_lasting,
    named,
    noted_name,
    owner_of,
    reference_in,
    salted,
)
from mimik.study.audit.references import STUDY_LINE, write_new
from mimik.study.audit.trail import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.study.audit.audit import Audit
    from mimik.study.audit.references import Ledger

__all__ = ["accept_files"]


def accept_files(audit: Audit, paths: Sequence[str], *, by: str, why: str) -> tuple[str, ...]:
    """Note files as they are now, gone ones as gone; return which were not as noted before.

    Whether they can be read is for the caller to know.

    Args:
        audit: the trail.
        paths: of files, or of folders with all in them, below the study's folder.
        by: who stands for it.
        why: the reason, in a line of words without identities.

    Raises:
        StudyError: a path is of nothing that the trail notes, or is as it was noted.
    """
    if not by.strip() or not why.strip():
        raise StudyError("accept: expected who stands for it and why, found nothing.")
    with audit.held() as held:
        ledger = write_new(audit.store, [STUDY_LINE, *map(owner_of, paths)])
        found: dict[str, tuple[str, str]] = {}
        for path in paths:
            changes = _changes(audit, ledger, path)
            if not changes:
                raise StudyError(
                    f"{path}: expected a file that is not as the audit trail notes, found none.",
                    hint="Name it as `mimik check` does.",
                )
            found |= changes
        for file, digest in found.values():
            held.add(ACCEPTED, of=reference_in(file), file=file, digest=digest, by=by, why=why)
    return tuple(found)


def _changes(audit: Audit, ledger: Ledger, path: str) -> dict[str, tuple[str, str]]:
    """Return path -> (file as the trail names it, digest as it is now) of what is not as noted."""
    noted = {named(file, ledger): digest for file, digest in audit.trail.noted.items() if digest}
    there = [file for file in files_below(audit.store, path) if is_lasting(file)]
    gone = [file for file in noted if file not in there and (file == path or file.startswith(path + "/"))]
    salts = {file: ledger.entries[owner_of(file)].salt for file in there}
    present = {file: salted(content_digest(audit.store, file), salts[file]) for file in there}
    present |= dict.fromkeys(gone, "")
    return {
        file: (noted_name(file, ledger), digest)
        for file, digest in present.items()
        if digest != noted.get(file, "")
    }
