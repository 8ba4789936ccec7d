"""A small recorded study: two simulated people who sat to the end, and one who broke off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from web_world import QUICK

from mimik.capture.simulation import EPOCH, simulate
from mimik.frame import Frame
from mimik.protocol import parse_protocol
from mimik.study.session import SessionFacts
from mimik.study.study import Study

__all__ = ["recorded_study"]

ASKED = """
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong was it?", de = "Wie stark war es?" }
minimum = 0
maximum = 10
"""
"""Asked after the last trial."""


def recorded_study(folder: Path) -> Path:
    """Make it, and return its folder."""
    protocol = parse_protocol(QUICK + ASKED, where="quick")
    study = Study.create(folder, title="A recorded study", protocol=protocol, synthetic=True)
    simulate(study, participants=2, seed=5)
    who = study.add_participant(rng=np.random.default_rng(5)).id
    study.record_consent(who, at=EPOCH, basis="simulated")
    writer = study.start_session(who, SessionFacts(started=EPOCH, device=1, rate=60.0, language="en"))
    writer.open_trial(1, "happy", EPOCH)
    values = np.random.default_rng(6).random((60, 64), dtype=np.float32)
    for i, row in enumerate(values):
        writer.frame(1, Frame(1, i, i / 60, EPOCH + i / 60, True, row))
    writer.flush(EPOCH + 1)
    writer.leave()
    return folder
