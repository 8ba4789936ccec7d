"""Every route of the real app, asked by Schemathesis: whatever comes in, the server stays sane.

It makes up requests that fit the description and others that don't, for things that are there and others
that aren't. No answer may be a server's error or unlike its description, each has the guard's headers, and
what goes wrong is told in the one shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from starlette.testclient import TestClient
from web_world import QUICK, wait_until

from mimik.capture.simulation import simulate
from mimik.protocol import parse_protocol
from mimik.study.study import Study
from mimik.web.access import Access
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

HOST = "testserver"  # Schemathesis's name for an app without a server
EXAMPLES = 4  # of each route and each kind


class _Nobody:
    """Does a job by ending at once: what training does is no question of its routes."""

    def __init__(self, job: Any) -> None:
        pass

    def told(self) -> Iterator[dict[str, Any]]:
        return iter(())

    def kill(self) -> None:
        pass


steady = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A studio with two people's sessions, a phone, a prepared sitting; and the names of all of them."""
    folder = tmp_path_factory.mktemp("fuzzed") / "study"
    text = QUICK.replace('start = "button"', 'start = "automatic"').replace(
        "remind_every", "min_seconds = 0.3\nremind_every"
    )
    study = Study.create(folder, title="Fuzzed", protocol=parse_protocol(text, where="quick"), synthetic=True)
    sessions = simulate(study, participants=2, seed=0, fps=30)
    with Studio(folder, phone_port=0, phone_host="127.0.0.1") as studio:
        studio.jobs._start_child = _Nobody
        app = create_app(studio, Access(hosts={HOST}))
        client = TestClient(app, base_url=f"http://{HOST}")
        client.post("/api/devices/simulated", json={"count": 1}).raise_for_status()
        wait_until(lambda: client.get("/api/devices").json())
        studio.simulate = lambda count: None  # one is enough; dozens keep a computer busy
        client.post("/api/devices/1/accept").raise_for_status()
        sitting = client.post("/api/sittings", json={"device": 1, "consent": True}).raise_for_status().json()
        yield {
            "app": app,
            "number": 1,
            "device": 1,
            "id": sitting["id"],
            "seat": sitting["id"],
            "key": sitting["screen"]["key"],
            "participant": sessions[0].participant,
            "session": sessions[0].session,
            "trial": 1,
        }


def test_no_request_brings_the_server_down(laboratory: dict[str, Any]) -> None:
    described = schemathesis.openapi.from_asgi("/api/openapi.json", laboratory["app"])
    wrong = [
        f"{operation.label}, {mode.value}: {error!r}"
        for operation in (found.ok() for found in described.get_all_operations())
        for mode in schemathesis.GenerationMode
        if (error := first_error(operation, mode, laboratory))
    ]
    assert not wrong, "\n\n".join(wrong)


def first_error(operation: Any, mode: Any, laboratory: dict[str, Any]) -> BaseException | None:
    """Ask a route in some ways, and return what was wrong with an answer."""
    try:
        given_of = operation.as_strategy(generation_mode=mode)
        steady(given(given_of)(lambda case: ask(case, laboratory)))()
    except Unsatisfiable:  # nothing can be wrong about a request without any field
        return None
    except (Exception, BaseExceptionGroup) as error:
        return error
    return None


def ask(case: schemathesis.Case, laboratory: dict[str, Any]) -> None:
    """Send a request as it was made up, and again to things that are there."""
    check(case)
    known = {name: laboratory[name] for name in case.path_parameters or {} if name in laboratory}
    if known:
        case.path_parameters = {**case.path_parameters, **known}
        check(case)


def check(case: schemathesis.Case) -> None:
    """Send a request, and look at what comes back."""
    answer = case.call_and_validate(
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.response_schema_conformance,
            schemathesis.checks.content_type_conformance,
        ]
    )
    assert "content-security-policy" in answer.headers
    assert b"Traceback" not in answer.content
    if answer.status_code >= 400:
        told = answer.json()
        assert set(told) == {"error", "hint"} and told["error"], told
