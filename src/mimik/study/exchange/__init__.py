"""Moving studies: packed into one file, unpacked elsewhere, joined with others."""

from __future__ import annotations

from mimik.study.exchange.merge import MergeResult, merge_study
from mimik.study.exchange.pack import SUFFIX, PackResult, pack_study
from mimik.study.exchange.unpack import UnpackResult, is_encrypted_pack, unpack_study

__all__ = [
    "SUFFIX",
    "MergeResult",
    "PackResult",
    "UnpackResult",
    "is_encrypted_pack",
    "merge_study",
    "pack_study",
    "unpack_study",
]
