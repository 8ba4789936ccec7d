"""Live recognition: at most one model for each phone, watched by whoever wants to."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.deploy.load import load
from mimik.errors import ModelError, StudyError
from mimik.web.studio.missing import NotFound
from mimik.web.studio.recogniser import STOPPED, Recogniser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.learn.runtime import Runtime
    from mimik.web.studio.broadcast import Broadcast
    from mimik.web.studio.devices import Devices

__all__ = ["MODEL_NAME", "Live", "model_file", "models_in"]

MODEL_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.(tflite|onnx))?$"
"""A model's name as a client gives it: a .mimik file's without its ending, an exported file's with it."""

_ENDINGS = (".mimik", ".tflite", ".onnx")
_LOOK_EVERY = 0.5  # s
_PATIENCE = 5.0  # s for a recogniser to end


class Live:
    """What is recognised now.

    Args:
        folder: where the study's models lie.
        clock: the one that stamps arrivals.
        broadcast: told of "live:N" for each phone that is recognised.
        devices: only accepted ones are recognised.
        synthetic: whether the study is for simulated people.
        load: makes a runtime of a model's file.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        broadcast: Broadcast,
        devices: Devices,
        *,
        synthetic: Callable[[], bool] = lambda: False,
        load: Callable[[Path], Runtime] = load,
    ) -> None:
        self._folder, self._clock, self._broadcast, self._devices = folder, clock, broadcast, devices
        self._synthetic, self._load = synthetic, load
        self._lock = threading.Lock()
        self._running: dict[int, Recogniser] = {}
        self._looked = 0.0
        self._closed = False

    def all(self) -> list[dict[str, Any]]:
        """Return what is told of each phone that is recognised."""
        return [running.facts for _, running in sorted(self._running.items())]

    def models(self) -> list[dict[str, str]]:
        """Return the models there are, the newest first."""
        return models_in(self._folder)

    def start(self, device: int, model: str) -> dict[str, Any]:
        """Recognise on a phone with a model; one that runs there is replaced. The model is loaded meanwhile,
        in the caller's thread.

        Raises:
            NotFound: there is no such phone or model.
            StudyError: the phone is not accepted.
            ModelError: the model can't be used.
        """
        simulated = self._accepted(device)
        path = model_file(self._folder, model)
        running = Recogniser(
            device,
            model,
            self._load(path),
            self._clock,
            lambda facts: self._publish(running, facts),
            synthetic=simulated or self._synthetic(),
        )
        with self._lock:
            if self._closed:
                raise StudyError("Expected a studio that runs, found one that ends.")
            before = self._running.pop(device, None)
            self._running[device] = running
        _end(before)
        running.start()
        return running.facts

    def rest(self, device: int) -> dict[str, Any]:
        """Learn the resting face now.

        Raises:
            NotFound: nothing is recognised on this phone.
            StudyError: the model needs no resting face.
        """
        running = self._of(device)
        running.rest()
        return running.facts

    def stop(self, device: int) -> None:
        """Recognise no longer; raises NotFound where nothing is."""
        running = self._of(device)
        with self._lock:
            if self._running.get(device) is running:
                del self._running[device]
        _end(running)
        self._tell_stopped(running)

    def see(self, frames: Sequence[Frame], _now: float) -> None:
        """Take in frames; called in the hub's thread."""
        for frame in frames:
            running = self._running.get(frame.device)
            if running is not None:
                running.take(frame)

    def tick(self, now: float) -> None:
        """End where a phone is accepted no longer; called in the hub's thread."""
        if 0 <= now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        for device, running in list(self._running.items()):
            if not self._devices.one(device)["accepted"]:
                with self._lock:
                    if self._running.get(device) is running:
                        del self._running[device]
                running.end()  # it may take a moment, which the hub can't spare
                self._tell_stopped(running)

    def close(self) -> None:
        """End all; may be called twice."""
        with self._lock:
            self._closed = True
            left = list(self._running.values())
            self._running.clear()
        for running in left:
            _end(running)

    def _of(self, device: int) -> Recogniser:
        running = self._running.get(device)
        if running is None:
            raise NotFound(f"Expected a phone that is recognised, found phone {device}, which is not.")
        return running

    def _accepted(self, device: int) -> bool:
        """Return whether a phone is simulated, if it is accepted."""
        facts = self._devices.one(device)
        if not facts["accepted"]:
            raise StudyError(
                f"Expected an accepted phone, found phone {device}, which is not accepted.",
                hint="Accept it on the page Devices first.",
            )
        return bool(facts["simulated"])

    def _publish(self, running: Recogniser, facts: dict[str, Any]) -> None:
        """Tell what a recogniser says, unless another has taken its place."""
        if self._running.get(running.device) is running:
            self._broadcast.publish(f"live:{running.device}", facts)

    def _tell_stopped(self, running: Recogniser) -> None:
        topic = f"live:{running.device}"
        told = {**running.facts, "state": STOPPED, "expression": None, "confidence": None, "smoothed": None}
        self._broadcast.publish(topic, told)  # and kept: a page that was away must hear of it


def models_in(folder: Path) -> list[dict[str, str]]:
    """Return name and kind of each model in a folder, the newest first."""
    found = [path for ending in _ENDINGS for path in folder.glob(f"*{ending}")]
    newest = sorted(found, key=lambda path: (-_changed(path), path.name))
    names = [(path.stem if path.suffix == ".mimik" else path.name, path.suffix[1:]) for path in newest]
    return [{"name": name, "kind": kind} for name, kind in names if _is_name(name)]


def model_file(folder: Path, name: str) -> Path:
    """Return a model's file by its name, never anything outside of the folder.

    Raises:
        ModelError: no model can be called so.
        NotFound: there is none.
    """
    if not _is_name(name):
        raise ModelError(f"A model can't be called {name!r}.")
    path = folder / (name if name.endswith(_ENDINGS) else f"{name}.mimik")
    if not path.is_file():
        raise NotFound(f"There is no model {name!r}.", hint="Was it removed meanwhile?")
    return path


def _is_name(name: str) -> bool:
    return re.fullmatch(MODEL_NAME, name, re.ASCII) is not None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _end(running: Recogniser | None) -> None:
    if running is not None:
        running.end()
        running.join(_PATIENCE)
