"""A reproduction as text: the paper's tables, published and here, then people never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from mimik.cli.console import counted, out, synthetic
from mimik.cli.scores import show_notices
from mimik.learn.reproduction.compare import UNSEEN
from mimik.learn.reproduction.published import SETS, TABLES

if TYPE_CHECKING:
    from mimik.learn.reproduction.compare import Comparison
    from mimik.learn.reproduction.reproduction import Reproduction

__all__ = ["show_reproduction"]

_Number = Callable[[float | None], str]

_ACCURACIES = {
    "while training, first epoch": ("figure-3", "training", "accuracy while training, first epoch"),
    "while training, last epoch": ("figure-3", "training", "accuracy while training, last epoch"),
    "training set, recognised anew": ("text", "training", "accuracy"),
    "test set, shuffled frames (leaks)": ("text", "test", "accuracy"),
    "people never seen": ("", UNSEEN, "accuracy"),
}
"""Label -> table, set and figure."""


def show_reproduction(reproduction: Reproduction) -> None:
    """Print a reproduction to standard output."""
    r = reproduction
    if r.synthetic:
        out.print(synthetic("Every figure below under 'here' comes from simulated people."))
    show_notices(r.notices)
    sizes = {"participant": r.participants, "recording": r.recordings, "frame": r.frames, "epoch": r.epochs}
    out.print(f"{r.title}: {', '.join(counted(n, noun) for noun, n in sizes.items())}, recipe {r.preset}\n")
    for table in TABLES:
        title = f"Table {table.number}: {table.shows}"
        out.print(
            _composition(r, table.name, table.set, title)
            if table.number <= 2
            else _performance(r, table.name, table.set, title)
        )
        out.print()
    out.print(_performance(r, "", UNSEEN, "The same network on people never seen (not in the paper)"))
    out.print()
    out.print(_accuracy(r))
    _say(r)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _composition(r: Reproduction, name: str, set: str, title: str) -> Table:
    table = _table(title, *r.expressions)
    rows = {
        figure: [r.find(name, set, figure, e) for e in r.expressions]
        for figure in ("frames", "share of frames")
    }
    _rows(table, "frames", rows["frames"], _count)
    _rows(table, "share", rows["share of frames"], _percent, _points)
    total, p = r.find(name, set, "frames"), r.find(name, set, "chi2 p")
    if total is not None and p is not None:
        table.caption_justify = "left"
        table.caption = (
            f"published: {_count(total.published)} frames, chi2 p {_decimal(p.published)}; "
            f"here: {_count(total.here)} frames, chi2 p {_decimal(p.here)}"
        )
    return table


def _performance(r: Reproduction, name: str, set: str, title: str) -> Table:
    table = _table(title, *r.expressions)
    for figure, (text, difference) in _FIGURES.items():
        row = [r.find(name, set, figure, e) for e in r.expressions]
        if set in SETS:
            _rows(table, figure, row, text, difference)
        else:
            table.add_row(figure, "", *(text(c.here if c else None) for c in row))
    return table


def _rows(
    table: Table,
    label: str,
    row: Sequence[Comparison | None],
    text: _Number,
    difference: _Number | None = None,
) -> None:
    """Add what is published, what is here, and by how much they differ where that means something."""
    table.add_row(label, "published", *(text(c.published if c else None) for c in row))
    table.add_row("", "here", *(text(c.here if c else None) for c in row))
    if difference is not None:
        table.add_row("", "difference", *(difference(c.difference if c else None) for c in row))


def _accuracy(r: Reproduction) -> Table:
    table = Table(title="Accuracy", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for heading in ("published", "here", "difference"):
        table.add_column(heading, justify="right")
    for label, where in _ACCURACIES.items():
        c = r.find(*where)
        if c is not None:
            table.add_row(label, _percent(c.published), _percent(c.here), _points(c.difference))
    return table


def _say(r: Reproduction) -> None:
    estimate = r.unseen.frames.figures["accuracy"]
    interval = ""
    if estimate.low is not None and estimate.high is not None:
        interval = f", 95 % interval {_percent(estimate.low)} to {_percent(estimate.high)}"
        interval += "" if estimate.trusted else " (too few people to trust it)"
    out.print(f"\nThe number to quote: {_percent(estimate.value)} on people never seen{interval}.")
    if r.synthetic:
        out.print("Simulated people confirm and refute nothing about the paper; your own study can.")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _points(difference: float | None) -> str:
    return "-" if difference is None else f"{round(100 * difference, 1) + 0.0:+.1f}"  # no minus zero


def _decimal(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _signed(difference: float | None) -> str:
    return "-" if difference is None else f"{round(difference, 3) + 0.0:+.3f}"


def _count(number: float | None) -> str:
    return "-" if number is None else f"{number:,.0f}"


_FIGURES: Mapping[str, tuple[_Number, _Number | None]] = {
    "recall": (_percent, _points),
    "precision": (_percent, _points),
    "F1": (_decimal, _signed),
    "specificity": (_percent, _points),
    "negative cases": (_count, None),
}
"""How a figure and its difference are written; that of counts says nothing."""
