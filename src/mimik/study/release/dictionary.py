"""What each column of a release means: ``data-dictionary.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.blendshapes import BLEND_SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimik.study.coarsening import Coarsening

__all__ = ["Meaning", "channel_meaning", "frames_meanings", "participants_meanings", "trials_meanings"]


@dataclass(frozen=True)
class Meaning:
    """One column: its name, unit and range as text, and what it says."""

    column: str
    unit: str
    range: str
    meaning: str


_WHO = Meaning("participant", "", "", "A pseudonym.")
_SESSION = Meaning("session", "", "", "One sitting of the participant.")
_TRIAL = Meaning("trial", "", "from 1", "Number of the trial in its session.")
_SHOWN = Meaning("expression", "", "", "What the participant was asked to show; not what was felt.")
_OUTCOMES = "complete, incomplete (broke off), imported, or excluded (marked as bad: don't use its frames)."


def frames_meanings(coarsening: Coarsening) -> tuple[Meaning, ...]:
    """Return what the columns of frames mean that were made so coarse."""
    gaps = "lost frames" if coarsening.rate is None else "frames that were lost or left out"
    return (
        _WHO,
        _SESSION,
        _TRIAL,
        _SHOWN,
        Meaning("time", "s", "from 0", "From the session's first frame, on the clock of the trials."),
        Meaning("device_time", "s", "from 0", "The same on the device's own clock, which is steadier."),
        Meaning("frame", "", "from 0", f"The device's own count; gaps are {gaps}."),
        Meaning(
            "tracked", "", "true or false", "Whether the device saw a face; without one there is no value."
        ),
        *(channel_meaning(name, rested=coarsening.without_rest) for name in coarsening.kept),
    )


def channel_meaning(name: str, *, rested: bool) -> Meaning:
    """Return what a channel of ``mimik.frame.COLUMNS`` means."""
    if name in BLEND_SHAPES:
        if rested:
            return Meaning(name, "", "about -1 to 1", "ARKit blend shape, less the person's resting face.")
        return Meaning(name, "", "about 0 to 1", "ARKit blend shape, as the device sent it.")
    if name.endswith(("Yaw", "Pitch", "Roll")):
        return Meaning(name, "rad", "", "Angle; sign and order of rotation differ between programs.")
    return Meaning(name, "m", "", "Place, as the device told it.")


def trials_meanings(questions: Sequence[str], *, free_text: bool) -> tuple[Meaning, ...]:
    """Return what the columns of trials mean."""
    return (
        _WHO,
        _SESSION,
        _TRIAL,
        _SHOWN,
        Meaning("onset", "s", "", "From the session's first frame; below 0 before it."),
        Meaning("duration", "s", "from 0", "How long it lasted; empty where the end is not known."),
        Meaning("outcome", "", "", _OUTCOMES),
        Meaning("frames", "", "from 0", "How many of its frames are in the release."),
        *(Meaning(f"answer_{name}", "", "", "Reported by the participant afterwards.") for name in questions),
        *([Meaning("excluded", "", "", "Why it was excluded.")] if free_text else []),
    )


def participants_meanings(columns: Iterable[str], *, synthetic: bool) -> tuple[Meaning, ...]:
    """Return what the columns of participants mean."""
    said = "yes: SYNTHETIC, a simulated person." if synthetic else "no: a real person."
    return (
        _WHO,
        Meaning("synthetic", "", "yes or no", said),
        *(
            Meaning(name, "year" if name == "age" else "", "up to 89" if name == "age" else "", "As noted.")
            for name in columns
        ),
    )
