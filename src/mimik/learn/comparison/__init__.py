"""Comparison: recipes against each other on the same people, with paired differences."""

from mimik.learn.comparison.compare import compare
from mimik.learn.comparison.peers import PEERS, PUBLISHED, QUICK, Recipe, recipes_named
from mimik.learn.comparison.result import Comparison, Row, Verdict

__all__ = [
    "PEERS",
    "PUBLISHED",
    "QUICK",
    "Comparison",
    "Recipe",
    "Row",
    "Verdict",
    "compare",
    "recipes_named",
]
