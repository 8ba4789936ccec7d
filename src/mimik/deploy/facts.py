"""What every exported file says of itself: plain JSON inside it, readable without Mimik."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.deploy.graph import (
    COEFFICIENTS,
    ELAPSED,
    MEMORY,
    NEXT_MEMORY,
    PROBABILITIES,
    RESTING,
    inputs_of,
    outputs_of,
)
from mimik.deploy.seal import UNSEALED
from mimik.errors import ModelDamaged, ModelVersionError
from mimik.learn.card import ModelCard
from mimik.learn.modelfile import fingerprint
from mimik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.learn.model import Model

__all__ = ["FORMAT", "METADATA", "Facts", "facts_of", "read_facts", "summary"]

FORMAT = 1
"""Version of the facts as this Mimik writes them."""

METADATA = "mimik"
"""Name under which every format keeps them as JSON text in UTF-8."""

_MEANINGS = {
    COEFFICIENTS: "blend shape coefficients in the order of channels, as the device gives them, about 0 to 1",
    RESTING: "the same coefficients of the person looking neutral (median of 3 seconds); zeros if not known",
    ELAPSED: "seconds since the frame before; 1e9 for the first frame of a recording",
    MEMORY: "next_memory as it came out with the frame before; zeros for the first frame",
    PROBABILITIES: "probability of each label, in the order of labels",
    NEXT_MEMORY: "to be handed in as memory with the next frame",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What an exported file says of itself.

    Attributes:
        card: the model card.
        resting: whether there is an input for the resting face.
        memories: time constants of what it remembers, seconds; none for recognizers of single frames.
    """

    card: ModelCard
    resting: bool
    memories: tuple[float, ...]


def facts_of(model: Model, *, data_licence: str, weights: str = "float32") -> dict[str, Any]:
    """Return all that is written into a file, as plain data; no pseudonym and no frame of anybody.

    Args:
        model: the recognizer.
        data_licence: under which licence, or on what terms, the data it learned from may be used.
        weights: how they are stored, ``"float32"`` or ``"int8"``.
    """
    features = model.features
    return {
        "format": FORMAT,
        "written_by": f"mimik {__version__}",
        "file_sha256": UNSEALED,
        "model_sha256": fingerprint(model),
        "use": model.card.use,
        "labels": list(model.card.labels),
        "channels": list(model.card.channels),
        "inputs": {name: {"width": n, "is": _MEANINGS[name]} for name, n in inputs_of(model).items()},
        "outputs": {name: {"is": _MEANINGS[name]} for name in outputs_of(model)},
        "preprocessing": {
            "inside": True,
            "resting": features.resting,
            "power": features.power,
            "memories": list(features.memories),
        },
        "calibration": {"inside": True, "temperature": model.card.parameters.get("temperature", 1.0)},
        "weights": weights,
        "data_licence": data_licence,
        "synthetic": model.card.trained_on.synthetic,
        "card": model.card.to_json(),
    }


def read_facts(text: str, *, where: str) -> Facts:
    """Read the facts of a file.

    Args:
        text: the JSON text.
        where: names the file in errors.

    Raises:
        ModelVersionError: they were written by a Mimik that this one does not know.
        ModelDamaged: they are not what ``facts_of`` wrote.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ModelVersionError(
                f"{where} has facts of version {data['format']}; this Mimik knows version {FORMAT}.",
                hint="Update Mimik (pip install --upgrade mimik), or export the model again.",
            )
        steps = data["preprocessing"]
        memories = tuple(float(seconds) for seconds in steps["memories"])
        return Facts(ModelCard.from_json(data["card"]), bool(steps["resting"]), memories)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(
            f"{where} does not say what it is as Mimik's exports do: {error}.",
            hint="Export the model again: mimik export MODEL",
        ) from error


def summary(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts that formats have fields of their own for, by the field's usual name."""
    labels = ", ".join(str(label) for label in facts["labels"])
    synthetic = "SYNTHETIC: learned from simulated people. " if facts["synthetic"] else ""
    return {
        "author": facts["written_by"],
        "description": f"{synthetic}{facts['use']} Labels: {labels}.",
        "license": facts["data_licence"],
        "version": facts["card"]["created"],
    }
