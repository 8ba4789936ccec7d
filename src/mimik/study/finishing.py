"""The end of a recording: the journal becomes the session's lasting files.

The order makes every interruption harmless: the journal, whose last record says that the session is finished,
goes only when everything else lies on the disk. Until then the same steps can simply be done again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from mimik.errors import StudyDamaged, StudyError
from mimik.frame import Block
from mimik.study.answers import encode_answers
from mimik.study.attempts import (
    answers_of,
    attempts_of,
    finish_of,
    frame_labels,
    notes_of,
    trials_of,
)
from mimik.study.audit.store import noted_as_one
from mimik.study.frames import frames_digest, inspect_frames, open_frames
from mimik.study.journal import JournalContent, read_journal
from mimik.study.layout import ANSWERS, EVENTS, FRAMES, JOURNAL, SESSION
from mimik.study.session import INTERRUPTED, SessionInfo
from mimik.study.sessionfile import encode_events, encode_session, parse_session

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.study.frames import FramesWriter
    from mimik.study.store import Closable, Store

__all__ = [
    "finish_journal",
    "finish_leftover",
    "finished_info",
    "frames_are_whole",
    "is_leftover",
    "write_frames",
    "write_session",
]


def finish_journal(
    store: Store, folder: str, info: SessionInfo, hold: Closable, written: bytes | bytearray | None = None
) -> SessionInfo:
    """Turn a session's journal, ended by a finish record, into its lasting files; safe to do again.

    Args:
        store: of the study.
        folder: of the session.
        info: what is known of it.
        hold: keeps others off the journal and is closed before the journal is removed.
        written: the journal, where it is at hand; by default it is read.

    Raises:
        StudyDamaged: the journal is broken, or has no end.
        StudyError: something can't be written; the journal is left.
    """
    journal = f"{folder}/{JOURNAL}"
    if written is None or not store.exists(journal):  # whose session was removed meanwhile, stays removed
        written = store.read(journal)
    content = read_journal(written, where=journal)
    if finish_of(content) is None:
        raise StudyDamaged(f"{journal}: expected the end of the session, found none.")
    with noted_as_one(store):
        done = _write_lasting(store, folder, info, content)
    hold.close()
    store.remove(journal)
    return done


def _write_lasting(store: Store, folder: str, info: SessionInfo, content: JournalContent) -> SessionInfo:
    with store.open_writer(f"{folder}/{FRAMES}") as file:
        frames = write_frames(file, info, content)
    done = finished_info(info, content, frames)
    started = info.facts.started
    store.write(f"{folder}/{EVENTS}", encode_events(done.trials, notes_of(content, started)))
    if answers := answers_of(content, started):
        store.write(f"{folder}/{ANSWERS}", encode_answers(answers))
    write_session(store, folder, done)
    return done


def write_frames(file: BinaryIO, info: SessionInfo, content: JournalContent) -> FramesWriter:
    """Write the frames of a journal as a Parquet file; the writer returned tells how many, and the digest."""
    trial, expressions, codes = frame_labels(content, attempts_of(content))
    with open_frames(file, synthetic=info.synthetic) as frames:
        frames.write(trial, expressions, codes, _block(content))
    return frames


def finished_info(info: SessionInfo, content: JournalContent, frames: FramesWriter) -> SessionInfo:
    """Return what is told of a session once its journal, ended by a finish record, is its lasting files."""
    finish = finish_of(content)
    assert finish is not None
    return replace(
        info,
        status=finish["status"],
        trials=trials_of(content, info.facts.started),
        frames=frames.frames,
        frames_sha256=frames.digest.hexdigest(),
    )


def frames_are_whole(store: Store, folder: str, digest: str) -> bool:
    """Whether a session's frames are there, can be read and have that digest."""
    path = f"{folder}/{FRAMES}"
    if not store.exists(path):
        return False
    try:
        return frames_digest(inspect_frames(store.read(path), where=path)[0]) == digest
    except StudyDamaged:
        return False


def finish_leftover(store: Store, folder: str, path: Path) -> None:
    """Finish a session whose finishing was interrupted; leave one that can be resumed as it is.

    The journal of a finished session goes only when the frames on the disk are those told of.
    """
    journal = f"{folder}/{JOURNAL}"
    if not store.exists(journal) or not store.exists(f"{folder}/{SESSION}"):
        return
    if not is_leftover(store, folder, path):  # before the file is opened to write, which some may not
        return
    try:
        hold = store.append(journal)
    except StudyError:  # it is being recorded right now, or the folder can only be read
        return
    try:
        info = parse_session(store.read(f"{folder}/{SESSION}"), path=path)
        if info.status != INTERRUPTED:
            if frames_are_whole(store, folder, info.frames_sha256) and store.exists(f"{folder}/{EVENTS}"):
                hold.close()
                store.remove(journal)
        elif _finished(store.read(journal)):
            finish_journal(store, folder, info, hold)
    finally:
        hold.close()


def is_leftover(store: Store, folder: str, path: Path) -> bool:
    """Whether a session that has its journal is finished, or ended, so that the journal can go."""
    info = parse_session(store.read(f"{folder}/{SESSION}"), path=path)
    return info.status != INTERRUPTED or _finished(store.read(f"{folder}/{JOURNAL}"))


def write_session(store: Store, folder: str, info: SessionInfo) -> None:
    """Write a session's ``session.json``."""
    text = json.dumps(encode_session(info), indent=2, ensure_ascii=False) + "\n"
    store.write(f"{folder}/{SESSION}", text.encode())


def _finished(journal: bytes) -> bool:
    try:
        return finish_of(read_journal(journal, where=JOURNAL)) is not None
    except StudyDamaged:  # told where the session is listed
        return False


def _block(content: JournalContent) -> Block:
    frames = content.frames
    return Block(
        number=frames["number"].astype(np.int32),
        device_time=frames["device_time"].astype(np.float64),
        arrival_time=frames["arrival_time"].astype(np.float64),
        tracked=frames["tracked"].astype(np.bool_),
        values=frames["values"].astype(np.float32),
    )
