"""The coarsenings that the meter tries, from none to strong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.coarsening import AS_RECORDED, CHANNEL_SETS, Coarsening

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["QUICK_STEPS", "STEPS"]

_MOUTH, _EIGHT = CHANNEL_SETS["mouth-and-brows"], CHANNEL_SETS["eight"]

STEPS: Mapping[str, Coarsening] = {
    "as recorded": AS_RECORDED,
    "30/s": Coarsening(30),
    "10/s": Coarsening(10),
    "5/s": Coarsening(5),
    "1/s": Coarsening(1),
    "mouth+brows": Coarsening(channels=_MOUTH),
    "eight": Coarsening(channels=_EIGHT),
    "no rest": Coarsening(without_rest=True),
    "10/s, no rest": Coarsening(10, without_rest=True),
    "mouth+brows, no rest": Coarsening(channels=_MOUTH, without_rest=True),
    "10/s, mouth+brows, no rest": Coarsening(10, _MOUTH, without_rest=True),
    "eight, no rest": Coarsening(channels=_EIGHT, without_rest=True),
    "5/s, eight, no rest": Coarsening(5, _EIGHT, without_rest=True),
    "1/s, eight, no rest": Coarsening(1, _EIGHT, without_rest=True),
}
"""Name -> coarsening; "no rest" is without the resting face, "eight" the channels of that set."""

QUICK_STEPS = (
    "as recorded",
    "5/s",
    "mouth+brows",
    "no rest",
    "5/s, eight, no rest",
)
"""Those that a first look tries."""
