"""The model card: what a recognizer is, what it was trained on and what it may be used for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["USE", "ModelCard", "TrainedOn", "new_card"]

USE = "Recognises the expression that a person was asked to show. For research only; not a medical device."
"""What every model is for."""


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """The data a model learned from; never a pseudonym.

    Attributes:
        frames: number of frames used.
        participants: number of people, None if not known.
        study: title of the study, None if the data came from elsewhere.
        fingerprint: SHA-256 of the study's data, None likewise.
        synthetic: whether simulated people are among them, None if not known.
    """

    frames: int
    participants: int | None = None
    study: str | None = None
    fingerprint: str | None = None
    synthetic: bool | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Plain facts about a recognizer, all of which can be written as JSON.

    Attributes:
        labels: the expressions it tells apart, in the order of its probabilities.
        channels: names of the coefficients it needs, in the order of its inputs.
        preset: name of the recipe.
        parameters: of the recipe, as used.
        trained_on: the data.
        metrics: figures from an evaluation, by name.
        versions: of the software that trained it.
        created: when, UTC, ISO 8601.
        use: what it may be used for.
    """

    labels: tuple[str | int | float | bool, ...]
    channels: tuple[str, ...]
    preset: str
    parameters: Mapping[str, Any]
    trained_on: TrainedOn
    versions: Mapping[str, str]
    created: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    use: str = USE

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain dictionaries, lists, strings and numbers."""
        return {
            "use": self.use,
            "labels": list(self.labels),
            "channels": list(self.channels),
            "preset": self.preset,
            "parameters": dict(self.parameters),
            "trained_on": asdict(self.trained_on),
            "metrics": dict(self.metrics),
            "versions": dict(self.versions),
            "created": self.created,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the card that ``to_json`` wrote.

        Raises:
            KeyError, TypeError, ValueError: the data is not such a card.
        """
        card = cls(
            labels=tuple(data["labels"]),
            channels=tuple(data["channels"]),
            preset=data["preset"],
            parameters=dict(data["parameters"]),
            trained_on=TrainedOn(**data["trained_on"]),
            metrics=dict(data["metrics"]),
            versions=dict(data["versions"]),
            created=data["created"],
            use=data["use"],
        )
        card._check()
        return card

    def _check(self) -> None:
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError("labels must be two or more, all different")
        if not all(isinstance(label, str | int | float) for label in self.labels):
            raise TypeError("labels must be text or numbers")
        if not all(isinstance(text, str) for text in (*self.channels, self.preset, self.created, self.use)):
            raise TypeError("channels, preset, created and use must be text")


def new_card(
    classes: NDArray[Any],
    channels: tuple[str, ...],
    *,
    preset: str,
    parameters: Mapping[str, Any],
    frames: int,
) -> ModelCard:
    """Return the card of a recognizer that was trained now.

    Args:
        classes: its labels, in the order of its probabilities.
        channels: names of the coefficients it needs, in the order of its inputs.
        preset: name of the recipe.
        parameters: of the recipe, as used.
        frames: how many it learned from.
    """
    return ModelCard(
        labels=tuple(classes.tolist()),
        channels=channels,
        preset=preset,
        parameters=dict(parameters),
        trained_on=TrainedOn(frames),
        versions={name: version(name) for name in ("mimik", "keras", "jax", "numpy")},
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
