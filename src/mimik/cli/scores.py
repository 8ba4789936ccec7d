"""An evaluation as text: the honest number, what shuffled frames would claim, and the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from mimik.cli.console import counted, headed, out
from mimik.learn.wording import FIGURES, noise, subject_of, telling, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.learn.evaluation import Evaluation, SplitResult, UnitResult
    from mimik.learn.tables import Composition, Scores
    from mimik.learn.wording import Subject

__all__ = ["show_evaluation", "show_notices"]

_COLOURS = {"serious": "bold red", "warning": "yellow", "info": "cyan"}
_NAMES = {"frame": "single frames", "trial": "whole trials", "participant": "people"}
_BALANCED = "balanced_accuracy"
_MOST_GROUPS = 12


def show_evaluation(evaluation: Evaluation, *, target: str = "prompted", details: bool = False) -> None:
    """Print an evaluation to standard output.

    Args:
        evaluation: what to tell.
        target: what the labels are, as in ``Dataset.target``.
        details: also what fills pages: every unit, person, fold and subgroup.
    """
    result, data, subject = evaluation.result, evaluation.data, subject_of(target)
    show_notices(evaluation.notices)
    sizes = {"participant": data.participants, "recording": data.recordings, "frame": data.composition.total}
    size = ", ".join(counted(number, noun) for noun, number in sizes.items())
    about = "" if target == "prompted" else f"Labels: {subject.what}.\n"
    out.print(f"{data.title}: {size}, {counted(result.n_folds, 'fold')}\n{about}")
    _show_headline(evaluation)
    _show_figures(evaluation)
    for unit in result.units if details else result.units[:1]:
        _show_scores(unit.scores, f"{_NAMES[unit.unit]}, {result.meaning}", subject, result)
        _show_confusion(unit.scores, _NAMES[unit.unit], subject)
    _show_subgroups(result, details)
    if details:
        _show_details(evaluation, subject)
    else:
        out.print(
            "More with --details: trials, people, folds, training. All of it with pictures: --report FILE."
        )


def show_notices(notices: Sequence) -> None:  # type: ignore[type-arg]  # Notice, without importing learn
    """Print what must be read before the numbers."""
    for notice in notices:
        out.print(headed(notice.severity.upper(), notice.text, _COLOURS[notice.severity]))


def _show_headline(evaluation: Evaluation) -> None:
    result, leaking = evaluation.result, evaluation.leaking
    units = result.units
    chance = _percent(1 / len(evaluation.data.expressions))
    title = f"Balanced accuracy (guessing: {chance}), with 95 % intervals over people"
    table = _table(title, "split by", *(_NAMES[unit.unit] for unit in units))
    table.add_row(result.kind.value, *(_cell(unit, _BALANCED) for unit in units))
    if leaking is not None:
        table.add_row(leaking.kind.value, _percent(leaking.scores.balanced_accuracy))
    out.print(table)
    for split in (result, leaking):
        if split is not None:
            out.print(f"By {split.kind}: {split.meaning}.")
    shown = [unit.figures[_BALANCED] for unit in units]
    shown += [group.trial_accuracy for group in telling(result.subgroups)]
    if any(with_interval(estimate, _BALANCED).endswith("?") for estimate in shown):
        out.print("Intervals with ? are drawn from too few people and cannot be trusted.")
    if evaluation.inflated_by is not None and leaking is not None:
        points = f"{100 * evaluation.inflated_by:+.1f} points"
        rise = f"{_percent(result.scores.accuracy)} to {_percent(leaking.scores.accuracy)}"
        out.print(f"A random split of frames inflates accuracy by {points} ({rise}).")
    out.print()


def _show_figures(evaluation: Evaluation) -> None:
    units = evaluation.result.units
    spread = {(each.unit, each.figure): each for each in evaluation.spread}
    headings = [h for unit in units for h in (_NAMES[unit.unit], *(["noise"] if spread else []))]
    table = _table("All figures", "figure", *headings)
    for name, words in FIGURES.items():
        cells = []
        for unit in units:
            cells.append(_cell(unit, name))
            if spread:
                found = spread.get((unit.unit, name))
                cells.append(noise(found.sd, name) if found else "")
        if name in units[0].figures:
            table.add_row(words.title, *cells)
    out.print(table)
    if spread:
        repeats = len(evaluation.spread[0].values)
        out.print(f"Noise: standard deviation over {repeats} repeats. Smaller differences mean nothing.")
    out.print()


def _show_scores(scores: Scores, where: str, subject: Subject, result: SplitResult | None = None) -> None:
    """Print a row per label; beside a result's frames, how many of its trials were recognised."""
    trials = result.trials if result is not None and result.frames.scores is scores else None
    headings = ["recall", "precision", "F1", "specificity", "negative cases", *(["trials"] if trials else [])]
    table = _table(f"Per {subject.truth} {subject.noun}, {where}", subject.noun, *headings)
    for i, row in enumerate(scores.per_expression):
        f1 = "-" if row.f1 is None else f"{row.f1:.3f}"
        shares = (_percent(row.recall), _percent(row.precision), f1, _percent(row.specificity))
        whole = trials.scores if trials else None
        of = [f"{whole.confusion[i][i]:,} of {whole.per_expression[i].positives:,}"] if whole else []
        table.add_row(row.expression, *shares, f"{row.negatives:,}", *of)
    out.print(table)
    out.print()


