"""What a BIDS data set says of itself: ``dataset_description.json``, ``README`` and ``CHANGES``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from mimik.study.bids.labels import cell
from mimik.version import __version__

__all__ = ["BIDS_VERSION", "changes", "description", "readme"]

BIDS_VERSION = "1.11.1"
"""The version of the specification that is written."""

_SYNTHETIC = "SYNTHETIC: simulated people. Nothing here is about real faces."


def description(title: str, *, synthetic: bool, authors: Sequence[str], licence: str) -> dict[str, Any]:
    """Return what ``dataset_description.json`` says."""
    said: dict[str, Any] = {
        "Name": f"SYNTHETIC {title}" if synthetic else title,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "Mimik", "Version": __version__, "Description": "mimik bids"}],
    }
    if authors:
        said["Authors"] = list(authors)
    if licence:
        said["License"] = licence
    if synthetic:
        said["Keywords"] = ["synthetic", "simulated"]
    return said


def readme(
    title: str, *, synthetic: bool, participants: int, sessions: int, free_text: bool, licence: str
) -> bytes:
    """Return the ``README``."""
    parts = [
        cell(title),
        *([_SYNTHETIC] if synthetic else []),
        f"Participants: {participants}. Sessions: {sessions}.",
        "Participants were asked to show facial expressions while a device measured how the face moves: 52 "
        "blend shapes, the pose of head and eyes, and the time. trial_type in the events is the expression "
        "that was asked for, never an emotion that was felt.",
        "motion/*_motion.tsv holds one line a frame, exactly the values that were received; n/a is a value "
        "that was not delivered, as in frames without a face (channel tracked 0). Frames are not evenly "
        "spaced, as between trials there may be none: use the channel latency. Trials with the outcome "
        "excluded were marked as bad; attempts that were done again are left out.",
        "When sessions took place is left out."
        + ("" if free_text else " So is free text: notes, reasons for exclusion, answers in words."),
        "Facial motion can be personal. Don't try to find out who a participant is.",
        f"Licence: {cell(licence)}"
        if licence
        else "Licence: not stated. Ask whoever gave you this data set.",
    ]
    return ("\n\n".join(parts) + "\n").encode()


def changes() -> bytes:
    """Return the ``CHANGES``."""
    day = datetime.now(UTC).date().isoformat()
    return f"1.0.0 {day}\n  - Written by mimik {__version__}.\n".encode()
