"""What makes each expression, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.learn.plain import to_plain

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.notices import Notice

__all__ = ["Feature", "Profile", "Profiles"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A group of channels and its part in one expression.

    Attributes:
        name: of the group.
        region: of the face.
        importance: recall lost when the group is shuffled, 0..1, mean over participants.
        part: the pair or channel in the group that moves most, which ``effect`` is of.
        effect: its mean change in coefficient units, mean over participants and both sides.
    """

    name: str
    region: str
    importance: Estimate
    part: str
    effect: Estimate

    @property
    def matters(self) -> bool:
        """Whether the interval of the importance lies above zero."""
        return self.importance.low is not None and self.importance.low > 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What makes one expression.

    Attributes:
        expression: its name.
        recall: share of its frames recognised, mean over participants.
        features: most important first.
        change: mean change from the baseline, 52 coefficients.
        face: mean baseline and mean change together, 52 coefficients.
    """

    expression: str
    recall: Estimate
    features: tuple[Feature, ...]
    change: tuple[float, ...]
    face: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """What makes the expressions of a study.

    Attributes:
        title, synthetic, participants: of the study.
        classifier: its name.
        split: what was held out.
        folds: how many classifiers were trained.
        grouping: "pair", "region" or "channel".
        against: what effects are differences from, in words.
        frames: test frames used.
        repeats: shuffles of each group.
        overall: balanced accuracy lost, by group, most important first: (name, region, estimate).
        balanced_accuracy: mean recall of the expressions, mean over participants.
        profiles: one per expression.
        seed: of everything drawn.
        notices: what to read first.
    """

    title: str
    synthetic: bool
    participants: int
    classifier: str
    split: str
    folds: int
    grouping: str
    against: str
    frames: int
    repeats: int
    overall: tuple[tuple[str, str, Estimate], ...]
    balanced_accuracy: Estimate
    profiles: tuple[Profile, ...]
    seed: int
    notices: tuple[Notice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that names nobody, ready for JSON."""
        plain: dict[str, Any] = to_plain(self)
        return plain
