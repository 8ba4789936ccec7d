"""What changes when people of another study come into this one: pseudonyms, devices, consent texts, sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.study.consent import consent_rows
from mimik.study.consenttext import JOINED
from mimik.study.exchange.contents import random_devices
from mimik.study.exchange.rewriting import devices_in
from mimik.study.layout import DEVICES, consent_file, consent_text_file
from mimik.study.participants import new_pseudonym
from mimik.study.toml import read_toml, write_toml

if TYPE_CHECKING:
    from mimik.study.exchange.choosing import Chosen
    from mimik.study.participants import Table
    from mimik.study.staging import Staging
    from mimik.study.study import Study

__all__ = ["SITE", "join_consent", "join_devices", "join_people", "join_texts", "refuse_twice"]

SITE = "site"
"""The column of participants.tsv that `mimik evaluate --split site` reads."""


def join_people(table: Table, chosen: Chosen, site: str, own_site: str) -> dict[str, str]:
    """Add people to a table; returns pseudonym -> the one here, a new one where it is in use already."""
    for columns in table.rows.values() if own_site else ():
        columns.setdefault(SITE, own_site)
    if own_site and SITE not in table.names:
        table.names.append(SITE)
    taken = {name.lower() for name in table.rows}
    coming = {person.id for person in chosen.people}
    names: dict[str, str] = {}
    for person in chosen.people:
        name = person.id
        if name.lower() in taken:
            name = new_pseudonym({*table.rows, *coming})
        names[person.id] = name
        table.add(name, {**person.columns, SITE: site} if site else person.columns)
    return names


def join_devices(study: Study, other: Study, chosen: Chosen, staging: Staging) -> dict[int, int]:
    """Give the devices of another study numbers that are free here; returns number -> the one here."""
    rows: list[Any] = read_toml(study.store, DEVICES)["device"] if study.store.exists(DEVICES) else []
    finished = [info for info in study.sessions() if info.frames_sha256]
    used = {row["number"] for row in rows}.union(*(devices_in(study.store, info) for info in finished))
    theirs = sorted(set().union(*(devices_in(other.store, info) for info in chosen.sessions)))
    first = max(used, default=0) + 1
    numbers = {number: first + place for place, number in enumerate(theirs)}
    if numbers:
        new = random_devices(list(numbers.values()))
        write_toml(study.store, staging.place(DEVICES), {"device": [*rows, *new]})
    return numbers


def join_texts(study: Study, other: Study, staging: Staging) -> dict[str, str]:
    """Add the consent texts that are new here; returns version -> the one here.

    A text from elsewhere never becomes the newest one, which people here are asked to agree to.
    """
    here = {version: study.consent_text(version) for version in study.consent_versions}
    versions: dict[str, str] = {}
    for version in other.consent_versions:
        text = other.consent_text(version)
        same = [known for known, known_text in here.items() if known_text == text]
        if version in same:
            versions[version] = version
        elif same:
            versions[version] = same[0]
        else:
            versions[version] = name = _free(here)
            here[name] = text
            study.store.write(staging.place(consent_text_file(name)), text.encode())
    return versions


def join_consent(
    study: Study,
    other: Study,
    names: Mapping[str, str],
    versions: Mapping[str, str],
    staging: Staging,
    *,
    origin: str,
) -> None:
    """Add records of consent; those with an ``origin`` keep from then on where they came from."""
    for old, new in names.items():
        rows = [_row(row, versions, origin) for row in consent_rows(other.store, old)]
        if rows:
            write_toml(study.store, staging.place(consent_file(new)), {"consent": rows})


def refuse_twice(study: Study, chosen: Chosen, where: str) -> None:
    """Refuse recordings that are here already; raises StudyError, naming both."""
    known: dict[object, str] = {}
    for info in study.sessions():
        here = f"{info.participant}/{info.session}"
        known |= dict.fromkeys(_signs(info.frames, info.frames_sha256, info.facts.takes), here)
    for info in chosen.sessions:
        for sign in _signs(info.frames, info.frames_sha256, info.facts.takes):
            if sign in known:
                raise StudyError(
                    f"{where}: expected recordings that are not in {study.folder} yet, found "
                    f"{info.participant}/{info.session} to be the same as {known[sign]} there.",
                    hint="Was it joined before? The same frames twice would count as two recordings.",
                )


def _signs(frames: int, digest: str, takes: Iterable[Mapping[str, object]]) -> list[object]:
    """Return by what a recording is known again: its frames, or the files it was imported from."""
    return [*([digest] if frames else []), *(take["sha256"] for take in takes if "sha256" in take)]


def _row(row: Mapping[str, Any], versions: Mapping[str, str], origin: str) -> dict[str, Any]:
    new = dict(row)
    if "version" in new:
        new["version"] = versions.get(new["version"], new["version"])
    return {"origin": origin, **new} if origin else new


def _free(taken: Iterable[str]) -> str:
    number = 1
    while f"{JOINED}{number}" in taken:
        number += 1
    return f"{JOINED}{number}"
