"""Drawings of what training would not use: shares of frames over time, and trials that lose frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from mimik.learn.labels.bins import seconds_since_start
from mimik.learn.labels.onset import Reason, expressing
from mimik.learn.report.svg import ACCENT, INK, LEAK, LINE, MUTED, drawing, inline, quiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.labels.issues import TrialIssue
    from mimik.learn.labels.onset import Span

__all__ = ["MAX_TRIALS", "dropped_figure", "kept_figure", "shares_kept"]

MAX_TRIALS = 40
"""So many trials get a row: those under suspicion, then those that lose the largest share."""

_STEP = 0.25  # s of a point of the curves
_LEAST_FRAMES = 5  # that a share is taken of
_WIDE = 7.2  # inches


def shares_kept(
    dataset: Dataset, keep: NDArray[np.bool_], step: float = _STEP
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return for each expression the seconds since a trial's start and the share of frames kept then.

    Args:
        dataset: the frames.
        keep: bool (n,).
        step: seconds whose frames are taken together; those with fewer than five are left out.

    Returns:
        Expression -> middles of the steps in seconds, float64 (m,), and shares, 0..1, float64 (m,).
    """
    place = (seconds_since_start(dataset.context) / step).astype(np.int64)
    shares = {}
    for code, expression in enumerate(dataset.expressions):
        mine = dataset.y == code
        frames, kept = np.bincount(place[mine]), np.bincount(place[mine], weights=keep[mine])
        enough = np.flatnonzero(frames >= _LEAST_FRAMES)
        shares[expression] = (np.asarray((enough + 0.5) * step), kept[enough] / frames[enough])
    return shares


def kept_figure(name: str, dataset: Dataset, spans: Sequence[Span]) -> Markup:
    """Draw for each expression the share of frames kept over the seconds since a trial's start.

    Args:
        name: of the drawing in the page.
        dataset: the frames.
        spans: of its recordings, from ``find_spans``.
    """
    keep = expressing(dataset.X, dataset.context, spans)
    shares = shares_kept(dataset, keep)
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.6 + 0.55 * len(shares)), layout="constrained")
        rows = drawn.subplots(len(shares), sharex=True, squeeze=False)[:, 0]
        for axes, (expression, (seconds, share)) in zip(rows, shares.items(), strict=True):
            axes.fill_between(seconds, share, color=ACCENT, alpha=0.25, linewidth=0)
            axes.plot(seconds, share, color=ACCENT, linewidth=1.2)
            axes.set_ylim(0, 1.04)
            axes.set_yticks([0, 1])
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_ylabel(expression, rotation=0, ha="right", va="center", color=INK)
            axes.spines["left"].set_visible(False)
        rows[-1].set_xlabel("seconds since the start of the trial")
        rows[-1].set_xlim(0, None)
        late = [span.onset_s for span in spans if span.onset_s > 0]
        description = (
            f"{keep.mean():.0%} of {len(keep):,} frames are kept. "
            f"{len(late)} of {len(spans)} trials begin late"
            + (f", after {np.median(late):.1f} s in the middle." if late else ".")
        )
        return inline(drawn, name, title="Share of frames kept", description=description)


def dropped_figure(
    name: str, dataset: Dataset, spans: Sequence[Span], trials: Sequence[TrialIssue] = ()
) -> Markup | None:
    """Draw the trials under suspicion and those that lose most, or None where there is neither.

    Args:
        name: of the drawing in the page.
        dataset: the frames.
        spans: of its recordings, from ``find_spans``.
        trials: what confident learning says of them, from ``find_label_issues`` on codes or names.
    """
    suggested = {trial.recording: _named(trial.suggested, dataset) for trial in trials if trial.suspicious}
    rows = _chosen(spans, suggested)
    if not rows:
        return None
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.9 + 0.2 * len(rows)), layout="constrained")
        axes = drawn.add_subplot()
        quiet(axes, grid="x")
        for place, span in enumerate(rows):
            _row(axes, place, span, suggested.get(span.recording))
        shown = _expression_of(dataset)
        axes.set_yticks(
            range(len(rows)), [f"{dataset.recordings[s.recording]} {shown[s.recording]}" for s in rows]
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, max(span.seconds for span in rows) * (1.25 if suggested else 1.0))
        axes.set_xlabel("seconds since the start of the trial")
        _legend(drawn, rows)
        cut = sum(span.shown < span.frames for span in spans)
        description = (
            f"{cut} of {len(spans)} trials lose frames, {len(suggested)} may show something else; "
            f"{len(rows)} of them are drawn."
        )
        return inline(drawn, name, title="Trials under suspicion, or shortened", description=description)


def _chosen(spans: Sequence[Span], suggested: Mapping[int, str]) -> list[Span]:
    def weight(span: Span) -> tuple[bool, float]:
        return span.recording not in suggested, span.shown / span.frames

    noted = [s for s in spans if s.shown < s.frames or s.recording in suggested or s.reason is Reason.STILL]
    return sorted(noted, key=weight)[:MAX_TRIALS]


def _row(axes: Axes, place: int, span: Span, suggested: str | None) -> None:
    axes.hlines(place, 0, span.seconds, color=LEAK, linewidth=1.4)
    still = span.reason is Reason.STILL
    axes.hlines(place, span.onset_s, span.offset_s, color=LINE if still else ACCENT, linewidth=4)
    if suggested is not None:
        axes.annotate(
            f"{suggested}?",
            (span.seconds, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=LEAK,
        )


def _legend(drawn: Figure, rows: Sequence[Span]) -> None:
    handles = [
        Line2D([], [], color=ACCENT, linewidth=4, label="kept"),
        Line2D([], [], color=LEAK, linewidth=1.4, label="dropped"),
    ]
    if any(span.reason is Reason.STILL for span in rows):
        handles.append(Line2D([], [], color=LINE, linewidth=4, label="kept, but never moved"))
    drawn.legend(handles=handles, loc="outside upper left", ncols=3, frameon=False, labelcolor=MUTED)


def _expression_of(dataset: Dataset) -> dict[int, str]:
    codes, first = np.unique(dataset.recording, return_index=True)
    names = (dataset.expressions[code] for code in dataset.y[first].tolist())
    return dict(zip(codes.tolist(), names, strict=True))


def _named(label: object, dataset: Dataset) -> str:
    return dataset.expressions[label] if isinstance(label, int) else str(label)
