"""Recordings made by others become sessions of a study: all of them, or none on an error."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.study.consent import ELSEWHERE, check_basis, record_consent
from mimik.study.disk.outside import file_digest
from mimik.study.layout import PARTICIPANTS, consent_file, is_session, next_session, session_folder
from mimik.study.naming import name_participants
from mimik.study.participants import parse_participants, write_participants
from mimik.study.plan import ImportPlan, PlannedTake, plan_takes
from mimik.study.purposes import check_purposes
from mimik.study.registers import refuse_withdrawn
from mimik.study.session import IMPORTED, SessionFacts, SessionInfo
from mimik.study.staging import Staging, staged
from mimik.study.takesession import write_take_session
from mimik.version import __version__

if TYPE_CHECKING:
    from numpy.random import Generator

    from mimik.study.study import Study

__all__ = ["ImportPlan", "ImportProgress", "ImportResult", "import_takes"]


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: ``file`` of ``files`` (from 1) is being read, ``frames`` are done in all."""

    path: Path
    file: int
    files: int
    frames: int


@dataclass(frozen=True)
class ImportResult:
    """What an import brought.

    Attributes:
        sessions: the new sessions.
        key: name of each participant as given -> pseudonym; the only place where both stand together.
        files: how many were read.
        frames: how many were stored.
    """

    sessions: tuple[SessionInfo, ...]
    key: Mapping[str, str]
    files: int
    frames: int


def import_takes(
    study: Study,
    paths: Iterable[Path | str],
    plan: ImportPlan,
    progress: Callable[[ImportProgress], None] | None = None,
    *,
    rng: Generator | None = None,
) -> ImportResult:
    """Import recordings into a study: tables of several makers, and videos by ``plan.open_video``.

    A file is one recording, an EmotionTrain file one for each run of an expression; those of one participant
    and session become one session. Memory stays bounded whatever the size of the files. On any error the
    study stays as it was.

    Args:
        study: into which to import.
        paths: files, or folders that are searched through.
        plan: whose recordings they are and on what basis they stand here.
        progress: told about every block that was read.
        rng: to draw pseudonyms from; the system's randomness by default.

    Raises:
        TakeError: a file cannot be read.
        StudyError: it is unclear whose a file is, it is imported already, or the study cannot be written.
    """
    check_basis(plan.basis)
    purposes = check_purposes(plan.purposes)
    takes = plan_takes(paths, plan)
    digests = _new_digests(study, takes)
    with staged(study.store) as staging:
        table = parse_participants(study.store.read(PARTICIPANTS))
        key = name_participants((t.participant for t in takes), plan, table, rng)
        for person in key.values():
            refuse_withdrawn(study.store, person)
        study.store.write(staging.place(PARTICIPANTS), write_participants(table))
        for person in dict.fromkeys(key.values()):
            place = staging.place(consent_file(person))
            record_consent(
                study.store,
                person,
                at=time.time(),
                basis=plan.basis,
                purposes=purposes,
                how=ELSEWHERE,
                into=place,
            )
        report = _Reporter(progress, len(takes))
        sessions = [
            _import_session(study, staging, name, group, plan, digests, report)
            for name, group in _grouped(study, takes, key, plan).items()
        ]
    return ImportResult(tuple(sessions), key, len(takes), sum(s.frames for s in sessions))


class _Reporter:
    """Counts files and frames for whoever watches."""

    def __init__(self, progress: Callable[[ImportProgress], None] | None, files: int) -> None:
        self._progress = progress
        self._files = files
        self._paths: dict[Path, int] = {}
        self._frames = 0

    def __call__(self, path: Path, frames: int) -> None:
        self._frames += frames
        number = self._paths.setdefault(path, len(self._paths) + 1)
        if self._progress is not None:
            self._progress(ImportProgress(path, number, self._files, self._frames))


def _new_digests(study: Study, takes: Iterable[PlannedTake]) -> dict[Path, str]:
    """Return the digest of each file; raises StudyError for one that is there already, or twice."""
    known: dict[Any, str] = {
        take.get("sha256"): f"{info.participant}/{info.session}"
        for info in study.sessions()
        for take in info.facts.takes
    }
    digests: dict[Path, str] = {}
    for take in takes:
        digest = file_digest(take.path)
        if digest in known:
            raise StudyError(
                f"{take.path}: expected a new take, found the same bytes in {known[digest]}.",
                hint="Leave this file out; the same frames twice would count as two recordings.",
            )
        known[digest] = str(take.path)
        digests[take.path] = digest
    return digests


def _grouped(
    study: Study, takes: Iterable[PlannedTake], key: Mapping[str, str], plan: ImportPlan
) -> dict[tuple[str, str], list[PlannedTake]]:
    """Return (pseudonym, session) -> its takes, under session names that are free."""
    names: dict[tuple[str, str], str] = {}
    groups: dict[tuple[str, str], list[PlannedTake]] = {}
    for take in takes:
        person = key[take.participant]
        if (person, take.session) not in names:
            taken = [*study.store.list(person), *(name for p, name in groups if p == person)]
            names[person, take.session] = _session_name(take.session, taken, keep=plan.keep_names)
        groups.setdefault((person, names[person, take.session]), []).append(take)
    return groups


def _session_name(given: str, taken: list[str], *, keep: bool) -> str:
    name = given if given.startswith("ses-") else f"ses-{given}"
    if not (keep and given):
        return next_session(taken)
    if not is_session(name) or name.lower() in (t.lower() for t in taken):
        raise StudyError(
            f"session {given!r}: expected letters and digits, and a name not yet in use.",
            hint="Rename the folder, or let Mimik name the sessions.",
        )
    return name


def _import_session(
    study: Study,
    staging: Staging,
    name: tuple[str, str],
    takes: Iterable[PlannedTake],
    plan: ImportPlan,
    digests: Mapping[Path, str],
    report: Callable[[Path, int], None],
) -> SessionInfo:
    person, session = name
    folder = session_folder(person, session)
    place = staging.place(folder)
    info = SessionInfo(
        participant=person,
        session=session,
        path=study.folder.joinpath(folder),
        status=IMPORTED,
        facts=SessionFacts(started=math.nan),
        consent={"basis": plan.basis.strip()},
        synthetic=study.synthetic,
        software=f"mimik {__version__}",
    )
    return write_take_session(study.store, place, info, takes, plan, digests, report)
