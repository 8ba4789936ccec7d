"""Registers: which models learned from whom, what was given away, and who withdrew, by reference only."""

from __future__ import annotations

from mimik.study.registers.models import LearnedModel, mark_models, read_models, record_model
from mimik.study.registers.releases import Release, mark_releases, read_releases, record_release
from mimik.study.registers.tombstones import (
    Tombstone,
    add_tombstone,
    is_withdrawn,
    read_tombstones,
    refuse_withdrawn,
    withdrawn_among,
)

__all__ = [
    "LearnedModel",
    "Release",
    "Tombstone",
    "add_tombstone",
    "is_withdrawn",
    "mark_models",
    "mark_releases",
    "read_models",
    "read_releases",
    "read_tombstones",
    "record_model",
    "record_release",
    "refuse_withdrawn",
    "withdrawn_among",
]
