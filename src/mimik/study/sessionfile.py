"""``session.json`` and ``events.tsv``: what they say, as objects and as bytes."""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.bounded import parse_json, within
from mimik.errors import StudyDamaged, StudyVersionError
from mimik.study.layout import SESSION
from mimik.study.session import INTERRUPTED, RECORDING, EventInfo, SessionFacts, SessionInfo, TrialInfo
from mimik.study.toml import field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "encode_events",
    "encode_facts",
    "encode_session",
    "parse_events",
    "parse_session",
    "parse_values",
]

_FORMAT = 1
_EVENT_COLUMNS = ("onset", "duration", "event", "trial", "expression", "outcome", "frames")
_MISSING = "n/a"
_RESTORE = "Restore the file from a copy of the study."


def encode_facts(facts: SessionFacts) -> dict[str, Any]:
    """Return the facts as ``session.json`` holds them."""
    return {
        "started": _iso(facts.started),
        "device": facts.device,
        "app": facts.app,
        "rate": facts.rate,
        "protocol": {"name": facts.protocol, "version": facts.protocol_version},
        "seed": facts.seed,
        "position": facts.position,
        "language": facts.language,
        "takes": [dict(take) for take in facts.takes],
    }


def encode_session(info: SessionInfo) -> dict[str, Any]:
    """Return all that ``session.json`` holds."""
    return {
        "format": _FORMAT,
        "status": RECORDING if info.status == INTERRUPTED else info.status,
        "participant": info.participant,
        "session": info.session,
        **encode_facts(info.facts),
        "synthetic": info.synthetic,
        "consent": dict(info.consent),
        "software": info.software,
        "frames": info.frames,
        "frames_sha256": info.frames_sha256,
    }


def parse_session(data: bytes, *, path: Path, trials: tuple[TrialInfo, ...] = ()) -> SessionInfo:
    """Read a ``session.json``; raises StudyDamaged, or StudyVersionError for a format unknown here."""
    where = str(path / SESSION)
    try:
        values = parse_json(data)
    except ValueError as error:
        raise StudyDamaged(f"{where}: expected JSON, found a fault: {error}.", hint=_RESTORE) from error
    return parse_values(values, path=path, trials=trials)


def parse_values(values: Any, *, path: Path, trials: tuple[TrialInfo, ...] = ()) -> SessionInfo:
    """Read what a ``session.json`` or a journal's header holds."""
    where = str(path / SESSION)
    found = field(values, "format", int, where=where)
    if found != _FORMAT:
        raise StudyVersionError(
            f"{where}: expected session format {_FORMAT}, found {found}.",
            hint="Open the study with the version of Mimik that made it, or a newer one.",
        )
    status = field(values, "status", str, where=where)
    consent = field(values, "consent", dict, where=where)
    return SessionInfo(
        participant=field(values, "participant", str, where=where),
        session=field(values, "session", str, where=where),
        path=path,
        status=INTERRUPTED if status == RECORDING else status,
        facts=_facts(values, where),
        trials=trials,
        consent={str(key): str(value) for key, value in consent.items()},
        synthetic=field(values, "synthetic", bool, where=where),
        software=field(values, "software", str, where=where),
        frames=field(values, "frames", int, where=where),
        frames_sha256=field(values, "frames_sha256", str, where=where),
    )


def _facts(values: Mapping[str, Any], where: str) -> SessionFacts:
    protocol = field(values, "protocol", dict, where=where)
    started = "" if values.get("started") is None else field(values, "started", str, where=where)
    try:
        seconds = datetime.fromisoformat(started).timestamp() if started else math.nan
    except (ValueError, OverflowError, OSError) as error:
        raise StudyDamaged(
            f"{where}: expected 'started' in ISO 8601, found {started[:40]!r}.", hint=_RESTORE
        ) from error
    rate = values.get("rate")
    return SessionFacts(
        started=seconds,
        device=_maybe_int(values, "device", where),
        app=field(values, "app", str, where=where),
        rate=None
        if rate is None
        else float(field(values, "rate", int if isinstance(rate, int) else float, where=where)),
        seed=_maybe_int(values, "seed", where),
        position=_maybe_int(values, "position", where),
        language=field(values, "language", str, where=where),
        protocol=field(protocol, "name", str, where=where),
        protocol_version=_maybe_int(protocol, "version", where),
        takes=tuple(
            field({"take": t}, "take", dict, where=where) for t in field(values, "takes", list, where=where)
        ),
    )


def _maybe_int(values: Mapping[str, Any], key: str, where: str) -> int | None:
    return None if values.get(key) is None else field(values, key, int, where=where)


def encode_events(trials: Sequence[TrialInfo], notes: Sequence[EventInfo]) -> bytes:
    """Return the bytes of an ``events.tsv``: trials and everything else, by onset."""
    rows: list[tuple[float, Sequence[object]]] = [
        (
            t.onset,
            (_seconds(t.onset), _seconds(t.duration), "trial", t.trial, t.expression, t.outcome, t.frames),
        )
        for t in trials
    ]
    rows += [
        (
            n.onset,
            (_seconds(n.onset), _seconds(n.duration), n.event, _MISSING if n.trial is None else n.trial),
        )
        for n in notes
    ]
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(_EVENT_COLUMNS)
    for _, row in sorted(rows, key=lambda pair: pair[0]):
        writer.writerow([*row, *([_MISSING] * (len(_EVENT_COLUMNS) - len(row)))])
    return file.getvalue().encode()


def parse_events(data: bytes, *, where: str) -> tuple[tuple[TrialInfo, ...], tuple[EventInfo, ...]]:
    """Return the trials and everything else of an ``events.tsv``; raises StudyDamaged, naming the line."""
    trials: list[TrialInfo] = []
    notes: list[EventInfo] = []
    line = 1
    try:
        rows = csv.reader(
            io.StringIO(within(data).decode("utf-8-sig"), newline=""), delimiter="\t", strict=True
        )
        if tuple(next(rows, ())) != _EVENT_COLUMNS:
            raise ValueError("not the columns " + ", ".join(_EVENT_COLUMNS))
        for row in rows:
            line = rows.line_num
            onset, duration, event, trial, expression, outcome, frames = row
            length = None if duration == _MISSING else float(duration)
            if event == "trial":
                trials.append(
                    TrialInfo(
                        trial=_number(trial),
                        expression=expression,
                        onset=float(onset),
                        duration=length,
                        outcome=outcome,
                        frames=_number(frames),
                    )
                )
            else:
                notes.append(
                    EventInfo(float(onset), length, event, None if trial == _MISSING else _number(trial))
                )
    except (ValueError, csv.Error) as error:
        raise StudyDamaged(
            f"{where}, line {line}: expected a table of events, found a fault: {error}.", hint=_RESTORE
        ) from error
    return tuple(trials), tuple(notes)


def _number(text: str) -> int:
    if not -1 <= (number := int(text)) < 1 << 31:
        raise ValueError(f"a number that is none of a trial or of frames: {text[:20]}")
    return number


def _iso(seconds: float) -> str | None:
    if math.isnan(seconds):
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def _seconds(value: float | None) -> str:
    return _MISSING if value is None else f"{value:.6f}"
