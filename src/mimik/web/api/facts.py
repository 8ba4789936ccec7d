"""The shapes of what the study's, the phones' and the sittings' routes answer, for their description."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

__all__ = [
    "PROBLEMS",
    "ConnectionFacts",
    "ConsentFacts",
    "DeviceFacts",
    "ParticipantFacts",
    "ProblemFacts",
    "ProtocolFacts",
    "PurposeFacts",
    "SittingFacts",
    "StudyFacts",
]


class ProblemFacts(BaseModel):
    """What went wrong, and what to try ("" for no advice)."""

    error: str
    hint: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemFacts, "description": "It can't be done."},
    404: {"model": ProblemFacts, "description": "What is named is not there."},
    409: {"model": ProblemFacts, "description": "Not in the state that things are in now."},
    422: {"model": ProblemFacts, "description": "A field is not what it should be."},
}
"""The problems any route may answer with."""


class ProtocolFacts(BaseModel):
    """A protocol at a glance."""

    name: str
    title: dict[str, str] = Field(description="By language.")
    version: int
    languages: list[str]
    direction: dict[str, Literal["ltr", "rtl"]] = Field(description="How each language is written.")
    expressions: list[str]
    scale: Literal["nominal", "ordinal"]
    start: Literal["automatic", "button"]
    trials: int
    questions: int = Field(description="Asked in all, after trials.")
    seconds: float = Field(description="How long a session takes at least, at 60 frames a second.")


class UnfinishedFacts(BaseModel):
    """An interrupted session."""

    participant: str
    session: str
    started: float | None
    trials_done: int
    trials: int
    frames: int
    problem: str = Field(description='Why it can\'t be resumed; "" if it can.')


class StepFacts(BaseModel):
    """The next sensible step."""

    text: str
    label: str
    href: str


class StudyFacts(BaseModel):
    """A study at a glance; ``private`` only where there is none yet, all from ``title`` on where there is."""

    open: bool = Field(description="Whether there is a study; else POST makes one.")
    folder: str
    private: bool | None = Field(
        default=None, description="Whether a passphrase may come this way: HTTPS, or this computer itself."
    )
    title: str | None = None
    synthetic: bool | None = None
    encrypted: bool | None = None
    protocol: ProtocolFacts | None = None
    participants: int | None = None
    sessions: dict[str, int] | None = Field(default=None, description="By status.")
    frames: dict[str, int] | None = Field(default=None, description="Of finished trials, by expression.")
    unfinished: list[UnfinishedFacts] | None = None
    running: int | None = Field(default=None, description="Sessions that run now.")
    models: int | None = None
    next: StepFacts | None = None


class AgreedFacts(BaseModel):
    """What a participant agreed to: a version of the text, or the basis of imported data."""

    version: str
    basis: str
    at: float = Field(description="When it was recorded, seconds since 1970.")
    given: str = Field(
        description="When it was given: a time in UTC, or a day of which the time is not known."
    )
    purposes: list[str] = Field(description="What for: study, sharing, later-use.")
    how: str = Field(
        description='It was given: screen, own-screen, paper or elsewhere; "" where that is not known.'
    )
    origin: str = Field(description='The other study that it came from; "" for one given here.')


class SessionAtAGlance(BaseModel):
    """A session in a list."""

    session: str
    status: str
    frames: int


class ParticipantFacts(BaseModel):
    """A participant."""

    id: str = Field(description="The pseudonym.")
    consent: AgreedFacts | None
    consented_now: bool = Field(description="Whether they agreed to the newest version of the text.")
    sessions: list[SessionAtAGlance]
    columns: dict[str, str]


class PurposeFacts(BaseModel):
    """A purpose that consent is given for."""

    purpose: str
    text: dict[str, str] = Field(description="What somebody says who allows it, by language.")


class ConsentFacts(BaseModel):
    """What participants agree to."""

    version: str
    text: str
    versions: list[str]
    optional: list[PurposeFacts] = Field(description="What is asked for, each by itself.")
    default: bool = Field(description="Whether it is the text that comes with Mimik, which fits no study.")


class RefusalFacts(BaseModel):
    """Packets that were refused."""

    sender: str
    message: str
    hint: str
    count: int


class ConnectionFacts(BaseModel):
    """How phones and tablets reach this computer."""

    addresses: list[str]
    port: int = Field(description="UDP port for phones.")
    http: str | None = Field(description="Address of the pages for other computers; null: this one only.")
    secure: bool = Field(description="Whether that address speaks HTTPS.")
    refusals: list[RefusalFacts]


class HintFacts(BaseModel):
    """Something to mend before recording."""

    code: str
    severity: Literal["warn", "bad"]
    text: str


class DeviceFacts(BaseModel):
    """A phone."""

    number: int = Field(description="In this run of the studio.")
    study_number: int | None = Field(description="In the study; null before it was accepted.")
    name: str = Field(description="As set in the app; shown, never stored.")
    app: str
    address: str
    accepted: bool
    simulated: bool
    rate: float | None = Field(description="Frames a second, by the phone's clock.")
    frames: int
    lost: int
    duplicates: int
    face: bool
    silent: bool
    silent_for: float | None = Field(description="Seconds.")
    battery: float | None = Field(description="0 to 1; null where the app doesn't tell.")
    blinked: float | None = Field(description="Seconds since both eyes were shut; null for never.")
    sitting: str | None
    hints: list[HintFacts]


class MediaFacts(BaseModel):
    """A picture or clip that is shown."""

    kind: Literal["picture", "clip"]
    url: str
    description: str


class OptionFacts(BaseModel):
    """An answer to choose."""

    value: str
    text: str


class QuestionFacts(BaseModel):
    """What is asked after a trial, in the sitting's language."""

    id: str
    kind: Literal["choice", "scale", "text"]
    text: str
    options: list[OptionFacts]
    minimum: int | None
    maximum: int | None
    low: str
    high: str


