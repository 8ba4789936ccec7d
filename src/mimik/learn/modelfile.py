"""The model file: one zip of ``model.json``, which a person can read, and the weights as ``.npy`` arrays."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import INDEX
from mimik.errors import ModelDamaged, ModelError, ModelVersionError
from mimik.learn.card import ModelCard
from mimik.learn.features import Features
from mimik.learn.memory import time_constants
from mimik.learn.model import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FORMAT", "fingerprint", "load_model", "save_model"]

FORMAT = 3
"""Version of the file format. Files of version 1, which know no resting face, and of version 2, which know no
memory, are read, too."""

_FACTS = "model.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same model always gives the same bytes
_BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, KeyError, ValueError, OverflowError, MemoryError),
)
"""What reading a damaged zip may raise."""


def save_model(model: Model, path: str | Path) -> Path:
    """Write the model to one file, by convention ``.mimik``; the same model gives the same bytes.

    The file appears at once and whole, replacing an older one.

    Raises:
        ModelError: the file cannot be written.
    """
    path = Path(path)
    facts, arrays = _content(model)
    text = json.dumps(facts, indent=2, ensure_ascii=False).encode()
    temporary = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(temporary, "w") as archive:
            for name, content in {_FACTS: text, **arrays}.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
        temporary.replace(path)
    except OSError as error:
        raise ModelError(
            f"The model cannot be written to {path}: {error.strerror}.",
            hint="Choose another folder.",
        ) from error
    return path


def fingerprint(model: Model) -> str:
    """Return the SHA-256 (64 hex digits) that stands in the model's file: of all that predictions hang on."""
    return str(_content(model)[0]["sha256"])


def _content(model: Model) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the facts and the arrays of a model's file."""
    arrays = {name: _npy(array) for name, array in _arrays(model.kernels, model.biases)}
    facts = {
        "format": FORMAT,
        **model.card.to_json(),
        "features": {
            "resting": model.features.resting,
            "power": model.features.power,
            "memories": list(model.features.memories),
            "mean": model.features.mean.tolist(),
            "scale": model.features.scale.tolist(),
        },
        "network": {"layers": [list(k.shape) for k in model.kernels], "hidden": "selu", "output": "softmax"},
    }
    facts["sha256"] = _checksum(facts, arrays)
    return facts, arrays


