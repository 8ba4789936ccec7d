"""Fixtures of the pages' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from scripted import Scripted, browsing, page_of


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def studio() -> Iterator[Scripted]:
    with Scripted().running() as scripted:
        yield scripted


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with page_of(chromium, viewport={"width": 1280, "height": 900}) as opened:
        yield opened
