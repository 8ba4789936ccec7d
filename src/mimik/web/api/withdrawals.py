"""Routes: withdrawing a participant, first what would go, then for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from mimik.web.api.facts import PROBLEMS
from mimik.web.studio.withdrawing import plan_facts, planned, searched_facts, withdrawn

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["withdrawal_routes"]

Name = Annotated[str, Path(max_length=80, description="Pseudonym of a participant.")]


class Why(BaseModel):
    """Why somebody withdraws, if they said so."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=1000)] = Field(
        default="", description="Without names: it stays in the study."
    )


class ReleaseAtHand(BaseModel):
    """Something given away that holds their data."""

    id: str
    kind: str
    at: float


class Plan(BaseModel):
    """What a withdrawal removes and marks."""

    sessions: list[str] = Field(description="Names of their sessions, which go.")
    computed: list[str] = Field(description="What goes as it was computed with their data.")
    models: int = Field(description="How many learned from them; they stay and are marked.")
    releases: list[ReleaseAtHand] = Field(description="What was given away with their data.")


class Search(BaseModel):
    """What a search of the whole folder found afterwards."""

    files: int
    bytes: int
    found: list[str] = Field(description="Files in which something of theirs is left.")
    unread: list[str] = Field(description="Files that could not be searched.")


class Withdrawn(Plan):
    """What a withdrawal removed and marked, and that nothing is left."""

    searched: Search


def withdrawal_routes(studio: Studio) -> APIRouter:
    """Return the routes by which a studio's participants are withdrawn."""
    routes = APIRouter(
        prefix="/api/participants/{participant}/withdrawal", tags=["study"], responses=PROBLEMS
    )

    @routes.get("", response_model=Plan, summary="What withdrawing a participant would remove")
    def plan(participant: Name) -> dict[str, Any]:
        return plan_facts(planned(studio, participant))

    @routes.post("", response_model=Withdrawn, summary="Withdraw a participant for good")
    def withdraw(participant: Name, why: Why) -> dict[str, Any]:
        done = withdrawn(studio, participant, why.reason)
        return {**plan_facts(done.plan), "searched": searched_facts(done.searched)}

    return routes