class ViewFacts(BaseModel):
    """What the participant sees."""

    phase: Literal[
        "ready",
        "waiting-for-start",
        "waiting-for-face",
        "recording",
        "asking",
        "paused",
        "done",
        "stopped",
    ]
    trial: int
    of: int
    expression: str
    prompt: str
    fixation_text: str
    message: str
    progress: float
    frames: int
    seconds: float
    face: bool
    media: MediaFacts | None
    questions: list[QuestionFacts]


class ScreenFacts(BaseModel):
    """Where the participant looks."""

    key: str
    path: str
    url: str | None = Field(description="For other computers; null where they can't reach this one.")
    connected: int = Field(description="Browsers that show it.")
    ready: bool


class StateFacts(BaseModel):
    """How a sitting's phone is doing."""

    rate: float | None
    face: bool
    silent: bool
    lost: int


class NoteFacts(BaseModel):
    """A note."""

    at: float
    text: str


class AskedFacts(BaseModel):
    """Consent that is asked for on the participant's own screen."""

    version: str = Field(description="Of the text.")
    state: Literal["asked", "given", "declined"]
    round: int = Field(description="How often they have been asked, from 1.")
    purposes: list[str] = Field(description="What was allowed; empty unless it is given.")


class SittingFacts(BaseModel):
    """A session that is prepared, runs or has ended here."""

    id: str
    stage: Literal["preparing", "running", "ended"]
    participant: str | None = Field(description="Null: a fresh pseudonym is drawn when it begins.")
    session: str | None
    device: int
    language: str
    label: str
    screen: ScreenFacts
    consent: AskedFacts | None = Field(description="Null where the participant's screen does not ask for it.")
    view: ViewFacts | None
    device_state: StateFacts | None
    notes: list[NoteFacts]
    ended: Literal["complete", "stopped", "broken"] | None
    problem: str
    frames_total: int | None
    can: list[str] = Field(description="Buttons that do something now.")
