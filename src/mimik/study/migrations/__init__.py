"""Migrations: how a study of an older format becomes one of today's, step by step, when asked for."""

from __future__ import annotations

from mimik.study.migrations.migrate import STEPS, Migration, Step, migrate_study

__all__ = ["STEPS", "Migration", "Step", "migrate_study"]
