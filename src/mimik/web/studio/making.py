"""How a model is made: all that is chosen before training, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mimik.errors import DataError
from mimik.learn.presets import DEFAULT, RECIPES
from mimik.learn.targets import parse_labels

__all__ = ["CLEANING", "FEWEST_PEOPLE", "FOLDS", "Making", "Testing"]

CLEANING = ("no", "onset", "frames", "trials")
"""What can be left out of training, as ``mimik train --clean`` says."""

FOLDS = 5
"""Into how many parts people are dealt, each tested by a model trained on all others."""

FEWEST_PEOPLE = 2
"""With fewer nobody can be held out."""


@dataclass(frozen=True, kw_only=True)
class Making:
    """What a model learns, from what, and by which recipe.

    Attributes:
        preset: name of the recipe.
        epochs: passes over the data; None is the recipe's own number.
        labels: what is learned, such as "prompted" or "column:group".
        expressions: only trials that showed these; None is all.
        clean: what is left out of training, of ``CLEANING``.
        for_webcams: without what webcams and videos can't deliver.
        seed: of training.
    """

    preset: str = DEFAULT
    epochs: int | None = None
    labels: str = "prompted"
    expressions: tuple[str, ...] | None = None
    clean: str = "no"
    for_webcams: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.preset not in RECIPES:
            hint = f"Choose one of: {', '.join(RECIPES)}."
            raise DataError(f"No recipe is called {self.preset!r}.", hint=hint)
        if self.epochs is not None and not 1 <= self.epochs <= 10_000:
            raise DataError(f"Expected 1 to 10,000 epochs, found {self.epochs}.")
        if self.clean not in CLEANING:
            raise DataError(f"Expected one of {', '.join(CLEANING)}, found {self.clean!r}.")
        if self.expressions is not None and len(set(self.expressions)) < 2:
            raise DataError("Expected at least 2 expressions to tell apart.", hint="Choose more of them.")
        parse_labels(self.labels)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Making:
        """Return what plain data says, passing over what else is there."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        if known.get("expressions") is not None:
            known["expressions"] = tuple(known["expressions"])
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self) | {"expressions": None if self.expressions is None else list(self.expressions)}


@dataclass(frozen=True, kw_only=True)
class Testing:
    """How a model is tested on people never seen.

    Attributes:
        folds: into how many parts people are dealt.
        seed: of dealing them.
        leaking: whether shuffled frames are tested as well, to see by how much they flatter.
    """

    folds: int = FOLDS
    seed: int = 0
    leaking: bool = False

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise DataError(f"Expected at least 2 folds, found {self.folds}.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Testing:
        """Return what plain data says, passing over what else is there."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)
