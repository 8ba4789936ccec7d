"""A screen with a stand-in for the studio behind it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_screen import PIXEL, FakeStudio
from web_world import PATIENCE

sync_api = pytest.importorskip("playwright.sync_api")
sync_api.expect.set_options(timeout=1000 * PATIENCE)

CLIP = Path(__file__).with_name("clip.webm")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[FakeStudio]:
    """The stand-in, serving; with a picture and a clip in its folder."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "clip.webm").write_bytes(CLIP.read_bytes())
    (tmp_path / "media" / "sad face.png").write_bytes(base64.b64decode(PIXEL))
    (tmp_path / "mimik-study.toml").write_text("secret")
    serving = FakeStudio(tmp_path)
    serving.media = ("media/clip.webm", "media/sad face.png")
    yield serving
    serving.stop()


@pytest.fixture
def screen(stage: FakeStudio) -> Any:
    """What the studio knows of the screen."""
    return stage.screen


@pytest.fixture
def shown(page: Any, stage: FakeStudio) -> Any:
    """A browser's page that shows the screen and has its line."""
    page.goto(stage.url)
    page.get_by_text("Please wait.").wait_for()
    return page
