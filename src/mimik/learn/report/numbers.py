"""Numbers as a reader wants them: percent with one place, thousands set apart, a dash where there is none."""

from __future__ import annotations

from mimik.learn.wording import between, figure, noise

__all__ = [
    "between",
    "count",
    "decimal",
    "figure",
    "noise",
    "percent",
    "points",
    "probability",
    "rounded",
    "signed",
    "signed_points",
]

_NONE = "\N{EN DASH}"


def percent(share: float | None) -> str:
    """0.8123 -> "81.2 %"."""
    return _NONE if share is None else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def rounded(share: float | None) -> str:
    """0.8123 -> "81 %"."""
    return _NONE if share is None else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def points(difference: float | None) -> str:
    """0.8123 -> "81.2 points", of percent."""
    return _NONE if difference is None else f"{100 * difference:.1f}\N{NO-BREAK SPACE}points"


def decimal(value: float | None) -> str:
    """0.8123 -> "0.812"."""
    return _NONE if value is None else f"{value:.3f}"


def count(number: int) -> str:
    """563226 -> "563,226"."""
    return f"{number:,}"


def probability(p: float | None) -> str:
    """Three places; what is smaller says so."""
    if p is None:
        return _NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def signed_points(difference: float | None) -> str:
    """0.0123 -> "+1.2", in points of percent."""
    return _NONE if difference is None else _minus(f"{round(100 * difference, 1) + 0.0:+.1f}")


def signed(difference: float | None) -> str:
    """0.0123 -> "+0.012"."""
    return _NONE if difference is None else _minus(f"{round(difference, 3) + 0.0:+.3f}")


def _minus(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")
