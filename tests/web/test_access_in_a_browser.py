"""The guard before a real browser: our pages work behind it, and pages of others get nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from web_world import Server, wait_until

from mimik.web.access import LOCAL_HOSTS, Access
from mimik.web.studio.studio import Studio

TOKEN = "a-token-of-this-test"
WATCH = """async () => {
    const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/api/watch`);
    socket.onopen = () => socket.send(JSON.stringify({watch: ["devices"]}));
    return await new Promise((done) => {
        socket.onmessage = (event) => done(JSON.parse(event.data).topic);
        socket.onclose = () => done("closed");
    });
}"""
ATTACK = """async (studio) => {
    const asked = async (path, options) => {
        try { return (await fetch(studio + path, options)).type; } catch { return "refused"; }
    };
    const watched = new Promise((done) => {
        const socket = new WebSocket(studio.replace("http", "ws") + "/api/watch");
        socket.onopen = () => done("open");
        socket.onerror = () => done("refused");
    });
    const loaded = (tag, path) => new Promise((done) => {
        const element = document.createElement(tag);
        element.onload = () => done("loaded");
        element.onerror = () => done("refused");
        element.src = studio + path;
        document.body.append(element);
    });
    const json = {"Content-Type": "application/json"};
    return {
        read: await asked("/api/study"),
        sent: await asked("/api/devices/simulated", {method: "POST", mode: "no-cors", body: "{}"}),
        posted: await asked("/api/devices/simulated", {method: "POST", headers: json, body: '{"count": 1}'}),
        watched: await watched,
        script: await loaded("script", "/static/js/api.js"),
        picture: await loaded("img", "/static/icon.svg"),
    };
}"""


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """A page of somebody else."""
    page = HTMLResponse("<!doctype html><title>Elsewhere</title><body>")
    server = Server(Starlette(routes=[Route("/", lambda request: page)]))
    yield server
    server.close()


@pytest.fixture
def violations(page: Any) -> list[str]:
    """What the browser says against the policy."""
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if "Content Security" in message.text else None
    )
    return said


def test_the_token_in_the_address_opens_all_pages(
    page: Any, studio: Studio, serve: Callable[..., Server], violations: list[str]
) -> None:
    server = serve(studio, Access(TOKEN, LOCAL_HOSTS))
    page.goto(f"{server.url}/")
    assert page.title().startswith("This studio asks for its token")
    page.goto(f"{server.url}/?token={TOKEN}")
    assert page.url == f"{server.url}/"
    assert page.evaluate("document.cookie") == ""  # scripts can't see it
    for path in ("/", "/devices", "/sessions", "/recordings", "/models", "/live", "/api"):
        page.goto(f"{server.url}{path}")
        page.wait_for_selector("header .brand")
        assert page.evaluate(WATCH) == "devices"
    assert violations == []


def test_a_link_from_elsewhere_opens_the_studio_after_one_click(
    page: Any, studio: Studio, serve: Callable[..., Server], elsewhere: Server
) -> None:
    """The browser keeps a strict cookie back where another page led here, but not from our own page."""
    server = serve(studio, Access(TOKEN, LOCAL_HOSTS))
    page.goto(elsewhere.url.replace("127.0.0.1", "localhost"))
    page.evaluate("(to) => { location.href = to }", f"{server.url}/?token={TOKEN}")
    page.wait_for_url(f"{server.url}/")
    if page.title().startswith("This studio asks"):
        page.click("text=Try again")
    page.wait_for_selector("header .brand")


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("here", ["127.0.0.1", "localhost"])
def test_a_page_of_others_gets_nowhere(
    page: Any, studio: Studio, serve: Callable[..., Server], elsewhere: Server, token: str | None, here: str
) -> None:
    server = serve(studio, Access(token, LOCAL_HOSTS))
    page.goto(f"{server.url}/?token={TOKEN}")  # its visitor works with the studio in the same browser
    page.goto(elsewhere.url.replace("127.0.0.1", here))
    got = page.evaluate(ATTACK, server.url)
    assert {name: answer for name, answer in got.items() if answer != "refused"} in ({}, {"sent": "opaque"})
    assert studio.devices.all() == [] and len(studio.simulated) == 0


def test_the_studio_cannot_be_framed_by_others(
    page: Any, studio: Studio, serve: Callable[..., Server], elsewhere: Server
) -> None:
    server = serve(studio)
    page.goto(elsewhere.url)
    page.evaluate(
        "(to) => { const f = document.createElement('iframe'); f.src = to; document.body.append(f) }",
        server.url,
    )
    frame = wait_until(lambda: page.frames[1:] and page.frames[1])
    frame.wait_for_load_state()
    assert not frame.url.startswith(server.url) or frame.query_selector(".brand") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_about_the_api_fits_a_phone(
    browser: Any, studio: Studio, serve: Callable[..., Server], scheme: str
) -> None:
    server = serve(studio)
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server.url}/api")
    page.wait_for_selector("header .brand")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("details >> nth=0")
    assert page.is_visible("details[open] pre")
    context.close()
