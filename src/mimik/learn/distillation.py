"""Distillation: a narrower network that answers as a trained one does, for devices where every call counts.

The student gets the teacher's features and learns its probabilities, not the labels: Hinton et al. 2015,
Distilling the Knowledge in a Neural Network.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import INDEX
from mimik.errors import DataError
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.classifier import SNNClassifier
from mimik.learn.model import Model, coefficients
from mimik.learn.modelfile import fingerprint
from mimik.learn.presets import DEFAULT, find_preset

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mimik.learn.context import Context
    from mimik.learn.epochs import EpochLog

__all__ = ["DISTILLED", "Agreement", "agreement", "distilled", "weights_of"]

DISTILLED = "+distilled"
"""What is added to the name of the teacher's recipe."""

_DEEPEST = 3
"""Hidden layers of a student unless told otherwise: more earn nothing, see docs/decisions/0017."""

_DROPOUT = 0.0
"""Nothing is dropped: probabilities leave less to learn by heart than labels, and are copied closer so."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a student answers as its teacher does.

    Attributes:
        frames: on how many frames.
        labels_equal: share of them in which both find the same label most probable, 0..1.
        mean_absolute_difference: of their probabilities, over frames and labels, 0..1.
    """

    frames: int
    labels_equal: float
    mean_absolute_difference: float


def distilled(
    teacher: Model,
    X: Any,
    context: Context | None = None,
    *,
    width: int = 64,
    depth: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    on_epoch: Callable[[EpochLog], object] | None = None,
) -> Model:
    """Return a smaller model that learned to answer as the teacher does; it needs no labels.

    Its calibration is the teacher's, as the probabilities it learns are the calibrated ones. Where the
    teacher uses the resting face, it learns from each frame with it and without, as the teacher did. Large
    sets are thinned as the default recipe does. Its card tells of the teacher, and of the frames only how
    many.

    Args:
        teacher: a trained model that decides frame by frame.
        X: coefficients (n, 52) in the order of ``BLEND_SHAPES``, NaN where not delivered; in the order of
            time. Frames that lack a channel of the teacher's are left out.
        context: whose the frames are and how these people look at rest; None where it is not known.
        width: units of each hidden layer, >= 1.
        depth: number of hidden layers, >= 1; None is the teacher's, at most 3.
        epochs: passes over the frames, >= 1; None is the default recipe's number.
        seed: of training.
        on_epoch: called with the ``EpochLog`` after each epoch; raise in it to stop the training.

    Raises:
        DataError: the teacher remembers earlier frames, the student would not be smaller, a number is not
            what it should be, or no frame has all the channels.
    """
    _refuse_memory(teacher)
    depth = min(len(teacher.kernels) - 1, _DEEPEST) if depth is None else depth
    _check(teacher, width=width, depth=depth, epochs=epochs)
    faces, resting, frames = _faces(teacher, coefficients(X), context)
    parameters = find_preset(DEFAULT).parameters_for(frames, epochs)
    parameters |= {"width": width, "depth": depth, "dropout": _DROPOUT}
    network = SNNClassifier(**parameters, random_state=seed).fit_soft(
        teacher.features.of(faces, resting),
        teacher.predict_proba(faces, resting=resting),
        range(len(teacher.card.labels)),
        on_epoch=on_epoch,
    )
    card = _card(teacher, parameters, frames)
    return Model(card, teacher.features, tuple(network.coefs_), tuple(network.intercepts_))


def agreement(teacher: Model, student: Model, X: Any, context: Context | None = None) -> Agreement:
    """Return how far two models agree on the frames that both can answer, resting faces given where known.

    Args:
        teacher, student: models with the same labels and channels.
        X: coefficients (n, 52), NaN where not delivered.
        context: how the people look at rest; None where it is not known.

    Raises:
        DataError: no frame has all the channels.
    """
    X = coefficients(X)
    rows = _complete(teacher, X)
    resting = None if context is None else context.resting[context.recording[rows]]
    before, after = (model.predict_proba(X[rows], resting=resting) for model in (teacher, student))
    return Agreement(
        frames=len(rows),
        labels_equal=float(np.mean(before.argmax(axis=1) == after.argmax(axis=1))),
        mean_absolute_difference=float(np.mean(np.abs(before - after), dtype=np.float64)),
    )


def weights_of(model: Model) -> int:
    """Return how many numbers the network learned: weights and biases."""
    return sum(array.size for array in (*model.kernels, *model.biases))


def _refuse_memory(teacher: Model) -> None:
    if teacher.features.memories:
        raise DataError(
            "expected a teacher that decides by single frames, found one that remembers earlier frames",
            hint='distil a model without a memory, such as one of the recipe "people"',
        )


def _check(teacher: Model, *, width: int, depth: int, epochs: int | None) -> None:
    for name, value in (("width", width), ("depth", depth), ("epochs", epochs)):
        if value is not None and value < 1:
            raise DataError(f"{name}: expected 1 or more, got {value}")
    sizes = [len(teacher.card.channels), *[width] * depth, len(teacher.card.labels)]
    student = sum((before + 1) * after for before, after in pairwise(sizes))
    if student >= weights_of(teacher):
        raise DataError(
            f"expected a student with fewer weights than the teacher's {weights_of(teacher):,};"
            f" {depth} x {width} hidden units have {student:,}",
            hint=f"choose a width below the teacher's {teacher.kernels[0].shape[1]}, or fewer layers",
        )


def _complete(teacher: Model, X: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the positions of the frames that have all the channels of the teacher."""
    channels = [INDEX[name] for name in teacher.card.channels]
    rows = np.flatnonzero(np.isfinite(X[:, channels]).all(axis=1))
    if not len(rows):
        raise DataError(
            f"expected frames with the {len(channels)} coefficients that the teacher needs, found none among"
            f" {len(X)}",
            hint="use recordings of the kind that the teacher was trained on",
        )
    return rows


def _faces(
    teacher: Model, X: NDArray[np.float32], context: Context | None
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, int]:
    """Return faces to learn from (m, 52), their resting faces (m, 52) or None, and of how many frames.

    Where the teacher uses the resting face, a frame whose resting face is known occurs twice: with it and,
    as NaN is "not known", without.
    """
    rows = _complete(teacher, X)
    if context is not None:
        rows = rows[:: find_preset(DEFAULT).thinning(len(X))]
    if context is None or not teacher.features.resting:
        return X[rows], None, len(rows)
    resting = context.resting[context.recording[rows]]
    known = np.isfinite(resting).any(axis=1)
    unknown = np.full_like(resting, np.nan)
    faces = np.concatenate([X[rows[known]], X[rows]])
    return faces, np.concatenate([resting[known], unknown]), len(rows)


def _card(teacher: Model, parameters: dict[str, Any], frames: int) -> ModelCard:
    """Return the student's card: what the teacher learned from is told with the teacher."""
    of = teacher.card
    facts = {
        "preset": of.preset,
        "sha256": fingerprint(teacher),
        "parameters": dict(of.parameters),
        "trained_on": asdict(of.trained_on),
    }
    return ModelCard(
        labels=of.labels,
        channels=of.channels,
        preset=of.preset + DISTILLED,
        parameters={**parameters, "temperature": 1.0, "teacher": facts},
        trained_on=TrainedOn(frames, synthetic=of.trained_on.synthetic),
        versions={name: version(name) for name in ("mimik", "keras", "jax", "numpy")},
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        use=of.use,
    )
