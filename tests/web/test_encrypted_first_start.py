"""Making an encrypted study in the studio: where its passphrase may come from, and where it must not go."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

import mimik.study.sealing.keys as keys
from mimik.capture.simulation import simulate
from mimik.environment import KEY_FILE, PASSPHRASE
from mimik.errors import StudyLocked
from mimik.study.layout import ENCRYPTION, PARTICIPANTS
from mimik.study.sealing.passphrase import Cost
from mimik.study.study import Study
from mimik.web.access import LOCAL_HOSTS, Access
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

TYPED = "correct horse battery"
SEALED = b"\xa7MIMIK\x1a\n"
TOKEN = "a-token-of-this-test"
ACCESS = Access(TOKEN, LOCAL_HOSTS | {"192.168.1.7"})
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.168.1.20", 50000)


@pytest.fixture(autouse=True)
def _quick_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for make in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(make.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
    for name in (PASSPHRASE, KEY_FILE):  # what the studio keeps there is taken out after the test
        monkeypatch.setenv(name, "")


@pytest.fixture
def empty(make_studio: Callable[..., Studio]) -> Studio:
    """A studio whose study is not made yet."""
    return make_studio("")


@pytest.fixture
def asks(empty: Studio) -> Iterator[Callable[..., httpx.Client]]:
    """A client of the studio: ``asks("http://localhost", HERE)``."""
    opened: list[TestClient] = []

    def client(address: str = "http://localhost", sender: tuple[str, int] = HERE) -> TestClient:
        speaking = TestClient(create_app(empty, ACCESS), base_url=address, client=sender)
        speaking.headers["Authorization"] = f"Bearer {TOKEN}"
        opened.append(speaking)
        return speaking

    yield client
    for speaking in opened:
        speaking.close()


def wanted(typed: str = TYPED, again: str | None = None) -> dict[str, Any]:
    encryption = {"passphrase": typed, "again": typed if again is None else again}
    return {"title": "Sealed", "synthetic": True, "protocol": "hartmann2022", "encryption": encryption}


def test_a_study_is_made_that_nobody_reads_without_the_passphrase(asks: Any, empty: Studio) -> None:
    made = asks().post("/api/study", json=wanted())
    assert made.status_code == 201 and made.json()["encrypted"] is True
    person = empty.require_study().add_participant(age="31").id
    for path in (path for path in empty.folder.rglob("*") if path.is_file() and path.suffix != ".toml"):
        assert path.read_bytes().startswith(SEALED), path.name
    table = (empty.folder / PARTICIPANTS).read_bytes()
    assert person.encode() not in table and b"participant" not in table
    assert [p.id for p in Study.open(empty.folder, key=TYPED).participants] == [person]
    with pytest.raises(StudyLocked):
        Study.open(empty.folder, key="another passphrase")


def test_the_studio_goes_on_at_once_and_hands_the_key_to_its_jobs(asks: Any, empty: Studio) -> None:
    here = asks()
    here.post("/api/study", json=wanted()).raise_for_status()
    simulate(empty.require_study(), participants=2)
    assert here.get("/api/study").json()["sessions"]["complete"] == 2
    facts = empty.models.shelf.facts("first")
    empty.models.shelf.write(facts, b"{}")
    assert facts.read_bytes().startswith(SEALED) and empty.models.shelf.read(facts) == b"{}"
    assert os.environ[PASSPHRASE] == TYPED  # as after it was typed in the terminal: jobs inherit it


def test_a_key_file_of_another_study_is_no_longer_taken(
    asks: Any, empty: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_FILE, "/stick/another.key")
    asks().post("/api/study", json=wanted()).raise_for_status()
    assert Study.open(empty.folder).title == "Sealed"


@pytest.mark.parametrize(
    ("typed", "again", "told"),
    [
        ("seven 7", None, "at least 8 characters, found 7"),
        ("   pass   ", None, "at least 8 characters, found 4"),
        (TYPED, TYPED.title(), "the same twice"),
        ("correct\thorse battery", None, "can be typed"),
        ("correct\0horse battery", None, "can be typed"),
    ],
)
def test_a_passphrase_that_will_not_do_makes_nothing(
    asks: Any, empty: Studio, typed: str, again: str | None, told: str
) -> None:
    refused = asks().post("/api/study", json=wanted(typed, again))
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("passphrase:") and told in refused.json()["error"]
    assert empty.study is None and not empty.folder.exists()
    assert os.environ[PASSPHRASE] == ""


@pytest.mark.parametrize("typed", ["x" * 1001, "half a sign \ud800", "half a sign \udc80", 12345678, None])
def test_what_is_no_passphrase_is_refused_without_repeating_it(asks: Any, empty: Studio, typed: Any) -> None:
    body = json.dumps(wanted() | {"encryption": {"passphrase": typed, "again": TYPED}})
    refused = asks().post("/api/study", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    assert str(typed) not in refused.text and TYPED not in refused.text
    assert empty.study is None


@pytest.mark.parametrize(
    ("address", "sender", "private"),
    [
        ("http://localhost", HERE, True),
        ("http://127.0.0.1:8000", HERE, True),
        ("http://[::1]:8000", ("::1", 50000), True),
        ("https://192.168.1.7", ELSEWHERE, True),
        ("http://192.168.1.7", ELSEWHERE, False),
        ("http://localhost", ELSEWHERE, False),  # says so, but came through the network
        ("http://192.168.1.7", HERE, False),  # came from here, but who sent it to there?
    ],
)
def test_a_passphrase_comes_over_https_or_from_this_computer(
    asks: Any, empty: Studio, address: str, sender: tuple[str, int], private: bool
) -> None:
    speaking = asks(address, sender)
    assert speaking.get("/api/study").json()["private"] is private
    answer = speaking.post("/api/study", json=wanted())
    assert answer.status_code == (201 if private else 403)
    assert (empty.folder / ENCRYPTION).exists() is private
    if not private:
        assert "--self-signed" in answer.json()["hint"]


def test_over_plain_http_a_plain_study_can_still_be_made(asks: Any) -> None:
    plain = wanted() | {"encryption": None}
    assert asks("http://192.168.1.7", ELSEWHERE).post("/api/study", json=plain).status_code == 201


def test_the_passphrase_is_nowhere_told(
    asks: Any, empty: Studio, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    here = asks()
    mismatched = here.post("/api/study", json=wanted(again=TYPED + "!"))
    made = here.post("/api/study", json=wanted())
    again = here.post("/api/study", json=wanted())
    assert [answer.status_code for answer in (mismatched, made, again)] == [422, 201, 409]
    told = [answer.text for answer in (mismatched, made, again)]
    for said in (*told, caplog.text, *capfd.readouterr(), here.get("/api/study").text):
        assert TYPED not in said
    assert not any(TYPED.encode() in path.read_bytes() for path in empty.folder.rglob("*") if path.is_file())


def test_what_goes_wrong_unforeseen_does_not_tell_it(
    empty: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(empty, "make_study", broken)
    with TestClient(
        create_app(empty), base_url="http://localhost", client=HERE, raise_server_exceptions=False
    ) as here:
        answer = here.post("/api/study", json=wanted())
    assert answer.status_code == 500 and TYPED not in answer.text + caplog.text


def test_the_description_calls_it_a_password(asks: Any) -> None:
    described = asks().get("/api/openapi.json").json()["components"]["schemas"]["NewPassphrase"]
    for field in ("passphrase", "again"):
        assert described["properties"][field]["format"] == "password"
