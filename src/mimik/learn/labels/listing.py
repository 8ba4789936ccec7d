"""What is known of the labels of a study, trial by trial: for a table, a CSV file and a page."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.errors import DataError
from mimik.learn.labels.issues import find_label_issues
from mimik.learn.labels.onset import Reason, expressing, find_spans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mimik.learn.dataset import Dataset
    from mimik.learn.labels.issues import TrialIssue
    from mimik.learn.labels.onset import Span

__all__ = ["JUDGES_FROM", "Listing", "TrialLabel", "list_labels", "write_labels_csv"]


JUDGES_FROM = 0.5
"""Share of trials that a recognizer must name as they are labelled to cast doubt on the others."""


@dataclass(frozen=True, slots=True)
class TrialLabel:
    """The label of one trial.

    Attributes:
        recording: such as "sub-AB/ses-01/3".
        expression: the label.
        onset, offset: seconds since the trial's first frame between which it is shown.
        frames: tracked frames.
        dropped: how many lie before the onset or after the offset.
        reason: what was seen, see ``Reason``.
        suggested: what the trial more likely shows, "" if it is not under suspicion.
        confidence: mean probability of the label, from people other than this one; None if not judged.
    """

    recording: str
    expression: str
    onset: float
    offset: float
    frames: int
    dropped: int
    reason: str
    suggested: str
    confidence: float | None


@dataclass(frozen=True)
class Listing:
    """The labels of a study.

    Attributes:
        title: of the study.
        synthetic: whether any of it was simulated.
        trials: one for each recording, in the study's order.
        not_judged: why no trial could be held against others; "" if they were.
        spans: when each recording's expression is shown.
        issues: what confident learning says of each recording.
    """

    title: str
    synthetic: bool
    trials: tuple[TrialLabel, ...]
    not_judged: str
    spans: tuple[Span, ...]
    issues: tuple[TrialIssue, ...]

    @property
    def totals(self) -> dict[str, Any]:
        """Counts over all trials, ready for JSON."""
        reasons = [trial.reason for trial in self.trials]
        return {
            "trials": len(self.trials),
            "frames": sum(trial.frames for trial in self.trials),
            "dropped": sum(trial.dropped for trial in self.trials),
            "suspicious": sum(bool(trial.suggested) for trial in self.trials),
            "reasons": {reason.value: reasons.count(reason.value) for reason in Reason},
        }


def list_labels(
    dataset: Dataset, *, seed: int = 0, on_progress: Callable[[int, int], None] | None = None
) -> Listing:
    """Look for onsets and offsets, and for trials that other people's frames contradict.

    Trials are judged by what lies between onset and offset. Nothing is changed.

    Args:
        dataset: the frames.
        seed: of the folds by which people judge each other.
        on_progress: called with (recordings done, of).
    """
    spans = find_spans(dataset.X, dataset.context, on_progress=on_progress)
    keep = expressing(dataset.X, dataset.context, spans)
    try:
        found = find_label_issues(
            dataset.X[keep], dataset.labels[keep], dataset.context.rows(keep), seed=seed
        )
        issues, not_judged = _judged(found.trials)
    except DataError as error:
        issues, not_judged = (), str(error)
    by_recording = {issue.recording: issue for issue in issues}
    shown = dict(zip(dataset.recording.tolist(), dataset.labels.tolist(), strict=True))
    trials = tuple(
        _trial(
            span, dataset.recordings[span.recording], shown[span.recording], by_recording.get(span.recording)
        )
        for span in spans
    )
    return Listing(dataset.title, dataset.synthetic, trials, not_judged, spans, issues)


def _judged(issues: tuple[TrialIssue, ...]) -> tuple[tuple[TrialIssue, ...], str]:
    """Return what is said of the trials, and why nothing is said where the judge is too weak."""
    named = sum(issue.given == issue.suggested for issue in issues) / max(len(issues), 1)
    if named >= JUDGES_FROM:
        return issues, ""
    return (), (
        f"the recognizer that should judge names {100 * named:.0f} % of the trials as they are labelled; "
        f"below {100 * JUDGES_FROM:.0f} % it is no judge of labels"
    )


def write_labels_csv(path: Path, listing: Listing) -> None:
    """Write one row per trial, with a heading; times in seconds; whether the study is simulated in each."""
    names = ("recording", "expression", "onset", "offset", "frames", "dropped", "reason", "suggested")
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow([*names, "synthetic"])
        mark = str(listing.synthetic).lower()
        rows.writerows([*(getattr(trial, name) for name in names), mark] for trial in listing.trials)


def _trial(span: Span, recording: str, expression: str, issue: TrialIssue | None) -> TrialLabel:
    judged = issue is not None and issue.confidence == issue.confidence
    return TrialLabel(
        recording=recording,
        expression=expression,
        onset=round(span.onset_s, 3),
        offset=round(span.offset_s, 3),
        frames=span.frames,
        dropped=span.frames - span.shown,
        reason=span.reason.value,
        suggested=str(issue.suggested) if issue is not None and issue.suspicious else "",
        confidence=round(issue.confidence, 4) if issue is not None and judged else None,
    )
