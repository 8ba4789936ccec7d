"""What the meter found: attacks, coarsenings, and what each costs in recognition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.learn.plain import to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.learn.estimate import Estimate
    from mimik.learn.notices import Notice
    from mimik.study.coarsening import Coarsening

__all__ = ["FORMAT", "USE", "Attack", "Growth", "Identification", "Reidentification", "Row"]

FORMAT = 1

USE = (
    "These attackers are simple: others may find more, so every rate is a lower bound, and a low one is no "
    "anonymity."
)


@dataclass(frozen=True, slots=True)
class Attack:
    """One attacker's success.

    Attributes:
        name: of ``ATTACKERS``.
        rank1: share of single unnamed recordings whose person was named first.
        rank5: share whose person was among the first five.
        together: share of people named first from all their unnamed recordings at once.
        equal_error: of verifying a claimed person, 0..0.5; None where undefined.
    """

    name: str
    rank1: Estimate
    rank5: Estimate
    together: Estimate
    equal_error: float | None


@dataclass(frozen=True, slots=True)
class Identification:
    """How well people in one set of recordings can be told apart.

    Attributes:
        apart: "sessions" or "trials": what keeps known and unnamed recordings apart.
        people: how many the attacker chooses from.
        known: how many recordings the attacker knows.
        probes: how many recordings are to be named.
        attacks: one per attacker.
    """

    apart: str
    people: int
    known: int
    probes: int
    attacks: tuple[Attack, ...]

    @property
    def chance(self) -> float:
        """The share that guessing names right."""
        return 1 / self.people

    @property
    def strongest(self) -> Attack:
        """The attack that named most single recordings, known afterwards only: a little flattered."""
        return max(self.attacks, key=lambda attack: attack.rank1.value or 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One coarsening with what it does.

    Attributes:
        name: a few words.
        coarsening: what is taken away.
        frames: how many are left.
        identification: how well people are told apart then.
        recognition: balanced accuracy of shown expressions, whole trials of people held out; None where it
            could not be had.
        beaten_by: name of a coarsening that is as good or better in both, and better in one; "" without.
    """

    name: str
    coarsening: Coarsening
    frames: int
    identification: Identification
    recognition: Estimate | None
    beaten_by: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """How identification grows with what is seen of a probe, as recorded.

    Attributes:
        seconds: that the attacker sees of each unnamed recording, from its beginning.
        rank1: of the strongest attacker.
    """

    seconds: float
    rank1: Estimate


@dataclass(frozen=True, slots=True)
class Reidentification:
    """How well people of a study are told apart, and what coarsenings change.

    Attributes:
        title: of the study.
        synthetic: whether any of it was simulated.
        recordings: how many.
        recogniser: the recipe that tells the cost in recognition.
        recognition_chance: balanced accuracy of guessing.
        seed: of all that is drawn.
        notices: to be read first.
        rows: coarsenings, the first as recorded.
        growth: with seconds seen; () where not asked for.
        versions: of Python and the libraries used.
    """

    title: str
    synthetic: bool
    recordings: int
    recogniser: str
    recognition_chance: float
    seed: int
    notices: tuple[Notice, ...]
    rows: tuple[Row, ...]
    growth: tuple[Growth, ...]
    versions: Mapping[str, str]

    @property
    def as_recorded(self) -> Identification:
        """Before anything is taken away."""
        return self.rows[0].identification

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; it names nobody."""
        return {"format": FORMAT, "use": USE, **to_plain(self)}
