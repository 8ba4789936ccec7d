"""The guard at the studio's door, around an app of a few routes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.types import Message

from mimik.errors import (
    ConsentMissing,
    DataError,
    MimikError,
    MissingExtra,
    ProtocolError,
    StudyBusy,
    StudyDamaged,
)
from mimik.web.access import LOCAL_HOSTS, Access, Guard, own_names
from mimik.web.bodies import MOST_BYTES
from mimik.web.problems import Conflict, tell_problems
from mimik.web.studio.missing import NotFound
from mimik.web.visit import canonical, host_name

TOKEN = "a-token-of-this-test"
LOCAL = Access()
SHARED = Access(TOKEN, LOCAL_HOSTS | {"192.168.1.7", "lab.local"})
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HERE = "http://localhost:8000"
ERRORS: dict[str, Exception] = {
    "mimik": MimikError("Expected this.", hint="Try that."),
    "none": NotFound("Nobody."),
    "conflict": Conflict("Not now."),
    "busy": StudyBusy("Busy."),
    "consent": ConsentMissing("No consent."),
    "damaged": StudyDamaged("Damaged."),
    "data": DataError("Too little."),
    "protocol": ProtocolError("Wrong."),
    "extra": MissingExtra("Not installed."),
    "bug": ZeroDivisionError("secret-in-the-trace"),
    "disk": OSError(28, "No space left on device", "/home/someone/study"),
}


def tiny_app(access: Access, static: Any = None, **guard: Any) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)

    @app.get("/")
    @app.get("/devices")
    @app.get("/screen/{key}")
    @app.get("/api/screens/{key}")
    @app.get("/api/study")
    @app.get("/api/models/{name}/report")
    def read() -> dict[str, bool]:
        return {"read": True}

    @app.post("/api/change")
    @app.post("/api/screens/{key}/press")
    def change(number: int = 0, body: dict[str, Any] | None = None) -> dict[str, int]:
        return {"got": len(str(body))}

    @app.get("/api/errors/{kind}")
    def fail(kind: str) -> None:
        raise ERRORS[kind]

    @app.websocket("/api/watch")
    @app.websocket("/api/screens/{key}/watch")
    async def watch(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"topic": "hello"})
        await socket.receive_text()
        raise ERRORS[socket.query_params.get("kind", "bug")]

    if static:
        app.mount("/static", StaticFiles(directory=static))
    tell_problems(app)
    app.add_middleware(Guard, access=access, **{"delay": 0.0, **guard})
    return app


def client(access: Access = LOCAL, base: str = HERE, **options: Any) -> TestClient:
    return TestClient(
        tiny_app(access, **options), base_url=base, follow_redirects=False, raise_server_exceptions=False
    )


def connect(browser: TestClient, path: str, **options: Any) -> WebSocketTestSession:
    """Open a WebSocket; the test client would ask for another host than for its other requests."""
    return browser.websocket_connect(f"ws://localhost:8000{path}", **options)


# --- on this computer alone ---


def test_on_this_computer_nobody_needs_a_token() -> None:
    assert client().get("/api/study").json() == {"read": True}
    assert client().post("/api/change").status_code == 200  # a script


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST."]
)
def test_names_of_this_computer_are_known_with_any_port(host: str) -> None:
    assert client().get("/api/study", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "192.168.1.7",
        "localhost:8000:1",
        "localhost@evil.example",
        "[::1",
        "[localhost]",
        "localhost, evil.example",
        "local host",
        "[::2]:8000",
    ],
)
def test_a_foreign_name_pointed_at_this_computer_is_refused(host: str) -> None:
    told = client().get("/", headers={"Host": host})
    assert told.status_code == 421
    assert "evil" not in told.headers["content-security-policy"]
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        connect(client(), "/api/watch", headers={"Host": host}),
    ):
        pass
    assert refused.value.status_code == 421


def test_what_a_request_lacks_or_has_twice_is_no_name() -> None:
    status, _ = talk(
        tiny_app(LOCAL),
        [{"type": "http.request"}],
        headers=[(b"host", b"localhost"), (b"host", b"localhost")],
    )
    assert status == 421
    status, _ = talk(tiny_app(LOCAL), [{"type": "http.request"}], headers=[])
    assert status == 421


def test_the_address_that_a_shared_studio_was_reached_at_is_known_although_it_is_new() -> None:
    """A laptop may join another network while it runs."""
    reached = {"server": ("10.1.1.1", 8000)}
    asked = [(b"host", b"10.1.1.1:8000"), (b"authorization", BEARER["Authorization"].encode())]
    assert (
        talk(tiny_app(SHARED), [{"type": "http.request"}], headers=asked, path="/api/study", **reached)[0]
        == 200
    )
    assert (
        talk(tiny_app(LOCAL), [{"type": "http.request"}], headers=asked, path="/api/study", **reached)[0]
        == 421
    )


def test_names_are_compared_in_one_form() -> None:
    assert host_name("[0:0:0:0:0:0:0:1]:80") == "::1"
    assert host_name("[fe80::1%25en0]") == "fe80::1"
    assert canonical("Lab.Local.") == "lab.local"


# --- pages of others ---


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},  # another program of this computer
        {"Origin": "https://localhost:8000"},
        {"Origin": ""},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Cookie": "any=1"},  # a browser, but which page?
    ],
)
def test_pages_of_others_change_nothing(headers: dict[str, str]) -> None:
    for path in ("/api/change", "/api/screens/KEY/press"):
        assert client().post(path, headers=headers).status_code == 403
    for path in ("/api/watch", "/api/screens/KEY/watch"):
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            connect(client(), path, headers=headers),
        ):
            pass
        assert refused.value.status_code == 403


def test_an_origin_sent_twice_is_not_ours() -> None:
    twice = [(b"host", b"localhost:8000"), (b"origin", HERE.encode()), (b"origin", HERE.encode())]
    assert (
        talk(tiny_app(LOCAL), [{"type": "http.request"}], method="POST", path="/api/change", headers=twice)[0]
        == 403
    )


def test_our_own_pages_may_change_things() -> None:
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin", "Cookie": "any=1"}
    assert client().post("/api/change", headers=headers).status_code == 200
    with connect(client(), "/api/watch", headers=headers) as socket:
        assert socket.receive_json() == {"topic": "hello"}


def test_pages_of_others_may_lead_here_but_not_read_or_frame() -> None:
    led = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client().get("/", headers=led).status_code == 200
    assert client().get("/", headers={**led, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    read = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
    assert client().get("/api/study", headers=read).status_code == 403


def test_no_other_page_is_invited_by_cors() -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    told = client(SHARED).options("/api/change", headers=asked)
    assert told.status_code in (401, 403, 405)
    assert not [name for name in told.headers if name.startswith("access-control")]


# --- the token ---


def test_without_the_token_only_screens_and_static_files_are_open(tmp_path: Any) -> None:
    (tmp_path / "style.css").write_text("")
    guarded = client(SHARED, static=tmp_path)
    for path in (
        "/",
        "/devices",
        "/api/study",
        "/openapi.json",
        "/screens",
        "/api/screens",
        "/static",
        "/nowhere",
        "//api/study",
    ):
        assert guarded.get(path).status_code == 401, path
    for path in ("/static/style.css", "/screen/KEY", "/api/screens/KEY"):
        assert guarded.get(path).status_code == 200, path
    assert guarded.post("/api/screens/KEY/press").status_code == 200
    with connect(guarded, "/api/screens/KEY/watch") as socket:
        assert socket.receive_json() == {"topic": "hello"}


def test_a_watcher_needs_the_token_too() -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Origin": HERE, "Cookie": "mimik-8000=wrong"}):
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            connect(client(SHARED), "/api/watch", headers=headers),
        ):
            pass
        assert refused.value.status_code == 401
    with connect(client(SHARED), "/api/watch", headers=BEARER) as socket:
        assert socket.receive_json() == {"topic": "hello"}
    with (
        pytest.raises(WebSocketDenialResponse),
        connect(client(SHARED), f"/api/watch?token={TOKEN}"),
    ):
        pass


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address() -> None:
    guarded = client(SHARED)
    told = guarded.get(f"/devices?a=1&token={TOKEN}&b=%26")
    assert told.status_code == 303
    assert told.headers["location"] == "/devices?a=1&b=%26"
    cookie = told.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    assert "secure" not in cookie and "domain" not in cookie
    assert told.headers["cache-control"] == "no-store"
    assert guarded.get("/devices?a=1&b=%26").status_code == 200
    old = guarded.get("/devices?token=of-yesterday")  # an old bookmark, but who opens it is known
    assert (old.status_code, old.headers["location"]) == (303, "/devices")


def test_over_tls_the_cookie_stays_on_tls() -> None:
    secure = client(Access(TOKEN, LOCAL_HOSTS, secure=True), base="https://localhost:8000")
    assert "secure" in secure.get(f"/?token={TOKEN}").headers["set-cookie"].lower()
    assert secure.post("/api/change", headers={"Origin": "https://localhost:8000"}).status_code == 200
    assert secure.post("/api/change", headers={"Origin": HERE}).status_code == 403


def test_the_redirect_never_leads_elsewhere() -> None:
    for path in ("//evil.example", "/%2Fevil.example", "/\\evil.example"):
        sent = talk(tiny_app(SHARED), [], path=path.replace("%2F", "/"), query=f"token={TOKEN}")
        assert sent[0] == 303
        location = dict(sent[1])[b"location"].decode()
        assert location.startswith("/") and not location.startswith(("//", "/\\"))


def test_two_studios_of_one_computer_keep_their_cookies_apart() -> None:
    told = client(SHARED, base="http://localhost:8001").get(f"/?token={TOKEN}")
    assert told.headers["set-cookie"].startswith("mimik-8001=")


def test_scripts_bring_the_token_as_a_header() -> None:
    assert client(SHARED).get("/api/study", headers=BEARER).status_code == 200
    assert client(SHARED).post("/api/change", headers=BEARER).status_code == 200
    assert client(SHARED).post(f"/api/change?token={TOKEN}").status_code == 401
    assert (
        client(SHARED).post("/api/change", headers={**BEARER, "Origin": "https://evil.example"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Cookie": "mimik-8000=wrong"},
        {"Cookie": "mimik-8000=" + TOKEN[:-1]},
        {"Cookie": f"mimik={TOKEN}"},
        {"Cookie": "]]]==="},
        {"Authorization": "Bearer wröng".encode("latin-1").decode("latin-1")},
    ],
)
def test_a_wrong_token_is_refused(headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    told = client(SHARED).get("/api/study", headers=raw)  # type: ignore[arg-type]
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == "Bearer"
    assert set(told.json()) == {"error", "hint"}
    assert TOKEN not in told.text


def test_a_right_cookie_does_not_make_up_for_a_wrong_bearer() -> None:
    headers = {"Authorization": "Bearer wrong", "Cookie": f"mimik-8000={TOKEN}"}
    assert client(SHARED).get("/api/study", headers=headers).json()["error"].endswith("none.") is False


def test_wrong_tokens_are_slowed_down_and_not_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waited: list[float] = []
    sleep = asyncio.sleep

    async def sleeping(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleeping)
    guarded = client(SHARED, delay=0.5)
    with caplog.at_level(logging.DEBUG, "mimik"):
        guarded.get("/?token=guessed-value")
        assert waited == [0.5]
        guarded.get("/")
        assert waited == [0.5]
    assert "guessed-value" not in caplog.text


def test_a_person_without_the_token_gets_a_page_that_says_what_to_do() -> None:
    told = client(SHARED).get("/", headers={"Accept": "text/html"})
    assert told.status_code == 401
    assert "The terminal in which" in told.text and "<script" not in told.text and "style=" not in told.text


def test_every_studio_has_its_own_token_and_knows_its_names() -> None:
    one = Access.shared(["192.168.1.7", "fd00::7"], port=8000)
    two = Access.shared(["fd00::7"], port=8443, secure=True)
    assert one.token and two.token and one.token != two.token and len(one.token) >= 43
    assert one.url == "http://192.168.1.7:8000" and two.url == "https://[fd00::7]:8443"
    assert {"localhost", "192.168.1.7", "fd00::7"} | own_names() <= set(one.hosts)
    assert any(name.endswith(".local") for name in one.hosts)
    assert Access.shared([], port=8000).url is None
    assert not LOCAL.right_token("") and not one.right_token("")


# --- headers ---

PATHS = [
    "/",
    "/nowhere",
    "/api/study",
    "/api/nowhere",
    "/api/errors/bug",
    "/static/style.css",
    "/screen/KEY",
    "/api/models/m/report",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("access", [LOCAL, SHARED], ids=["local", "shared"])
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_every_answer_bears_the_headers(path: str, access: Access, accept: str, tmp_path: Any) -> None:
    (tmp_path / "style.css").write_text("a{}")
    told = client(access, static=tmp_path).get(path, headers={"Accept": accept})
    policy = told.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors" in policy
    assert "script-src 'unsafe" not in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["referrer-policy"] == "no-referrer"
    assert told.headers["cross-origin-opener-policy"] == "same-origin"
    assert told.headers["cross-origin-resource-policy"] == "same-origin"
    assert told.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_pages_run_our_scripts_and_reports_none() -> None:
    page = client().get("/").headers["content-security-policy"]
    assert "script-src 'self'" in page and "unsafe" not in page and "frame-ancestors 'none'" in page
    assert "connect-src 'self' ws://localhost:8000" in page
    report = client().get("/api/models/m/report").headers["content-security-policy"]
    assert "script-src" not in report and "style-src 'unsafe-inline'" in report
    assert "frame-ancestors 'self'" in report
    assert "frame-ancestors 'none'" in client().get("/api/study").headers["content-security-policy"]


def test_a_browser_asks_again_whether_a_static_file_is_still_the_same(tmp_path: Any) -> None:
    (tmp_path / "style.css").write_text("a{}")
    browser = client(static=tmp_path)
    first = browser.get("/static/style.css")
    again = browser.get("/static/style.css", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..\\secret.txt",
        "/static//etc/passwd",
        "/static/%00",
        "/screen/../api/study",
        "/screen/KEY/../../api/study",
        "/api/screens/../study",
        "/static/../static/../secret.txt",
    ],
)
def test_no_path_leads_out_of_the_static_files(path: str, tmp_path: Any) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "static").mkdir()
    for scope_path in (path, path.replace("%2e", ".").replace("%2f", "/").replace("%00", "\0")):
        status, _ = talk(tiny_app(SHARED, static=tmp_path / "static"), [], path=scope_path)
        assert status == 404


# --- bodies ---


def test_a_body_of_a_mebibyte_is_taken_and_a_larger_one_refused() -> None:
    most = b'{"a": "' + b"x" * (MOST_BYTES - 9) + b'"}'
    assert len(most) == MOST_BYTES
    json = {"Content-Type": "application/json"}
    assert client().post("/api/change", content=most, headers=json).status_code == 200
    told = client().post("/api/change", content=most + b" ", headers=json)
    assert told.status_code == 413 and told.json()["error"].startswith("Expected at most 1 MiB")


def test_a_body_that_does_not_say_how_large_it_is_is_counted() -> None:
    parts: list[Message] = [{"type": "http.request", "body": b"x" * 100_000, "more_body": True}] * 12
    parts[-1] = {"type": "http.request", "body": b"x"}
    asked = [
        (b"host", b"localhost"),
        (b"transfer-encoding", b"chunked"),
        (b"content-type", b"application/json"),
    ]
    assert talk(tiny_app(LOCAL), parts, method="POST", path="/api/change", headers=asked)[0] == 413
    small: list[Message] = [
        {"type": "http.request", "body": b'{"a":', "more_body": True},
        {"type": "http.request", "body": b" 1}"},
    ]
    assert talk(tiny_app(LOCAL), small, method="POST", path="/api/change", headers=asked)[0] == 200


def test_who_asks_before_sending_too_much_need_not_send_it() -> None:
    asked = [(b"host", b"localhost"), (b"content-length", b"2000000"), (b"expect", b"100-continue")]
    assert talk(tiny_app(LOCAL), [], method="POST", path="/api/change", headers=asked)[0] == 413


def test_a_body_that_does_not_come_is_given_up() -> None:
    parts: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}]
    asked = [(b"host", b"localhost"), (b"content-length", b"10")]
    app = tiny_app(LOCAL, patience=0.05)
    assert talk(app, parts, method="POST", path="/api/change", headers=asked)[0] == 408


def test_without_the_token_a_body_is_not_even_read() -> None:
    asked = [(b"host", b"localhost"), (b"content-length", b"10")]
    assert talk(tiny_app(SHARED), [], method="POST", path="/api/change", headers=asked)[0] == 401


# --- problems ---


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("mimik", 400),
        ("none", 404),
        ("conflict", 409),
        ("busy", 409),
        ("consent", 409),
        ("damaged", 409),
        ("data", 422),
        ("protocol", 422),
        ("extra", 501),
        ("bug", 500),
        ("disk", 500),
    ],
)
def test_problems_have_one_shape_and_no_stack_trace(
    kind: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    told = client().get(f"/api/errors/{kind}")
    assert told.status_code == status
    assert set(told.json()) == {"error", "hint"}
    for secret in ("Traceback", "secret-in-the-trace", "ZeroDivision", "/home/someone"):
        assert secret not in told.text
    logged = [record for record in caplog.records if record.name == "mimik.web"]
    assert len(logged) == (1 if status == 500 else 0)


def test_a_mimik_error_says_its_hint() -> None:
    assert client().get("/api/errors/mimik").json() == {"error": "Expected this.", "hint": "Try that."}


def test_a_wrong_field_is_named() -> None:
    told = client().post("/api/change?number=three")
    assert told.status_code == 422
    assert told.json()["error"].startswith("The field number is not right: ")
    told = client().post("/api/change", content="{", headers={"Content-Type": "application/json"})
    assert (told.status_code, told.json()["error"]) == (422, "Expected JSON, found something else.")
    told = client().post("/api/change", json=[1])
    assert (told.status_code, told.json()["error"]) == (
        422,
        "The request's body is not right: input should be a valid dictionary.",
    )


def test_what_is_not_there_is_told_to_people_as_a_page_and_to_scripts_as_data() -> None:
    assert client().get("/nowhere").json()["error"] == "There is nothing at /nowhere."
    page = client().get("/<b>nowhere", headers={"Accept": "text/html"})
    assert page.status_code == 404 and "&lt;b&gt;nowhere" in page.text
    told = client().delete("/api/study")
    assert told.status_code == 405 and told.headers["allow"] == "GET"


@pytest.mark.parametrize(("kind", "code"), [("bug", 1011), ("mimik", 1008)])
def test_a_watcher_is_told_when_something_goes_wrong(kind: str, code: int) -> None:
    with connect(client(), f"/api/watch?kind={kind}") as socket:
        socket.receive_json()
        socket.send_text("x")
        closed = socket.receive()
    assert (closed["type"], closed["code"]) == ("websocket.close", code)
    assert closed.get("reason", "") == ("Expected this." if kind == "mimik" else "")


def talk(
    app: Callable[..., Awaitable[None]],
    parts: list[Message],
    *,
    method: str = "GET",
    path: str = "/",
    query: str = "",
    headers: list[tuple[bytes, bytes]] | None = None,
    server: tuple[str, int] = ("127.0.0.1", 8000),
) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Call an app with messages as a server would, and return the answer's status and headers."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost:8000")] if headers is None else headers,
        "server": server,
        "client": ("127.0.0.1", 5000),
    }
    waiting = list(parts)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(app(scope, receive, send), 10))
    return sent[0]["status"], sent[0]["headers"]
