"""Routes: recorded sessions, to be looked at, and trials of them that were bad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from mimik.study.layout import SESSION, is_participant, is_session, session_folder
from mimik.web.api.facts import PROBLEMS
from mimik.web.api.recordingfacts import RecordingFacts, SessionFacts
from mimik.web.problems import Conflict
from mimik.web.studio.missing import NotFound
from mimik.web.studio.recorded import packed, recording_facts, session_facts

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo
    from mimik.web.studio.studio import Studio

__all__ = ["recording_routes"]

Name = Annotated[str, Path(max_length=80)]
TrialNumber = Annotated[int, Path(ge=1, le=32767, description="Its number in the session.")]

_FRAMES = """All frames, little-endian, one column after another: float64 seconds since the session's first
frame, float32 for each column asked for (NaN is "not delivered"), int16 trial, uint8 tracked (1: a face was
seen). So the number of frames is the length in bytes over 11 + 4 a column; the header Mimik-Frames has it.
"""


class Reason(BaseModel):
    """Why a trial is bad, in a line."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


def recording_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's recordings."""
    routes = APIRouter(prefix="/api/sessions", tags=["recordings"], responses=PROBLEMS)

    def told(info: SessionInfo) -> dict[str, Any]:
        return session_facts(info, running=studio.sittings.holds(info))

    @routes.get("", response_model=list[SessionFacts], summary="All sessions")
    def sessions() -> list[dict[str, Any]]:
        return [told(info) for info in studio.require_study().sessions()]

    @routes.get("/{participant}/{session}", response_model=RecordingFacts, summary="A finished session")
    def session(participant: Name, session: Name) -> dict[str, Any]:
        return recording_facts(studio.require_study(), _find(studio, participant, session))

    @routes.get(
        "/{participant}/{session}/frames",
        summary="The frames of a finished session",
        description=_FRAMES,
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}}},
    )
    def frames(
        participant: Name,
        session: Name,
        columns: Annotated[str, Query(max_length=2000, description="Names, with commas between them.")] = "",
    ) -> Response:
        wanted = [name for name in columns.split(",") if name]
        found = studio.require_study().read_session(_find(studio, participant, session), wanted)
        headers = {"Mimik-Frames": str(len(found)), "Cache-Control": "no-store"}
        return Response(packed(found), media_type="application/octet-stream", headers=headers)

    @routes.put(
        "/{participant}/{session}/trials/{trial}/exclusion",
        response_model=SessionFacts,
        summary="Mark a trial as bad: kept, but nothing learns from it",
    )
    def exclude(participant: Name, session: Name, trial: TrialNumber, why: Reason) -> dict[str, Any]:
        info, at = _find(studio, participant, session), studio.clock.now()
        marked = studio.require_study().exclude_trial(info, trial, why.reason, at=at)
        studio.broadcast.publish("study", {})
        return told(marked)

    @routes.delete(
        "/{participant}/{session}/trials/{trial}/exclusion",
        response_model=SessionFacts,
        summary="Use a trial again",
    )
    def include(participant: Name, session: Name, trial: TrialNumber) -> dict[str, Any]:
        info, at = _find(studio, participant, session), studio.clock.now()
        marked = studio.require_study().include_trial(info, trial, at=at)
        studio.broadcast.publish("study", {})
        return told(marked)

    @routes.post(
        "/{participant}/{session}/finish",
        response_model=SessionFacts,
        summary="Keep an interrupted session as it is",
    )
    def finish(participant: Name, session: Name) -> dict[str, Any]:
        info = _idle(studio, participant, session)
        kept = studio.require_study().finish_session(info, at=studio.clock.now())
        studio.broadcast.publish("study", {})
        return told(kept)

    @routes.delete(
        "/{participant}/{session}", status_code=204, summary="Remove an interrupted session for good"
    )
    def discard(participant: Name, session: Name) -> None:
        studio.require_study().discard_session(_idle(studio, participant, session))
        studio.broadcast.publish("study", {})

    return routes


def _find(studio: Studio, participant: str, session: str) -> SessionInfo:
    study = studio.require_study()
    named = is_participant(participant) and is_session(session)
    if named and study.store.exists(f"{session_folder(participant, session)}/{SESSION}"):
        for info in study.sessions(participant):
            if info.session == session:
                return info
    raise NotFound(
        f"Expected a session of this study, found none called {participant}/{session}.",
        hint="The page Recordings lists them all.",
    )


def _idle(studio: Studio, participant: str, session: str) -> SessionInfo:
    """Return a session that does not run here."""
    info = _find(studio, participant, session)
    if studio.sittings.holds(info):
        raise Conflict(
            f"{participant}/{session}: expected a session that broke off, found one that runs.",
            hint="Stop it on the page Sessions first.",
        )
    return info
