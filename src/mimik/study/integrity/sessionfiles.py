"""The files of one session: whether each can be read, and whether they agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import MimikError
from mimik.study.answers import parse_answers
from mimik.study.attempts import finish_of
from mimik.study.exclusions import parse_exclusions
from mimik.study.frames import REDONE, frames_digest, inspect_frames
from mimik.study.integrity.codes import (
    ALTERED_FRAMES,
    CONTRADICTION,
    INTERRUPTED_SESSION,
    LEFT_OVER,
    SET_ASIDE,
    UNKNOWN,
    UNREADABLE,
)
from mimik.study.integrity.finding import finding, of_error, read_or_tell
from mimik.study.journal import read_journal
from mimik.study.layout import ANSWERS, EVENTS, EXCLUSIONS, FRAMES, JOURNAL, SESSION
from mimik.study.leftovers import is_part
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED, PARTIAL
from mimik.study.sessionfile import encode_session, parse_events, parse_session

if TYPE_CHECKING:
    from mimik.study.frames import SessionFrames
    from mimik.study.integrity.finding import FileFinding
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.store import Store

__all__ = ["SessionFiles", "check_session_files", "is_set_aside"]

_KNOWN = frozenset({SESSION, EVENTS, ANSWERS, EXCLUSIONS, FRAMES, JOURNAL})
_STATUSES = (COMPLETE, PARTIAL, INTERRUPTED, IMPORTED)
_OUTCOMES = ("complete", "incomplete", "redone", "imported")


@dataclass
class SessionFiles:
    """What was found in one session's folder.

    Attributes:
        folder: its path below the study's folder.
        info: what session.json says, or None if it can't be read.
        digest: of the frames as they are; "" where they can't be read, or there are none.
        frames: how many could be read.
        findings: what is wrong, or good to know.
    """

    folder: str
    info: SessionInfo | None = None
    digest: str = ""
    frames: int = 0
    findings: list[FileFinding] = field(default_factory=list)


def is_set_aside(name: str) -> bool:
    """Whether a name is that of a damaged file that a repair set aside."""
    return name.startswith(".damaged-")


def check_session_files(store: Store, folder: str) -> SessionFiles:
    """Read all files of a session and return what is found; raises nothing that Mimik raises on purpose."""
    told = SessionFiles(folder)
    try:
        names = store.list(folder)
        _check_names(told, names)
        told.info = _session(store, told)
        if told.info is not None and told.info.status == INTERRUPTED:
            _check_interrupted(store, told, told.info, names)
        elif told.info is not None or not _only_begun(names):
            _check_finished(store, told, names)
    except MimikError as error:  # such as a folder in the place of a file
        told.findings.append(of_error(UNREADABLE, folder, error))
    return told


def _only_begun(names: tuple[str, ...]) -> bool:
    """Whether the files are those of a session that was not finished, whatever its facts would say."""
    return JOURNAL in names and FRAMES not in names and EVENTS not in names


def _check_names(told: SessionFiles, names: tuple[str, ...]) -> None:
    for name in names:
        path = f"{told.folder}/{name}"
        if is_part(name):
            told.findings.append(finding(LEFT_OVER, path, "whole files only", "one that was being written"))
        elif is_set_aside(name):
            told.findings.append(finding(SET_ASIDE, path, "files of the session", "a damaged one set aside"))
        elif name not in _KNOWN and not name.startswith("."):
            told.findings.append(finding(UNKNOWN, path, "files of the session", "one that is not Mimik's"))


def _session(store: Store, told: SessionFiles) -> SessionInfo | None:
    path = f"{told.folder}/{SESSION}"
    there = store.exists(path)
    parse = partial(parse_session, path=Path(told.folder))
    info = read_or_tell(told.findings, store, path, "the session's facts", parse, there=there)
    if info is None:
        return None
    named = f"{info.participant}/{info.session}"
    if named != told.folder:
        told.findings.append(finding(CONTRADICTION, path, f"the facts of {told.folder}", f"those of {named}"))
    if info.status not in _STATUSES:
        told.findings.append(
            finding(UNREADABLE, path, f"a status among {', '.join(_STATUSES)}", repr(info.status))
        )
    return info


def _check_interrupted(store: Store, told: SessionFiles, info: SessionInfo, names: tuple[str, ...]) -> None:
    path = f"{told.folder}/{JOURNAL}"
    expected = "the journal of an unfinished session"
    parse = partial(read_journal, where=path)
    content = read_or_tell(told.findings, store, path, expected, parse, there=JOURNAL in names)
    if content is None:
        return
    if not content.header:
        told.findings.append(finding(UNREADABLE, path, "a journal that begins with its header", "none"))
    elif content.header != encode_session(info):
        told.findings.append(
            finding(
                CONTRADICTION, f"{told.folder}/{SESSION}", "what the journal's header says", "other facts"
            )
        )
    elif finish_of(content) is not None:
        told.findings.append(finding(LEFT_OVER, path, "a finished session", "one whose end was broken off"))
    else:
        torn = f", and {content.torn} bytes of a torn record" if content.torn else ""
        frames = f"a journal of {len(content.frames)} frames{torn}"
        told.findings.append(finding(INTERRUPTED_SESSION, path, "a finished session", frames))


def _check_finished(store: Store, told: SessionFiles, names: tuple[str, ...]) -> None:
    if JOURNAL in names:
        path = f"{told.folder}/{JOURNAL}"
        told.findings.append(finding(LEFT_OVER, path, "no journal of a finished session", "one"))
    trials = _events(store, told, names)
    frames = _frames(store, told, names)
    if trials is not None:
        _check_tables(store, told, names, trials)
        if frames is not None:
            _compare(told, trials, frames)


def _events(store: Store, told: SessionFiles, names: tuple[str, ...]) -> tuple[TrialInfo, ...] | None:
    path = f"{told.folder}/{EVENTS}"
    parse = partial(parse_events, where=path)
    read = read_or_tell(told.findings, store, path, "the session's events", parse, there=EVENTS in names)
    if read is None:
        return None
    trials, _ = read
    for outcome in sorted({trial.outcome for trial in trials}.difference(_OUTCOMES)):
        expected = f"outcomes among {', '.join(_OUTCOMES)}"
        told.findings.append(finding(UNREADABLE, path, expected, repr(outcome)))
    return trials


def _frames(store: Store, told: SessionFiles, names: tuple[str, ...]) -> SessionFrames | None:
    path = f"{told.folder}/{FRAMES}"
    parse = partial(inspect_frames, where=path)
    read = read_or_tell(told.findings, store, path, "the session's frames", parse, there=FRAMES in names)
    if read is None:
        return None
    frames, synthetic = read
    told.frames, told.digest = len(frames), frames_digest(frames)
    info = told.info
    if info is not None and told.digest != info.frames_sha256:
        told.findings.append(
            finding(
                ALTERED_FRAMES,
                path,
                f"frames of the digest {_short(info.frames_sha256)}, as {SESSION} says",
                f"{len(frames)} frames of the digest {_short(told.digest)}",
            )
        )
    if info is not None and info.frames != len(frames):
        told.findings.append(
            finding(CONTRADICTION, path, f"{info.frames} frames, as {SESSION} says", str(len(frames)))
        )
    if info is not None and info.synthetic is not synthetic:
        said, marked = (f"{'' if is_ else 'no '}simulated people" for is_ in (info.synthetic, synthetic))
        told.findings.append(finding(CONTRADICTION, path, f"{said}, as {SESSION} says", marked))
    return frames


def _check_tables(
    store: Store, told: SessionFiles, names: tuple[str, ...], trials: tuple[TrialInfo, ...]
) -> None:
    for name, parse in ((ANSWERS, parse_answers), (EXCLUSIONS, parse_exclusions)):
        path = f"{told.folder}/{name}"
        if name in names:
            try:
                parse(store.read(path), where=path, trials=trials)
            except MimikError as error:
                told.findings.append(of_error(UNREADABLE, path, error))


def _compare(told: SessionFiles, trials: tuple[TrialInfo, ...], frames: SessionFrames) -> None:
    """Compare events.tsv with the frames: how many each trial has, and of which expression."""
    said: Counter[tuple[int, str]] = Counter()
    for trial in trials:
        number = REDONE if trial.outcome == "redone" else trial.trial
        said[number, trial.expression] += trial.frames
    there = _counted(frames)
    path = f"{told.folder}/{EVENTS}"
    for number, expression in sorted(said.keys() | there.keys()):
        counts = said[number, expression], there[number, expression]
        if counts[0] != counts[1]:
            name = "attempts done again" if number == REDONE else f"trial {number}"
            told.findings.append(
                finding(
                    CONTRADICTION,
                    path,
                    f"{counts[1]} frames of {expression!r} in {name}, as in {FRAMES}",
                    str(counts[0]),
                )
            )


def _counted(frames: SessionFrames) -> Counter[tuple[int, str]]:
    if not len(frames):
        return Counter()
    pairs, counts = np.unique(np.stack([frames.trial, frames.expression]), axis=1, return_counts=True)
    return Counter(
        {
            (int(trial), frames.expressions[code]): int(count)
            for (trial, code), count in zip(pairs.T, counts, strict=True)
        }
    )


def _short(digest: str) -> str:
    return f"{digest[:12]}..." if digest else "none"
