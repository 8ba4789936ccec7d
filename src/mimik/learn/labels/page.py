"""The labels of a study as one self-contained HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.learn.labels.figure import MAX_TRIALS, dropped_figure, kept_figure
from mimik.learn.report.page import write_page

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mimik.learn.dataset import Dataset
    from mimik.learn.labels.listing import Listing

__all__ = ["write_labels_report"]


def write_labels_report(
    path: Path | str, listing: Listing, dataset: Dataset, *, now: datetime | None = None
) -> Path:
    """Write which frames and trials training would better not trust.

    It names participants by pseudonym: keep it with the study.

    Args:
        path: of the HTML file; replaced if it exists.
        listing: what was found.
        dataset: in what it was found.
        now: the time of writing.

    Raises:
        DataError: the file cannot be written.
    """
    return write_page(
        path,
        "labels.html.jinja",
        now=now,
        listing=listing,
        kept=kept_figure("kept", dataset, listing.spans),
        dropped=dropped_figure("dropped", dataset, listing.spans, listing.issues),
        max_trials=MAX_TRIALS,
    )
