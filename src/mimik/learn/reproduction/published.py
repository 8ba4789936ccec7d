"""The published figures of Hartmann et al. 2022, as data, each with where it stands.

The study: 226 people, five expressions, 563,226 frames, of which 85 % drawn frame by frame train.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "EPOCHS",
    "EXPRESSIONS",
    "FRAMES",
    "PARTICIPANTS",
    "SETS",
    "SOURCE",
    "TABLES",
    "TRAINING_ACCURACY",
    "PublishedExpression",
    "PublishedSet",
    "Table",
]

SOURCE = (
    "Hartmann et al.: Novel Method for Three-Dimensional Facial Expression Recognition Using Self-Normalizing"
    " Neural Networks and Mobile Devices. Geburtsh Frauenheilk 2022; 82: 955-969, doi 10.1055/a-1866-2943"
)
"""Where all of this was published."""

PARTICIPANTS = 226
"""People recorded (ib., methods)."""

FRAMES = 563_226
"""Frames of all of them, which the paper calls snapshots (ib., methods)."""

EPOCHS = 400
"""Passes over the training set (ib., methods)."""

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")
"""What people were asked to show, in the order of the tables."""

TRAINING_ACCURACY = (0.4358, 0.8054)
"""Accuracy while training (dropout at work), first and last epoch, 0..1 (ib., results and Figure 3).

The discussion gives 0.8045 for the last.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the paper.

    Attributes:
        number: in the paper.
        shows: what it shows, in a few words.
        set: "training" or "test".
    """

    number: int
    shows: str
    set: str

    @property
    def name(self) -> str:
        """What files call it, such as "table-1"."""
        return f"table-{self.number}"


TABLES = (
    Table(1, "composition of the training set", "training"),
    Table(2, "composition of the test set", "test"),
    Table(3, "performance on the training set", "training"),
    Table(4, "performance on the test set", "test"),
)
"""The tables on recognition; Table 5, the times of inference on three devices, is not among them."""


@dataclass(frozen=True, slots=True)
class PublishedExpression:
    """One expression's column of a published table.

    Attributes:
        frames: that show it (Tables 1 and 2).
        recall: 0..1, like the following (Tables 3 and 4).
        precision: printed in percent with three places, like recall and specificity.
        f1: printed as a share with eight or nine places.
        specificity: of the frames that show another expression, the share not taken for this one.
        negatives: how many frames show another expression, the paper's "negative cases".
    """

    frames: int
    recall: float
    precision: float
    f1: float
    specificity: float
    negatives: int


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """What is published about the training or the test set.

    Attributes:
        total: frames (Tables 1 and 2; the text gives one more of each).
        p: of the chi-squared test of even filling (Tables 1 and 2).
        accuracy: recognised anew after training, dropout off, 0..1 (results).
        expressions: each expression's figures.
    """

    total: int
    p: float
    accuracy: float
    expressions: Mapping[str, PublishedExpression]


def _set(total: int, p: float, accuracy: float, *columns: tuple[float, ...]) -> PublishedSet:
    """Build a set from its tables' columns as printed, shares in percent but for F1."""
    expressions = {
        name: PublishedExpression(
            int(frames), recall / 100, precision / 100, f1, specificity / 100, int(negatives)
        )
        for name, (frames, recall, precision, f1, specificity, negatives) in zip(
            EXPRESSIONS, columns, strict=True
        )
    }
    return PublishedSet(total, p, accuracy / 100, MappingProxyType(expressions))


SETS: Mapping[str, PublishedSet] = MappingProxyType(
    {
        "training": _set(
            *(478_741, 0.357537338, 82.095),
            (95_402, 80.917, 81.774, 0.81342859, 95.512, 383_339),
            (95_585, 76.911, 79.520, 0.78193721, 95.059, 383_156),
            (95_734, 88.245, 83.582, 0.85850169, 95.667, 383_007),
            (96_270, 83.006, 78.487, 0.8068335, 94.273, 382_471),
            (95_750, 81.381, 87.549, 0.84352166, 97.106, 382_991),
        ),
        "test": _set(
            *(84_483, 0.372682717, 81.152),
            (17_086, 80.118, 80.986, 0.805495896, 95.231, 67_397),
            (16_876, 74.793, 78.252, 0.764830637, 94.811, 67_607),
            (16_781, 87.605, 82.697, 0.850801551, 95.457, 67_702),
            (16_972, 82.842, 77.483, 0.800728971, 93.948, 67_511),
            (16_768, 80.439, 86.868, 0.835299582, 96.989, 67_715),
        ),
    }
)
"""Set -> its figures (Tables 1 to 4)."""
