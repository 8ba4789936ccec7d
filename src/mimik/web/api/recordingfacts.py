"""The shapes of what the routes of recordings answer, for their description."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["RecordingFacts", "SessionFacts"]


class TrialFacts(BaseModel):
    """A trial of a session."""

    trial: int
    expression: str = Field(description="What was to be shown.")
    onset: float | None = Field(description="Seconds from the session's start.")
    duration: float | None = Field(description="Seconds.")
    outcome: str = Field(description="complete, incomplete, redone, imported or excluded.")
    frames: int
    excluded: str = Field(description='Why it was marked as bad; "" if it was not.')
    answers: dict[str, str] = Field(description="What the participant reported, by question.")


class SessionAtHand(BaseModel):
    """A session, without its trials."""

    participant: str
    session: str
    status: Literal["complete", "partial", "interrupted", "imported"]
    running: bool = Field(description="Whether it is being recorded in this studio.")
    problem: str = Field(description='Why it can\'t be resumed; "" if it can or need not.')
    started: float | None
    device: int | None
    rate: float | None
    app: str
    language: str
    frames: int


class SessionFacts(SessionAtHand):
    """A session in a list."""

    trials: list[TrialFacts]


class PlacedTrialFacts(TrialFacts):
    """A trial with its place among the frames; null where none of its frames are there."""

    start: float | None = Field(description="Seconds since the session's first frame.")
    end: float | None
    baseline: bool = Field(description="Whether its expression is the protocol's baseline.")


class MovedFacts(BaseModel):
    """How much a coefficient moved."""

    column: str
    sd: float | None = Field(description="Standard deviation over the frames with a face.")


class LostFacts(BaseModel):
    """A stretch that is missing."""

    from_: float = Field(alias="from", description="Seconds since the session's first frame.")
    to: float
    kind: Literal["no face", "no frames"]


class EventFacts(BaseModel):
    """Something that happened besides the trials."""

    at: float | None = Field(description="Seconds since the session's first frame.")
    duration: float | None
    event: str
    note: str = Field(description='What the operator wrote; "" for other events.')
    trial: int | None


class RecordingFacts(SessionAtHand):
    """A finished session."""

    trials: list[PlacedTrialFacts]
    synthetic: bool
    software: str
    protocol: str
    protocol_version: int | None
    seed: int | None
    position: int | None
    consent: dict[str, str]
    n: int = Field(description="Frames that /frames gives: all but those of attempts done again.")
    seconds: float
    tracked: int = Field(description="Of them, with a face.")
    columns: list[str] = Field(description="What was delivered, in the order of mimik.frame.COLUMNS.")
    moved: list[MovedFacts] = Field(description="The coefficients, those that moved most first.")
    lost: list[LostFacts]
    events: list[EventFacts]
