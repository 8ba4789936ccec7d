"""Routes: an interrupted session is kept as it is, or discarded. To go on with it, prepare a sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel

from mimik.web.api.facts import PROBLEMS
from mimik.web.studio.missing import NotFound

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo
    from mimik.web.studio.studio import Studio

__all__ = ["unfinished_routes"]


class KeptFacts(BaseModel):
    """A session that was kept as it is."""

    participant: str
    session: str
    status: str
    frames: int


def unfinished_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's interrupted sessions."""
    routes = APIRouter(prefix="/api/sessions", tags=["sessions"], responses=PROBLEMS)

    @routes.post(
        "/{participant}/{session}/finish",
        response_model=KeptFacts,
        summary="Keep an interrupted session as it is, with the trials that are complete",
    )
    def finish(participant: str, session: str) -> dict[str, str | int]:
        kept = studio.require_study().finish_session(_found(studio, participant, session))
        studio.broadcast.publish("study", {})
        return {
            "participant": kept.participant,
            "session": kept.session,
            "status": kept.status,
            "frames": kept.frames,
        }

    @routes.delete(
        "/{participant}/{session}", status_code=204, summary="Discard an interrupted session for good"
    )
    def discard(participant: str, session: str) -> None:
        studio.require_study().discard_session(_found(studio, participant, session))
        studio.broadcast.publish("study", {})

    return routes


def _found(studio: Studio, participant: str, session: str) -> SessionInfo:
    study = studio.require_study()
    if participant in {known.id for known in study.participants}:
        for info in study.sessions(participant):
            if info.session == session:
                return info
    raise NotFound(f"Expected a session of this study, found none called {participant[:40]} {session[:40]}.")
