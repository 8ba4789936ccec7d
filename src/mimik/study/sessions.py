"""The sessions of a study: finding them, starting one, and what can be done with an interrupted one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged, StudyError
from mimik.study.answers import parse_answers, with_answers
from mimik.study.attempts import attempts_of, notes_of, trials_of
from mimik.study.exclusions import parse_exclusions, with_exclusions
from mimik.study.finishing import finish_leftover, write_session
from mimik.study.journal import JournalContent, JournalWriter, read_journal
from mimik.study.layout import (
    ANSWERS,
    EVENTS,
    EXCLUSIONS,
    JOURNAL,
    SESSION,
    is_participant,
    is_session,
    next_session,
    session_folder,
)
from mimik.study.leftovers import NEW
from mimik.study.session import INTERRUPTED, PARTIAL, EventInfo, SessionInfo
from mimik.study.sessionfile import encode_session, parse_events, parse_session
from mimik.study.writer import SessionWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mimik.protocol import Protocol
    from mimik.study.store import Store

__all__ = [
    "discard_session",
    "events_of",
    "find_sessions",
    "finish_session",
    "load_session",
    "participant_folders",
    "recover_sessions",
    "resume_session",
    "start_session",
]


def participant_folders(store: Store) -> tuple[str, ...]:
    """Return the names of all folders that are a participant's."""
    return tuple(name for name in store.list() if is_participant(name))


def find_sessions(store: Store, root: Path, participant: str | None = None) -> Iterator[SessionInfo]:
    """Yield the sessions of everyone, or of one participant, by participant and name."""
    for person in participant_folders(store) if participant is None else (participant,):
        for session in store.list(person):
            if is_session(session):
                try:
                    info = load_session(store, root, person, session)
                except StudyDamaged:
                    if not store.exists(f"{person}/{session}"):  # discarded meanwhile
                        continue
                    raise
                yield info


def start_session(store: Store, root: Path, info: SessionInfo, protocol: Protocol) -> SessionWriter:
    """Begin a session under the participant's next free name; ``info.session`` and ``.path`` are set here."""
    session = next_session(store.list(info.participant))
    folder = session_folder(info.participant, session)
    info = replace(info, session=session, path=root.joinpath(folder), status=INTERRUPTED)
    fresh = f"{NEW}{info.participant}-{session}"  # so that the folder appears with all it must have
    store.remove(fresh)
    write_session(store, fresh, info)
    begun = JournalWriter(store.append(f"{fresh}/{JOURNAL}"), bytearray())
    begun.header(encode_session(info))
    begun.close()  # Windows cannot rename a folder with an open file in it
    store.rename(fresh, folder)
    journal = JournalWriter(store.append(f"{folder}/{JOURNAL}"), begun.written)
    return SessionWriter(store, info, journal, protocol)


def resume_session(store: Store, info: SessionInfo, protocol: Protocol | None) -> SessionWriter:
    """Go on with an interrupted session; the torn end of its journal is cut off first.

    Without a protocol no answer can be stored.
    """
    folder = _interrupted(store, info)
    _journal(store, folder)  # before appending would make one
    file = store.append(f"{folder}/{JOURNAL}")
    try:
        content = _journal(store, folder)
        file.cut(content.whole)
    except BaseException:
        file.close()
        raise
    return SessionWriter(store, info, JournalWriter(file), protocol, attempts_of(content))


def finish_session(store: Store, info: SessionInfo, at: float) -> SessionInfo:
    """Keep an interrupted session as it is: status "partial"."""
    return resume_session(store, info, None).finish(at, status=PARTIAL)


def discard_session(store: Store, info: SessionInfo) -> None:
    """Remove an interrupted session for good."""
    folder = _interrupted(store, info)
    store.append(f"{folder}/{JOURNAL}").close()  # refused while it is being recorded
    bin_ = f".discarded-{info.participant}-{info.session}"
    store.rename(folder, bin_)  # gone in one step; the removal itself may be cut short
    store.remove(bin_)


def recover_sessions(store: Store, root: Path) -> None:
    """Bring to its end what an earlier program left half finished or half discarded."""
    for name in store.list():
        if name.startswith(".discarded-"):
            store.remove(name)
    for person in participant_folders(store):
        for session in store.list(person):
            if is_session(session):
                folder = session_folder(person, session)
                finish_leftover(store, folder, root.joinpath(folder))


def load_session(store: Store, root: Path, participant: str, session: str) -> SessionInfo:
    """Return what the files of a session say now."""
    folder = session_folder(participant, session)
    info = parse_session(store.read(f"{folder}/{SESSION}"), path=root.joinpath(folder))
    if folder != f"{info.participant}/{info.session}":
        raise StudyDamaged(
            f"{folder}/{SESSION}: expected the facts of {folder}, found {info.participant}/{info.session}.",
            hint="Was the folder renamed or copied? Undo that.",
        )
    if info.status == INTERRUPTED:
        return _with_journal(store, folder, info)
    trials, _ = parse_events(store.read(f"{folder}/{EVENTS}"), where=f"{folder}/{EVENTS}")
    path = f"{folder}/{ANSWERS}"
    if store.exists(path):
        trials = with_answers(trials, parse_answers(store.read(path), where=path, trials=trials))
    path = f"{folder}/{EXCLUSIONS}"
    if store.exists(path):
        trials = with_exclusions(trials, parse_exclusions(store.read(path), where=path, trials=trials))
    return replace(info, trials=trials)


def events_of(store: Store, info: SessionInfo) -> tuple[EventInfo, ...]:
    """Return what happened in a session besides its trials, whether it is finished or not."""
    folder = session_folder(info.participant, info.session)
    status = parse_session(store.read(f"{folder}/{SESSION}"), path=info.path).status
    if status == INTERRUPTED:
        return notes_of(_journal(store, folder), info.facts.started)
    return parse_events(store.read(f"{folder}/{EVENTS}"), where=f"{folder}/{EVENTS}")[1]


def _with_journal(store: Store, folder: str, info: SessionInfo) -> SessionInfo:
    try:
        content = _journal(store, folder)
    except StudyDamaged as error:
        return replace(info, problem=str(error))
    trials = trials_of(content, info.facts.started)
    return replace(info, trials=trials, frames=len(content.frames))


def _journal(store: Store, folder: str) -> JournalContent:
    where = f"{folder}/{JOURNAL}"
    content = read_journal(store.read(where), where=where)
    if not content.header:
        raise StudyDamaged(
            f"{where}: expected a journal that begins with its header, found none.",
            hint="The session cannot be resumed, only discarded.",
        )
    return content


def _interrupted(store: Store, info: SessionInfo) -> str:
    """Return the session's folder if it is still interrupted, whatever ``info`` knew."""
    folder = session_folder(info.participant, info.session)
    if parse_session(store.read(f"{folder}/{SESSION}"), path=info.path).status != INTERRUPTED:
        raise StudyError(f"{folder}: expected an interrupted session, found a finished one.")
    return folder
