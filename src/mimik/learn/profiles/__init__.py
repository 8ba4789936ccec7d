"""Profiles: which channels make an expression, and which way they move."""

from mimik.learn.profiles.find import find_profiles, quick_classifier
from mimik.learn.profiles.result import Profiles

__all__ = ["Profiles", "find_profiles", "quick_classifier"]
