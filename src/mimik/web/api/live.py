"""Routes: live recognition on the phones that are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from mimik.web.api.facts import PROBLEMS
from mimik.web.studio.live import MODEL_NAME

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["live_routes"]

Number = Annotated[int, Path(ge=1, le=10_000, description="The phone's number in this run of the studio.")]


class Wanted(BaseModel):
    """What is to be recognised with what."""

    device: Annotated[int, Field(ge=1, le=10_000, description="The phone's number in this run.")]
    model: Annotated[
        str,
        Field(
            pattern=MODEL_NAME,
            description="Name of a model of the study; an exported file's with its ending .tflite or .onnx.",
        ),
    ]


class LiveModel(BaseModel):
    """A model that can be used."""

    name: str
    kind: Literal["mimik", "tflite", "onnx"]


class RestingFacts(BaseModel):
    """The resting face of who sits there, which is subtracted."""

    used: bool = Field(description="Whether the model uses one.")
    known: bool
    learning: bool
    reason: str = Field(description='Why the last try to learn it failed; "" if none did.')


class LiveNote(BaseModel):
    """Something to read."""

    at: float
    text: str


class LiveFacts(BaseModel):
    """What is recognised now on a phone. The topic live:N of /api/watch tells the same as it changes."""

    device: int
    model: str
    labels: list[str]
    state: Literal["recognised", "unsure", "resting", "no-face", "failed", "stopped"] = Field(
        description="unsure: a face, but no expression is probable enough. resting: the resting face is "
        "being learned. failed: see problem."
    )
    silent: bool = Field(description="Whether the phone sends nothing.")
    expression: str | None = Field(description="Which expression is shown; never what is felt.")
    confidence: float | None = Field(description="Smoothed probability of the most probable label, 0..1.")
    smoothed: dict[str, float | None] | None = Field(description="By label; null without a face.")
    resting: RestingFacts
    latency_ms: float | None = Field(description="From arrival until told, median of the last second.")
    delay: float = Field(description="Seconds by which smoothing is late.")
    synthetic: bool = Field(description="Whether simulated people trained the model or sit there.")
    use: str
    problem: str
    notes: list[LiveNote]
    time: float


def live_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's live recognition."""
    routes = APIRouter(prefix="/api/live", tags=["live"], responses=PROBLEMS)

    @routes.get("", response_model=list[LiveFacts], summary="What is recognised now, on each phone")
    def all_() -> list[dict[str, Any]]:
        return studio.live.all()

    @routes.get("/models", response_model=list[LiveModel], summary="Models to recognise with, newest first")
    def models() -> list[dict[str, str]]:
        return studio.live.models()

    @routes.post("", status_code=201, response_model=LiveFacts, summary="Recognise on a phone with a model")
    def start(wanted: Wanted) -> dict[str, Any]:
        return studio.live.start(wanted.device, wanted.model)

    @routes.post("/{device}/rest", response_model=LiveFacts, summary="Learn the resting face now")
    def rest(device: Number) -> dict[str, Any]:
        return studio.live.rest(device)

    @routes.delete("/{device}", status_code=204, summary="Recognise no longer")
    def stop(device: Number) -> None:
        studio.live.stop(device)

    return routes
