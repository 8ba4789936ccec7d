"""Routes: the study at a glance, its participants and consent, and how phones reach this computer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mimik.protocol import builtin_protocols, load_protocol
from mimik.sources.addresses import own_addresses
from mimik.study.consent import DEFAULT_TEXT
from mimik.study.layout import ENCRYPTION
from mimik.study.purposes import ASKED, OPTIONAL
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED
from mimik.told import number
from mimik.web.api.facts import (
    PROBLEMS,
    ConnectionFacts,
    ConsentFacts,
    ParticipantFacts,
    ProtocolFacts,
    StudyFacts,
)
from mimik.web.private import is_private
from mimik.web.qr import qr_svg
from mimik.web.studio.next_step import next_step
from mimik.web.studio.seen import direction

if TYPE_CHECKING:
    from mimik.protocol import Protocol
    from mimik.study.consent import Consent
    from mimik.study.session import SessionInfo
    from mimik.web.studio.studio import Studio

__all__ = ["overview", "study_routes"]


def study_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's study."""
    routes = APIRouter(prefix="/api", tags=["study"], responses=PROBLEMS)

    @routes.get(
        "/study",
        response_model=StudyFacts,
        response_model_exclude_unset=True,
        summary="The study at a glance",
    )
    def study(asked: Request) -> dict[str, Any]:
        return overview(studio, asked)

    @routes.get(
        "/protocols", response_model=list[ProtocolFacts], summary="The protocols that come with Mimik"
    )
    def protocols() -> list[dict[str, Any]]:
        return [_protocol(load_protocol(name)) for name in builtin_protocols()]

    @routes.get(
        "/participants",
        response_model=list[ParticipantFacts],
        summary="Pseudonyms, their consent and their sessions",
    )
    def participants() -> list[dict[str, Any]]:
        study = studio.require_study()
        newest = study.consent_versions[-1]
        sessions: dict[str, list[dict[str, Any]]] = {}
        for s in study.sessions():
            facts = {"session": s.session, "status": s.status, "frames": s.frames}
            sessions.setdefault(s.participant, []).append(facts)
        return [
            {
                "id": p.id,
                "consent": None if p.consent is None else _agreed(p.consent),
                "consented_now": p.agreed_to(newest),
                "sessions": sessions.get(p.id, []),
                "columns": dict(p.columns),
            }
            for p in study.participants
        ]

    @routes.get(
        "/consent",
        response_model=ConsentFacts,
        summary="The text that participants agree to, its newest version",
    )
    def consent() -> dict[str, Any]:
        if studio.study is None:
            return {
                "version": "1",
                "text": DEFAULT_TEXT,
                "versions": [],
                "optional": _optional(),
                "default": True,
            }
        version = studio.study.consent_versions[-1]
        text = studio.study.consent_text(version)
        versions = list(studio.study.consent_versions)
        return {
            "version": version,
            "text": text,
            "versions": versions,
            "optional": _optional(),
            "default": text == DEFAULT_TEXT,
        }

    @routes.get(
        "/connection",
        response_model=ConnectionFacts,
        summary="Where phones must send to, and what was refused",
    )
    def connection() -> dict[str, Any]:
        address = studio.sittings.news.address
        return {
            "addresses": list(own_addresses()),
            "port": studio.phone_port,
            "http": address,
            "secure": bool(address and address.startswith("https:")),
            "refusals": [
                {"sender": r.sender, "message": r.message, "hint": r.hint, "count": r.count}
                for r in studio.receiver.refusals
            ],
        }

    @routes.get(
        "/qr",
        summary="A QR code",
        response_class=Response,
        responses={200: {"content": {"image/svg+xml": {}}}},
    )
    def qr(text: Annotated[str, Query(min_length=1, max_length=500)]) -> Response:
        return Response(qr_svg(text), media_type="image/svg+xml")

    return routes


def _agreed(consent: Consent) -> dict[str, Any]:
    return {
        "version": consent.version,
        "basis": consent.basis,
        "at": consent.at,
        "given": consent.when,
        "purposes": list(consent.purposes),
        "how": consent.how,
        "origin": consent.origin,
    }


def _optional() -> list[dict[str, Any]]:
    return [{"purpose": purpose, "text": dict(ASKED[purpose])} for purpose in OPTIONAL]


def _protocol(protocol: Protocol) -> dict[str, Any]:
    return {
        "name": protocol.name,
        "title": dict(protocol.title),
        "version": protocol.version,
        "languages": list(protocol.languages),
        "direction": {language: direction(language) for language in protocol.languages},
        "expressions": list(protocol.expressions),
        "scale": protocol.scale,
        "start": protocol.start,
        "trials": len(protocol.sequence(0)),
        "questions": sum(len(trial.questions) for trial in protocol.sequence(0)),
        "seconds": _shortest(protocol),
    }


def _shortest(protocol: Protocol) -> float:
    """Return how long a session takes at least, at 60 frames a second."""
    trials = protocol.sequence(0)
    return round(sum(max(t.min_seconds or 0.0, (t.min_frames or 0) / 60) for t in trials), 1)


def overview(studio: Studio, asked: Request) -> dict[str, Any]:
    """Return the study at a glance; without one, what a page must know to make it."""
    study = studio.study
    if study is None:
        return {"open": False, "folder": studio.folder.name, "private": is_private(asked)}
    sessions = [s for s in study.sessions() if not studio.sittings.holds(s)]
    participants = len(study.participants)
    status = Counter(s.status for s in sessions)
    models = len(studio.models)
    unfinished = [s for s in sessions if s.status == INTERRUPTED]
    return {
        "open": True,
        "folder": studio.folder.name,
        "title": study.title,
        "synthetic": study.synthetic,
        "encrypted": (study.folder / ENCRYPTION).is_file(),
        "protocol": _protocol(study.protocol),
        "participants": participants,
        "sessions": {name: status[name] for name in ("complete", "interrupted", "partial", "imported")},
        "frames": _frames(sessions, study.protocol),
        "unfinished": [_unfinished(s, study.protocol) for s in unfinished],
        "running": studio.sittings.running,
        "models": models,
        "next": next_step(
            people=len({s.participant for s in sessions if s.status != INTERRUPTED}),
            unfinished=len(unfinished),
            running=studio.sittings.running,
            accepted=sum(device["accepted"] for device in studio.devices.all()),
            models=models,
        ),
    }


def _frames(sessions: list[SessionInfo], protocol: Protocol) -> dict[str, int]:
    """Return how many frames of finished trials there are of each expression."""
    frames = dict.fromkeys(protocol.expressions, 0)
    for session in sessions:
        for trial in session.trials:
            if trial.outcome in (COMPLETE, IMPORTED) and session.status != INTERRUPTED:
                frames[trial.expression] = frames.get(trial.expression, 0) + trial.frames
    return frames


def _unfinished(session: SessionInfo, protocol: Protocol) -> dict[str, Any]:
    return {
        "participant": session.participant,
        "session": session.session,
        "started": number(session.facts.started, 3),
        "trials_done": sum(trial.outcome == COMPLETE for trial in session.trials),
        "trials": len(protocol.sequence(0)),
        "frames": session.frames,
        "problem": session.problem,
    }
