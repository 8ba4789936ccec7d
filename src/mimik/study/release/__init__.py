"""A study's data for other programs: tables, Parquet, XDF."""

from mimik.study.release.release import KINDS, Release, release_study

__all__ = ["KINDS", "Release", "release_study"]
