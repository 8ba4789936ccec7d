"""A seminar in the studio: ten phones, ten screens, the operator's page; what is lost, and how late.

    python benchmarks/studio_room.py [--seconds 30] [--phones 10] [--browser]

Three processes: phones that send real datagrams at 60 frames a second; the studio with its server; and those
who look, by default over WebSockets alone, with ``--browser`` ten pages and the operator in a real Chromium:
there a prompt has reached the screen when it stands in the page; of the page in front it is also told when it
was painted. Participants press Start at once, so that prompts follow each other. A recognizer watches one
phone. All of it shares this computer's cores, unlike in a room.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np

PROTOCOL = """
format = 1
name = "seminar"
version = 1
languages = ["en"]
order = "fixed"
start = "button"
repeats = 200
check_every = 0.1
min_seconds = 1.0
[title]
en = "Seminar"
[texts]
fixation = { en = "Look at the X" }
face_lost = { en = "Your face is out of view" }
paused = { en = "Paused" }
done = { en = "Done" }
start = { en = "Press Start" }
"""
TRIAL = '[[trials]]\nexpression = "{0}"\nprompt = {{ en = "Please look {0}" }}\n'
EXPRESSIONS = ("happy", "sad", "surprised", "stressed", "disappointed")
FPS = 60
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-renderer-backgrounding",  # each page is somebody's only one
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
]
SETTLE = 3.0  # s before anything is counted

SPY = """
window.written = [];
window.painted = [];
const Plain = WebSocket;
window.WebSocket = class extends Plain {
  constructor(...where) {
    super(...where);
    let shown = "";
    this.addEventListener("message", (event) => {
      const data = JSON.parse(event.data);
      const seats = data.seats ?? data.data?.seats;
      if (!seats) return;
      const now = JSON.stringify(seats.map(({view}) => [view?.trial, view?.prompt, view?.phase]));
      if (now !== shown) {
        shown = now;
        const told = data.time ?? data.data.time;
        const late = () => (performance.timeOrigin + performance.now()) / 1000 - told;
        setTimeout(() => window.written.push(late()));  // after the page's own listener
        requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push(late())));
      }
    });
  }
};
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--phones", type=int, default=10)
    parser.add_argument("--browser", action="store_true", help="look with a real Chromium")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    elif options.send:
        send(options.send, options.phones)
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as place:
        server = child("--serve", str(Path(place) / "study"))
        told = json.loads(server.stdout.readline())
        phones = child("--send", str(told["port"]), "--phones", str(options.phones))
        try:
            found = look(options, told["url"])
            phones.stdin.close()
            sent = json.loads(phones.stdout.readline())
            time.sleep(1.0)
            devices = get(told["url"] + "/api/devices")
        finally:
            phones.kill()
            server.stdin.close()
        used = json.loads(server.stdout.readline())
        server.wait()
    report(options, found, sent, devices, used)


def look(options: argparse.Namespace, url: str) -> dict[str, list[float]]:
    devices = until(lambda: (d := get(url + "/api/devices")) and len(d) == options.phones and d)
    sittings = []
    for device in devices:
        call("POST", f"{url}/api/devices/{device['number']}/accept")
        wanted = {"device": device["number"], "consent": True}
        sittings.append(call("POST", f"{url}/api/sittings", wanted))
    if live_there(url):
        call("POST", f"{url}/api/live", {"device": devices[0]["number"], "model": "any"})
    looking = in_browser if options.browser else over_sockets
    return looking(url, sittings, options.seconds)


def over_sockets(url: str, sittings: list[dict[str, Any]], seconds: float) -> dict[str, list[float]]:
    late: dict[str, list[float]] = {"prompt": [], "label": []}

    async def all_look() -> None:
        tasks = [asyncio.create_task(watch_screen(url, s, late["prompt"])) for s in sittings]
        tasks.append(asyncio.create_task(watch_operator(url, sittings, late["label"])))
        await asyncio.sleep(1.0)
        for sitting in sittings:
            await asyncio.to_thread(call, "POST", f"{url}/api/sittings/{sitting['id']}/begin")
        await asyncio.sleep(SETTLE)
        for values in late.values():
            values.clear()
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(all_look())
    return late


async def watch_screen(url: str, sitting: dict[str, Any], late: list[float]) -> None:
    from websockets.asyncio.client import connect

    shown = None
    address = url.replace("http", "ws") + f"/api/screens/{sitting['screen']['key']}/watch"
    async with connect(address) as screen:
        async for text in screen:
            told = json.loads(text)
            view = told["seats"][0]["view"] if told.get("seats") else None
            if view is None:
                continue
            now = (view["trial"], view["prompt"], view["phase"])
            if now != shown:
                late.append(time.time() - told["time"])
                shown = now
            if view["phase"] == "waiting-for-start":
                await screen.send(
                    json.dumps({"seat": sitting["id"], "press": "start", "trial": view["trial"]})
                )


async def watch_operator(url: str, sittings: list[dict[str, Any]], late: list[float]) -> None:
    from websockets.asyncio.client import connect

    device = sittings[0]["device"]
    async with connect(url.replace("http", "ws") + "/api/watch") as page:
        topics = ["devices", "sittings", "jobs", f"face:{device}", f"live:{device}"]
        await page.send(json.dumps({"watch": topics}))
        async for text in page:
            told = json.loads(text)
            if told["topic"].startswith("live:") and told["data"]["latency_ms"] is not None:
                arrival = told["data"]["time"] - told["data"]["latency_ms"] / 1000
                late.append(time.time() - arrival)


