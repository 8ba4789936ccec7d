"""Check all files of a study, reading only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import MimikError, StudyError, StudyVersionError
from mimik.protocol import parse_protocol
from mimik.study.devices import known_devices
from mimik.study.integrity.codes import (
    DEVICE,
    LEFT_OVER,
    MISSING,
    NO_LINE,
    NO_SESSION,
    TWICE,
    UNKNOWN,
    UNREADABLE,
    WITHDREW,
)
from mimik.study.integrity.consentfiles import ConsentFiles, check_consent_files, check_consent_of
from mimik.study.integrity.finding import FileReport, finding, of_error, read_or_tell
from mimik.study.integrity.sessionfiles import check_session_files
from mimik.study.integrity.trailfiles import compare_with_trail
from mimik.study.layout import (
    CONSENT,
    DEVICES,
    FRAMES,
    OWN_NAMES,
    PARTICIPANTS,
    PROTOCOL,
    SESSION,
    STUDY,
    WITHDRAWN,
    is_participant,
    is_session,
)
from mimik.study.leftovers import NEW, is_part
from mimik.study.media import media_files
from mimik.study.opening import study_store
from mimik.study.participants import parse_participants
from mimik.study.registers import withdrawn_among
from mimik.study.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mimik.study.integrity.finding import FileFinding
    from mimik.study.integrity.sessionfiles import SessionFiles
    from mimik.study.store import Store

__all__ = ["check_files", "damaged_store"]

_THREADS = 2  # as many as a recording laptop has to spare; unpacking and digesting let go of the interpreter
_WORK = (".staged-", NEW, ".discarded-")


def check_files(
    folder: Path | str,
    *,
    store: Store | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> FileReport:
    """Check the files of a study without opening it, so that nothing is changed.

    Args:
        folder: of the study.
        store: through which it is read; that of the folder by default.
        on_progress: called with (sessions done, sessions in all).

    Raises:
        StudyError: there is no study, or its folder can't be read.
    """
    store = store or damaged_store(folder)
    names = store.list()
    found: list[FileFinding] = []
    found += _settings(store)
    media = _protocol(store, found)
    people = _participants(store, found)
    devices = _devices(store, found)
    consent = check_consent_files(store)
    found += consent.findings
    found += _names(store, names, media)
    found += _people(store, names, people, consent)
    found += _withdrawn(store, {*filter(is_participant, names), *consent.records, *(people or ())})
    sessions = [each for each in _sessions(store, names, on_progress) if store.exists(each.folder)]
    for each in sessions:
        found += each.findings
        if each.info is not None:
            found += check_consent_of(consent, each.info)
            found += _device(each, devices)
    found += _twice(sessions)
    if not _is_older(store):
        found = compare_with_trail(store, found)
    return FileReport.of(found, sessions=len(sessions), frames=sum(each.frames for each in sessions))


def damaged_store(folder: Path | str) -> Store:
    """Return the store of a study that may be damaged; raises StudyError where there is none."""
    store = study_store(Path(folder))
    if not (store.exists(STUDY) or store.exists(PARTICIPANTS) or store.exists(PROTOCOL)):
        raise StudyError(
            f"{folder}: expected a study, found no {STUDY}.",
            hint="Check the path, or make a study with `mimik new`.",
        )
    return store


def _is_older(store: Store) -> bool:
    """Whether the study is of a format that had no audit trail yet."""
    try:
        read_settings(store)
    except StudyVersionError:
        return True
    except MimikError:
        return False
    return False


def _settings(store: Store) -> list[FileFinding]:
    if not store.exists(STUDY):
        return [finding(MISSING, STUDY, "what holds for the whole study", "no file")]
    try:
        read_settings(store)
    except MimikError as error:
        return [of_error(UNREADABLE, STUDY, error)]
    return []


def _protocol(store: Store, found: list[FileFinding]) -> tuple[str, ...]:
    """Return the pictures and clips that the protocol names."""
    if not store.exists(PROTOCOL):
        found.append(finding(MISSING, PROTOCOL, "the protocol", "no file"))
        return ()
    try:
        text = store.read(PROTOCOL).decode("utf-8", errors="replace")
        media = media_files(parse_protocol(text, where=PROTOCOL))
        for path in media:
            if not store.exists(path):
                found.append(finding(MISSING, path, "what the protocol shows", "no file"))
            elif not store.read(path):
                found.append(finding(UNREADABLE, path, "a picture or clip", "an empty file"))
    except MimikError as error:
        found.append(of_error(UNREADABLE, PROTOCOL, error))
        return ()
    return media


def _participants(store: Store, found: list[FileFinding]) -> frozenset[str] | None:
    """Return whom the table names, or None if it can't be read."""
    there, expected = store.exists(PARTICIPANTS), "a line per participant"
    table = read_or_tell(found, store, PARTICIPANTS, expected, parse_participants, there=there)
    return None if table is None else frozenset(table.rows)


