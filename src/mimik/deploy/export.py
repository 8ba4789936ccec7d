"""Exporting: write a file, run it, compare it with the recognizer, and only then let it appear."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.deploy.facts import facts_of
from mimik.deploy.formats import FORMATS, Format
from mimik.deploy.parity import Parity, measure, tolerance_for
from mimik.deploy.vectors import Vectors, write_golden
from mimik.errors import ModelError

if TYPE_CHECKING:
    from mimik.learn.model import Model

__all__ = ["CHECKED_FRAMES", "INT8_TOLERANCE", "Exported", "export"]

CHECKED_FRAMES = 10_000
"""Made-up frames that each file is run on before it is kept."""

INT8_TOLERANCE = 0.25
"""Largest difference of a probability with 8-bit weights; beyond it the network does not bear them."""

_NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written and checked.

    Attributes:
        format: of the file.
        path: the file; of Core ML a folder.
        golden: the golden vectors beside it, the same for all formats.
        size: bytes.
        parity: how far it is from the recognizer.
        tolerance: how far it may be.
    """

    format: Format
    path: Path
    golden: Path
    size: int
    parity: Parity
    tolerance: float


def export(
    model: Model,
    path: str | Path,
    to: str,
    *,
    data_licence: str = _NOT_STATED,
    int8: bool = False,
    frames: int = CHECKED_FRAMES,
) -> Exported:
    """Write a recognizer in another format, with golden vectors beside it.

    The file appears only after its own runtime, fed with made-up frames, said what the recognizer says in
    double precision: the same labels, and probabilities within 1e-5, or within twice what NumPy in single
    precision is off by where that is more; with 8-bit weights within 0.25.

    Args:
        model: the recognizer.
        path: of the file without ending, or with that of a model; the format's is put there, and "-int8"
            before it for 8-bit weights.
        to: name of a format in ``FORMATS``.
        data_licence: licence or terms of the data it learned from, one line.
        int8: store weights in 8 bits: smaller, a little faster, less exact; LiteRT only.
        frames: how many made-up frames it is checked on.

    Raises:
        ModelError: the format is unknown or has no 8-bit weights, the file differs from the recognizer, or
            can't be written.
        MissingExtra: what the format needs is not installed.
    """
    format = _format(to, int8=int8)
    folder, stem = Path(path).parent, _stem(Path(path))
    golden = folder / f"{stem}.golden.json"
    stem += "-int8" if int8 else ""
    path = folder / f"{stem}{format.ending}"
    vectors = Vectors.made_up(model, frames)
    tolerances = {"float32": tolerance_for(model, vectors), "int8": INT8_TOLERANCE}
    weights = "int8" if int8 else "float32"
    facts = facts_of(model, data_licence=data_licence, weights=weights)
    unfinished = folder / f"{stem}.part{format.ending}"
    try:
        format.write(model, facts, unfinished)
        parity = measure(vectors, format.open(unfinished))
        # Other labels are to be expected of 8-bit weights, and are told.
        parity.refuse_beyond(tolerances[weights], what=str(path), labels_may_differ=int8)
        if path.is_dir():  # of Core ML: no folder replaces another
            _remove(path)
        unfinished.replace(path)
    except OSError as error:
        raise ModelError(
            f"The model cannot be written to {path}: {error.strerror}.", hint="Choose another folder."
        ) from error
    finally:
        _remove(unfinished)
    write_golden(golden, model, tolerances)
    return Exported(format, path, golden, _size(path), parity, tolerances[weights])


def _format(to: str, *, int8: bool) -> Format:
    if to not in FORMATS:
        raise ModelError(f"No format is called {to!r}.", hint=f"Choose one of: {', '.join(FORMATS)}.")
    if int8 and not FORMATS[to].int8:
        raise ModelError(f"{FORMATS[to].name} files are not written with 8-bit weights.", hint="--to litert")
    return FORMATS[to]


def _stem(path: Path) -> str:
    """Return the file's name without the ending of a model, if it has one."""
    endings = {".mimik", *(format.ending for format in FORMATS.values())}
    return path.stem if path.suffix.lower() in endings else path.name


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
