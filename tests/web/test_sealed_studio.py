"""The studio of an encrypted study: all of it works with the key, and nothing it makes tells of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_world import QUICK, wait_until

import mimik.study.sealing.keys as keys
from mimik.capture.simulation import simulate
from mimik.errors import StudyLocked
from mimik.protocol import parse_protocol
from mimik.study.sealing.passphrase import Cost
from mimik.study.study import Study
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

SLOW = 240.0  # s; a child process on a busy machine
PASSPHRASE = "correct horse battery"


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for make in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(make.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
    folder = tmp_path / "sealed"
    protocol = parse_protocol(QUICK, where="")
    study = Study.create(folder, title="Sealed", protocol=protocol, synthetic=True, key=PASSPHRASE)
    simulate(study, participants=4)
    return folder


def test_without_the_key_no_studio_opens(make_studio: Callable[..., Studio], sealed: Path) -> None:
    with pytest.raises(StudyLocked):
        make_studio(folder=sealed)


def test_a_model_is_trained_and_reported_and_nothing_tells_of_people(
    make_studio: Callable[..., Studio], sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)
    studio = make_studio(folder=sealed)
    people = [person.id for person in Study.open(sealed).participants]
    with TestClient(create_app(studio), base_url="http://localhost") as client:
        settings = {"name": "first", "preset": "people", "epochs": 1, "evaluate": True, "folds": 2}
        asked = client.post("/api/jobs", json={"kind": "train", **settings})
        assert asked.status_code < 300, asked.text
        job = asked.json()["id"]

        def ended() -> dict[str, object] | None:
            told = next(told for told in client.get("/api/jobs").json() if told["id"] == job)
            return told if told["state"] not in ("waiting", "running") else None

        assert wait_until(ended, SLOW)["error"] == ""
        assert client.get("/api/models/first").json()["evaluation"]
        report = client.get("/api/models/first/report").text
        assert any(person in report for person in people)  # it does tell of them, to who has the key

    shelf = sealed / "derivatives" / "models"
    assert sorted(path.name for path in shelf.iterdir()) == ["first.html", "first.json", "first.mimik"]
    for path in (path for path in sealed.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert not any(person.encode() in data for person in people), path.name
        if path.suffix not in (".toml", ".mimik"):
            assert data.startswith(b"\xa7MIMIK\x1a\n"), path.name
