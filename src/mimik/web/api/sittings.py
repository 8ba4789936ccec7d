"""Routes: sessions that are prepared, run and ended here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mimik.capture.button import Button
from mimik.web.api.facts import PROBLEMS, SittingFacts

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["sitting_routes"]

Short = Annotated[str, Field(max_length=80)]


class NewSitting(BaseModel):
    """Who sits before which phone and screen."""

    device: Annotated[int, Field(ge=1, le=10_000, description="Number of an accepted, free phone.")]
    participant: Short | None = Field(default=None, description="A pseudonym; a fresh one by default.")
    consent: bool = Field(default=False, description="Has agreed to the newest consent text, now.")
    purposes: list[Literal["study", "sharing", "later-use"]] = Field(
        default=["study"], description="What consent is given for, now."
    )
    how: Literal["screen", "paper"] = Field(default="screen", description="How it is given.")
    given: date | None = Field(default=None, description="The day on which it was given on paper; else now.")
    ask: bool = Field(
        default=False, description="Ask for it on the participant's screen, unless it was given before."
    )
    language: Short | None = Field(default=None, description="Of the prompts.")
    resume: Short | None = Field(default=None, description="An interrupted session of the participant.")
    screen: Short | None = Field(default=None, description="Key of another sitting's screen, to share it.")
    label: Short | None = Field(default=None, description="What the seat is called on a shared screen.")


class Press(BaseModel):
    """A button of a session."""

    button: Button


class NewNote(BaseModel):
    """A note, in one line."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class OtherDevice(BaseModel):
    """Another phone."""

    device: Annotated[int, Field(ge=1, le=10_000)]


def sitting_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's sittings."""
    routes = APIRouter(prefix="/api/sittings", tags=["sittings"], responses=PROBLEMS)
    sittings, news = studio.sittings, studio.sittings.news

    @routes.get("", response_model=list[SittingFacts], summary="All sittings")
    def all_() -> list[dict[str, Any]]:
        return news.all()

    @routes.post(
        "", status_code=201, response_model=SittingFacts, summary="Prepare a sitting; nothing is written yet"
    )
    def prepare(wanted: NewSitting) -> dict[str, Any]:
        return news.facts(sittings.prepare(**wanted.model_dump()))

    @routes.post(
        "/{id}/begin",
        response_model=SittingFacts,
        summary="Begin: participant, consent and session are written",
    )
    def begin(id: str) -> dict[str, Any]:
        return news.facts(sittings.begin(id))

    @routes.post(
        "/{id}/press",
        response_model=SittingFacts,
        summary="Press a button; one that makes no sense now does nothing",
    )
    def press(id: str, pressed: Press) -> dict[str, Any]:
        sittings.press(id, pressed.button)
        return news.facts(sittings.get(id))

    @routes.post("/{id}/notes", response_model=SittingFacts, summary="Keep a note with the session's events")
    def note(id: str, wanted: NewNote) -> dict[str, Any]:
        return news.facts(sittings.note(id, wanted.text))

    @routes.post("/{id}/device", response_model=SittingFacts, summary="Go on with another phone")
    def move(id: str, wanted: OtherDevice) -> dict[str, Any]:
        return news.facts(sittings.move(id, wanted.device))

    @routes.delete("/{id}", status_code=204, summary="Clear a sitting away that does not run")
    def remove(id: str) -> None:
        sittings.remove(id)

    return routes