def in_browser(url: str, sittings: list[dict[str, Any]], seconds: float) -> dict[str, list[float]]:
    from playwright.sync_api import sync_playwright

    late: dict[str, list[float]] = {"prompt": [], "painted": [], "label": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(viewport={"width": 1024, "height": 768})
        context.add_init_script(SPY)
        pages = []
        for sitting in sittings:
            pages.append(context.new_page())
            pages[-1].goto(f"{url}/screen/{sitting['screen']['key']}")
        context.new_page().goto(f"{url}/sessions")
        stop = threading.Event()
        watcher = threading.Thread(target=press_start, args=(url, sittings, late["label"], stop), daemon=True)
        watcher.start()
        for sitting in sittings:
            call("POST", f"{url}/api/sittings/{sitting['id']}/begin")
        time.sleep(SETTLE)
        pages[0].bring_to_front()
        for page in pages:
            page.evaluate("window.written.length = window.painted.length = 0")
        late["label"].clear()
        pages[0].wait_for_timeout(1000 * seconds)
        for page in pages:
            late["prompt"] += page.evaluate("window.written")
        late["painted"] = pages[0].evaluate("window.painted")
        stop.set()
        watcher.join()
        browser.close()
    return late


def press_start(url: str, sittings: list[dict[str, Any]], label: list[float], stop: threading.Event) -> None:
    """Press Start for all participants as soon as their screens ask for it, and watch the label."""

    async def watching() -> None:
        tasks = [asyncio.create_task(watch_screen(url, s, [])) for s in sittings]
        tasks.append(asyncio.create_task(watch_operator(url, sittings, label)))
        while not stop.is_set():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(watching())


def report(
    options: argparse.Namespace, found: dict[str, list[float]], sent: dict, devices: list, used: dict
) -> None:
    received = sum(device["frames"] for device in devices)
    by = "Chromium" if options.browser else "WebSockets"
    print(f"{options.phones} phones at {FPS} frames a second, {by}, {os.cpu_count()} cores")
    print(f"frames sent {sent['frames']:,}, received {received:,}, lost {sent['frames'] - received}")
    for name, what in (
        ("prompt", "prompt change to screen"),
        ("painted", "painted, on the page in front"),
        ("label", "frame to shown label"),
    ):
        if found.get(name):
            ms = 1e3 * np.array(found[name])
            print(
                f"{what}: median {np.median(ms):.1f} ms, 95 % within {np.quantile(ms, 0.95):.1f} ms,"
                f" at most {ms.max():.1f} ms ({len(ms):,} of them)"
            )
    print(f"the studio used {100 * used['cpu'] / used['wall']:.0f} % of one core")
    print(f"frames kept in the study {used['kept']:,}; sessions that broke {used['broken']}")
    print("goals: no frame lost, 95 % within 100 ms for both")


# The other processes


def serve(folder: Path) -> None:
    """Serve a study until the input ends; tell where, and at the end what it took."""
    import uvicorn

    from mimik.protocol import parse_protocol
    from mimik.study.study import Study
    from mimik.web.app import create_app
    from mimik.web.studio.studio import Studio

    text = PROTOCOL + "".join(TRIAL.format(name) for name in EXPRESSIONS)
    Study.create(folder, title="Seminar", protocol=parse_protocol(text, where=""), synthetic=True)
    write_model(folder / "derivatives" / "models" / "any.mimik")
    with Studio(folder, phone_port=0, phone_host="127.0.0.1") as studio:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(studio), log_level="warning", access_log=False))
        threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        print(json.dumps({"url": url, "port": studio.phone_port}), flush=True)
        start, wall = time.process_time(), time.monotonic()
        sys.stdin.read()
        cpu, wall = time.process_time() - start, time.monotonic() - wall
        broken = sum(sitting["ended"] == "broken" for sitting in studio.sittings.news.all())
        server.should_exit = True
    kept = sum(session.frames for session in Study.open(folder).sessions())
    print(json.dumps({"cpu": cpu, "wall": wall, "kept": kept, "broken": broken}), flush=True)


def write_model(path: Path) -> None:
    """Write a recognizer of the default's size that has learned nothing: it takes as long as any."""
    from live_latency import SHAPES, network
    from mimik.learn.modelfile import save_model

    path.parent.mkdir(parents=True)
    save_model(network(*SHAPES["people (3 x 128)"]), path)


def send(port: int, phones: int) -> None:
    """Send frames of simulated people until the input ends; tell how many."""
    from mimik.sources.virtual.person import Person
    from mimik.sources.virtual.phone import VirtualPhone

    table = [
        VirtualPhone(
            Person(i, fps=FPS), ("127.0.0.1", port), device_id=f"phone-{i}", subject="iPhone", seed=i
        )
        for i in range(phones)
    ]
    for i, phone in enumerate(table):
        phone.person.ask(EXPRESSIONS[i % len(EXPRESSIONS)])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    due = time.monotonic()
    while not ended.is_set():
        for phone in table:
            phone.send()
        due += 1 / FPS
        time.sleep(max(0.0, due - time.monotonic()))
    print(json.dumps({"frames": sum(phone.sent for phone in table)}), flush=True)


def child(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, __file__, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def get(address: str) -> Any:
    return call("GET", address)


def call(method: str, address: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def live_there(url: str) -> bool:
    return "/api/live" in get(url + "/api/openapi.json")["paths"]


def until(holds: Any, patience: float = 60.0) -> Any:
    end = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)
    return found


if __name__ == "__main__":
    main()
