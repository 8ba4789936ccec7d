"""The page about the API: of all routes that there are, without anything from elsewhere."""

from __future__ import annotations

import re
import shlex
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from mimik.web.access import LOCAL_HOSTS, Access
from mimik.web.apipage import api_page
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

_VOID = {"meta", "link", "br", "hr", "img", "input"}


class Checked(HTMLParser):
    """Reads a page; fails where elements don't nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        assert "style" not in found and not any(name.startswith("on") for name in found)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if tag == "a" else []
        self.loads += (
            [found.get("src") or found.get("href") or ""] if tag in ("script", "link", "img") else []
        )
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_tells_every_route_and_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api").text
    described = client.get("/api/openapi.json").json()
    read = Checked(page)
    for path, item in described["paths"].items():
        for method in item:
            assert f'<span class="badge info">{method.upper()}</span> {path}<' in page
    assert read.loads and all(place.startswith("/static/") for place in read.loads)
    assert len(read.ids) == len(set(read.ids))
    inside = {link.removeprefix("#") for link in read.links if link.startswith("#")}
    assert inside <= set(read.ids)
    assert "<script>" not in page


def test_its_examples_are_commands_that_fit_the_routes(client: TestClient) -> None:
    page = client.get("/api").text
    examples = [unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    assert examples
    for example in examples:
        words = shlex.split(example.replace("\\\n", " "))
        assert words[0] == "curl" and any(word.startswith("http://localhost/api/") for word in words)
    [making] = [
        example
        for example in examples
        if "-X POST" in example and example.split("'")[1].endswith("/api/study")
    ]
    body = shlex.split(making.replace("\\\n", " "))[-1]
    told = client.post("/api/study", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code == 409  # it fits, but there is a study already


def test_where_a_token_is_needed_it_says_how_to_send_it(studio: Studio) -> None:
    shared = create_app(studio, Access("secret-token", LOCAL_HOSTS))
    asking = TestClient(shared, base_url="http://localhost", headers={"Authorization": "Bearer secret-token"})
    page = asking.get("/api").text
    assert "Authorization: Bearer TOKEN" in page and "secret-token" not in page


def test_nothing_that_a_description_says_becomes_markup() -> None:
    nasty = "<script>alert(1)</script>'\"&"
    schema: dict[str, Any] = {"type": "string", "description": nasty, "enum": [nasty]}
    operation = {
        "summary": nasty,
        "tags": ["tag"],
        "parameters": [{"name": nasty, "in": "query", "required": True, "schema": schema}],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": nasty}},
    }
    described = {
        "info": {"description": nasty},
        "paths": {f"/api/{nasty}": {"post": operation}},
        "components": {"schemas": {"Shape": {"properties": {nasty: schema}, "description": nasty}}},
    }
    page = api_page(described, "http://localhost", token=False)
    Checked(page)
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "array", "items": {"$ref": "#/components/schemas/X"}}, 'list of <a href="#shape-X">X</a>'),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "string", "minLength": 1, "maxLength": 9}, "text (at least 1, at most 9 characters)"),
        ({"const": "a"}, "<code>&quot;a&quot;</code>"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object, of number"),
        ({}, "anything"),
    ],
)
def test_kinds_are_told_in_words(schema: dict[str, Any], told: str) -> None:
    described = {"info": {}, "components": {"schemas": {"X": {"properties": {"field": schema}}}}}
    assert f"<td>{told}</td>" in api_page(described, "http://localhost", token=False)


def test_the_framework_collects_nothing_about_requests(studio: Studio) -> None:
    """Addresses hold pseudonyms and keys."""
    native = getattr(create_app(studio), "_native_telemetry", None)
    assert native is None or not native.enabled()


def test_an_authority_is_given_only_where_there_is_one(client: TestClient) -> None:
    assert client.get("/authority.pem").status_code == 404
