"""A small synthetic study that the tests of commands share, and a way to call commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mimik.capture.simulation import simulate
from mimik.cli.main import app
from mimik.protocol import parse_protocol
from mimik.study.study import Study

SHORT = """
format = 1
name = "short"
version = 1
languages = ["en", "de"]
start = "automatic"
check_every = 0.5
min_seconds = 1.5
[title]
en = "Short"
de = "Kurz"
[texts]
fixation = { en = "Look at the X", de = "Schau auf das X" }
face_lost = { en = "Come back", de = "Komm zurück" }
paused = { en = "Paused", de = "Pause" }
done = { en = "Done", de = "Fertig" }
[[trials]]
expression = "happy"
prompt = { en = "Look happy", de = "Schau froh" }
[[trials]]
expression = "sad"
prompt = { en = "Look sad", de = "Schau traurig" }
"""


@pytest.fixture(scope="session")
def short_protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("protocol") / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "study"
    study = Study.create(folder, title="six people", protocol=parse_protocol(SHORT, where=""), synthetic=True)
    simulate(study, participants=6)
    return folder


@pytest.fixture
def simulated(_simulated: Path, tmp_path: Path) -> Path:
    """A copy of a study of six simulated people."""
    return Path(shutil.copytree(_simulated, tmp_path / "simulated"))


@pytest.fixture
def mimik() -> Callable[..., Any]:
    """Call a command as a user would; returns Typer's result."""
    runner = CliRunner()

    def call(*arguments: object, input: str | None = None) -> Any:
        result = runner.invoke(app, [str(a) for a in arguments], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def mimik_json(mimik: Callable[..., Any]) -> Callable[..., Any]:
    """Call a command with --json and return what it printed."""

    def call(*arguments: object) -> Any:
        result = mimik(*arguments, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return call
