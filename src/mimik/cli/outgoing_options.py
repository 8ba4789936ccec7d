"""Options of the commands that give people's data away: `mimik bids`, `mimik release` and `mimik pack`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.outgoing import listed

if TYPE_CHECKING:
    from mimik.study.coarsening import Coarsening

__all__ = [
    "AtMost",
    "Channels",
    "Columns",
    "FreeText",
    "FreshPseudonyms",
    "WithoutRest",
    "coarsening_of",
]

AtMost = Annotated[
    float | None, typer.Option("--rate", help="At most so many frames per second of each trial.")
]
Channels = Annotated[
    str | None,
    typer.Option(
        "--channels",
        help='Only these channels, separated by commas, or "face", "mouth-and-brows", "eight".',
        metavar="LIST",
    ),
]
WithoutRest = Annotated[bool, typer.Option("--without-rest", help="Subtract each person's resting face.")]
Columns = Annotated[
    str,
    typer.Option(
        "--columns",
        help="Columns of participants.tsv to tell, separated by commas; none by default.",
        metavar="LIST",
    ),
]
FreshPseudonyms = Annotated[
    bool,
    typer.Option(
        "--fresh-pseudonyms", help="New pseudonyms; who got which is shown once and stored nowhere."
    ),
]
FreeText = Annotated[
    bool,
    typer.Option(
        "--free-text",
        help="Also tell free text, such as reasons for exclusion and answers in words. Read it first.",
    ),
]


def coarsening_of(rate: float | None, channels: str | None, *, without_rest: bool) -> Coarsening:
    """Return what the options ask to be taken from frames.

    Args:
        rate: of ``AtMost``.
        channels: of ``Channels``, a list or the name of a set; None keeps all.
        without_rest: of ``WithoutRest``.

    Raises:
        StudyError: the rate is not above 0, a channel is unknown, or the list is empty.
    """
    from mimik.study.coarsening import CHANNEL_SETS, Coarsening

    named = None if channels is None else CHANNEL_SETS.get(channels.strip(), tuple(listed(channels)))
    return Coarsening(rate=rate, channels=named, without_rest=without_rest)
