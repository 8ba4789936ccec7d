"""How a model was made, also where only its file tells it: as for models from ``mimik train``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimik.errors import MimikError, ModelError
from mimik.learn.modelfile import fingerprint
from mimik.learn.presets import RECIPES
from mimik.web.studio.making import Making

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.learn.model import Model

__all__ = ["facts_about", "making_of"]


def facts_about(model: Model, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts that lie beside a model if they are about this very model, else none."""
    return facts if facts.get("of") == fingerprint(model) else {}


def making_of(model: Model, facts: Mapping[str, Any]) -> Making:
    """Return how a model can be made again.

    Args:
        model: as loaded.
        facts: what lies beside it; {} if nothing.

    Raises:
        ModelError: nobody knows.
    """
    card = model.card
    if made := facts_about(model, facts).get("making"):
        try:
            return Making.of(made)
        except (MimikError, TypeError) as error:
            raise ModelError(f"How this model was made can't be read: {error}") from error
    if card.preset not in RECIPES:
        raise ModelError(
            f"A model of the recipe {card.preset!r} can't be made again here.",
            hint=f"The studio knows {', '.join(RECIPES)}.",
        )
    # mimik train writes the epochs used: the recipe's own number follows from the data.
    making = Making(preset=card.preset, expressions=tuple(map(str, card.labels)))
    return replace(making, epochs=card.parameters.get("epochs"))
