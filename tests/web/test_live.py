"""Live recognition in the studio: phones, models of the study, the routes, and the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from recognising import HAPPY, ReadsFaces, face
from starlette.testclient import TestClient
from web_world import wait_until

from mimik.clock import ManualClock
from mimik.errors import ModelError
from mimik.web.app import create_app
from mimik.web.studio.broadcast import Broadcast
from mimik.web.studio.live import Live, model_file, models_in
from mimik.web.studio.missing import NotFound
from mimik.web.studio.studio import Studio

BAD_NAMES = ("", "..", "../one", "a/b", "one\n", "one.mimik", "C:one", ".hidden", "one.tflite.onnx", "x" * 65)


@pytest.fixture
def lab(make_studio, study_with_models: Path) -> Studio:
    return make_studio("", folder=study_with_models)


@pytest.fixture
def client(lab: Studio) -> Iterator[TestClient]:
    with TestClient(create_app(lab), base_url="http://localhost") as speaking:
        yield speaking


def phones(client: TestClient, count: int = 1) -> None:
    client.post("/api/devices/simulated", json={"count": count}).raise_for_status()
    wait_until(lambda: len(client.get("/api/devices").json()) == count)


def started(client: TestClient, device: int = 1, model: str = "one") -> dict[str, Any]:
    client.post(f"/api/devices/{device}/accept").raise_for_status()
    answer = client.post("/api/live", json={"device": device, "model": model})
    assert answer.status_code == 201, answer.text
    return answer.json()


def of(client: TestClient, device: int = 1) -> dict[str, Any]:
    return next(facts for facts in client.get("/api/live").json() if facts["device"] == device)


def test_a_simulated_person_is_recognised(client: TestClient, lab: Studio) -> None:
    phones(client)
    first = started(client)
    assert (first["model"], first["labels"], first["synthetic"]) == ("one", ["happy", "sad"], True)
    assert first["resting"]["used"]
    wait_until(lambda: of(client)["state"] == "resting")
    told = wait_until(lambda: (f := of(client)) and f["state"] in ("recognised", "unsure") and f)
    assert set(told["smoothed"]) == {"happy", "sad"}
    assert sum(told["smoothed"].values()) == pytest.approx(1, abs=0.01)
    assert 0 < wait_until(lambda: of(client)["latency_ms"]) < 1000
    client.post("/api/live/1/rest").raise_for_status()
    wait_until(lambda: of(client)["state"] == "resting")
    assert lab.broadcast.latest("live:1")["device"] == 1
    assert client.delete("/api/live/1").status_code == 204
    assert client.get("/api/live").json() == []
    assert lab.broadcast.latest("live:1")["state"] == "stopped"  # for a page that was away


def test_each_phone_has_at_most_one_model(client: TestClient) -> None:
    phones(client, 2)
    started(client, 1, "one")
    started(client, 2, "two")
    started(client, 1, "plain")
    assert [(f["device"], f["model"]) for f in client.get("/api/live").json()] == [(1, "plain"), (2, "two")]


def test_a_phone_that_is_accepted_no_longer_is_recognised_no_longer(client: TestClient) -> None:
    phones(client)
    started(client)
    client.delete("/api/devices/1/accept").raise_for_status()
    wait_until(lambda: client.get("/api/live").json() == [])


def test_what_cannot_be_is_told(client: TestClient) -> None:
    phones(client)
    wanted = {"device": 1, "model": "one"}
    refused = client.post("/api/live", json=wanted)
    assert refused.status_code == 409
    assert "not accepted" in refused.json()["error"]
    client.post("/api/devices/1/accept").raise_for_status()
    assert client.post("/api/live", json={**wanted, "model": "nine"}).status_code == 404
    assert client.post("/api/live", json={**wanted, "device": 9}).status_code == 404
    for name in BAD_NAMES:
        assert client.post("/api/live", json={**wanted, "model": name}).status_code == 422, name
    for answer in (client.post("/api/live/1/rest"), client.delete("/api/live/1")):
        assert answer.status_code == 404
        assert "not" in answer.json()["error"]


def test_a_broken_model_is_told_and_nothing_runs(client: TestClient, lab: Studio) -> None:
    (lab.models.shelf.folder / "broken.mimik").write_bytes(b"not a model")
    phones(client)
    client.post("/api/devices/1/accept").raise_for_status()
    answer = client.post("/api/live", json={"device": 1, "model": "broken"})
    assert answer.status_code == 422
    assert "broken.mimik" in answer.json()["error"]
    assert client.get("/api/live").json() == []


def test_models_of_all_kinds_are_listed_the_newest_first(client: TestClient, lab: Studio) -> None:
    assert {"name": "one", "kind": "mimik"} in client.get("/api/live/models").json()
    folder = lab.models.shelf.folder
    shutil.copy(folder / "one.mimik", folder / "new.tflite")
    (folder / "no name.onnx").touch()
    (folder / "one.json").touch()
    found = models_in(folder)
    assert {"name": "new.tflite", "kind": "tflite"} in found
    assert "no name.onnx" not in [model["name"] for model in found]
    assert len(found) == 4


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (tmp_path / "one.mimik").touch()
    for name in BAD_NAMES:
        with pytest.raises((ModelError, NotFound)):
            model_file(folder, name)
    assert models_in(tmp_path / "nowhere") == []


class Accepting:
    """Stands in for the phones: all are accepted."""

    def one(self, device: int) -> dict[str, Any]:
        return {"accepted": True, "simulated": False}


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    (tmp_path / "m.mimik").touch()
    clock = ManualClock(1_790_000_000.0)
    made = Live(tmp_path, clock, Broadcast(), Accepting(), load=lambda path: ReadsFaces())
    yield made
    made.close()


def test_a_model_that_fails_is_told_and_holds_nobody_up(live: Live) -> None:
    live.start(1, "m")
    live.start(2, "m")
    bad, good = (9.0, 0.0, 0.0), HAPPY
    live.see([face(1_790_000_000.0, bad, 1), face(1_790_000_000.0, good, 2)], 0.0)
    told = wait_until(lambda: (f := live.all()[0])["state"] == "failed" and f)
    assert told["problem"] == "Recognition broke off: nobody foresaw this face"
    wait_until(lambda: live.all()[1]["state"] == "recognised")
    live.see([face(1_790_000_000.1, bad, 1), face(1_790_000_000.1, good, 2)], 0.0)
    assert live.start(1, "m")["state"] == "no-face", "and it can be started anew"


def test_frames_of_phones_that_nobody_recognises_are_passed_over(live: Live) -> None:
    live.see([face(0.0, HAPPY, 7)], 0.0)
    assert live.all() == []


def test_after_the_end_nothing_starts(live: Live) -> None:
    live.close()
    with pytest.raises(Exception, match="one that ends"):
        live.start(1, "m")


def test_the_routes_are_described(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/live", "/api/live/models", "/api/live/{device}", "/api/live/{device}/rest"} <= paths.keys()


def test_the_page_shows_a_simulated_person(lab: Studio, serve, page) -> None:
    from playwright.sync_api import expect

    url = serve(lab).url
    page.goto(f"{url}/live")
    expect(page.get_by_role("heading", name="No phone sends")).to_be_visible()
    lab.simulate(1)
    expect(page.get_by_role("heading", name="No phone is accepted yet")).to_be_visible()
    lab.devices.accept(1)
    expect(page.get_by_label("Phone")).to_have_value("1")
    page.get_by_label("Model").select_option("one")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".board")).to_have_attribute("data-kind", "resting")
    expect(page.locator(".large")).to_have_text("Look neutral")
    expect(page.locator(".board")).to_have_attribute("data-kind", re.compile("recognised|unsure"))
    expect(page.locator(".board .badge")).to_have_text("SYNTHETIC")
    expect(page.locator(".draw-probability")).to_have_count(2)
    expect(page.locator(".figures dd").first).to_have_text(re.compile(r"^[0-9.]+ ms$"))
    page.get_by_role("button", name="Learn the resting face again").click()
    expect(page.locator(".board")).to_have_attribute("data-kind", "resting")
    lab.simulated.send_away()
    expect(page.locator(".large")).to_have_text("Phone silent")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".large")).to_have_text("Nothing is recognised")
