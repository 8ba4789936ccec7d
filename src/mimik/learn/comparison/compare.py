"""Compare recipes on the same people, each against a reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.errors import DataError
from mimik.learn.channels import common_channels
from mimik.learn.comparison.peers import PUBLISHED, Recipe
from mimik.learn.comparison.result import Comparison
from mimik.learn.comparison.standings import Result, standings, units_of
from mimik.learn.evaluate import versions
from mimik.learn.folds import cross_predict
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.notices import Notice
from mimik.learn.splits import Split, SplitKind, choose_split

if TYPE_CHECKING:
    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.dataset import Dataset

__all__ = ["compare"]


def compare(
    dataset: Dataset,
    recipes: Mapping[str, Any],
    *,
    reference: str = PUBLISHED,
    folds: int | None = 5,
    split: Split | SplitKind | str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[float, float], object] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Comparison:
    """Train and test every recipe on the same folds, and hold each against the reference.

    Differences are paired: their intervals are over the people, each seen by both recipes. They leave out
    that other training people would give other recognizers. The outcome does not depend on ``jobs``.

    Args:
        dataset: the frames.
        recipes: by name, scikit-learn classifiers as for ``mimik.evaluate``, or ``Recipe``.
        reference: name of the one that others are held against.
        folds: how many; None leaves one participant (or recording) out in turn.
        split: as for ``mimik.evaluate``.
        seed: of the split, of training where a classifier has no seed of its own, and of resampling.
        jobs: processes at work at once, one thread each; None is one per core.
        on_progress: called with (cost done, cost in all), see ``Recipe.cost``.
        checkpoints: where finished folds are kept, so that an interrupted comparison goes on.

    Raises:
        DataError: the reference is not among the recipes or can't be run, or the data can't be split
            honestly. Where another recipe can't learn from the data, its row says so.
    """
    known = {name: one if isinstance(one, Recipe) else Recipe(one) for name, one in recipes.items()}
    _check(dataset, known, reference)
    dataset, absent = common_channels(dataset)
    if not isinstance(split, Split):
        split = choose_split(dataset, kind=split, folds=folds, seed=seed)
    at_work = _Work(dataset, split, seed, jobs, checkpoints, _Progress(known, on_progress))
    results = {name: at_work.run(name, recipe, needed=name == reference) for name, recipe in known.items()}
    return Comparison(
        title=dataset.title,
        synthetic=dataset.synthetic,
        fingerprint=dataset.fingerprint,
        participants=dataset.n_participants,
        recordings=dataset.n_recordings,
        frames=len(dataset),
        expressions=dataset.expressions,
        split=split.kind,
        n_folds=split.n_folds,
        reference=reference,
        seed=seed,
        notices=(*_notices(dataset, split, known), *absent),
        rows=standings(known, results, reference, seed),
        versions=versions(),
    )


def _check(dataset: Dataset, recipes: Mapping[str, Recipe], reference: str) -> None:
    if reference not in recipes:
        hint = f"compare it as well, or choose one of: {', '.join(recipes)}"
        raise DataError(f"expected the reference {reference!r} among the recipes", hint=hint)
    if recipes[reference].not_run:
        raise DataError(f"the reference {reference!r} can't be run: {recipes[reference].not_run}")
    if len(dataset.expressions) < 2:
        found = ", ".join(dataset.expressions)
        raise DataError(f"expected at least 2 expressions to tell apart, found only: {found}")


class _Progress:
    """Adds up what finished folds cost, over all recipes."""

    def __init__(
        self, recipes: Mapping[str, Recipe], on_progress: Callable[[float, float], object] | None
    ) -> None:
        self._left = {name: recipe.cost for name, recipe in recipes.items() if not recipe.not_run}
        self._total, self._done, self._tell = sum(self._left.values()), 0.0, on_progress

    def of(self, name: str) -> Callable[[int, int], None]:
        """Return what a recipe's finished folds are told to."""
        before, cost = self._done, self._left[name]

        def update(done: int, of: int) -> None:
            self._done = before + cost * done / of
            if self._tell is not None:
                self._tell(self._done, self._total)

        return update


@dataclass(frozen=True, eq=False)
class _Work:
    """All that recipes have in common while they run."""

    dataset: Dataset
    split: Split
    seed: int
    jobs: int | None
    checkpoints: Checkpoints | None
    progress: _Progress

    def run(self, name: str, recipe: Recipe, *, needed: bool) -> Result:
        """Train and test one recipe; one that can't learn from this data stops nothing unless needed."""
        if recipe.not_run:
            return Result({}, None, recipe.not_run)
        progress = self.progress.of(name)
        try:
            [found] = cross_predict(
                self.dataset,
                recipe.estimator,
                [self.split],
                seed=self.seed,
                jobs=self.jobs,
                on_progress=progress,
                checkpoints=self.checkpoints,
            )
        except DataError as error:
            if needed:
                raise
            progress(1, 1)
            return Result({}, None, str(error))
        return Result(units_of(self.dataset, found), sum(run.seconds for run in found.folds))


def _notices(dataset: Dataset, split: Split, recipes: Mapping[str, Recipe]) -> Sequence[Notice]:
    found = []
    if dataset.synthetic:
        text = "Simulated people: which recipe is best here says nothing about real faces."
        found.append(Notice("synthetic-data", "serious", text))
    found += split.notices
    if dataset.n_participants < FEW_PEOPLE:
        people = f"Only {dataset.n_participants} people"
        text = f"{people}: with fewer than {FEW_PEOPLE}, no difference of recipes can be told."
        found.append(Notice("few-participants", "warning", text))
    for name, recipe in recipes.items():
        if recipe.shortened:
            text = f"{name}: {recipe.shortened}. Its row does not show what the whole recipe can do."
            found.append(Notice("recipe-shortened", "warning", text))
    if len(recipes) > 1:
        text = (
            f"The best of {len(recipes)} on the same people owes part of its place to luck; of forty "
            "recipes no better than the reference, one seems so. Confirm the choice on other people."
        )
        found.append(Notice("best-of-many", "info", text))
    return found
