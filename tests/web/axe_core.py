"""What axe-core (npm) finds against WCAG 2.2 AA on a page, in light and dark."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

_WEB = Path(os.environ.get("MIMIK_WEB", Path(__file__).parents[2] / ".venv" / "web"))
_AXE = _WEB / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Scheme = Literal["light", "dark"]


def flaws(page: Page, schemes: Sequence[Scheme] = ("light", "dark")) -> list[str]:
    """What is wrong with a page as it stands; without axe-core the test is skipped."""
    if not _AXE.is_file():
        pytest.skip("needs the npm package axe-core (make .venv/web)")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    return [f"{scheme}: {flaw}" for scheme in schemes for flaw in _flaws_in(page, scheme, schemes[0])]


def _flaws_in(page: Page, scheme: Scheme, first: Scheme) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    # Of all rules only contrast depends on the theme, and all of them twice take long.
    options = {"runOnly": _RULES if scheme == first else ["color-contrast"], "resultTypes": ["violations"]}
    told = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{flaw['id']}: {flaw['help']}: {node['target']} {node['failureSummary']}"
        for flaw in told["violations"]
        for node in flaw["nodes"]
    ]
