"""What a comparison found, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimik.errors import DataError
from mimik.learn.estimate import Estimate
from mimik.learn.evaluation import EstimatorFacts
from mimik.learn.notices import Notice
from mimik.learn.plain import from_plain, to_plain
from mimik.learn.splits import SplitKind
from mimik.learn.verdict import Verdict

__all__ = ["FORMAT", "Comparison", "Row", "Verdict"]

FORMAT = 1
"""Version of the plain data that ``Comparison.to_dict`` makes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One recipe among its peers.

    Attributes:
        name: of the recipe.
        about: what it is, one sentence; "" if nobody said.
        estimator: the classifier and its settings; None if it was not run.
        rank: 1 for the highest balanced accuracy of whole trials (of frames, where the split has no trials);
            equal for equal values, None if it was not run.
        frames: figures of single frames, such as "balanced_accuracy", "auc" and "ece".
        trials: figures of whole trials, by the mean probability of their frames; empty where frames of a
            trial stand on both sides.
        frame_difference: balanced accuracy of frames above the reference's, over the same people; None
            for the reference itself.
        trial_difference: the same of whole trials.
        verdict: what the difference that ranks says.
        first: share of 1,000 resamples of the participants in which this recipe ranks first, 0..1.
        seconds: of training and testing, all folds together.
        not_run: why it was not run; "" if it was.
    """

    name: str
    about: str
    estimator: EstimatorFacts | None
    rank: int | None
    frames: Mapping[str, Estimate]
    trials: Mapping[str, Estimate]
    frame_difference: Estimate | None
    trial_difference: Estimate | None
    verdict: Verdict
    first: float | None
    seconds: float | None
    not_run: str

    @property
    def ranked_by(self) -> Estimate | None:
        """The balanced accuracy that ranks; None if it was not run."""
        return (self.trials or self.frames).get("balanced_accuracy")

    @property
    def difference(self) -> Estimate | None:
        """The difference that the verdict is about."""
        return self.trial_difference or self.frame_difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """Recipes on the same people, the best first.

    Attributes:
        title, synthetic, fingerprint, participants, recordings, frames, expressions: of the data.
        split: what was held out.
        n_folds: how many folds.
        reference: name of the recipe that others are held against.
        seed: of split, training and resampling.
        notices: what to read first.
        rows: recipes by rank, those that were not run at the end.
        versions: of Python and of the libraries used.
    """

    title: str
    synthetic: bool
    fingerprint: str
    participants: int
    recordings: int
    frames: int
    expressions: tuple[str, ...]
    split: SplitKind
    n_folds: int
    reference: str
    seed: int
    notices: tuple[Notice, ...]
    rows: tuple[Row, ...]
    versions: Mapping[str, str]

    @property
    def meaning(self) -> str:
        """What the numbers speak of, in words."""
        return self.split.meaning

    @property
    def chance(self) -> float:
        """The balanced accuracy of guessing."""
        return 1 / len(self.expressions)

    def of(self, name: str) -> Row:
        """Return the row of a recipe; raises DataError if there is none."""
        for row in self.rows:
            if row.name == name:
                return row
        known = ", ".join(row.name for row in self.rows)
        raise DataError(f"no recipe {name!r} was compared", hint=f"these were: {known}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that names nobody, ready for JSON."""
        return {"format": FORMAT, **to_plain(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Comparison:
        """Read what ``to_dict`` made.

        Raises:
            DataError: the format is unknown or a field is missing or wrong.
        """
        if data.get("format") != FORMAT:
            raise DataError(f"expected a comparison of format {FORMAT}, got {data.get('format')!r}")
        return from_plain(cls, data, where="comparison")
