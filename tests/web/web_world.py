"""What the tests of the web layer share: a quick protocol, a real server, and waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

PATIENCE = 20.0  # s; far more than anything here takes

QUICK = """
format = 1
name = "quick"
version = 1
languages = ["en", "de"]
order = "fixed"
start = "button"
check_every = 0.1
remind_every = 60
min_frames = 30

[title]
en = "Quick"
de = "Kurz"

[texts]
fixation = { en = "Look at the X", de = "Bitte auf das X schauen" }
face_lost = { en = "Your face is out of view", de = "Ihr Gesicht ist nicht zu sehen" }
paused = { en = "Paused", de = "Pause" }
done = { en = "Done. Thank you!", de = "Fertig. Vielen Dank!" }
start = { en = "Press Start", de = "Bitte Start druecken" }
reminder = { en = "Hold it", de = "Bitte halten" }

[[trials]]
expression = "happy"
prompt = { en = "Please look happy", de = "Bitte schauen Sie gluecklich" }

[[trials]]
expression = "sad"
prompt = { en = "Please look sad", de = "Bitte schauen Sie traurig" }
"""
"""A protocol of half a second a trial."""


class Server:
    """A real server in a thread, with ``url``."""

    def __init__(self, app: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()
        wait_until(lambda: self._server.started)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def wait_until(holds: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until something holds, and return it; fails after ``patience`` seconds."""
    end = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)
    return found
