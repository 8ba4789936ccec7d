"""Everything a study holds of one participant, in one zip that opens without Mimik (GDPR, Art. 15 and 20)."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.consent import consent_text
from mimik.study.disk.folderstore import FolderStore
from mimik.study.layout import PARTICIPANTS
from mimik.study.participants import parse_participants
from mimik.study.session import INTERRUPTED
from mimik.study.takeouttables import (
    answers_table,
    consent_table,
    csv_table,
    events_table,
    exclusions_table,
    frames_table,
    sessions_table,
    trials_table,
)
from mimik.study.takeouttext import readme
from mimik.study.takeoutuses import MODEL, RELEASE, uses_of, uses_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimik.study.consent import Consent
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Takeout", "write_takeout"]


@dataclass(frozen=True, kw_only=True)
class Takeout:
    """What was written.

    Attributes:
        file: the zip.
        participant: whose data it holds.
        synthetic: whether the participant is simulated.
        sessions: how many.
        frames: how many.
        releases: in how many releases their data are.
        models: how many models learned from them.
    """

    file: Path
    participant: str
    synthetic: bool
    sessions: int
    frames: int
    releases: int
    models: int


def write_takeout(
    study: Study,
    participant: str,
    out: Path | str,
    *,
    on_progress: Callable[[float, float | None], None] | None = None,
) -> Takeout:
    """Write all that a study holds of a participant into a zip, which appears whole or not at all.

    Args:
        study: it is only read; its audit trail notes that a copy was made.
        participant: whose data.
        out: the zip, where nothing is yet and outside of the study.
        on_progress: told how many sessions of how many are written.

    Raises:
        StudyError: there is no such participant, one of their sessions is not finished, there is something at
            ``out``, or it can't be written.
        StudyDamaged: a file of theirs is broken.
    """
    sessions = study.sessions(participant)
    _check_finished(sessions)
    target = _target(study, Path(out))
    uses = uses_of(study, participant)
    synthetic = study.synthetic or any(info.synthetic for info in sessions)
    with FolderStore(target.parent).open_writer(target.name) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            text = readme(study.title, participant, sessions, uses, synthetic=synthetic)
            archive.writestr("README.txt", text)
            _write_person(study, participant, archive)
            archive.writestr("uses.csv", uses_table(uses))
            archive.writestr("sessions.csv", sessions_table(sessions))
            for done, info in enumerate(sessions):
                if on_progress:
                    on_progress(done, len(sessions))
                _write_session(study, info, archive)
        _check_free(target)  # something may have come there meanwhile
        frames = sum(info.frames for info in sessions)
        facts = {"sessions": len(sessions), "frames": frames}
        study.audit.note("took out", of=study.reference(participant), facts=facts)
    return Takeout(
        file=target,
        participant=participant,
        synthetic=synthetic,
        sessions=len(sessions),
        frames=frames,
        releases=sum(use.what == RELEASE for use in uses),
        models=sum(use.what == MODEL for use in uses),
    )


def _check_finished(sessions: Sequence[SessionInfo]) -> None:
    for info in sessions:
        if info.status == INTERRUPTED:
            raise StudyError(
                f"{info.participant}/{info.session}: expected finished sessions, found one that is not.",
                hint="Go on with it, or keep it as it is: `mimik finish`. A takeout leaves nothing out.",
            )


def _target(study: Study, out: Path) -> Path:
    target = out.absolute()
    _check_free(target)
    if study.folder.resolve() in target.resolve().parents:
        raise StudyError(
            f"{out}: expected a file outside of the study, found one in it.", hint="Name another."
        )
    return target


def _check_free(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise StudyError(f"{target}: expected no such file, found one.", hint="Name another.")


def _write_person(study: Study, participant: str, archive: zipfile.ZipFile) -> None:
    """Write their line of participants.tsv, what they agreed to, and the texts of it."""
    table = parse_participants(study.store.read(PARTICIPANTS))
    cells = table.rows[participant]
    row = (participant, *(cells.get(name, "") for name in table.names))
    archive.writestr("participant.csv", csv_table(("participant_id", *table.names), [row]))
    history = study.consent_history(participant)
    archive.writestr("consent.csv", consent_table(history))
    for version in _versions(history):
        archive.writestr(f"consent-text-{version}.txt", consent_text(study.store, version))


def _versions(history: Sequence[Consent]) -> list[str]:
    """Return the versions of this study's text that were agreed to."""
    return list(dict.fromkeys(one.version for one in history if one.version and not one.origin))


def _write_session(study: Study, info: SessionInfo, archive: zipfile.ZipFile) -> None:
    archive.writestr(f"{info.session}/trials.csv", trials_table(info))
    archive.writestr(f"{info.session}/events.csv", events_table(study.events(info)))
    if any(trial.answers for trial in info.trials):
        archive.writestr(f"{info.session}/answers.csv", answers_table(study.protocol, info))
    if said := exclusions_table(study.store, info):
        archive.writestr(f"{info.session}/exclusions.csv", said)
    archive.writestr(f"{info.session}/frames.csv", frames_table(study.table(info)))