def _devices(store: Store, found: list[FileFinding]) -> frozenset[int] | None:
    try:
        return frozenset(known_devices(store))
    except MimikError as error:
        found.append(of_error(UNREADABLE, DEVICES, error))
        return None


def _names(store: Store, names: Iterable[str], media: tuple[str, ...]) -> list[FileFinding]:
    """Look for half-done work, and for what is not Mimik's."""
    found: list[FileFinding] = []
    known = OWN_NAMES | {path.split("/")[0] for path in media}
    inside = {CONSENT: tuple(store.list(CONSENT))}
    for name in names:
        if name.startswith(_WORK) or is_part(name):
            found.append(finding(LEFT_OVER, name, "finished work", "a change that was broken off"))
        elif is_participant(name):
            inside[name] = store.list(name)
        elif name not in known and not name.startswith("."):
            found.append(finding(UNKNOWN, name, "the study's files", "one that is not Mimik's"))
    for folder, entries in inside.items():
        for name in entries:
            path = f"{folder}/{name}"
            if is_part(name):
                found.append(finding(LEFT_OVER, path, "finished work", "a file that was being written"))
            elif not name.startswith(".") and not _belongs(folder, name):
                found.append(finding(UNKNOWN, path, "the study's files", "one that is not Mimik's"))
    return found


def _belongs(folder: str, name: str) -> bool:
    if folder != CONSENT:
        return is_session(name)
    if name.endswith(".md"):
        return name.startswith("text-")
    return name.endswith(".toml") and is_participant(name.removesuffix(".toml"))


def _people(
    store: Store, names: Iterable[str], people: frozenset[str] | None, consent: ConsentFiles
) -> list[FileFinding]:
    """Compare participants.tsv with the folders and the consent records."""
    if people is None:
        return []
    folders = {name for name in names if is_participant(name)}
    found = [
        finding(NO_LINE, PARTICIPANTS, f"a line for {name}, of whom there are files", "none")
        for name in sorted((folders | consent.records.keys()) - people)
    ]
    return found + [
        finding(NO_SESSION, name, "a session of this participant", "none")
        for name in sorted(people)
        if not any(is_session(session) for session in store.list(name))
    ]


def _withdrawn(store: Store, people: Iterable[str]) -> list[FileFinding]:
    """Look for people who are not to be here any more."""
    if not store.exists(WITHDRAWN):
        return []
    try:
        back = withdrawn_among(store, sorted(people))
    except MimikError as error:
        return [of_error(UNREADABLE, WITHDRAWN, error)]
    expected = "nothing of somebody who withdrew"
    return [finding(WITHDREW, name, expected, "files or a line of this pseudonym") for name in back]


def _sessions(
    store: Store, names: Iterable[str], on_progress: Callable[[int, int], None] | None
) -> list[SessionFiles]:
    folders = [
        f"{person}/{session}"
        for person in names
        if is_participant(person)
        for session in store.list(person)
        if is_session(session)
    ]
    sessions: list[SessionFiles] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        for each in pool.map(partial(check_session_files, store), folders):
            sessions.append(each)
            if on_progress is not None:
                on_progress(len(sessions), len(folders))
    return sessions


def _device(session: SessionFiles, devices: frozenset[int] | None) -> list[FileFinding]:
    number = session.info.facts.device if session.info else None
    if devices is None or number is None or number in devices:
        return []
    return [finding(DEVICE, DEVICES, f"device {number}, as {session.folder}/{SESSION} says", "none such")]


def _twice(sessions: list[SessionFiles]) -> list[FileFinding]:
    """Look for sessions of the same frames; those without a frame are no copies of each other."""
    first: dict[str, str] = {}
    found = []
    for each in sessions:
        if each.frames and each.digest in first:
            there = f"the same {each.frames} frames as in {first[each.digest]}"
            found.append(finding(TWICE, f"{each.folder}/{FRAMES}", "frames of their own", there))
        first.setdefault(each.digest, each.folder)
    return found
