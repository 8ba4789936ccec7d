"""An evaluation as text: the honest number, what shuffled frames would claim, the published tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from mimik.cli.console import counted, headed, out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.learn.evaluation import Evaluation, SplitResult
    from mimik.learn.tables import Composition, Scores

__all__ = ["show_evaluation", "show_notices"]

_COLOURS = {"serious": "bold red", "warning": "yellow", "info": "cyan"}


def show_evaluation(evaluation: Evaluation) -> None:
    """Print an evaluation to standard output."""
    show_notices(evaluation.notices)
    data = evaluation.data
    sizes = {"participant": data.participants, "recording": data.recordings, "frame": data.composition.total}
    size = ", ".join(counted(number, noun) for noun, number in sizes.items())
    out.print(f"{data.title}: {size}, {evaluation.result.n_folds} folds\n")
    _show_headline(evaluation)
    _show_compositions([data.composition, *_sets(evaluation.result)], data.expressions)
    _show_scores("on test frames", evaluation.result.scores)
    _show_scores("on the training frames of all folds", evaluation.result.training_scores)
    _show_confusion(evaluation.result.scores)


def show_notices(notices: Sequence) -> None:  # type: ignore[type-arg]  # Notice, without importing learn
    """Print what must be read before the numbers."""
    for notice in notices:
        out.print(headed(notice.severity.upper(), notice.text, _COLOURS[notice.severity]))


def _show_headline(evaluation: Evaluation) -> None:
    table = Table(title="Accuracy", title_justify="left", box=None, pad_edge=False)
    table.add_column("split by")
    for heading in ("accuracy", "balanced", "chance"):
        table.add_column(heading, justify="right")
    table.add_column("speaks of")
    for split in (evaluation.result, evaluation.leaking):
        if split is not None:
            scores = split.scores
            values = (scores.accuracy, scores.balanced_accuracy, scores.chance)
            table.add_row(split.kind.value, *(_percent(v) for v in values), split.meaning)
    out.print(table)
    if evaluation.inflated_by is not None:
        out.print(
            f"A random split of frames inflates accuracy by {100 * evaluation.inflated_by:+.1f} points."
        )
    out.print()


def _sets(split: SplitResult) -> list[Composition]:
    return [composition for fold in split.folds for composition in (fold.training, fold.test)]


def _show_compositions(sets: Sequence[Composition], expressions: Sequence[str]) -> None:
    table = Table(title="Frames per shown expression", title_justify="left", box=None, pad_edge=False)
    table.add_column("set")
    for heading in (*expressions, "total", "chi2 p"):
        table.add_column(heading, justify="right")
    for each in sets:
        p = "-" if each.p is None else f"{each.p:.3g}"
        table.add_row(each.name, *(f"{n:,}" for n in each.counts), f"{each.total:,}", p)
    out.print(table)
    out.print()


def _show_scores(where: str, scores: Scores) -> None:
    table = Table(title=f"Per shown expression, {where}", title_justify="left", box=None, pad_edge=False)
    table.add_column("expression")
    for heading in ("recall", "precision", "F1", "specificity", "negative cases"):
        table.add_column(heading, justify="right")
    for row in scores.per_expression:
        f1 = "-" if row.f1 is None else f"{row.f1:.3f}"
        shares = (_percent(row.recall), _percent(row.precision), f1, _percent(row.specificity))
        table.add_row(row.expression, *shares, f"{row.negatives:,}")
    out.print(table)
    out.print()


def _show_confusion(scores: Scores) -> None:
    table = Table(
        title="Confusion: shown (rows), recognised (columns)", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("")
    for name in scores.expressions:
        table.add_column(name, justify="right")
    for name, row in zip(scores.expressions, scores.confusion, strict=True):
        table.add_row(name, *(f"{n:,}" for n in row))
    out.print(table)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
