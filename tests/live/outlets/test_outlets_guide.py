"""The guide of the outlets shows what they say, and its examples receive it."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import numpy as np
from outlet_examples import description, event, seen

from mimik.live.outlet import Description, Event
from mimik.live.outlets.lines import CsvOutlet
from mimik.live.outlets.lsl import LslOutlet
from mimik.live.outlets.messages import description_message, event_message, recognition_message
from mimik.live.outlets.osc import OscOutlet
from mimik.live.outlets.websocket import WebSocketOutlet
from mimik.live.recognition import Recognition, State

GUIDE = (Path(__file__).parents[3] / "docs" / "outlets.md").read_text(encoding="utf-8")
TIMEOUT = 20.0  # s; only for what never comes
HALF = np.array([0.875, 0.125], np.float32)
SHOWN = (
    Description(("happy", "sad"), 60.0, 0.3, "recognizer.mimik", "research only", synthetic=True),
    Recognition(
        1, 1790000000.25, 12.5, State.RECOGNISED, "happy", 0.875, HALF, HALF, np.zeros(52, np.float32), True
    ),
    Event(1790000002.5, 1, "long happy", "message", "Thank you"),
)


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def example(library: str) -> str:
    (found,) = (code for code in fences("python") if f"from {library}" in code)
    return found


def test_the_json_shown_is_what_is_said() -> None:
    described, frame, told = SHOWN

    shown = [json.loads(text) for text in fences("json")]

    assert shown == [
        description_message(described),
        recognition_message(frame, described.labels, coefficients=False),
        event_message(told),
    ]


def test_the_csv_shown_is_what_is_written(tmp_path: Path) -> None:
    described, frame, told = SHOWN
    outlet = CsvOutlet(tmp_path / "run.csv")
    outlet.open(described)
    outlet.send(frame)
    outlet.tell(told)
    outlet.close()

    assert fences("csv") == [
        (tmp_path / name).read_text(encoding="utf-8") for name in ("run.csv", "run.events.csv")
    ]


def test_the_example_for_websockets_tells_changes() -> None:
    outlet = WebSocketOutlet(port=0)
    outlet.open(description())
    printed: list[tuple[object, ...]] = []
    names = {"print": lambda *parts: printed.append(parts)}
    code = example("websockets").replace("ws://127.0.0.1:8765/", outlet.url)
    listening = threading.Thread(target=exec, args=(code, names))
    listening.start()
    while listening.is_alive() and not outlet.clients:
        listening.join(0.002)

    for i in range(3):
        outlet.send(seen(i, changed=i != 1, expression="happy" if i < 2 else "sad"))
    outlet.close()
    listening.join(TIMEOUT)

    assert printed == [("device", 1, "happy"), ("device", 1, "sad")]


def test_the_example_for_lsl_tells_the_first_marker() -> None:
    name = f"Mimik guide {os.getpid()}"
    outlet = LslOutlet(name, devices=[1], coefficients=False)
    outlet.open(description())
    finding, telling = example("pylsl").replace("Mimik-1", f"{name}-1").split("(text,), time")
    printed: list[str] = []
    names: dict[str, Any] = {"print": printed.append}

    exec(finding, names)
    names["markers"].open_stream(TIMEOUT)
    other = names["StreamInlet"](names["resolve_byprop"]("name", f"{name}-1-probabilities")[0])
    other.open_stream(TIMEOUT)
    assert outlet.wait_for_readers(TIMEOUT)
    outlet.tell(event())
    exec("(text,), time" + telling, names)

    assert printed == ["event/tired too long/message/Have a break"]
    outlet.close()


class Shown(dict[str, str]):
    """A dictionary that tells when something came."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Event()

    def __setitem__(self, device: str, said: str) -> None:
        super().__setitem__(device, said)
        self.came.set()


def test_the_example_for_osc_keeps_what_is_shown() -> None:
    names: dict[str, Any] = {}
    exec(example("pythonosc").replace("9000", "0"), names)
    shown = names["shown"] = Shown()
    outlet = OscOutlet(*names["server"].server_address)
    outlet.open(description())

    outlet.send(seen(device=2, changed=True))

    assert shown.came.wait(TIMEOUT)
    assert shown == {"2": "happy"}
    outlet.close()
    names["server"].shutdown()
    names["server"].server_close()
