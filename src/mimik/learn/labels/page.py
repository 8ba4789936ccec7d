"""The labels of a study as one self-contained HTML file."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from mimik.learn.labels.figure import MAX_TRIALS, dropped_figure, kept_figure
from mimik.learn.report.write import _environment, _replace

if TYPE_CHECKING:
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
    path = Path(path)
    page = (
        _environment()
        .get_template("labels.html.jinja")
        .render(
            listing=listing,
            style=Markup(files("mimik.learn.report").joinpath("templates/style.css").read_text("utf-8")),
            kept=kept_figure("kept", dataset, listing.spans),
            dropped=dropped_figure("dropped", dataset, listing.spans, listing.issues),
            max_trials=MAX_TRIALS,
            written=(now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
        )
    )
    _replace(path, page)
    return path