def load_model(path: str | Path) -> Model:
    """Read a model file; needs neither Keras nor scikit-learn.

    Raises:
        ModelError: there is no such file, or it cannot be read.
        ModelVersionError: the file was written by a Mimik that this one does not know.
        ModelDamaged: it is no model file, or not what it was written as.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The model {path} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        facts = json.loads(entries.pop(_FACTS))
    except _BROKEN_ZIP as error:
        raise _damaged(path, f"it is no readable zip with a {_FACTS}: {error}") from error
    _check_version(facts, path)
    return _model(facts, entries, path)


def _check_version(facts: Any, path: Path) -> None:
    found = facts.get("format") if isinstance(facts, dict) else None
    if not isinstance(found, int):
        raise _damaged(path, f"{_FACTS} names no format version")
    if not 1 <= found <= FORMAT:
        raise ModelVersionError(
            f"{path} has format version {found}; this Mimik knows versions 1 to {FORMAT}.",
            hint="Update Mimik (pip install --upgrade mimik), or train the model again.",
        )


def _model(facts: dict[str, Any], entries: dict[str, bytes], path: Path) -> Model:
    if _checksum(facts, entries) != facts.get("sha256"):
        raise _damaged(path, "weights, features, labels or channels do not match their checksum")
    try:
        card = ModelCard.from_json(facts)
        features = _features(card.channels, facts)
        layers = _layers(facts["network"])
        kernels = tuple(_array(entries[f"weights/{i:02}-kernel.npy"]) for i in range(layers))
        biases = tuple(_array(entries[f"weights/{i:02}-bias.npy"]) for i in range(layers))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from error
    model = Model(card, features, kernels, biases)
    wrong = _misfit(model)
    if wrong:
        raise _damaged(path, wrong)
    return model


def _features(channels: tuple[str, ...], facts: dict[str, Any]) -> Features:
    """Return the features of a file of any version; version 1 only scaled them, as "preprocessing"."""
    stored = facts["features"] if facts["format"] > 1 else {**facts["preprocessing"], **_ONLY_SCALED}
    resting, power = stored["resting"], stored["power"]
    memories = time_constants(stored["memories"] if facts["format"] > 2 else [])
    if not isinstance(resting, bool) or not isinstance(power, float) or not 0 < power <= 1:
        raise ValueError("resting must be true or false, power above 0 and at most 1")
    mean, scale = (np.array(stored[key], dtype=np.float32) for key in ("mean", "scale"))
    return Features(channels, resting, power, mean, scale, memories)


_ONLY_SCALED = {"resting": False, "power": 1.0}


def _layers(network: dict[str, Any]) -> int:
    """Return the number of dense layers of a network that this Mimik can run."""
    if (network["hidden"], network["output"]) != ("selu", "softmax"):
        raise ValueError("only SELU layers and a softmax are known")
    return len(network["layers"])


def _misfit(model: Model) -> str:
    """Return what does not fit together, or nothing."""
    channels = model.card.channels
    inputs = len(channels) * (1 + len(model.features.memories))
    sizes = [inputs, *(kernel.shape[-1] for kernel in model.kernels if kernel.ndim == 2)]
    expected = list(pairwise(sizes))
    if [kernel.shape for kernel in model.kernels] != expected or sizes[-1] != len(model.card.labels):
        return "the layers do not fit to one another, to the channels or to the labels"
    if [bias.shape for bias in model.biases] != [(size,) for size in sizes[1:]]:
        return "the biases do not fit the layers"
    if not set(channels) <= INDEX.keys() or len(set(channels)) != len(channels):
        return "the channels are not different names of blend shapes"
    mean, scale = model.features.mean, model.features.scale
    if {mean.shape, scale.shape} != {(sizes[0],)} or not (scale > 0).all():
        return "the features do not fit the channels"
    if not all(np.isfinite(a).all() for a in (mean, scale, *model.kernels, *model.biases)):
        return "some numbers are not finite"
    return ""


def _damaged(path: Path, why: str) -> ModelDamaged:
    return ModelDamaged(
        f"{path} is not a whole Mimik model: {why}.", hint="Copy the file again from where it was made."
    )


def _arrays(kernels: Sequence[Any], biases: Sequence[Any]) -> list[tuple[str, NDArray[np.float32]]]:
    pairs = enumerate(zip(kernels, biases, strict=True))
    return [
        (f"weights/{i:02}-{kind}.npy", array)
        for i, pair in pairs
        for kind, array in zip(("kernel", "bias"), pair, strict=True)
    ]


def _npy(array: NDArray[np.float32]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(
        buffer, np.ascontiguousarray(array, dtype="<f4"), version=(1, 0), allow_pickle=False
    )
    return buffer.getvalue()


def _array(content: bytes) -> NDArray[np.float32]:
    return np.asarray(np.lib.format.read_array(io.BytesIO(content), allow_pickle=False), dtype=np.float32)


def _checksum(facts: dict[str, Any], entries: dict[str, bytes]) -> str:
    """Return the SHA-256 over what predictions hang on: some facts, then the entries by name."""
    steps = "features" if facts["format"] > 1 else "preprocessing"
    deciding = {name: facts.get(name) for name in ("labels", "channels", steps, "network")}
    digest = hashlib.sha256(json.dumps(deciding, sort_keys=True).encode())
    for name in sorted(entries):
        digest.update(f"{name}\0{len(entries[name])}\0".encode())
        digest.update(entries[name])
    return digest.hexdigest()
