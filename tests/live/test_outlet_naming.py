"""Outlets are named in one way, and what is no name is told."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mimik.errors import MimikError
from mimik.live.outlets.naming import OUTLETS, make_outlet


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outlets that only tell what they were made from."""
    for module, names in {
        "websocket": ["WebSocketOutlet"],
        "lsl": ["LslOutlet"],
        "osc": ["OscOutlet"],
        "lines": ["CsvOutlet", "JsonLinesOutlet"],
    }.items():
        made = {name: lambda *a, _name=name, **k: (_name, a, k) for name in names}
        monkeypatch.setitem(sys.modules, f"mimik.live.outlets.{module}", SimpleNamespace(**made))


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("websocket", ("WebSocketOutlet", (), {})),
        ("websocket:9001", ("WebSocketOutlet", (), {"port": 9001})),
        ("websocket:0.0.0.0:9001", ("WebSocketOutlet", (), {"port": 9001, "host": "0.0.0.0"})),
        ("WebSocket:[::1]:9001", ("WebSocketOutlet", (), {"port": 9001, "host": "::1"})),
        ("lsl", ("LslOutlet", (), {})),
        ("lsl:Lab 1", ("LslOutlet", (), {"name": "Lab 1"})),
        ("osc:localhost:9000", ("OscOutlet", ("localhost", 9000), {})),
        ("osc:[::1]:9000", ("OscOutlet", ("::1", 9000), {})),
        ("shown.csv", ("CsvOutlet", (Path("shown.csv"),), {})),
        ("a/lsl.JSONL", ("JsonLinesOutlet", (Path("a/lsl.JSONL"),), {})),
        (r"C:\takes\shown.csv", ("CsvOutlet", (Path(r"C:\takes\shown.csv"),), {})),
    ],
)
def test_a_name_makes_an_outlet(text: str, made: object) -> None:
    assert make_outlet(text) == made


@pytest.mark.parametrize("text", ["", "websockets", "shown.txt", "http://localhost"])
def test_what_is_no_name_is_told_with_what_is_possible(text: str) -> None:
    with pytest.raises(MimikError) as error:
        make_outlet(text)

    assert all(pattern in error.value.hint for pattern in OUTLETS.values())


@pytest.mark.parametrize(
    "text", ["osc", "osc:9000", "osc:localhost:", "osc:localhost:70000", "websocket:port"]
)
def test_a_port_that_is_none_is_told(text: str) -> None:
    with pytest.raises(MimikError, match="Expected"):
        make_outlet(text)