def _show_confusion(scores: Scores, where: str, subject: Subject) -> None:
    title = f"Confusion, {where}: {subject.truth} (rows), recognised (columns)"
    table = _table(title, "", *scores.expressions)
    for name, row in zip(scores.expressions, scores.confusion, strict=True):
        table.add_row(name, *(f"{n:,}" for n in row))
    out.print(table)
    out.print()


def _show_subgroups(result: SplitResult, details: bool) -> None:
    there = telling(result.subgroups)
    groups = there if details else there[:_MOST_GROUPS]
    if not groups:
        return
    table = _table("Subgroups, balanced accuracy", "of", "people", "trials", "whole trials", "single frames")
    for group in groups:
        cells = [with_interval(e, _BALANCED) for e in (group.trial_accuracy, group.frame_accuracy)]
        table.add_row(
            f"{group.column}: {group.value}", f"{group.participants:,}", f"{group.trials:,}", *cells
        )
    out.print(table)
    left = len(there) - len(groups)
    out.print(f"... and {left} more\n" if left else "")


def _show_details(evaluation: Evaluation, subject: Subject) -> None:
    result = evaluation.result
    _show_scores(result.training_scores, "on the training frames of all folds", subject)
    people = _table("Participants", "participant", "frames", "accuracy", "trials", "recognised")
    for person in result.people:
        frames = f"{person.frames:,}", _percent(person.accuracy)
        trials = (f"{person.trials:,}", _percent(person.trials_recognised)) if person.trials else ("", "")
        people.add_row(person.participant, *frames, *trials)
    out.print(people)
    folds = _table("\nFolds", "held out", "trained on", "tested on", "accuracy", "balanced")
    for fold in result.folds:
        sizes = f"{fold.training.total:,}", f"{fold.test.total:,}"
        folds.add_row(fold.name, *sizes, _percent(fold.accuracy), _percent(fold.balanced_accuracy))
    out.print(folds)
    out.print()
    data = evaluation.data
    sets = [each for fold in result.folds for each in (fold.training, fold.test)]
    _show_compositions([data.composition, *sets], data.expressions, subject)


def _show_compositions(sets: Sequence[Composition], expressions: Sequence[str], subject: Subject) -> None:
    table = _table(f"Frames per {subject.truth} {subject.noun}", "set", *expressions, "total", "chi2 p")
    for each in sets:
        p = "-" if each.p is None else f"{each.p:.3g}"
        table.add_row(each.name, *(f"{n:,}" for n in each.counts), f"{each.total:,}", p)
    out.print(table)


def _table(title: str, first: str, *headings: str) -> Table:
    """Return a table whose first column is text and whose others are numbers."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _cell(unit: UnitResult, name: str) -> str:
    """Return a figure with its interval; nothing where it does not apply."""
    estimate = unit.figures.get(name)
    return "" if estimate is None else with_interval(estimate, name)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
