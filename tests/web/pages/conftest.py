"""A page of the operator, and a studio that says what a test tells it to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from scripted import Scripted, page_of


@pytest.fixture
def answering() -> Iterator[Scripted]:
    """A studio that answers nothing yet."""
    with Scripted().running() as scripted:
        yield scripted


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; errors of its scripts and breaches of its policy fail the test."""
    with page_of(browser, viewport={"width": 1280, "height": 900}) as opened:
        yield opened
