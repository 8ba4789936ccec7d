"""What a BIDS data set says of itself: ``dataset_description.json``, ``README`` and ``CHANGES``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.study.bids.labels import cell
from mimik.study.coarsening import AS_RECORDED
from mimik.version import __version__

if TYPE_CHECKING:
    from mimik.study.coarsening import Coarsening

__all__ = ["BIDS_VERSION", "About", "changes"]

BIDS_VERSION = "1.11.1"
"""The version of the specification that is written."""

_SYNTHETIC = "SYNTHETIC: simulated people. Nothing here is about real faces."
_RECEIVED = "exactly the values that were received"
_RESTED = "the values that were received, blend shapes less the person's resting face"


@dataclass(frozen=True, kw_only=True)
class About:
    """What there is to say of a data set.

    Attributes:
        title: of the study.
        synthetic: whether its people are simulated.
        participants: how many.
        sessions: how many.
        authors: of the data set.
        licence: of the data set; "" if none is stated.
        free_text: whether it holds notes, reasons for exclusion and answers in words.
        coarsening: what was taken from the frames.
    """

    title: str
    synthetic: bool
    participants: int
    sessions: int
    authors: Sequence[str]
    licence: str
    free_text: bool
    coarsening: Coarsening

    @property
    def description(self) -> dict[str, Any]:
        """What ``dataset_description.json`` says.

        The type is "raw" also where resting faces were subtracted: of data sets with another type the
        official validator refuses every ``_motion.tsv``. What was done is told beside it.
        """
        coarser = self.coarsening
        done = "" if coarser == AS_RECORDED else f", frames made coarser: {coarser.said}"
        said: dict[str, Any] = {
            "Name": f"SYNTHETIC {self.title}" if self.synthetic else self.title,
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "Mimik", "Version": __version__, "Description": f"mimik bids{done}"}],
        }
        if self.authors:
            said["Authors"] = list(self.authors)
        if self.licence:
            said["License"] = self.licence
        if self.synthetic:
            said["Keywords"] = ["synthetic", "simulated"]
        return said

    @property
    def readme(self) -> bytes:
        """The ``README``."""
        values = _RESTED if self.coarsening.without_rest else _RECEIVED
        parts = [
            cell(self.title),
            *([_SYNTHETIC] if self.synthetic else []),
            f"Participants: {self.participants}. Sessions: {self.sessions}.",
            "Participants were asked to show facial expressions while a device measured how the face moves: "
            "52 blend shapes, the pose of head and eyes, and the time. trial_type in the events is the "
            "expression that was asked for, never an emotion that was felt.",
            f"motion/*_motion.tsv holds one line a frame, {values}; n/a is a value that was not delivered, "
            "as in frames without a face (channel tracked 0). Frames are not evenly spaced, as between "
            "trials there may be none: use the channel latency. Trials with the outcome excluded were marked "
            "as bad; attempts that were done again are left out.",
            *_coarser(self.coarsening),
            "When sessions took place is left out."
            + ("" if self.free_text else " So is free text: notes, reasons for exclusion, answers in words."),
            "Facial motion can be personal. Don't try to find out who a participant is.",
            f"Licence: {cell(self.licence)}"
            if self.licence
            else "Licence: not stated. Ask whoever gave you this data set.",
        ]
        return ("\n\n".join(parts) + "\n").encode()


def changes() -> bytes:
    """Return the ``CHANGES``."""
    day = datetime.now(UTC).date().isoformat()
    return f"1.0.0 {day}\n  - Written by mimik {__version__}.\n".encode()


def _coarser(coarsening: Coarsening) -> list[str]:
    """Return the paragraph that says what was taken from the frames; none for frames as recorded."""
    if coarsening == AS_RECORDED:
        return []
    said = [f"The frames are coarser than they were recorded: {coarsening.said}."]
    if coarsening.rate is not None:
        said.append(
            "Frames were left out, by the device's clock in each trial, and none was averaged or made up. "
            "Those without a time on that clock are left out, too."
        )
    if coarsening.channels is not None:
        said.append("The other channels are left out.")
    if coarsening.without_rest:
        said.append("The resting face is that of each session; blend shapes may be below 0.")
    said.append("Onsets and times still count from the first frame as recorded. Coarser is not anonymous.")
    return [" ".join(said)]
