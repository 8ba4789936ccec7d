"""Record sessions of made-up frames in real time until killed, telling each step on standard output.

Usage: record_until_killed.py STUDY PARTICIPANT SECONDS, with SECONDS of recording in each session.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from mimik.clock import SystemClock
from mimik.frame import Frame
from mimik.study import SessionFacts, Study

clock = SystemClock()


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def record(study: Study, participant: str, seconds: float) -> None:
    writer = study.start_session(participant, SessionFacts(started=clock.now()))
    tell("started", writer.session)
    end = clock.now() + seconds
    number = 0
    while (now := clock.now()) < end:
        trial = number // 100
        if number % 100 == 0:
            writer.open_trial(trial, f"expression {trial}", now)
        values = np.full(64, number, np.float32)
        writer.frame(trial, Frame(1, number, number / 60, now, True, values))
        writer.flush(now)
        tell("frame", number, now)
        number += 1
        if number % 100 == 0:
            writer.close_trial(trial, "complete", clock.now())
        time.sleep(1 / 600)  # this program is a device: frames take their time
    writer.finish(clock.now())
    tell("finished", writer.session, number)


def main(folder: str, participant: str, seconds: str) -> None:
    study = Study.open(folder)
    while True:
        record(study, participant, float(seconds))


main(*sys.argv[1:])
