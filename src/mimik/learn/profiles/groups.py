"""Channels that are shuffled together: pairs of left and right, regions of the face, or each alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, GROUPS, INDEX, MIRROR
from mimik.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GROUPINGS", "Group", "groups_of"]

GROUPINGS: Final = ("pair", "region", "channel")


@dataclass(frozen=True, slots=True)
class Group:
    """Channels that are shuffled together.

    Attributes:
        name: such as "mouthSmile" for the pair, "mouth" for the region.
        region: of the face.
        channels: positions in ``BLEND_SHAPES``.
        parts: the pairs and single channels in it, by name, as positions.
    """

    name: str
    region: str
    channels: tuple[int, ...]
    parts: tuple[tuple[str, tuple[int, ...]], ...]


def groups_of(grouping: str, delivered: NDArray[np.bool_]) -> tuple[Group, ...]:
    """Return the groups of the channels that are delivered (52,), in the order of ``BLEND_SHAPES``.

    Args:
        grouping: "pair", "region" or "channel".
        delivered: which channels there are.

    Raises:
        DataError: the grouping is unknown.
    """
    if grouping not in GROUPINGS:
        raise DataError(f"expected channels grouped by {', '.join(GROUPINGS)}; got {grouping!r}")
    found = []
    for region, names in GROUPS.items():
        there = [INDEX[name] for name in names if delivered[INDEX[name]]]
        parts = _pairs(there) if grouping != "channel" else [(BLEND_SHAPES[i], (i,)) for i in there]
        if grouping == "region":
            found += [Group(region, region, tuple(there), tuple(parts))] if there else []
        else:
            found += [Group(name, region, channels, ((name, channels),)) for name, channels in parts]
    return tuple(found)


def _pairs(channels: list[int]) -> list[tuple[str, tuple[int, ...]]]:
    """Return channels with their partner on the other side, each pair once, where its first stands."""
    pairs: dict[str, tuple[int, ...]] = {}
    for i in channels:
        name = _name(i)
        pairs[name] = (*pairs.get(name, ()), i)
    return list(pairs.items())


def _name(channel: int) -> str:
    name = BLEND_SHAPES[channel]
    if MIRROR[channel] == channel:
        return name
    stem = name.removesuffix("Left").removesuffix("Right")
    return (
        f"{stem}Left/Right" if stem in GROUPS else stem
    )  # the jaw, and the mouth, go to one side as a whole
