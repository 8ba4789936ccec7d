"""Without the extra "live", outlets that need it say how to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from outlet_examples import description

from mimik.errors import MimikError, MissingExtra
from mimik.live.outlet import Outlet
from mimik.live.outlets.lsl import LslOutlet
from mimik.live.outlets.osc import OscOutlet
from mimik.live.outlets.websocket import WebSocketOutlet

NEEDED = [
    (WebSocketOutlet(port=0), "websockets.asyncio.server"),
    (LslOutlet(), "pylsl"),
    (OscOutlet("127.0.0.1", 9000), "pythonosc.osc_message_builder"),
]


@pytest.mark.parametrize(("outlet", "package"), NEEDED)
def test_the_extra_is_named(outlet: Outlet, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtra, match="'live'") as error:
        outlet.open(description())

    assert "mimik[live]" in error.value.hint
    outlet.close()


def test_a_library_of_lsl_that_cannot_be_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "pylsl":
                raise RuntimeError("LSL binary library file was not found.")

    monkeypatch.delitem(sys.modules, "pylsl", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])

    with pytest.raises(MimikError, match=r"liblsl.*not found"):
        LslOutlet().open(description())


def test_outlets_load_nothing_before_they_are_opened() -> None:
    code = (
        "import sys; import mimik.live.outlets.lsl, mimik.live.outlets.osc, mimik.live.outlets.websocket; "
        "print([m for m in ('pylsl', 'pythonosc', 'websockets') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
