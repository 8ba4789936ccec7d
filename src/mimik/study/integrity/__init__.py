"""Integrity: whether the files of a study are whole, and what can be restored where they are not."""

from __future__ import annotations

from mimik.study.integrity.codes import FILE_CHECKS, FileCheck
from mimik.study.integrity.files import check_files
from mimik.study.integrity.finding import FileFinding, FileReport
from mimik.study.integrity.repair import Repair, RepairReport, repair_files

__all__ = [
    "FILE_CHECKS",
    "FileCheck",
    "FileFinding",
    "FileReport",
    "Repair",
    "RepairReport",
    "check_files",
    "repair_files",
]
