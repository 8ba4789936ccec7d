"""A classifier that learns only from frames whose labels can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.context import wants_context
from mimik.learn.labels.bins import seconds_since_start
from mimik.learn.labels.issues import find_label_issues
from mimik.learn.labels.onset import find_spans

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Self

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.labels.issues import LabelIssues

__all__ = ["MISLABELLED", "NOT_YET", "NO_LONGER", "CleanLabels", "Dropped", "dropped_frames"]

NOT_YET, NO_LONGER, MISLABELLED = "not yet", "no longer", "mislabelled"
"""Why a frame is dropped: before the onset, after the offset, by confident learning."""

_CONFIDENT = (False, "frames", "trials")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a recording loses before training.

    Attributes:
        recording: its code.
        frames: how many it has.
        reasons: numbers of frames dropped, by reason; only reasons that occur.
    """

    recording: int
    frames: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def dropped(self) -> int:
        """How many frames are dropped in all."""
        return sum(self.reasons.values())


class CleanLabels(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Drops doubtful frames before a classifier is trained; what is predicted is never touched.

    Only ``fit`` drops. Frames to recognise stay as they come, so a test is as hard as it was.

    Args:
        estimator: a scikit-learn classifier; it gets the context of the frames left if it uses one.
        onset: drop frames before the onset and after the offset of their recording, see ``find_spans``.
        confident: drop what confident learning suspects: ``False`` nothing, ``"frames"`` single frames,
            ``"trials"`` whole recordings. Off: on simulated people it gave nothing where labels were right,
            and much where a tenth of the trials was wrong; docs/labels.md has the figures.
        judge: the classifier for confident learning, see ``find_label_issues``.
        random_state: seed of the folds of confident learning, a whole number or None.

    Attributes:
        estimator_: the fitted classifier.
        classes_: labels, sorted.
        dropped_: a ``Dropped`` for each recording that lost frames, in the order of their frames. Codes are
            those of the context given to ``fit``.
    """

    uses_context = True

    def __init__(
        self,
        estimator: Any,
        *,
        onset: bool = True,
        confident: bool | str = False,
        judge: Any = None,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.onset = onset
        self.confident = confident
        self.judge = judge
        self.random_state = random_state

    def fit(
        self, X: NDArray[np.float32], y: ArrayLike, *, context: Context | None = None, **fit_params: Any
    ) -> Self:
        """Train on the frames that are left.

        Args:
            X: float32 (n, 52), NaN where not delivered.
            y: labels (n,).
            context: of these frames.
            **fit_params: for the classifier.

        Raises:
            DataError: there is no context, a parameter is unknown, or the labels can't be judged.
        """
        if context is None:
            raise DataError(
                "expected the context of the frames: without it, no recording has a beginning",
                hint="fit(dataset.X, dataset.y, context=dataset.context)",
            )
        X, y = np.asarray(X), np.asarray(y)
        reason = self._doubts(X, y, context)
        keep = reason == ""
        self.dropped_ = dropped_frames(reason, context.recording)
        if wants_context(self.estimator):
            fit_params["context"] = context.rows(keep)
        self.estimator_ = clone(self.estimator).fit(X[keep], y[keep], **fit_params)
        self.classes_ = self.estimator_.classes_
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any, context: Context | None = None) -> NDArray[Any]:
        """Return the label of each frame (n,), as the classifier says."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict(X, **self._passed_on(context)))

    @available_if(lambda self: hasattr(self.estimator, "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any, context: Context | None = None) -> NDArray[Any]:
        """Return the probability of each label (n, labels), as the classifier says."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X, **self._passed_on(context)))

    @property
    def history_(self) -> Any:
        """What the classifier keeps of its training."""
        return self.estimator_.history_

    def _passed_on(self, context: Context | None) -> dict[str, Any]:
        return {"context": context} if wants_context(self.estimator) else {}

    def _doubts(self, X: NDArray[np.float32], y: NDArray[Any], context: Context) -> NDArray[np.str_]:
        """Return why each frame is dropped (n,); "" for those that stay."""
        if self.confident not in _CONFIDENT:
            raise DataError(f"expected confident to be one of {_CONFIDENT}, got {self.confident!r}")
        reason = np.full(len(X), "", dtype="U11")
        if self.onset:
            reason[:] = _outside(X, context)
        if self.confident:
            left = np.flatnonzero(reason == "")
            issues = find_label_issues(
                X[left], y[left], context.rows(left), estimator=self.judge, seed=self.random_state or 0
            )
            reason[left[_wrong(issues, context.recording[left], whole=self.confident == "trials")]] = (
                MISLABELLED
            )
        for label in np.setdiff1d(y, y[reason == ""]):  # no expression is forgotten altogether
            reason[y == label] = ""
        return reason


def dropped_frames(reason: NDArray[np.str_], recording: NDArray[np.int32]) -> tuple[Dropped, ...]:
    """Count by recording why frames are dropped.

    Args:
        reason: text (n,), "" for frames that stay.
        recording: int32 (n,), codes.

    Returns:
        One for each recording that loses frames, in the order of their frames.
    """
    found: dict[int, dict[str, int]] = {}
    gone = np.flatnonzero(reason != "")
    for code, why in zip(recording[gone].tolist(), reason[gone].tolist(), strict=True):
        counts = found.setdefault(code, {})
        counts[why] = counts.get(why, 0) + 1
    frames = np.bincount(recording, minlength=1)
    return tuple(Dropped(code, int(frames[code]), counts) for code, counts in found.items())


def _outside(X: NDArray[np.float32], context: Context) -> NDArray[np.str_]:
    spans = find_spans(X, context)
    since = seconds_since_start(context)
    frames = [span.frames for span in spans]
    early = since < np.repeat([span.onset_s for span in spans], frames)
    late = since > np.repeat([span.offset_s for span in spans], frames)
    return np.asarray(np.select([early, late], [NOT_YET, NO_LONGER], ""))


def _wrong(issues: LabelIssues, recording: NDArray[np.int32], *, whole: bool) -> NDArray[np.bool_]:
    if not whole:
        return issues.suspicious
    return np.isin(recording, [trial.recording for trial in issues.trials if trial.suspicious])
