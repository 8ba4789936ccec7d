"""What an evaluation found, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimik.errors import DataError
from mimik.learn.notices import Notice
from mimik.learn.plain import from_plain, to_plain
from mimik.learn.splits import SplitKind
from mimik.learn.tables import Composition, Scores

__all__ = ["FORMAT", "DataFacts", "EstimatorFacts", "Evaluation", "FoldResult", "PersonResult", "SplitResult"]

FORMAT = 1
"""Version of the plain data that ``Evaluation.to_dict`` makes."""


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One participant, as seen by recognizers of the folds that tested them.

    Attributes:
        participant: pseudonym.
        frames: number of frames tested.
        accuracy: share recognised, 0..1.
        balanced_accuracy: mean recall of the expressions this person showed, 0..1.
    """

    participant: str
    frames: int
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True, slots=True)
class FoldResult:
    """One fold: a recognizer trained on all other folds and tested on this one.

    Attributes:
        training: frames trained on.
        test: frames tested on.
        accuracy: share of test frames recognised, 0..1.
        balanced_accuracy: mean recall of the expressions in the test frames, 0..1.
        history: figures per epoch of training, such as "loss"; None if the classifier keeps none.
    """

    training: Composition
    test: Composition
    accuracy: float | None
    balanced_accuracy: float | None
    history: Mapping[str, tuple[float, ...]] | None


@dataclass(frozen=True, slots=True)
class SplitResult:
    """All folds of one split together.

    Attributes:
        kind: what was held out as a whole.
        meaning: what the numbers speak of, in words.
        n_folds: number of folds.
        scores: over the predictions for all test frames, each by a recognizer that did not train on it.
        training_scores: over each fold's training frames, recognised anew after training.
        folds: each fold.
        people: each participant.
    """

    kind: SplitKind
    meaning: str
    n_folds: int
    scores: Scores
    training_scores: Scores
    folds: tuple[FoldResult, ...]
    people: tuple[PersonResult, ...]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The data evaluated on.

    Attributes:
        title: of the study.
        synthetic: whether any of it was simulated.
        fingerprint: sha256 of the data, hexadecimal.
        participants: how many people.
        recordings: how many recordings.
        composition: frames of each expression.
        expressions: their names.
    """

    title: str
    synthetic: bool
    fingerprint: str
    participants: int
    recordings: int
    composition: Composition
    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EstimatorFacts:
    """The classifier evaluated: its name and its settings as text."""

    name: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a classifier recognises shown expressions, and how far that can be believed.

    Attributes:
        data: what it was evaluated on.
        estimator: what was evaluated.
        seed: of the splits and, where the classifier had none, of training.
        notices: to be read first; whatever is synthetic says so here before all else.
        result: the number to quote, on whole participants (or recordings) held out.
        leaking: the same classifier when single frames are shuffled; None if not asked for.
        versions: of Python and of the libraries used.
    """

    data: DataFacts
    estimator: EstimatorFacts
    seed: int
    notices: tuple[Notice, ...]
    result: SplitResult
    leaking: SplitResult | None
    versions: Mapping[str, str]

    @property
    def inflated_by(self) -> float | None:
        """How much accuracy the leaking split adds, -1..1; None if it was not run."""
        if (
            self.leaking is None
            or self.leaking.scores.accuracy is None
            or self.result.scores.accuracy is None
        ):
            return None
        return self.leaking.scores.accuracy - self.result.scores.accuracy

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {"format": FORMAT, **to_plain(self), "inflated_by": self.inflated_by}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evaluation:
        """Read what ``to_dict`` made.

        Raises:
            DataError: the format is unknown or a field is missing or wrong.
        """
        if data.get("format") != FORMAT:
            raise DataError(f"expected an evaluation of format {FORMAT}, got {data.get('format')!r}")
        return from_plain(cls, data, where="evaluation")
