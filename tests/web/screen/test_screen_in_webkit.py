"""The participant's screen in WebKit (WebKitGTK's MiniBrowser): as near to Safari as Linux comes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_screen import CHOICE, KEY, SCALE, SLIDER, TEXT, seat
from web_world import wait_until

pytest.importorskip("selenium", reason="needs selenium")
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.webkitgtk.service import Service

DRIVER = shutil.which("WebKitWebDriver")
XVFB = shutil.which("Xvfb")
CLIP = {"kind": "clip", "url": f"/api/screens/{KEY}/media/media/clip.webm", "description": "A grey square"}

pytestmark = [
    pytest.mark.skipif(
        not DRIVER or not XVFB, reason="needs WebKit and Xvfb (Debian: webkit2gtk-driver, xvfb)"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:selenium"),
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A display that nobody sees, by its name."""
    assert XVFB
    reading, writing = os.pipe()
    command = [XVFB, "-displayfd", str(writing), "-screen", "0", "1100x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        name = told.readline().strip()
    yield f":{name}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def webkit(display: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """MiniBrowser, driven."""
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(next(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"), ""))
    options.add_argument("--automation")
    home = str(tmp_path_factory.mktemp("home"))
    service = Service(
        DRIVER,
        env={**os.environ, "DISPLAY": display, "HOME": home, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"},
    )
    driver = webdriver.WebKitGTK(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture
def shown(webkit: Any, stage: Any) -> Any:
    """WebKit's page with the screen."""
    webkit.get(stage.url)
    see(webkit, "Please wait")
    yield webkit
    webkit.get("about:blank")


def find(driver, text, tag="*"):
    return driver.find_elements(By.XPATH, f"//{tag}[normalize-space(.)='{text}']")


def see(driver, text):
    def there():
        try:
            return text in driver.find_element(By.TAG_NAME, "body").text
        except StaleElementReferenceException:
            return False

    wait_until(there)


def press(driver, name):
    wait_until(lambda: [b for b in find(driver, name, "button") if b.is_displayed() and b.is_enabled()])[
        0
    ].click()


def type_(driver, *keys):
    webdriver.ActionChains(driver).send_keys(*keys).perform()


def test_ready_start_prompt_reload_and_thanks(shown, screen):
    screen.on_press = lambda name: screen.show(seat(prompt="Please look happy now"))
    screen.show(seat("preparing"))
    press(shown, "I am ready")
    wait_until(lambda: any(screen.ready.values()))
    see(shown, "Please wait until it begins")
    screen.show(seat("waiting-for-start", message="Press Start"))
    press(shown, "Start")
    see(shown, "Please look happy now")
    assert screen.presses[0] == ("one", "start")
    shown.refresh()
    see(shown, "Please look happy now")
    prompt = shown.find_element(By.CSS_SELECTOR, ".prompt > span")
    size = shown.get_window_size()
    assert (
        float(prompt.value_of_css_property("font-size")[:-2])
        >= 0.06 * min(size["width"], size["height"]) * 0.9
    )
    screen.show(seat("waiting-for-face", message="Your face is out of view"))
    see(shown, "Sit upright in front of the camera")
    screen.show(seat("done", message="Done. Thank you!"))
    see(shown, "Done. Thank you!")


def test_start_by_key(shown, screen):
    screen.show(seat("waiting-for-start", message="Press Start"))
    see(shown, "Press Start")
    screen.on_press = lambda name: screen.show(seat(message="Please hold the expression"))
    type_(shown, Keys.SPACE)
    see(shown, "Please hold the expression")


def test_the_server_goes_and_comes_back(shown, screen, stage):
    screen.show(seat())
    see(shown, "Please look sad now")
    stage.stop()
    see(shown, "Connection lost")
    screen.shown = [seat(prompt="Please look happy now")]
    stage.start()
    see(shown, "Please look happy now")
    wait_until(lambda: not shown.find_element(By.CSS_SELECTOR, "p.lost").is_displayed())


def test_questions_and_a_reload_between_them(shown, screen):
    screen.on_answer = lambda name: screen.show(seat("waiting-for-start", trial=3))
    screen.show(seat("asking", questions=[CHOICE, SCALE, SLIDER, TEXT]))
    see(shown, "What did you show?")
    shown.find_element(By.CSS_SELECTOR, "input[value=sad]").click()
    press(shown, "Next")
    see(shown, "How strongly?")
    type_(shown, "10")
    press(shown, "Next")
    see(shown, "How much does it hurt?")
    type_(shown, "73")
    shown.refresh()
    see(shown, "How much does it hurt?")
    assert shown.find_element(By.CSS_SELECTOR, ".number").text == "73"
    press(shown, "Next")
    wait_until(lambda: shown.find_elements(By.TAG_NAME, "textarea"))[0].send_keys("Not really")
    press(shown, "Done")
    wait_until(lambda: screen.answers)
    assert screen.answers[0][2] == {"felt": "sad", "strength": "10", "pain": "73", "words": "Not really"}
    see(shown, "Start")


def test_a_clip_plays(shown, screen):
    screen.show(seat("waiting-for-start", media=CLIP))
    screen.on_press = lambda name: screen.show(seat(media=CLIP))
    press(shown, "Start")
    wait_until(lambda: shown.execute_script("return document.querySelector('video').currentTime > 0.2"))


def test_right_to_left_and_ten_seats(shown, screen):
    screen.show(
        *(
            seat(name=str(i), label=f"Seat {i}", language="ar", direction="rtl", prompt="بحزن")
            for i in range(10)
        )
    )
    wait_until(lambda: len(shown.find_elements(By.CSS_SELECTOR, ".tile .mark")) == 10)
    see(shown, "بحزن")
    assert shown.execute_script("return document.documentElement.scrollWidth <= innerWidth")
