"""The folder that a Core ML package is: its parts, and what makes them the same bytes for the same model.

NAME.mlpackage/
    Manifest.json                            which part is what
    Data/com.apple.CoreML/model.mlmodel      description and program, a protobuf message
    Data/com.apple.CoreML/weights/weight.bin
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from mimik.deploy.coreml_weights import NO_WEIGHTS
from mimik.deploy.seal import check_seal, sealed
from mimik.errors import ModelDamaged
from mimik.extras import needs_extra
from mimik.quiet import quiet_library

with needs_extra("coreml"), quiet_library("coremltools"):
    from coremltools.proto import Model_pb2
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Parts", "read_parts", "settle"]

_MANIFEST = Path("Manifest.json")
_MODEL = Path("Data", "com.apple.CoreML", "model.mlmodel")
_WEIGHTS = Path("Data", "com.apple.CoreML", "weights", "weight.bin")
_DATE = "com.github.apple.coremltools.conversion_date"


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a package holds.

    Attributes:
        model: protobuf message ``Model``: description, metadata, program.
        weights: content of the file of weights.
    """

    model: Any
    weights: bytes


def read_parts(path: Path) -> Parts:
    """Read a package that Mimik exported.

    Raises:
        ModelDamaged: it is not what it was written as, or no such package.
    """
    try:
        content, weights = (path / _MODEL).read_bytes(), _weights(path)
        check_seal(content, beside=weights, where=str(path))
        return Parts(Model_pb2.Model.FromString(content), weights)
    except (OSError, DecodeError) as error:
        raise ModelDamaged(
            f"{path} is no Core ML package that can be read: {error}.",
            hint="Copy the folder again, whole, or export the model again: mimik export MODEL --to coreml",
        ) from error


def settle(path: Path) -> None:
    """Seal a package that was just written; afterwards the same model has the same bytes."""
    model = Model_pb2.Model.FromString((path / _MODEL).read_bytes())
    model.description.metadata.userDefined.pop(_DATE, None)
    content = model.SerializeToString(deterministic=True)
    (path / _MODEL).write_bytes(sealed(content, beside=_weights(path)))
    manifest = _with_fixed_names(json.loads((path / _MANIFEST).read_text(encoding="utf-8")))
    (path / _MANIFEST).write_text(json.dumps(manifest, indent=4, sort_keys=True) + "\n", encoding="utf-8")
    # Some parts come from temporary files, which are for one user alone.
    file_mode, folder_mode = (path / _MANIFEST).stat().st_mode, path.stat().st_mode
    for part in path.rglob("*"):
        part.chmod(folder_mode if part.is_dir() else file_mode)


def _with_fixed_names(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest whose parts are not named at random."""
    entries = manifest["itemInfoEntries"]
    names = {name: str(uuid5(NAMESPACE_URL, entry["path"])) for name, entry in entries.items()}
    return {
        **manifest,
        "itemInfoEntries": {names[name]: entry for name, entry in entries.items()},
        "rootModelIdentifier": names[manifest["rootModelIdentifier"]],
    }


def _weights(path: Path) -> bytes:
    # Arrays of less than ten numbers stand in the program; with no others there is no file.
    return (path / _WEIGHTS).read_bytes() if (path / _WEIGHTS).exists() else NO_WEIGHTS
