"""The published times of inference, as data: Table 5 of Hartmann et al. 2022."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SOURCE", "TIMES", "PublishedTimes"]

SOURCE = "Hartmann et al. 2022, doi 10.1055/a-1866-2943, Table 5"
"""Where they stand; the paper's full title is in ``mimik.learn.reproduction.published``."""


@dataclass(frozen=True, slots=True)
class PublishedTimes:
    """A row of Table 5: one frame at a time through TensorFlow Lite, ``invoke`` alone, in microseconds.

    Attributes:
        device: which ran it.
        inputs: "random" (uniform), "test" or "training".
        n: calls timed.
        range: longest less shortest call, as printed.
        minimum: shortest call.
        maximum: longest call.
        mean: of all calls.
        sd: standard deviation.
    """

    device: str
    inputs: str
    n: int
    range: float
    minimum: float
    maximum: float
    mean: float
    sd: float


_MACBOOK, _IPHONE, _IPAD = "MacBook Pro M1 Max", "iPhone 12 Pro", 'iPad Pro 12.9" (3rd generation)'

TIMES = (
    PublishedTimes(_MACBOOK, "random", 500_000, 128.46, 9.71, 138.17, 11.16, 0.75),
    PublishedTimes(_MACBOOK, "test", 84_483, 106.42, 10.08, 116.50, 11.11, 0.71),
    PublishedTimes(_MACBOOK, "training", 478_741, 114.12, 10.00, 124.12, 11.10, 0.76),
    PublishedTimes(_IPHONE, "test", 84_483, 618.62, 11.50, 630.12, 20.20, 12.25),
    PublishedTimes(_IPHONE, "training", 478_741, 408.12, 11.54, 419.67, 22.93, 14.43),
    PublishedTimes(_IPHONE, "random", 500_000, 744.54, 13.67, 758.21, 23.65, 15.36),
    PublishedTimes(_IPAD, "test", 84_483, 1323.63, 15.04, 1338.67, 18.41, 5.36),
    PublishedTimes(_IPAD, "training", 478_741, 1225.54, 14.63, 1240.17, 18.42, 3.34),
    PublishedTimes(_IPAD, "random", 500_000, 762.33, 14.83, 777.17, 18.92, 3.19),
)
"""The table, row by row."""
