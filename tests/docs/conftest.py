"""Running what documents show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from console_blocks import blocks, run_block


@pytest.fixture
def run_console_blocks() -> Callable[[Path, Path], int]:
    """Run all console blocks of a document in a folder, in order; returns how many were run."""

    def run(document: Path, cwd: Path) -> int:
        found = [b for b in blocks(document.read_text(encoding="utf-8")) if not b.not_run]
        for block in found:
            try:
                run_block(block, cwd)
            except AssertionError as error:
                raise AssertionError(f"{document.name}: {error}") from None
        return len(found)

    return run
