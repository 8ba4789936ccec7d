"""Takes the pictures of the studio's pages in ``docs/pictures/studio``: ``make pictures``.

A synthetic study, simulated phones, a real server and a real browser (Chromium, by Playwright). Each page is
taken at the size of a desktop, a tablet and a phone. Look at them before they are committed.
"""

from __future__ import annotations

import io
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from mimik.capture.simulation import simulate
from mimik.protocol import parse_protocol
from mimik.study.study import Study
from mimik.web.app import create_app
from mimik.web.studio.studio import Studio
from mimik.web.studio.work import KINDS, Tell

FOLDER = Path(__file__).with_name("studio")
SIZES = {"desktop": (1280, 800), "tablet": (1024, 768), "phone": (390, 844)}
ONE = ("tablet",)
"""Of further states of a page."""

PEOPLE = 8
PHONES = 10

QUESTION = """
[[trials.questions]]
id = "strength"
kind = "scale"
minimum = 1
maximum = 7
text = { de = "Wie stark war der Ausdruck?", en = "How strong was the expression?" }
low = { de = "kaum", en = "hardly" }
high = { de = "sehr stark", en = "very strong" }
"""


def main() -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        FOLDER.mkdir(exist_ok=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with studio(Path(place) / "first") as (_, url):
            take(browser, url, "home-first", "/", sizes=ONE)
            take(browser, url, "devices-none", "/devices", sizes=ONE)
        with studio(made_study(Path(place) / "study")) as (open_studio, url):
            Tour(browser, open_studio, url).go()
        browser.close()
    put_together()


class Tour:
    """Goes through a study's pages as the person who runs it."""

    def __init__(self, browser: Any, studio: Studio, url: str) -> None:
        self.browser, self.studio, self.url = browser, studio, url

    def go(self) -> None:
        """Take the pictures of all pages of a study with people, phones and models."""
        self.take("home", "/")
        self.take("recordings", f"/recordings#{self.first_session()}")
        self.take("models", "/models")
        self.studio.simulate(PHONES)
        until(lambda: len(self.studio.devices.all()) == PHONES)
        for number in range(1, PHONES):
            self.studio.devices.accept(number)
        self.take("devices", "/devices")
        self.live()
        self.sessions()

    def live(self) -> None:
        """Watch a phone with a model."""
        self.studio.live.start(PHONES - 1, "expressions")
        self.studio.simulated.ask(self.studio.devices.identity(PHONES - 1), "happy")
        self.take("live", "/live", settle=9.0)
        self.studio.live.stop(PHONES - 1)

    def sessions(self) -> None:
        """Prepare a session and run it, then ten side by side on one page."""
        asked = self.studio.sittings.prepare(device=1, ask=True, language="en")
        self.take("screen-consent", f"/screen/{asked.screen.key}", sizes=ONE)
        self.studio.sittings.remove(asked.id)
        one = self.prepare(1)
        self.take("sessions-check", "/sessions")
        self.take("screen-preparing", f"/screen/{one.screen.key}", sizes=ONE)
        self.begin(one)
        self.take("screen-start", f"/screen/{one.screen.key}")
        self.press(one, "start")
        self.take("screen-recording", f"/screen/{one.screen.key}", settle=2.0)
        self.take("sessions-run", "/sessions", settle=2.0)
        until(lambda: one.view.phase.value == "asking")
        self.take("screen-question", f"/screen/{one.screen.key}", sizes=ONE)
        shared = None
        for device in range(2, PHONES):
            sitting = self.prepare(device, screen=shared)
            shared = shared or sitting.screen.key
            self.begin(sitting)
            if device % 3:
                self.press(sitting, "start")
        self.take("sessions-ten", "/sessions", settle=1.0, sizes=ONE)
        self.take("screen-shared", f"/screen/{shared}", sizes=ONE)
        self.press(one, "pause")
        self.studio.simulated.send_away()
        until(lambda: all(device["silent"] for device in self.studio.devices.all()))
        self.take("screen-face-lost", f"/screen/{shared}", sizes=ONE)
        self.take("devices-silent", "/devices", sizes=ONE)

    def prepare(self, device: int, screen: str | None = None) -> Any:
        """Prepare a sitting of a fresh pseudonym."""
        return self.studio.sittings.prepare(device=device, consent=True, language="en", screen=screen)

    def begin(self, sitting: Any) -> None:
        """Begin a session, and wait for its first prompt."""
        self.studio.sittings.begin(sitting.id)
        until(lambda: sitting.view is not None and sitting.view.prompt)

    def press(self, sitting: Any, button: str) -> None:
        """Press a button."""
        from mimik.capture.button import Button

        self.studio.sittings.press(sitting.id, Button(button))

    def first_session(self) -> str:
        """Return the way to the first session of the study, as addresses have it."""
        assert self.studio.study is not None
        info = self.studio.study.sessions()[0]
        return f"{info.participant}/{info.session}"

    def take(self, name: str, path: str, **how: Any) -> None:
        """Take a page."""
        take(self.browser, self.url, name, path, **how)


def take(
    browser: Any, url: str, name: str, path: str, *, settle: float = 1.0, sizes: Sequence[str] = tuple(SIZES)
) -> None:
    """Take a page, once it has nothing more to load and has settled for some seconds."""
    pages: dict[str, Page] = {}
    for size in sizes:
        width, height = SIZES[size]
        shape = {"width": width, "height": height}
        context = browser.new_context(viewport=shape, has_touch=size != "desktop", locale="en-GB")
        pages[size] = context.new_page()
        pages[size].goto(url + path, wait_until="load")
    for size, page in pages.items():
        page.wait_for_timeout(1000 * settle / len(pages))
        page.screenshot(path=FOLDER / f"{name}-{size}.jpg", type="jpeg", quality=60)
        page.context.close()
        print(f"{name}-{size}.jpg")


def put_together() -> None:
    """Make the README's picture: the operator's page, and what a participant sees."""
    left, right = (Image.open(FOLDER / f"{name}-tablet.jpg") for name in ("sessions-ten", "screen-recording"))
    gap = 16
    both = Image.new("RGB", (left.width + right.width + 3 * gap, left.height + 2 * gap), "#8a94a3")
    both.paste(left, (gap, gap))
    both.paste(right, (left.width + 2 * gap, gap))
    both.resize((both.width // 2, both.height // 2)).save(FOLDER.with_suffix(".jpg"), quality=80)


def made_study(folder: Path) -> Path:
    """Make a study with people, a question after each trial, and two models tested on the same people."""
    text = (Path(__file__).parents[2] / "src/mimik/protocol/builtin/follow-up.toml").read_text("utf-8")
    head, *trials = text.split("[[trials]]")
    asking = "[[trials]]".join([head, *(trial.rstrip() + "\n" + QUESTION + "\n" for trial in trials)])
    protocol = parse_protocol(asking.replace("min_seconds = 15.0", "min_seconds = 20.0"), where="pictures")
    study = Study.create(folder, title="Winter pilot", protocol=protocol, synthetic=True)
    simulate(study, participants=PEOPLE, seed=3)
    for name, preset in (("expressions", "people"), ("published", "hartmann2022")):
        settings = {"name": name, "preset": preset, "epochs": 12, "evaluate": True}
        KINDS["train"](folder, settings, Tell(io.StringIO()))
    return folder


@contextmanager
def studio(folder: Path) -> Iterator[tuple[Studio, str]]:
    """Open a studio and serve it; yields it and its address."""
    with Studio(folder, phone_port=0, phone_host="127.0.0.1") as opened:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(opened), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield opened, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def until(holds: Callable[[], Any], patience: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it did not come true")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
