"""What a release says of itself: its ``README.txt``."""

from __future__ import annotations

from mimik.version import __version__

__all__ = ["readme"]

_FILES = {
    "csv": """frames/           one file per session, one line per frame
trials.csv        what was asked for, when, and how it ended
participants.csv  pseudonyms""",
    "parquet": """frames.parquet        one row per frame, one row group per session
trials.parquet        what was asked for, when, and how it ended
participants.parquet  pseudonyms""",
    "xdf": """*.xdf             one file per session: a stream of frames, and one of markers, which are
                  "onset/trial/outcome/expression" and "offset/..."
trials.csv        what was asked for, when, and how it ended
participants.csv  pseudonyms""",
}


def readme(title: str, kind: str, *, synthetic: bool, coarsened: str, free_text: bool) -> bytes:
    """Return a ``README.txt``."""
    parts = [
        f"{'SYNTHETIC: simulated people, no use on real faces. ' if synthetic else ''}{title}",
        "Facial expressions as ARKit blend shapes, a row per frame. The expression is what people were asked "
        "to show.",
        f"{_FILES[kind]}\ndata-dictionary.csv  what each column means, with its unit",
        f"Frames: {coarsened}.",
        "Clocks begin at 0 with the first frame of each session. Dates and times of day are left out."
        + ("" if free_text else " So are notes, reasons for exclusion and answers in words."),
        "Trials whose outcome is excluded were marked as bad: don't use their frames.",
        "Facial motion can tell who somebody is. Do not try to find out, and keep the files accordingly.",
    ]
    if kind != "parquet":
        parts.append(
            "In tables, a text that a spreadsheet would run as a formula has an apostrophe in front. "
            "Numbers have none."
        )
    parts.append(f"Written by mimik {__version__}.")
    return ("\n\n".join(parts) + "\n").encode()
