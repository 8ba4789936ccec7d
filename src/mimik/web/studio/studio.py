"""The studio: one study, its phones, sittings, models and everything that runs while the server does."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.capture.simulation import require_synthetic
from mimik.clock import SystemClock
from mimik.environment import keep_passphrase
from mimik.errors import StudyError
from mimik.sources.livelink import PORT
from mimik.sources.receiver import LiveLinkReceiver
from mimik.study.consent import DEFAULT_TEXT
from mimik.study.study import Study
from mimik.web.studio.broadcast import Broadcast
from mimik.web.studio.devices import Devices
from mimik.web.studio.hub import Hub
from mimik.web.studio.jobs import Jobs
from mimik.web.studio.live import Live
from mimik.web.studio.models import Models
from mimik.web.studio.screens import Screens
from mimik.web.studio.simulated import SimulatedPhones
from mimik.web.studio.sittings import Sittings

if TYPE_CHECKING:
    from mimik.capture.view import View
    from mimik.clock import Clock
    from mimik.protocol import Protocol
    from mimik.web.studio.sitting import Sitting

__all__ = ["Studio"]


class Studio:
    """Everything behind the pages; a context that starts and ends it.

    Args:
        folder: of the study; it may be empty or absent, and the study is then made on the first page.
        phone_port: UDP port phones send to; 0 for any free one.
        phone_host: this computer's address for phones; "" is every network it is in.
        clock: stamps arrivals.

    Attributes:
        folder, clock: as given.
        broadcast: news for the pages.
        receiver: of the phones' frames.
        devices, screens, sittings: see there.
        simulated: people who don't exist, for synthetic studies.
        hub: the thread that reads the phones.
        models: of the study.
        live: recognition on phones, now.
        jobs: training and evaluating, in processes of their own.

    Raises:
        StudyError: the folder holds something else than a study.
        MimikError: the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        *,
        phone_port: int = PORT,
        phone_host: str = "",
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        self._study = _opened(folder)
        self._making = threading.Lock()
        self._at_end = ExitStack()
        self.broadcast = Broadcast()
        self.simulated = SimulatedPhones(self.clock)
        self.devices = Devices(
            self.clock,
            self.broadcast,
            study_number=lambda identity: self.require_study().device_number(identity),
            simulated=self.simulated,
        )
        self.receiver = LiveLinkReceiver(
            phone_port, host=phone_host, clock=self.clock, number_of=self.devices.number_of
        )
        self.devices.listen_to(self.receiver)
        self.hub = Hub(self.receiver, self.clock)
        self.screens = Screens()
        self.sittings = Sittings(
            self.require_study,
            self.clock,
            self.hub,
            self.devices,
            self.screens,
            self.broadcast,
            on_view=self._show_the_simulated,
        )
        self.models = Models(folder, lambda: self._study)
        self.live = Live(
            self.models.shelf.folder,
            self.clock,
            self.broadcast,
            self.devices,
            synthetic=lambda: self._study is not None and self._study.synthetic,
        )
        self.jobs = Jobs(
            folder, self.broadcast, clock=self.clock, on_end=lambda _: self.broadcast.publish("study", {})
        )

    @property
    def study(self) -> Study | None:
        """The study, None before the first page has made it."""
        return self._study

    @property
    def phone_port(self) -> int:
        """The UDP port phones send to."""
        return self.receiver.address[1]

    def require_study(self) -> Study:
        """Return the study.

        Raises:
            StudyError: there is none yet.
        """
        if self._study is None:
            raise StudyError("Expected a study, found none yet.", hint="Make one on the first page.")
        return self._study

    def make_study(
        self,
        *,
        title: str,
        protocol: Protocol,
        synthetic: bool,
        consent: str | None,
        passphrase: str | None = None,
    ) -> Study:
        """Make the study in the folder this studio was started for.

        Args:
            title: one line for people.
            protocol: what participants are asked to do.
            synthetic: whether its people are simulated.
            consent: what participants agree to; None for the text that comes with Mimik.
            passphrase: encrypts the study; from then on it is this program's key, and that of its jobs.

        Raises:
            StudyError: there is one already, or the folder can't be written.
        """
        with self._making:
            if self._study is not None:
                raise StudyError(f"Expected no study yet, found {self._study.title!r}.")
            self._study = Study.create(
                self.folder,
                title=title,
                protocol=protocol,
                synthetic=synthetic,
                consent=DEFAULT_TEXT if consent is None else consent,
                key=passphrase,
            )
            if passphrase is not None:
                keep_passphrase(passphrase)
        self.broadcast.publish("study", {})
        return self._study

    def simulate(self, count: int) -> None:
        """Let simulated people sit down.

        Raises:
            StudyError: the study is for real people.
        """
        require_synthetic(self.require_study())
        port = self.phone_port
        for _ in range(count):
            self.simulated.add(("127.0.0.1", port))

    def open(self) -> None:
        """Begin to listen to phones."""
        self.hub.add_listener(self.devices.see)
        self.hub.add_listener(self.sittings.see)
        self.hub.add_listener(self.live.see)
        self.hub.add_tick(self.sittings.tick)
        self.hub.add_tick(self.devices.tick)
        self.hub.add_tick(self.live.tick)
        self._at_end.callback(self.jobs.close)
        self._at_end.callback(self.receiver.close)
        self._at_end.callback(self.sittings.close)
        self._at_end.callback(self.live.close)
        self._at_end.callback(self.hub.close)
        self._at_end.callback(self.simulated.close)
        self.hub.start()

    def close(self) -> None:
        """Leave all sessions, resumable, and end; may be called twice."""
        self._at_end.close()

    def __enter__(self) -> Studio:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _show_the_simulated(self, sitting: Sitting, view: View) -> None:
        if self.devices.is_simulated(sitting.device):
            self.simulated.show(self.devices.identity(sitting.device), view)


def _opened(folder: Path) -> Study | None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    return Study.open(folder)
