"""Frames with what they show and whose they are: the arrays that everything here learns from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.context import Context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from mimik.learn.notices import Notice

__all__ = ["Dataset", "RecordingFacts", "compact"]


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known about one recording besides its frames.

    Attributes:
        session: whose and which sitting, such as "sub-AB/ses-01".
        trial: its number in the session.
        prompted: the expression asked for.
        device: the study's number of the device, as text; "" if not known.
        app: what sent the frames; "" if not known.
        started: when the session began, seconds since 1970 (UTC); NaN if not known.
        answers: what the participant reported after the trial, by question.
    """

    session: str
    trial: int
    prompted: str
    device: str = ""
    app: str = ""
    started: float = float("nan")
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Frames with what they show and whose they are.

    Attributes:
        X: float32 (n, 52), coefficients in the order of ``BLEND_SHAPES``, about 0..1; NaN is "not delivered".
        y: int64 (n,), the shown expression, or another label, as position in ``expressions``.
        participant: int32 (n,), position in ``participants``.
        recording: int32 (n,), position in ``recordings``; a recording is one trial of one person.
        device_time: float64 (n,), seconds on the device's clock.
        expressions: names, each of which occurs.
        participants: pseudonyms, each of which occurs; for reports that stay here, never for models.
        recordings: labels such as ``"sub-AB/ses-01/3"``.
        title: of the study.
        synthetic: whether any of it was simulated.
        facts: what is known of each recording, or () for frames from elsewhere.
        people: the columns of ``participants.tsv`` of each participant, or ().
        resting: float32 (recordings, 52), the resting face of each recording's person in that session, from
            the first seconds of its neutral trial, which are not among the frames; NaN where there is none.
        scale: of the labels: "nominal", or "ordinal" where they are numbers in ascending order.
        unit: what is decided as one: "trial", or "participant" where a label belongs to a person.
        target: what ``y`` is, as in ``load_dataset(labels=...)``: "prompted", "reported:strength", ...
        notices: what to read before results on this data.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    participant: NDArray[np.int32]
    recording: NDArray[np.int32]
    device_time: NDArray[np.float64]
    expressions: tuple[str, ...]
    participants: tuple[str, ...]
    recordings: tuple[str, ...]
    title: str
    synthetic: bool
    facts: tuple[RecordingFacts, ...] = ()
    people: tuple[Mapping[str, str], ...] = ()
    resting: NDArray[np.float32] = None  # type: ignore[assignment]  # set below where not given
    scale: str = "nominal"
    unit: str = "trial"
    target: str = "prompted"
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        if self.resting is None:
            unknown = np.full((len(self.recordings), len(BLEND_SHAPES)), np.nan, dtype=np.float32)
            object.__setattr__(self, "resting", unknown)
        if self.X.ndim != 2 or self.X.shape[1] != len(BLEND_SHAPES):
            raise DataError(f"expected X of shape (n, {len(BLEND_SHAPES)}), got {self.X.shape}")
        for name in ("y", "participant", "recording", "device_time"):
            if getattr(self, name).shape != (len(self.X),):
                raise DataError(f"expected {name} of shape ({len(self.X)},), got {getattr(self, name).shape}")
        if self.resting.shape != (len(self.recordings), len(BLEND_SHAPES)):
            raise DataError(f"expected a resting face per recording, got {self.resting.shape}")
        for name, known, expected in (
            ("facts", self.facts, self.recordings),
            ("people", self.people, self.participants),
        ):
            if known and len(known) != len(expected):
                raise DataError(f"expected {len(expected)} {name}, got {len(known)}")

    def __len__(self) -> int:
        return len(self.X)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (64 hex digits) of the frames, what they show, and who they belong together with.

        The same data give the same one, under whatever pseudonyms.
        """
        digest = hashlib.sha256("\n".join(self.expressions).encode())
        for column in (self.X, self.y, self.participant, self.recording, self.resting):
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()

    @property
    def n_participants(self) -> int:
        """How many people."""
        return len(self.participants)

    @property
    def n_recordings(self) -> int:
        """How many recordings."""
        return len(self.recordings)

    @property
    def labels(self) -> NDArray[np.str_]:
        """The label of each frame by name, (n,)."""
        return np.asarray(self.expressions)[self.y]

    @property
    def context(self) -> Context:
        """Whose each frame is, when it was seen, and that person at rest."""
        return Context(self.participant, self.recording, self.device_time, self.resting)

    def subset(self, mask: NDArray[np.bool_]) -> Dataset:
        """Return the frames where ``mask`` (n,) is true; names that no longer occur leave the tables.

        Raises:
            DataError: no frame is left.
        """
        if not mask.any():
            raise DataError(f"no frame of {self.title!r} is left")
        y, expressions = compact(self.y[mask], self.expressions)
        participant, participants = compact(self.participant[mask], self.participants)
        recording, recordings = compact(self.recording[mask], self.recordings)
        there, known = np.unique(self.recording[mask]), np.unique(self.participant[mask])
        return replace(
            self,
            X=self.X[mask],
            y=y,
            participant=participant,
            recording=recording,
            device_time=self.device_time[mask],
            expressions=expressions,
            participants=participants,
            recordings=recordings,
            facts=tuple(self.facts[i] for i in there) if self.facts else (),
            people=tuple(self.people[i] for i in known) if self.people else (),
            resting=self.resting[there],
        )

    def summary(self) -> dict[str, Any]:
        """Return counts and facts that name nobody, ready for JSON."""
        counts = np.bincount(self.y, minlength=len(self.expressions))
        return {
            "title": self.title,
            "synthetic": self.synthetic,
            "target": self.target,
            "participants": self.n_participants,
            "recordings": self.n_recordings,
            "frames": len(self),
            "expressions": dict(zip(self.expressions, counts.tolist(), strict=True)),
            "fingerprint": self.fingerprint,
        }


def compact(codes: NDArray[Any], names: Sequence[str]) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Drop the names that no code (n,) points to, and renumber the codes for those that stay."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    if len(used) == len(names):
        return codes, tuple(names)
    renumber = np.zeros(len(names), dtype=codes.dtype)
    renumber[used] = np.arange(len(used))
    return renumber[codes], tuple(names[i] for i in used.tolist())
