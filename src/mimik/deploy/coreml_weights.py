"""The weights of a Core ML package: its file ``weight.bin``, format version 2, read without Apple's library.

Little-endian, everything at multiples of 64 bytes:

    header   64 bytes   number of blobs (u32), version 2 (u32), zeros
    then for each blob
    entry    64 bytes   mark 0xDEADBEEF (u32), kind of number (u32; 2 is float32), size of the data in
                        bytes (u64), position of the data in the file (u64), zeros
    data

The program points to an entry by its position in the file.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import ModelDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NO_WEIGHTS", "CoreMLWeights"]

_HEADER = struct.Struct("<II")
_ENTRY = struct.Struct("<IIQQ")
_VERSION = 2
_MARK = 0xDEADBEEF
_FLOAT32 = 2
NO_WEIGHTS = _HEADER.pack(0, _VERSION)
"""A file without a blob."""
_HINT = "Export the model again."


class CoreMLWeights:
    """The weights in the bytes of a ``weight.bin``.

    Args:
        content: the file.
        where: names it in errors.

    Raises:
        ModelDamaged: it is no such file.
    """

    def __init__(self, content: bytes, *, where: str) -> None:
        self._content = content
        self._where = where
        version = _HEADER.unpack_from(content)[1] if len(content) >= _HEADER.size else None
        if version != _VERSION:
            raise ModelDamaged(
                f"{where}: expected Core ML weights of version {_VERSION}, found {version}.", hint=_HINT
            )

    def at(self, position: int) -> NDArray[np.float32]:
        """Return the numbers of the entry at a position in the file, float32 (n,), read-only.

        Raises:
            ModelDamaged: there is no whole entry of float32 numbers.
        """
        if not 0 <= position <= len(self._content) - _ENTRY.size:
            raise self._damaged(position, "the file ends before it")
        mark, kind, size, start = _ENTRY.unpack_from(self._content, position)
        if mark != _MARK:
            raise self._damaged(position, "it does not begin as one")
        if kind != _FLOAT32 or size % 4:
            raise self._damaged(position, f"it holds {size} bytes of kind {kind}, not float32")
        if start + size > len(self._content):
            raise self._damaged(
                position, f"the file ends at {len(self._content)}, its data at {start + size}"
            )
        return np.frombuffer(self._content, dtype="<f4", count=size // 4, offset=start)

    def _damaged(self, position: int, found: str) -> ModelDamaged:
        return ModelDamaged(f"{self._where}: expected weights at position {position}; {found}.", hint=_HINT)
