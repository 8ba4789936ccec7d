"""Restore what can be restored without guessing: what a journal still holds, and half-done work."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mimik.errors import MimikError, StudyBusy, StudyVersionError
from mimik.study.finishing import is_leftover
from mimik.study.integrity.files import check_files, damaged_store
from mimik.study.integrity.journals import RESTORABLE, plan_restoration, restore_session
from mimik.study.layout import JOURNAL, STUDY, is_participant, is_session
from mimik.study.leftovers import clear_leftovers, find_leftovers
from mimik.study.sessions import recover_sessions
from mimik.study.settings import read_settings
from mimik.study.staging import recover_staging

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimik.study.integrity.finding import FileReport
    from mimik.study.store import Store

__all__ = ["Repair", "RepairReport", "repair_files"]

FORMAT = 1
"""Version of the plain data that ``RepairReport.to_dict`` makes."""

Kind = Literal["restored", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was repaired, or would be.

    Attributes:
        kind: "restored" from a journal, "completed" (half-done work brought to its end), or "failed".
        file: path below the study's folder.
        text: what was done, or why it could not be.
    """

    kind: Kind
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair did, or would do.

    Attributes:
        dry_run: whether nothing was changed.
        repairs: what was done, or would be.
        left: what the checks of files find afterwards; before, in a dry run.
    """

    dry_run: bool
    repairs: tuple[Repair, ...]
    left: FileReport

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {
            "format": FORMAT,
            "dry_run": self.dry_run,
            "repairs": [asdict(each) for each in self.repairs],
            "left": self.left.to_dict(),
        }


def repair_files(
    folder: Path | str,
    *,
    dry_run: bool = False,
    store: Store | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RepairReport:
    """Restore what can be restored; nothing is guessed, and damaged files are set aside, not removed.

    Args:
        folder: of the study.
        dry_run: only say what would be done.
        store: through which it is read and written; that of the folder by default.
        on_progress: called with (sessions checked afterwards, sessions in all).

    Raises:
        StudyError: there is no study, or its folder can't be read.
    """
    store = store or damaged_store(folder)
    _refuse_other_formats(store)
    repairs = _sessions(store, dry_run=dry_run)  # first: the next step lets go of journals
    failed = {each.file for each in repairs if each.kind == "failed"}
    repairs += [each for each in _half_done(store, Path(folder), dry_run=dry_run) if each.file not in failed]
    return RepairReport(dry_run, tuple(repairs), check_files(folder, store=store, on_progress=on_progress))


def _refuse_other_formats(store: Store) -> None:
    try:
        read_settings(store)
    except StudyVersionError:
        raise
    except MimikError:  # damaged: what can be restored still is
        return


def _sessions(store: Store, *, dry_run: bool) -> list[Repair]:
    """Write the files of sessions again whose journal is still there."""
    repairs = []
    for folder in _with_journal(store):
        try:
            hold = store.append(f"{folder}/{JOURNAL}")
        except StudyBusy:  # it is being recorded right now
            continue
        try:
            plan = plan_restoration(store, folder)
            if plan is None:
                continue
            if not dry_run:
                restore_session(store, folder, plan)
            repairs += [Repair("restored", f"{folder}/{name}", RESTORABLE[name]) for name in plan.damaged]
        except MimikError as error:
            repairs.append(Repair("failed", f"{folder}/{JOURNAL}", str(error)))
        finally:
            hold.close()
    return repairs


def _half_done(store: Store, root: Path, *, dry_run: bool) -> list[Repair]:
    """Bring to its end what every command that opens the study would, too."""
    before = _work(store)
    if dry_run or not before:
        return [Repair("completed", path, text) for path, text in before.items()]
    try:
        read_settings(store)  # a change may be of a format unknown here
        recover_staging(store)
        recover_sessions(store, root)
        clear_leftovers(store)
    except MimikError as error:
        failed = [Repair("failed", STUDY, f"Half-done work could not be brought to its end: {error}")]
    else:
        failed = []
    after = _work(store)
    return failed + [Repair("completed", path, text) for path, text in before.items() if path not in after]


def _work(store: Store) -> dict[str, str]:
    """Return path -> what becomes of it, for what opening the study brings to its end or undoes."""
    work = {}
    for name in store.list():
        if name.startswith(".staged-"):
            done = store.exists(f"{name}/commit.json")
            work[name] = "a change of many files, " + ("brought to its end" if done else "undone")
        elif name.startswith(".discarded-"):
            work[name] = "a discarded session, removed"
    for path in find_leftovers(store):
        work[path] = "what a stopped program was writing, removed"
    for folder in _with_journal(store):
        with suppress(MimikError):
            if is_leftover(store, folder, Path(folder)):
                work[f"{folder}/{JOURNAL}"] = (
                    "the journal of a session that has ended, made its lasting files"
                )
    return work


def _with_journal(store: Store) -> list[str]:
    return [
        f"{person}/{session}"
        for person in store.list()
        if is_participant(person)
        for session in store.list(person)
        if is_session(session) and store.exists(f"{person}/{session}/{JOURNAL}")
    ]
