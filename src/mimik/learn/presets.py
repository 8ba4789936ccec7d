"""Recipes for training, as data."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mimik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT", "PRESETS", "RECIPES", "WITH_MEMORY", "Preset", "find_preset"]

DEFAULT = "people"
"""The recipe that recognises people it has not seen best: docs/decisions/0013-recipe-for-new-people.md."""

WITH_MEMORY = f"{DEFAULT}+memory"
"""What the recipe of a recognizer with a memory is called."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A recipe.

    Attributes:
        name: what it is called.
        why: what it is good for, one or two sentences.
        standardise: whether each input is brought to mean 0 and variance 1 over the training rows.
        resting: whether the person's resting face is subtracted where it is known.
        power: to which the coefficients are raised then; 1 leaves them.
        calibrated: whether probabilities are made as bold as they are right, on training people held out.
        least_steps: small studies are gone through more often, until there are this many steps.
        every: of neighbouring training frames of large sets only each ``every``-th is used, 1 for all.
        parameters: for ``SNNClassifier``.
    """

    name: str
    why: str
    standardise: bool
    resting: bool
    power: float
    calibrated: bool
    least_steps: int
    every: int
    parameters: Mapping[str, int | float | str]

    def thinning(self, frames: int) -> int:
        """Return the step between frames to learn from, of so many."""
        return min(self.every, max(1, frames // _ENOUGH))

    def parameters_for(self, rows: int, epochs: int | None = None) -> dict[str, Any]:
        """Return the parameters for ``SNNClassifier`` with so many training rows.

        ``epochs`` overrides their number.
        """
        parameters: dict[str, Any] = dict(self.parameters)
        steps = -(-rows // parameters["batch_size"])
        parameters["epochs"] = epochs or max(parameters["epochs"], -(-self.least_steps // steps))
        return parameters


_ENOUGH = 20_000
"""So many frames are left, if there were more, when neighbours are left out."""

_HARTMANN2022 = Preset(
    name="hartmann2022",
    why="As published by Hartmann et al. 2022: raw coefficients, 400 epochs. Which layers carry the L2"
    " penalty and how wide they are is not published; see docs/decisions/0011-where-the-l2-stands.md.",
    standardise=False,
    resting=False,
    power=1.0,
    calibrated=False,
    least_steps=0,
    every=1,
    parameters=MappingProxyType(
        {
            "width": 128,
            "depth": 10,
            "dropout": 0.1,
            "l2": 0.25,
            "l2_layers": 2,
            "epochs": 400,
            "batch_size": 128,
            "learning_rate": 1e-3,
            "schedule": "constant",
        }
    ),
)

_FAST = Preset(
    name="fast",
    why="The published network with another schedule, for the same accuracy in a small part of the time:"
    " standardised channels, a learning rate that rises and falls, few epochs.",
    standardise=True,
    resting=False,
    power=1.0,
    calibrated=False,
    least_steps=1500,
    every=1,
    parameters=MappingProxyType(
        {
            "width": 128,
            "depth": 10,
            "dropout": 0.02,
            "l2": 0.0,
            "l2_layers": 0,
            "epochs": 6,
            "batch_size": 256,
            "learning_rate": 2e-3,
            "schedule": "one-cycle",
        }
    ),
)

_PEOPLE = Preset(
    name="people",
    why="For people not seen in training: how far each coefficient is from the person's own resting face, its"
    " cube root, a smaller self-normalizing network, every sixth frame of large sets.",
    standardise=True,
    resting=True,
    power=1 / 3,
    calibrated=True,
    least_steps=1500,
    every=6,
    parameters=MappingProxyType(
        {
            "width": 128,
            "depth": 3,
            "dropout": 0.1,
            "l2": 0.0,
            "l2_layers": 0,
            "epochs": 4,
            "batch_size": 256,
            "learning_rate": 2e-3,
            "schedule": "one-cycle",
        }
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {preset.name: preset for preset in (_PEOPLE, _FAST, _HARTMANN2022)}
)
"""Name -> recipe."""

RECIPES: Mapping[str, str] = MappingProxyType(
    {
        **{preset.name: preset.why for preset in PRESETS.values()},
        WITH_MEMORY: "Sees what came before, too. Where trials always follow in the same order, it can learn"
        " this order instead of the face; it was no better than single frames so far.",
    }
)
"""Every recipe that can be trained by name, with what it is good for."""


def find_preset(name: str) -> Preset:
    """Return the recipe of that name.

    Raises:
        DataError: there is none.
    """
    if name not in PRESETS:
        raise DataError(f"No preset is called {name!r}.", hint=f"Choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]
