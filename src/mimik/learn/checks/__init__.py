"""Checks with stable codes: what to know of data, and of an evaluation, before believing its numbers."""

from __future__ import annotations

from mimik.learn.checks.check import Check
from mimik.learn.checks.finding import CheckReport, Finding, notices
from mimik.learn.checks.registry import ALL, explain
from mimik.learn.checks.run import check_dataset, check_evaluation, check_predictions, check_split

__all__ = [
    "ALL",
    "Check",
    "CheckReport",
    "Finding",
    "check_dataset",
    "check_evaluation",
    "check_predictions",
    "check_split",
    "explain",
    "notices",
]
