"""Pages that are no part of the tour are for everybody, too: what axe-core finds on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_core import flaws
from playwright.sync_api import Page
from web_world import Server

from mimik.web.access import Access
from mimik.web.studio.studio import Studio


@pytest.mark.parametrize(
    "path", ["/api", "/static/phone.html#192.168.1.7:11111", "/screen/unknown", "/nothing"]
)
def test_axe_finds_nothing(page: Page, studio: Studio, serve: Callable[..., Server], path: str) -> None:
    page.goto(serve(studio).url + path)
    page.get_by_role("heading").first.wait_for()
    assert flaws(page) == []


def test_axe_finds_nothing_where_the_token_is_missing(page: Page, studio: Studio, serve: Any) -> None:
    page.goto(serve(studio, Access.shared(["127.0.0.1"], port=0)).url)
    page.get_by_role("heading", name="token").wait_for()
    assert flaws(page) == []
