"""A studio of a synthetic study, its server, and a browser, for the tests of the web layer."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recorded_world import recorded_study
from starlette.testclient import TestClient
from web_world import PATIENCE, QUICK, Server

from mimik.capture.simulation import simulate
from mimik.protocol import load_protocol, parse_protocol
from mimik.study.study import Study
from mimik.web.access import Access
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def make_studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Makes and opens studios; ``make_studio(protocol="quick", synthetic=True, people=0)``."""
    opened: list[Studio] = []

    def make(protocol: str = "quick", *, synthetic: bool = True, folder: Path | None = None) -> Studio:
        place = folder or tmp_path / f"study-{len(opened)}"
        if not place.exists() and protocol:
            text = parse_protocol(QUICK, where="quick") if protocol == "quick" else load_protocol(protocol)
            Study.create(place, title="A study of tests", protocol=text, synthetic=synthetic)
        studio = Studio(place, phone_port=0, phone_host="127.0.0.1")
        studio.open()
        opened.append(studio)
        return studio

    yield make
    for studio in opened:
        studio.close()


@pytest.fixture
def studio(make_studio: Callable[..., Studio]) -> Studio:
    """A studio of an empty synthetic study with the quick protocol."""
    return make_studio()


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    """Speaks to the studio as a script on this computer does."""
    with TestClient(create_app(studio), base_url="http://localhost") as speaking:
        yield speaking


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers: ``serve(studio).url``; or of any ASGI app."""
    servers: list[Server] = []

    def started(what: Any, access: Access | None = None) -> Server:
        servers.append(Server(create_app(what, access) if isinstance(what, Studio) else what))
        return servers[-1]

    yield started
    for server in servers:
        server.close()


@pytest.fixture(scope="module")  # while Playwright runs, other tests can't run an asyncio loop of their own
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless, by Playwright."""
    if not CHROMIUM:
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=user-gesture-required"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page of a fresh browser context; errors of its scripts fail the test."""
    context = browser.new_context(viewport={"width": 1180, "height": 820})
    context.set_default_timeout(1000 * PATIENCE)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert not wrong, f"errors of the page's scripts: {wrong}"


@pytest.fixture(scope="session")
def _small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "study"
    study = Study.create(folder, title="Six people", protocol=parse_protocol(QUICK, where=""), synthetic=True)
    simulate(study, participants=6)
    return folder


@pytest.fixture
def small_study(_small_study: Path, tmp_path: Path) -> Path:
    """A copy of a study of six simulated people, who showed two expressions."""
    return Path(shutil.copytree(_small_study, tmp_path / "small"))


@pytest.fixture(scope="session")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded_study(tmp_path_factory.mktemp("recorded") / "study")


@pytest.fixture
def recorded(_recorded: Path, tmp_path: Path) -> Path:
    """A copy of a study in which two people sat to the end and one broke off."""
    return Path(shutil.copytree(_recorded, tmp_path / "copy"))


@pytest.fixture(scope="session")
def _study_with_models(_small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from mimik.web.studio.work import KINDS, Tell

    folder = Path(shutil.copytree(_small_study, tmp_path_factory.mktemp("models") / "study"))
    for name, epochs, evaluate in (("one", 2, True), ("two", 3, True), ("plain", 4, False)):
        settings = {"name": name, "epochs": epochs, "evaluate": evaluate, "folds": 2}
        KINDS["train"](folder, settings, Tell(io.StringIO()))
    for beside in ("plain.json", "plain.html"):  # as if it came from `mimik train -o`
        (folder / "derivatives" / "models" / beside).unlink(missing_ok=True)
    return folder


@pytest.fixture
def study_with_models(_study_with_models: Path, tmp_path: Path) -> Path:
    """The small study with the models one and two, tested on the same people, and plain, never tested."""
    return Path(shutil.copytree(_study_with_models, tmp_path / "with-models"))
