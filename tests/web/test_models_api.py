"""The routes of models and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_world import wait_until

from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

SLOW = 240.0  # s; a child process on a busy machine


@pytest.fixture
def studio(make_studio: Callable[..., Studio], study_with_models: Path) -> Studio:
    return make_studio(folder=study_with_models)


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with TestClient(create_app(studio), base_url="http://localhost") as speaking:
        yield speaking


def finished(client: TestClient, job: str) -> dict[str, object]:
    def ended() -> dict[str, object] | None:
        told = next(told for told in client.get("/api/jobs").json() if told["id"] == job)
        return told if told["state"] not in ("waiting", "running") else None

    found: dict[str, object] = wait_until(ended, SLOW)
    return found


def test_models_and_material(client: TestClient) -> None:
    told = client.get("/api/models").json()
    assert sorted(model["name"] for model in told["models"]) == ["one", "plain", "two"]
    assert told["material"]["people"] == 6
    assert told["suggested"] == "expressions"
    assert client.get("/api/study").json()["models"] == 3


def test_one_model_and_its_report(client: TestClient) -> None:
    told = client.get("/api/models/one").json()
    assert told["making"]["epochs"] == 2
    assert len(told["history"]["loss"]) == 2
    report = client.get("/api/models/one/report")
    assert report.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'self'" in report.headers["content-security-policy"]
    assert "script-src" not in report.headers["content-security-policy"]
    assert "SYNTHETIC" in report.text


@pytest.mark.parametrize(
    "path",
    [
        "/api/models/none",
        "/api/models/none/report",
        "/api/models/plain/report",
        "/api/comparison?a=one&b=none",
    ],
)
def test_what_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "hint"}


@pytest.mark.parametrize("name", ["a%20b", "a.b", "-a", "%C3%A4", "x" * 65])
def test_names_that_are_none(client: TestClient, name: str) -> None:
    for answer in (client.get(f"/api/models/{name}"), client.delete(f"/api/models/{name}")):
        assert answer.status_code == 422


def test_removing_a_model(client: TestClient) -> None:
    assert client.delete("/api/models/one").status_code == 204
    assert client.delete("/api/models/one").status_code == 404
    assert client.get("/api/study").json()["models"] == 2


def test_recipes(client: TestClient) -> None:
    told = client.get("/api/recipes").json()
    assert [recipe["name"] for recipe in told if recipe["default"]] == ["people"]
    assert all(recipe["why"] for recipe in told)


def test_a_comparison(client: TestClient) -> None:
    told = client.get("/api/comparison?a=one&b=two").json()
    assert told["comparable"]
    assert len(told["trials"]["people"]) == 6
    told = client.get("/api/comparison?a=one&b=plain").json()
    assert not told["comparable"]
    assert told["can_evaluate"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "train", "name": "one"}, 409),
        ({"kind": "train", "name": "ONE"}, 409),
        ({"kind": "train", "name": "a b"}, 422),
        ({"kind": "train", "name": "con"}, 422),
        ({"kind": "train", "name": "m", "preset": "x"}, 422),
        ({"kind": "train", "name": "m", "labels": "x"}, 422),
        ({"kind": "train", "name": "m", "epochs": 0}, 422),
        ({"kind": "train", "name": "m", "nonsense": 0}, 422),
        ({"kind": "train"}, 422),
        ({"kind": "evaluate", "name": "none"}, 404),
        ({"kind": "compare", "a": "one", "b": "none"}, 404),
        ({"kind": "dance"}, 422),
    ],
)
def test_jobs_that_are_refused(client: TestClient, wrong: dict[str, object], status: int) -> None:
    answer = client.post("/api/jobs", json=wrong)
    assert answer.status_code == status, answer.json()
    assert answer.json()["error"]
    assert client.get("/api/jobs").json() == []


def test_without_a_study_nothing_can_be_trained(make_studio: Callable[..., Studio], tmp_path: Path) -> None:
    with TestClient(
        create_app(make_studio("", folder=tmp_path / "no")), base_url="http://localhost"
    ) as client:
        assert client.get("/api/models").json()["models"] == []
        assert client.post("/api/jobs", json={"kind": "train", "name": "m"}).status_code == 409


def test_a_job_is_started_told_and_cancelled(client: TestClient, studio: Studio) -> None:
    started = client.post(
        "/api/jobs", json={"kind": "train", "name": "new", "preset": "fast", "epochs": 9999}
    )
    assert started.status_code == 201
    job = started.json()
    assert (job["state"], job["settings"]["name"]) in {("waiting", "new"), ("running", "new")}
    assert client.get("/api/models").json()["suggested"] == "expressions"
    assert client.post("/api/jobs", json={"kind": "train", "name": "new"}).status_code == 409
    assert client.delete(f"/api/jobs/{job['id']}").json()["state"] == "cancelled"
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 200  # cleared away
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 404
    wait_until(lambda: studio.broadcast.latest("jobs") == [])


def test_a_model_at_work_is_not_removed(client: TestClient) -> None:
    job = client.post("/api/jobs", json={"kind": "evaluate", "name": "plain"}).json()
    assert client.delete("/api/models/plain").status_code == 409
    client.delete(f"/api/jobs/{job['id']}")
    assert client.delete("/api/models/plain").status_code == 204


def test_two_models_are_tested_the_same_way_to_be_compared(client: TestClient) -> None:
    asked = {"kind": "compare", "a": "one", "b": "plain", "folds": 2}
    job = finished(client, client.post("/api/jobs", json=asked).json()["id"])
    assert (job["state"], job["error"]) == ("done", "")
    assert client.get("/api/comparison?a=one&b=plain").json()["comparable"]
    assert client.get("/api/models/plain").json()["participants"] == 6
    assert client.get("/api/models/plain/report").status_code == 200
