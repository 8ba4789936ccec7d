"""The tables of a takeout: CSV in UTF-8 for any spreadsheet, in which no text can run as a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv as pacsv

from mimik.cells import harmless
from mimik.study.answers import questions_after
from mimik.study.exclusions import parse_exclusions
from mimik.study.layout import EXCLUSIONS, session_folder

if TYPE_CHECKING:
    from mimik.protocol import Protocol
    from mimik.study.consent import Consent
    from mimik.study.session import EventInfo, SessionInfo
    from mimik.study.store import Store

__all__ = [
    "answers_table",
    "consent_table",
    "csv_table",
    "events_table",
    "exclusions_table",
    "frames_table",
    "sessions_table",
    "trials_table",
]

_BOM = b"\xef\xbb\xbf"
"""Without this mark Excel takes UTF-8 for another encoding."""


def csv_table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return a CSV table; what is not known (None) is an empty cell, text is made harmless."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for row in (names, *rows):
        writer.writerow([_cell(value) for value in row])
    return _BOM + file.getvalue().encode()


def _cell(value: object) -> object:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else harmless(value)


def consent_table(history: Sequence[Consent]) -> bytes:
    """Return everything that was agreed to, what was said last at the end."""
    return csv_table(
        ("given", "recorded", "text_version", "basis", "purposes", "how", "origin"),
        (
            (
                *(one.when, one.recorded, one.version, one.basis, " ".join(one.purposes)),
                *(one.how, one.origin),
            )
            for one in history
        ),
    )


def sessions_table(sessions: Sequence[SessionInfo]) -> bytes:
    """Return the sessions with what is known of each."""
    names = ("session", "started", "status", "simulated", "frames", "protocol", "protocol_version")
    more = ("language", "device", "app", "rate", "place_in_order", "seed", "consent_version", "consent_basis")
    return csv_table(
        (*names, *more),
        (
            (
                *(s.session, _time(s.facts.started), s.status, "yes" if s.synthetic else "no", s.frames),
                *(s.facts.protocol, s.facts.protocol_version, s.facts.language, s.facts.device, s.facts.app),
                *(s.facts.rate, s.facts.position, s.facts.seed),
                *(s.consent.get("version", ""), s.consent.get("basis", "")),
            )
            for s in sessions
        ),
    )


def trials_table(info: SessionInfo) -> bytes:
    """Return a session's trials, attempts that were done again among them."""
    return csv_table(
        ("trial", "expression", "onset", "duration", "outcome", "frames", "marked_as_bad"),
        ((t.trial, t.expression, t.onset, t.duration, t.outcome, t.frames, t.excluded) for t in info.trials),
    )


def events_table(events: Sequence[EventInfo]) -> bytes:
    """Return what else happened, with the notes of whoever led the session."""
    return csv_table(
        ("onset", "duration", "event", "note", "trial"),
        ((e.onset, e.duration, "note" if e.note else e.event, e.note, e.trial) for e in events),
    )


def answers_table(protocol: Protocol, info: SessionInfo) -> bytes:
    """Return what was reported after each trial, with the question as it was asked where that is known."""
    return csv_table(
        ("trial", "expression", "question", "question_text", "answer"),
        (
            (t.trial, t.expression, name, _asked(protocol, info, t.expression, name), answer)
            for t in info.trials
            for name, answer in t.answers.items()
        ),
    )


def _asked(protocol: Protocol, info: SessionInfo, expression: str, name: str) -> str:
    questions = questions_after(protocol, expression) if info.facts.protocol == protocol.name else ()
    texts = next((question.text for question in questions if question.id == name), {})
    return texts.get(info.facts.language) or next(iter(texts.values()), "")


def exclusions_table(store: Store, info: SessionInfo) -> bytes:
    """Return who was marked as bad and used again, in order; b"" where nothing ever was."""
    path = f"{session_folder(info.participant, info.session)}/{EXCLUSIONS}"
    if not store.exists(path):
        return b""
    said = parse_exclusions(store.read(path), where=path, trials=info.trials)
    return csv_table(
        ("at", "trial", "marked_as_bad", "reason"),
        ((_time(e.at), e.trial, "yes" if e.excluded else "no", e.reason) for e in said),
    )


def frames_table(frames: pa.Table) -> bytes:
    """Return a session's frames, numbers exactly as they are; the expression alone is text."""
    column = frames.column("expression").combine_chunks()
    names = pa.array([harmless(name) for name in column.dictionary.to_pylist()], pa.string())
    text = pa.DictionaryArray.from_arrays(column.indices, names).cast(pa.string())
    place = frames.schema.get_field_index("expression")
    file = io.BytesIO(_BOM)
    file.seek(len(_BOM))
    pacsv.write_csv(frames.set_column(place, "expression", text), file)
    return file.getvalue()


def _time(seconds: float | None) -> str | None:
    if seconds is None or math.isnan(seconds):
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
