"""What an evaluation found, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mimik.errors import DataError
from mimik.learn.checks.finding import Finding
from mimik.learn.estimate import Bin, Estimate
from mimik.learn.notices import Notice
from mimik.learn.plain import from_plain, to_plain
from mimik.learn.splits import SplitKind
from mimik.learn.tables import Composition, Scores

__all__ = [
    "FORMAT",
    "Bin",
    "DataFacts",
    "Estimate",
    "EstimatorFacts",
    "Evaluation",
    "FoldResult",
    "PersonResult",
    "SplitResult",
    "Spread",
    "Subgroup",
    "UnitResult",
]

FORMAT = 2
"""Version of the plain data that ``Evaluation.to_dict`` makes."""


@dataclass(frozen=True, slots=True)
class UnitResult:
    """Decisions about single frames, whole trials, or people.

    Attributes:
        unit: "frame", "trial" or "participant".
        scores: per expression, with the confusion matrix.
        figures: by name, such as "balanced_accuracy".
        reliability: bins of rising confidence; empty where the classifier gives no probabilities.
    """

    unit: str
    scores: Scores
    figures: Mapping[str, Estimate]
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One participant, as seen by recognizers of the folds that tested them.

    Attributes:
        participant: pseudonym.
        frames: number of frames tested.
        accuracy: share recognised, 0..1.
        balanced_accuracy: mean recall of the expressions this person showed, 0..1.
        trials: number of trials tested.
        trials_recognised: share of the trials recognised as a whole, 0..1.
    """

    participant: str
    frames: int
    accuracy: float
    balanced_accuracy: float
    trials: int
    trials_recognised: float


@dataclass(frozen=True, slots=True)
class FoldResult:
    """One fold: a recognizer trained on all other folds and tested on this one.

    Attributes:
        name: what was held out, such as a site's name.
        training: frames trained on.
        test: frames tested on.
        accuracy: share of test frames recognised, 0..1.
        balanced_accuracy: mean recall of the expressions in the test frames, 0..1.
        history: figures per epoch of training, such as "loss"; None if the classifier keeps none.
    """

    name: str
    training: Composition
    test: Composition
    accuracy: float | None
    balanced_accuracy: float | None
    history: Mapping[str, tuple[float, ...]] | None


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Some of the recordings: those of one site, one device, one value of a column of participants.tsv.

    Attributes:
        column: what they have in common, such as "site".
        value: which one, such as "Ulm".
        participants: how many people.
        trials: how many recordings.
        frames: how many frames.
        frame_accuracy: balanced accuracy of frames.
        trial_accuracy: balanced accuracy of whole trials.
    """

    column: str
    value: str
    participants: int
    trials: int
    frames: int
    frame_accuracy: Estimate
    trial_accuracy: Estimate


@dataclass(frozen=True, slots=True)
class SplitResult:
    """All folds of one split together.

    Attributes:
        kind: what was held out as a whole.
        meaning: what the numbers speak of, in words.
        n_folds: number of folds.
        frames: decisions about single frames, each by a recognizer that did not train on it.
        trials: decisions about whole trials, by the mean probability of their frames; None where frames of a
            trial stand on both sides.
        participants: decisions about people, where a label belongs to a person; else None.
        training_scores: over each fold's training frames (a sample of large sets), recognised anew after
            training.
        folds: each fold.
        people: each participant.
        subgroups: each value of each column.
    """

    kind: SplitKind
    meaning: str
    n_folds: int
    frames: UnitResult
    trials: UnitResult | None
    participants: UnitResult | None
    training_scores: Scores
    folds: tuple[FoldResult, ...]
    people: tuple[PersonResult, ...]
    subgroups: tuple[Subgroup, ...]

    @property
    def scores(self) -> Scores:
        """Of single frames."""
        return self.frames.scores

    @property
    def units(self) -> tuple[UnitResult, ...]:
        """What was decided: frames, then trials, then people."""
        return tuple(unit for unit in (self.frames, self.trials, self.participants) if unit is not None)


@dataclass(frozen=True, slots=True)
class Spread:
    """The same evaluation with other folds and seeds: differences smaller than this are noise.

    Attributes:
        unit: "frame", "trial" or "participant".
        figure: which, such as "balanced_accuracy".
        values: one per repeat, the first of them the result itself.
        sd: their standard deviation.
    """

    unit: str
    figure: str
    values: tuple[float, ...]
    sd: float


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
        scale: "nominal", or "ordinal" where they are steps of a scale.
        unit: what is decided as one: "trial" or "participant".
    """

    title: str
    synthetic: bool
    fingerprint: str
    participants: int
    recordings: int
    composition: Composition
    expressions: tuple[str, ...]
    scale: str
    unit: str


@dataclass(frozen=True, slots=True)
class EstimatorFacts:
    """The classifier evaluated: its name and its settings as text."""

    name: str
    params: Mapping[str, str]

    @classmethod
    def of(cls, estimator: Any) -> Self:
        """Return the facts of a scikit-learn classifier."""
        params = estimator.get_params(deep=False)
        return cls(type(estimator).__name__, {name: repr(value) for name, value in params.items()})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a classifier recognises shown expressions, and how far that can be believed.

    Attributes:
        data: what it was evaluated on.
        estimator: what was evaluated.
        seed: of the splits and, where the classifier had none, of training.
        notices: to be read first; whatever is synthetic says so here before all else.
        checks: every coded check, with what it found or why it does not apply.
        result: the number to quote, on whole participants (or recordings) held out.
        leaking: the same classifier when single frames are shuffled; None if not asked for.
        spread: the noise floor from repeated splits; empty if not asked for.
        versions: of Python and of the libraries used.
    """

    data: DataFacts
    estimator: EstimatorFacts
    seed: int
    notices: tuple[Notice, ...]
    checks: tuple[Finding, ...]
    result: SplitResult
    leaking: SplitResult | None
    spread: tuple[Spread, ...]
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
