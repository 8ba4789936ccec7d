"""What an analysis of clusters found, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.learn.plain import to_plain

if TYPE_CHECKING:
    from mimik.learn.clusters.number import Choice
    from mimik.learn.estimate import Estimate
    from mimik.learn.notices import Notice

__all__ = ["Cluster", "Clusters", "Trial"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster.

    Attributes:
        name: a letter, A for the largest.
        rows: how many trials (or moments of trials) are in it.
        people: how many participants they come from.
        changes: of each of the 52 channels in the order of ``BLEND_SHAPES``, the mean over its people of the
            change from the baseline, with interval over participants; None where not delivered.
        face: mean baseline and mean change together, 52 coefficients.
        shares: of each expression in order, the share of its rows in this cluster, over participants.
        counts: of each expression, the rows in it.
    """

    name: str
    rows: int
    people: int
    changes: tuple[Estimate | None, ...]
    face: tuple[float, ...]
    shares: tuple[Estimate, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Where one recording (or a moment of it) went.

    Attributes:
        participant: pseudonym.
        recording: its label.
        expression: what was asked for.
        cluster: name.
        x, y: place in the plane in which the trials differ most.
    """

    participant: str
    recording: str
    expression: str
    cluster: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """The groups that expressions fall into by themselves.

    Attributes:
        title, synthetic, participants, recordings: of the study.
        expressions: names in order.
        baseline: key of ``mimik.learn.plateaus.BASELINES``.
        moments: rows per recording.
        choice: how the number was chosen.
        clusters: largest first; just one if there is no structure.
        stability: alikeness of clusters of resampled participants, adjusted Rand index; None for one cluster.
        rand, mutual: agreement with the prompts; None for one cluster or one expression.
        trials: every row.
        explained: share of the variance in each direction of the plane, 0..1.
        seed: of everything drawn.
        notices: what to read first.
    """

    title: str
    synthetic: bool
    participants: int
    recordings: int
    expressions: tuple[str, ...]
    baseline: str
    moments: int
    choice: Choice
    clusters: tuple[Cluster, ...]
    stability: Estimate | None
    rand: Estimate | None
    mutual: Estimate | None
    trials: tuple[Trial, ...]
    explained: tuple[float, float]
    seed: int
    notices: tuple[Notice, ...]

    @property
    def structured(self) -> bool:
        """Whether there are clusters."""
        return len(self.clusters) > 1

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; participants appear under their pseudonyms."""
        plain: dict[str, Any] = to_plain(self)
        return plain
