"""The checks of a study's files: stable codes, how much each weighs, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ALTERED_FRAMES",
    "ALTERED_TEXT",
    "CONTRADICTION",
    "DEVICE",
    "EDITED",
    "EXCHANGED",
    "FILE_CHECKS",
    "FROM_OUTSIDE",
    "INTERRUPTED_SESSION",
    "LEFT_OVER",
    "MISSING",
    "NO_CONSENT",
    "NO_LINE",
    "NO_SESSION",
    "SET_ASIDE",
    "TRAIL",
    "TWICE",
    "UNKNOWN",
    "UNREADABLE",
    "WITHDREW",
    "FileCheck",
    "Weight",
]

Weight = Literal["serious", "warning", "info"]
"""``serious``: data is lost, altered or in doubt; ``warning``: look at this; ``info``: good to know."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One check of a study's files.

    Attributes:
        code: stable, such as "FILE001"; a check that goes leaves its number unused.
        title: what it looks for, in a few words.
        severity: how much it weighs if it is there.
        why: what goes wrong if it is there; plain sentences.
        remedy: what to do about it; plain sentences.
    """

    code: str
    title: str
    severity: Weight
    why: str
    remedy: str


_COPY = "Restore the file from a copy of the study. Where a journal is still there, try: mimik repair STUDY"

MISSING = FileCheck(
    "FILE001",
    "A file is missing",
    "serious",
    "A file that the study needs is not there: it was deleted or moved, or a copy of the study broke off.",
    _COPY,
)
UNREADABLE = FileCheck(
    "FILE002",
    "A file can't be read",
    "serious",
    "A file is cut short or damaged, or was edited so that it is no longer what its format says.",
    _COPY,
)
ALTERED_FRAMES = FileCheck(
    "FILE003",
    "Frames are not those that were stored",
    "serious",
    "A session keeps a digest of its frames. Other frames give another digest, so these were altered, or "
    "belong to another session.",
    _COPY,
)
CONTRADICTION = FileCheck(
    "FILE004",
    "Files contradict each other",
    "serious",
    "Files that were written together say different things, so one of them was altered or exchanged.",
    "Undo what was renamed, copied or edited, or restore the session's folder from a copy of the study.",
)
TWICE = FileCheck(
    "FILE005",
    "The same recording twice",
    "serious",
    "Two sessions hold the same frames. They count as two recordings, and may lie on both sides of a split.",
    "Move the copy out of the study.",
)
NO_CONSENT = FileCheck(
    "FILE006",
    "A session without a consent record",
    "serious",
    "Every session stands on a consent, or on a basis for imported data, which is recorded beside it.",
    "Restore the record from a copy of the study. Without one, ask whether the session may be kept.",
)
ALTERED_TEXT = FileCheck(
    "FILE007",
    "A consent text that was altered",
    "serious",
    "A consent record keeps the digest of the text agreed to. The text is another one now.",
    "Restore the text as it was; put a new wording into the study as a new version.",
)
NO_LINE = FileCheck(
    "FILE008",
    "A participant without a line in participants.tsv",
    "serious",
    "There are files of a participant whom the table does not name: a line was lost, or a folder was copied.",
    "Add the line again, or move the files out of the study.",
)
DEVICE = FileCheck(
    "FILE009",
    "A device that devices.toml does not know",
    "warning",
    "A session names a device by a number that devices.toml does not have; the next device may get it, too.",
    "Restore devices.toml from a copy of the study.",
)
LEFT_OVER = FileCheck(
    "FILE010",
    "Half-done work",
    "info",
    "A program was stopped in the middle of a change, or is at it now. Nothing is lost. The next command "
    "that opens the study brings it to its end or undoes it, and removes files that end in .part and folders "
    ".new-..., unless a running program holds them.",
    "Nothing, or at once: mimik repair STUDY",
)
INTERRUPTED_SESSION = FileCheck(
    "FILE011",
    "Sessions that are not finished",
    "info",
    "A session is being recorded, or broke off. It is not used for training until it is finished.",
    "Go on with: mimik record STUDY --resume. Or keep it as it is: mimik finish STUDY",
)
NO_SESSION = FileCheck(
    "FILE012",
    "People without a session",
    "info",
    "They may not have been recorded yet. If they were, their folder is missing.",
    "If they were recorded, restore their folder from a copy of the study.",
)
UNKNOWN = FileCheck(
    "FILE013",
    "Files that are not Mimik's",
    "info",
    "They do no harm, but nothing uses them, and nothing checks them.",
    "Nothing, unless one of them was renamed by mistake.",
)
SET_ASIDE = FileCheck(
    "FILE014",
    "Damaged files that a repair set aside",
    "info",
    "A repair keeps what was damaged, under a name that begins with .damaged-",
    "Remove them when you no longer need them.",
)

EDITED = FileCheck(
    "FILE015",
    "A file was changed without Mimik",
    "warning",
    "The audit trail notes a digest of every file that Mimik writes. This one can be read, but is not what "
    "was noted: it was edited by hand, or replaced by an older or another one.",
    "If the change is right, stand for it: mimik audit accept STUDY FILE --by NAME --why REASON. "
    "If not, restore the file from a copy of the study.",
)
EXCHANGED = FileCheck(
    "FILE016",
    "Two files were exchanged",
    "serious",
    "Each of two files holds what the audit trail notes of the other, so data stands under another person, "
    "session or name than it belongs to.",
    "Exchange the two again.",
)
FROM_OUTSIDE = FileCheck(
    "FILE017",
    "Files that came from outside",
    "warning",
    "Files that look like Mimik's are in the study, but the audit trail does not know them: they were copied "
    "in by hand, such as a session's folder of another study.",
    "If they belong here, stand for them: mimik audit accept STUDY FILE --by NAME --why REASON. "
    "If not, move them out of the study.",
)
TRAIL = FileCheck(
    "FILE018",
    "The audit trail is broken",
    "serious",
    "Each line of the audit trail holds the digest of the line before, and its length and end are written "
    "down beside it. They do not fit: a line was altered, dropped, added or moved, or the end was cut off.",
    "Restore audit.jsonl, audit-head.json and ledger.tsv together from a copy of the study; look closer "
    "with: mimik audit verify STUDY",
)

WITHDREW = FileCheck(
    "FILE019",
    "Somebody who withdrew is back",
    "serious",
    "There is a folder, a consent record or a line of somebody who withdrew from this study. It came back "
    "with a backup or a copy, and must not be used.",
    "Move their files out of the study; if participants.tsv names them: mimik withdraw STUDY PARTICIPANT",
)

FILE_CHECKS = (
    MISSING,
    UNREADABLE,
    ALTERED_FRAMES,
    CONTRADICTION,
    TWICE,
    NO_CONSENT,
    ALTERED_TEXT,
    NO_LINE,
    DEVICE,
    LEFT_OVER,
    INTERRUPTED_SESSION,
    NO_SESSION,
    UNKNOWN,
    SET_ASIDE,
    EDITED,
    EXCHANGED,
    FROM_OUTSIDE,
    TRAIL,
    WITHDREW,
)
"""All of them, in the order of their codes."""
