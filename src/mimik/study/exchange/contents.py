"""The files of a pack: which of a study's, and what is rewritten on the way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import tomli_w

from mimik.study.consent import consent_rows
from mimik.study.exchange.rewriting import Rewriting, devices_in, rewritten
from mimik.study.layout import (
    ANSWERS,
    DEVICES,
    EVENTS,
    EXCLUSIONS,
    FRAMES,
    PARTICIPANTS,
    PROTOCOL,
    SESSION,
    STUDY,
    consent_file,
    consent_text_file,
    session_folder,
)
from mimik.study.participants import Table, write_participants
from mimik.study.settings import read_settings, settings_table

if TYPE_CHECKING:
    from mimik.study.exchange.choosing import Chosen
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Content", "contents", "random_devices"]

_RECORD = ("at", "given", "version", "text_sha256", "basis", "purposes", "how", "origin")


@dataclass(frozen=True)
class Content:
    """A file of a pack.

    Attributes:
        path: in the pack.
        source: of the study's file, where it is packed as it is.
        data: its bytes, where it is rewritten.
    """

    path: str
    source: str = ""
    data: bytes | None = None


def contents(
    study: Study, chosen: Chosen, change: Rewriting, columns: Sequence[str], *, shared: bool
) -> list[Content]:
    """Return the files of a pack, in their order.

    Args:
        study: it is only read.
        chosen: who and what is packed.
        change: what is rewritten.
        columns: of participants.tsv that travel.
        shared: whether it goes to others: then the study's salt, from which devices could be recognised, and
            everything that only this study needs stay here.
    """
    files = [
        Content(STUDY, data=_toml(_settings(study, shared=shared))),
        Content(PROTOCOL, source=PROTOCOL),
        Content(PARTICIPANTS, data=_people(chosen, change, columns, shared=shared)),
        *_devices(study, chosen, shared=shared),
        *(Content(path, source=path) for path in study.media_files),
        *(Content(path, source=path) for path in map(consent_text_file, study.consent_versions)),
    ]
    for person in sorted(chosen.people, key=lambda p: change.people[p.id]):
        if study.store.exists(consent_file(person.id)):
            records = [_record(row) for row in consent_rows(study.store, person.id)]
            path = consent_file(change.people[person.id])
            files.append(Content(path, data=_toml({"consent": records})))
    for info in sorted(chosen.sessions, key=lambda i: (change.people[i.participant], i.session)):
        files += _session(
            study, info, change, anew=shared or change.people[info.participant] != info.participant
        )
    return files


def random_devices(numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return rows of devices.toml for devices that are never to be recognised again."""
    return [{"number": number, "digest": secrets.token_hex(32)} for number in numbers]


def _settings(study: Study, *, shared: bool) -> dict[str, Any]:
    settings = read_settings(study.store)
    if shared:
        today = datetime.now(UTC).date().isoformat()
        settings = replace(settings, device_salt=secrets.token_hex(32), created=f"{today}T00:00:00+00:00")
    return settings_table(settings)


def _people(chosen: Chosen, change: Rewriting, columns: Sequence[str], *, shared: bool) -> bytes:
    """Return a ``participants.tsv``, for others by pseudonym: the study's order tells who came when."""
    table = Table()
    people = sorted(chosen.people, key=lambda p: change.people[p.id]) if shared else chosen.people
    for person in people:
        cells = {name: person.columns[name] for name in columns if name in person.columns}
        table.add(change.people[person.id], cells)
    return write_participants(table)


def _devices(study: Study, chosen: Chosen, *, shared: bool) -> list[Content]:
    if not shared:
        return [Content(DEVICES, source=DEVICES)] if study.store.exists(DEVICES) else []
    numbers = sorted(set().union(*(devices_in(study.store, info) for info in chosen.sessions)))
    return [Content(DEVICES, data=_toml({"device": random_devices(numbers)}))] if numbers else []


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in _RECORD if key in row}


def _session(study: Study, info: SessionInfo, change: Rewriting, *, anew: bool) -> list[Content]:
    old = session_folder(info.participant, info.session)
    new = session_folder(change.people[info.participant], info.session)
    frames = Content(f"{new}/{FRAMES}", source=f"{old}/{FRAMES}")
    if anew:
        files = rewritten(study.store, info, change)
        return [*(Content(f"{new}/{name}", data=data) for name, data in files.items()), frames]
    there = [name for name in (SESSION, EVENTS, ANSWERS, EXCLUSIONS) if study.store.exists(f"{old}/{name}")]
    return [*(Content(f"{new}/{name}", source=f"{old}/{name}") for name in there), frames]


def _toml(values: Mapping[str, Any]) -> bytes:
    return tomli_w.dumps(values).encode()
