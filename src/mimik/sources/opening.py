"""How each kind of source is opened."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.frame import Block
from mimik.sources import facecap, ifacialmocap, livelink, recordings, vtubestudio
from mimik.sources.lsl import LslInlet
from mimik.sources.opensource import OpenSource
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.replay import Replay
from mimik.sources.virtual.live import FPS, Performance
from mimik.sources.virtual.phone import APP

if TYPE_CHECKING:
    from mimik.sources.askedphone import AskedPhone
    from mimik.sources.wish import Wish

__all__ = [
    "open_facecap",
    "open_facemotion3d",
    "open_ifacialmocap",
    "open_livelink",
    "open_lsl",
    "open_recording",
    "open_virtual",
    "open_vtubestudio",
    "open_webcam",
]


def open_livelink(wish: Wish) -> OpenSource:
    """Listen to all phones with Live Link Face."""
    receiver = LiveLinkReceiver(wish.number(livelink.PORT), clock=wish.clock, number_of=wish.number_of)
    return OpenSource(
        receiver,
        "Live Link Face",
        'On the phone: Live Link Face, mode "Live Link (ARKit)", add this computer as a target.',
        receiver.close,
        lambda: "",
        lambda: receiver.refusals,
        devices=None,
        port=receiver.address[1],
    )


def open_ifacialmocap(wish: Wish) -> OpenSource:
    """Ask a phone with iFacialMocap."""
    host, port = wish.address(ifacialmocap.PORT)
    return _asked("iFacialMocap", host, ifacialmocap.IFacialMocapReceiver(host, port, clock=wish.clock))


def open_facemotion3d(wish: Wish) -> OpenSource:
    """Ask a phone with Facemotion3d."""
    host, port = wish.address(ifacialmocap.FACEMOTION3D_PORT)
    return _asked("Facemotion3d", host, ifacialmocap.IFacialMocapReceiver(host, port, clock=wish.clock))


def open_vtubestudio(wish: Wish) -> OpenSource:
    """Ask a phone with VTube Studio."""
    host, port = wish.address(vtubestudio.PORT)
    return _asked("VTube Studio", host, vtubestudio.VTubeStudioReceiver(host, port, clock=wish.clock))


def _asked(app: str, host: str, receiver: AskedPhone) -> OpenSource:
    return OpenSource(
        receiver,
        app,
        f"Asking {app} at {host} for frames.",
        receiver.close,
        lambda: host,
        lambda: receiver.refusals,
    )


def open_facecap(wish: Wish) -> OpenSource:
    """Listen to a phone with Face Cap."""
    receiver = facecap.FaceCapReceiver(wish.number(facecap.PORT), clock=wish.clock)
    return OpenSource(
        receiver,
        "Face Cap",
        "On the phone: Face Cap, live mode, with this computer's address and port.",
        receiver.close,
        lambda: receiver.phone or "",
        lambda: receiver.refusals,
        port=receiver.address[1],
    )


def open_lsl(wish: Wish) -> OpenSource:
    """Find a stream of the Lab Streaming Layer."""
    inlet = LslInlet(wish.rest or None, clock=wish.clock)
    try:
        inlet.wait(wish.patience)
    except MimikError:
        inlet.close()
        raise
    return OpenSource(
        inlet,
        "Lab Streaming Layer",
        f"Reading the stream {inlet.name}.",
        inlet.close,
        lambda: f"lsl {inlet.source_id or inlet.name}",
        lambda: inlet.refusals,
        rate=inlet.rate,
        synthetic=inlet.synthetic,
    )


def open_webcam(wish: Wish) -> OpenSource:
    """Open a camera."""
    index = wish.number(0)
    with needs_extra("webcam"):
        webcam = importlib.import_module("mimik.sources.webcam").Webcam(index, face_model=wish.face_model)
    return OpenSource(webcam, "MediaPipe webcam", "", webcam.close, lambda: f"webcam {index}")


def open_virtual(wish: Wish) -> OpenSource:
    """Seat a simulated person who shows one expression after the other."""
    names = [name.strip() for name in wish.rest.split(",") if name.strip()]
    person = Performance(names, clock=wish.clock, number_of=wish.number_of)
    return OpenSource(person, APP, "", person.close, lambda: "virtual-0", rate=float(FPS), synthetic=True)


def open_recording(wish: Wish) -> OpenSource:
    """Play a recording in real time; the path is a file's."""
    recording = recordings.open_recording(wish.text, face_model=wish.face_model)
    rate = float(recording.rate) if np.isfinite(recording.rate) else None
    replay = Replay(Block.joined(tuple(recording.blocks())), clock=wish.clock)
    return OpenSource(replay, recording.app, "", lambda: None, lambda: recording.path.name, rate=rate)
