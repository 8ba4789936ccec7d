"""Moving studies: packed into one file, unpacked elsewhere, joined with others."""

from __future__ import annotations

from mimik.study.exchange.pack import SUFFIX, PackResult, pack_study
from mimik.study.exchange.unpack import UnpackResult, unpack_study

__all__ = ["SUFFIX", "PackResult", "UnpackResult", "pack_study", "unpack_study"]
