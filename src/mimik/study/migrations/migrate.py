"""The steps between formats of a study's folder, and how they are gone.

Each step can be broken off at any moment and done again: it says nothing of its new format before all else is
on the disk. Until then the study stays one of the old format, which the Mimik that made it can still open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError, StudyVersionError
from mimik.study.alone import alone
from mimik.study.audit.store import audited
from mimik.study.layout import STUDY
from mimik.study.migrations.one_to_two import begin_trail
from mimik.study.opening import study_store
from mimik.study.settings import FORMAT
from mimik.study.toml import field, read_toml, write_toml

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["STEPS", "Migration", "Step", "migrate_study"]


@dataclass(frozen=True)
class Step:
    """One step, from a format to the next.

    Attributes:
        before: the format it starts from.
        text: what it does, for people.
        apply: does it, all but the new number in study.toml.
    """

    before: int
    text: str
    apply: Callable[[Store], None]

    @property
    def after(self) -> int:
        """The format it leads to."""
        return self.before + 1


STEPS = (Step(1, "an audit trail begins, in which every file is noted as it is", begin_trail),)
"""All of them, the oldest first."""


@dataclass(frozen=True)
class Migration:
    """What a migration did, or would do.

    Attributes:
        before: format of the study as it was found.
        after: the format it has now, or would have.
        steps: those gone, or to be gone.
        dry_run: whether nothing was changed.
    """

    before: int
    after: int
    steps: tuple[Step, ...]
    dry_run: bool


def migrate_study(folder: Path | str, *, dry_run: bool = False, store: Store | None = None) -> Migration:
    """Bring a study to today's format; one that has it stays as it is.

    Args:
        folder: of the study.
        dry_run: only say which steps would be gone.
        store: through which it is read and written; that of the folder by default.

    Raises:
        StudyError: there is no study, or it can't be written; what was done so far is gone on with next time.
        StudyVersionError: it is of a format unknown here.
        StudyBusy: another program is changing it.
    """
    store = store or study_store(Path(folder))
    if not store.exists(STUDY):
        raise StudyError(f"{folder}: expected a study, found no {STUDY}.", hint="Check the path.")
    before = _format(store)
    steps = tuple(step for step in STEPS if step.before >= before)
    if steps and not dry_run:
        with alone(store):
            for step in steps:
                _go(store, step)
    return Migration(before, FORMAT, steps, dry_run)


def _go(store: Store, step: Step) -> None:
    if _format(store) != step.before:  # another program did it meanwhile
        return
    step.apply(store)
    write_toml(store, STUDY, read_toml(store, STUDY) | {"format": step.after})
    audited(store).audit.note("migrated", facts={"before": step.before, "after": step.after})


def _format(store: Store) -> int:
    found = field(read_toml(store, STUDY), "format", int, where=STUDY)
    if not 1 <= found <= FORMAT:
        raise StudyVersionError(
            f"{STUDY}: expected study format 1 to {FORMAT}, found {found}.",
            hint="Open the study with the version of Mimik that made it, or a newer one.",
        )
    return found
