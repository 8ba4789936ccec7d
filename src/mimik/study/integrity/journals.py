"""A session's files written again from its journal, where that is still there and says all of it.

The journal goes when a session is finished, so this is possible only for sessions that broke off, and for
those whose finishing was interrupted; or where somebody puts back the journal out of a copy of the study.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import MimikError, StudyDamaged
from mimik.study.answers import encode_answers, parse_answers
from mimik.study.attempts import answers_of, finish_of, notes_of
from mimik.study.finishing import finished_info, frames_are_whole, write_frames, write_session
from mimik.study.journal import read_journal
from mimik.study.layout import ANSWERS, EVENTS, FRAMES, JOURNAL, SESSION
from mimik.study.session import INTERRUPTED
from mimik.study.sessionfile import encode_events, parse_events, parse_session, parse_values

if TYPE_CHECKING:
    from mimik.study.answers import Answer
    from mimik.study.journal import JournalContent
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store

__all__ = ["RESTORABLE", "Restoration", "plan_restoration", "restore_session", "set_aside"]

RESTORABLE = {
    FRAMES: "frames written again from the journal",
    EVENTS: "events written again from the journal",
    ANSWERS: "answers written again from the journal, without those that came in later",
    SESSION: "facts written again from the journal",
}
"""The files of a session that a journal can bring back, in the order in which they are written."""


@dataclass(frozen=True)
class Restoration:
    """What is to be written again.

    Attributes:
        info: the session as it is to be told, from the journal.
        content: of the journal.
        damaged: names of the files that are missing or damaged, in the order of ``RESTORABLE``.
    """

    info: SessionInfo
    content: JournalContent
    damaged: tuple[str, ...]


def plan_restoration(store: Store, folder: str) -> Restoration | None:
    """Return what a session's journal can bring back, or None where nothing is to be restored.

    Raises:
        StudyDamaged: the journal is damaged, or is of other frames than the session's facts tell.
    """
    path = f"{folder}/{JOURNAL}"
    content = read_journal(store.read(path), where=path)
    begun = parse_values(content.header, path=Path(folder))
    if f"{begun.participant}/{begun.session}" != folder:
        raise StudyDamaged(f"{path}: expected the journal of {folder}, found another session's.")
    stored = _stored_info(store, folder)
    if finish_of(content) is None:
        if stored is not None or store.exists(f"{folder}/{FRAMES}"):
            return None  # it can be resumed; or it is finished, and the journal is not all of it
        return Restoration(begun, content, (SESSION,))
    if stored is not None and stored.status == INTERRUPTED:
        return None  # opening the study finishes it
    info = finished_info(begun, content, write_frames(io.BytesIO(), begun, content))
    if stored is not None and stored.frames_sha256 != info.frames_sha256:
        raise StudyDamaged(f"{path}: expected the frames that {SESSION} tells of, found others.")
    damaged = tuple(name for name in RESTORABLE if _is_damaged(store, folder, name, info, content))
    return Restoration(info, content, damaged) if damaged else None


def restore_session(store: Store, folder: str, plan: Restoration) -> None:
    """Set the damaged files aside and write them again; the journal stays."""
    info, content = plan.info, plan.content
    for name in plan.damaged:
        path = f"{folder}/{name}"
        set_aside(store, folder, name)
        if name == FRAMES:
            with store.open_writer(path) as file:
                write_frames(file, info, content)
        elif name == EVENTS:
            store.write(path, _events(info, content))
        elif name == ANSWERS:
            store.write(path, encode_answers(_answers(info, content)))
        else:
            write_session(store, folder, info)


def set_aside(store: Store, folder: str, name: str) -> None:
    """Rename a damaged file, if it is there, to a free name that begins with .damaged-."""
    if not store.exists(f"{folder}/{name}"):
        return
    aside, number = f"{folder}/.damaged-{name}", 1
    while store.exists(aside):
        number += 1
        aside = f"{folder}/.damaged-{number}-{name}"
    store.rename(f"{folder}/{name}", aside)


def _stored_info(store: Store, folder: str) -> SessionInfo | None:
    """Return what session.json says, or None where it is missing, unreadable or another session's."""
    path = f"{folder}/{SESSION}"
    if not store.exists(path):
        return None
    try:
        return parse_session(store.read(path), path=Path(folder))
    except StudyDamaged:
        return None


def _is_damaged(store: Store, folder: str, name: str, info: SessionInfo, content: JournalContent) -> bool:
    path = f"{folder}/{name}"
    if name == FRAMES:
        return not frames_are_whole(store, folder, info.frames_sha256)
    if name == SESSION:
        return _stored_info(store, folder) is None
    answers = _answers(info, content)
    if not store.exists(path):
        return name == EVENTS or bool(answers)
    try:
        if name == ANSWERS:
            parse_answers(store.read(path), where=path, trials=info.trials)
            return False
        told = parse_events(_events(info, content), where=path)
        return parse_events(store.read(path), where=path) != told
    except MimikError:
        # answers of elsewhere may be in it, which no journal has
        return name == EVENTS or bool(answers)


def _events(info: SessionInfo, content: JournalContent) -> bytes:
    return encode_events(info.trials, notes_of(content, info.facts.started))


def _answers(info: SessionInfo, content: JournalContent) -> tuple[Answer, ...]:
    return answers_of(content, info.facts.started)
