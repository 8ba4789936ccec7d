"""A session's small files under another pseudonym, with other numbers of devices, or without free text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mimik.study.answers import encode_answers, parse_answers
from mimik.study.bids.events import is_known_event
from mimik.study.exclusions import encode_exclusions, parse_exclusions
from mimik.study.layout import ANSWERS, EVENTS, EXCLUSIONS, SESSION, session_folder
from mimik.study.sessionfile import encode_events, encode_session, parse_events

if TYPE_CHECKING:
    from mimik.study.exclusions import Exclusion
    from mimik.study.session import EventInfo, SessionInfo
    from mimik.study.store import Store

__all__ = ["NOT_TOLD", "Rewriting", "devices_in", "rewritten"]

NOT_TOLD = "not told"
"""Stands for the reason of an exclusion where free text is left out."""

_DEVICE = re.compile(r"device ([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """What is changed; what is not named stays.

    Attributes:
        people: pseudonym -> the new one.
        devices: number -> the new one.
        versions: of the consent text -> the new one.
        questions: whose answers are kept, where free text is left out; None keeps all of it.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[int, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    questions: Set[str] | None = None


def rewritten(store: Store, info: SessionInfo, change: Rewriting) -> dict[str, bytes]:
    """Return name -> bytes of a finished session's files, all but its frames, written anew."""
    folder = session_folder(info.participant, info.session)
    trials, events = parse_events(store.read(f"{folder}/{EVENTS}"), where=f"{folder}/{EVENTS}")
    kept = [_event(each, change) for each in events if _tells_no_words(each, change)]
    files = {SESSION: _session(info, change), EVENTS: encode_events(trials, kept)}
    if store.exists(path := f"{folder}/{ANSWERS}"):
        answers = parse_answers(store.read(path), where=path, trials=trials)
        if change.questions is not None:
            answers = tuple(a for a in answers if a.question in change.questions)
        if answers:
            files[ANSWERS] = encode_answers(answers)
    if store.exists(path := f"{folder}/{EXCLUSIONS}"):
        exclusions = parse_exclusions(store.read(path), where=path, trials=trials)
        files[EXCLUSIONS] = encode_exclusions(_exclusion(each, change) for each in exclusions)
    return files


def devices_in(store: Store, info: SessionInfo) -> set[int]:
    """Return the numbers of all devices that a finished session names."""
    path = f"{session_folder(info.participant, info.session)}/{EVENTS}"
    _, events = parse_events(store.read(path), where=path)
    numbers = {int(match[1]) for each in events if (match := _DEVICE.fullmatch(each.event))}
    return numbers if info.facts.device is None else numbers | {info.facts.device}


def _session(info: SessionInfo, change: Rewriting) -> bytes:
    device, consent = info.facts.device, dict(info.consent)
    if "version" in consent:
        consent["version"] = change.versions.get(consent["version"], consent["version"])
    new = replace(
        info,
        participant=change.people.get(info.participant, info.participant),
        facts=replace(info.facts, device=None if device is None else change.devices.get(device, device)),
        consent=consent,
    )
    return (json.dumps(encode_session(new), indent=2, ensure_ascii=False) + "\n").encode()


def _tells_no_words(event: EventInfo, change: Rewriting) -> bool:
    return change.questions is None or is_known_event(event.event)


def _event(event: EventInfo, change: Rewriting) -> EventInfo:
    match = _DEVICE.fullmatch(event.event)
    if match is None:
        return event
    number = int(match[1])
    return replace(event, event=f"device {change.devices.get(number, number)}")


def _exclusion(exclusion: Exclusion, change: Rewriting) -> Exclusion:
    if change.questions is None or not exclusion.reason:
        return exclusion
    return replace(exclusion, reason=NOT_TOLD)
