"""Recognitions as files: a CSV row or a line of JSON each.

Each line is handed to the system whole and at once: when the program dies, what was said is in the file, and
no line is half written.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.cells import harmless
from mimik.live.outlets.linefile import LineFile
from mimik.live.outlets.messages import description_message, event_message, recognition_message, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["CsvOutlet", "JsonLinesOutlet"]


class JsonLinesOutlet:
    """Writes what the WebSocket says: first a description, then recognitions and events, a line each.

    Args:
        path: the file to make.
        overwrite: whether a file that is there may be replaced.
        coefficients: whether to write the 52 coefficients of each frame, which can identify a person.
    """

    def __init__(self, path: Path | str, *, overwrite: bool = False, coefficients: bool = False) -> None:
        self._file = LineFile(Path(path), overwrite=overwrite)
        self._coefficients = coefficients
        self._labels: tuple[str, ...] = ()

    def open(self, description: Description) -> None:
        """Make the file; raises MimikError where there is one already, or where it cannot be written."""
        self._labels = description.labels
        self._file.open()
        self._write(description_message(description))

    def send(self, recognition: Recognition) -> None:
        """Write a line; raises MimikError where the disk takes no more."""
        self._write(recognition_message(recognition, self._labels, coefficients=self._coefficients))

    def tell(self, event: Event) -> None:
        """Write a line; raises MimikError where the disk takes no more."""
        self._write(event_message(event))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, message: dict[str, Any]) -> None:
        self._file.write(to_json(message) + "\n")


class CsvOutlet:
    """Writes a row per recognition, and events into ``<name>.events.csv`` beside it.

    Columns are time (ISO 8601, UTC), seconds (since 1970, UTC), device, device_time (s), state, expression,
    confidence, p_<label> (of this frame alone), smoothed_<label>, synthetic. A cell is empty where nothing is
    known.

    Args:
        path: the file to make.
        overwrite: whether files that are there may be replaced.
    """

    def __init__(self, path: Path | str, *, overwrite: bool = False) -> None:
        path = Path(path)
        self._rows = LineFile(path, overwrite=overwrite)
        self._events = LineFile(path.with_name(path.stem + ".events.csv"), overwrite=overwrite)
        self._synthetic = ""

    def open(self, description: Description) -> None:
        """Make both files; raises MimikError where there is one already, or where they cannot be written."""
        self._synthetic = _truth(description.synthetic)
        self._events.check()
        self._rows.open()
        self._events.open()
        labels = description.labels
        columns = ["time", "seconds", "device", "device_time", "state", "expression", "confidence"]
        columns += [f"p_{label}" for label in labels] + [f"smoothed_{label}" for label in labels]
        self._rows.write(_row([*columns, "synthetic"]))
        self._events.write(_row(["time", "seconds", "device", "rule", "kind", "content", "synthetic"]))

    def send(self, recognition: Recognition) -> None:
        """Write a row; raises MimikError where the disk takes no more."""
        numbers = [recognition.confidence, *recognition.probabilities.tolist()]
        numbers += recognition.smoothed.tolist()
        cells = [
            *_times(recognition.time),
            str(recognition.device),
            _cell(recognition.device_time),
            recognition.state.value,
            str(harmless(recognition.expression or "")),
            *map(_cell, numbers),
            self._synthetic,
        ]
        self._rows.write(_row(cells))

    def tell(self, event: Event) -> None:
        """Write a row of an event; raises MimikError where the disk takes no more."""
        texts = (str(harmless(text)) for text in (event.rule, event.kind, event.content))
        self._events.write(_row([*_times(event.time), str(event.device), *texts, self._synthetic]))

    def close(self) -> None:
        """Let go of the files."""
        self._rows.close()
        self._events.close()


def _times(seconds: float) -> tuple[str, str]:
    """Return a time in ISO 8601 and in seconds, to the microsecond; two empty texts if not known."""
    if not math.isfinite(seconds):
        return "", ""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z"), f"{seconds:.6f}"


def _cell(value: float) -> str:
    return f"{value:.6f}" if math.isfinite(value) else ""


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _row(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
