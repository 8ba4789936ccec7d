"""What the meter found, as one tidy table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import DataError

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.identity.result import Attack, Reidentification, Row

__all__ = ["write_rows"]

_FIGURES = ("rank1", "rank5", "together", "recognition")
_COLUMNS = (
    *("study", "synthetic", "coarsening", "rate", "channels", "without_rest", "frames"),
    *("apart", "people", "probes", "chance", "attacker"),
    *(f"{name}{end}" for name in _FIGURES for end in ("", "_low", "_high")),
    *("equal_error", "beaten_by"),
)


def write_rows(path: Path | str, found: Reidentification) -> Path:
    """Write a CSV file with a row per coarsening and attacker; it names nobody.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, _COLUMNS)
            table.writeheader()
            for row in found.rows:
                table.writerows(_plain(found, row, attack) for attack in row.identification.attacks)
        part.replace(path)
    except OSError as error:
        raise DataError(f"the table could not be written to {path}: {error.strerror}") from error
    return path


def _plain(found: Reidentification, row: Row, attack: Attack) -> dict[str, object]:
    how, seen = row.coarsening, row.identification
    figures = (attack.rank1, attack.rank5, attack.together, row.recognition)
    facts: dict[str, object] = {
        "study": found.title,
        "synthetic": str(found.synthetic).lower(),
        "coarsening": row.name,
        "rate": how.rate,
        "channels": "" if how.channels is None else " ".join(how.channels),
        "without_rest": str(how.without_rest).lower(),
        "frames": row.frames,
        "apart": seen.apart,
        "people": seen.people,
        "probes": seen.probes,
        "chance": seen.chance,
        "attacker": attack.name,
        "equal_error": attack.equal_error,
        "beaten_by": row.beaten_by,
    }
    return facts | {
        f"{name}{end}": value
        for name, estimate in zip(_FIGURES, figures, strict=True)
        for end, value in zip(("", "_low", "_high"), _ends(estimate), strict=True)
    }


def _ends(estimate: Estimate | None) -> tuple[float | None, ...]:
    return (None,) * 3 if estimate is None else (estimate.value, estimate.low, estimate.high)
