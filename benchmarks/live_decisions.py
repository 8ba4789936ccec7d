"""How smoothing and hysteresis trade delay for calm, on simulated people whom the recognizer has never seen.

Trains the default recipe on one simulated cohort. Others look neutral first, which teaches their resting
face, and then show each expression for eight seconds, twice: seven and a half changes a minute. Prints a line
for each setting:

    changes    of what is said, per minute
    p50, p90   seconds from the moment when half of an expression is shown to its label, of those that got it
    right      share of the held seconds with the right label, also wrong and unsure; they add up to 100 %
    of said    share of the held seconds with any label that has the right one
    missed     shown expressions that never got their label
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mimik.frame import N_COLUMNS, Frame
from mimik.learn.recognizer import Recognizer
from mimik.learn.stream import Stream
from mimik.live.decision import UNSURE, Decider
from mimik.live.settings import LiveSettings
from mimik.live.smoothing import Smoother
from mimik.sources.virtual.person import CHUNK, Person
from unseen_people import EXPRESSIONS, Cohort
from unseen_people import sit as cohort_of

FPS = 30
REST, SHOW = 5, 8  # seconds
HELD = 3.0  # seconds after the prompt: reaction and rise are over


@dataclass(frozen=True)
class Sitting:
    """One person, frames with a face: probabilities (n, labels), time (n,) in seconds, and of the trial its
    number, code, seconds since its prompt, and how much of the expression is shown, 0..1, each (n,)."""

    p: NDArray[np.float32]
    time: NDArray[np.float64]
    trial: NDArray[np.float64]
    code: NDArray[np.float64]
    since: NDArray[np.float64]
    shown: NDArray[np.float64]


def sit(model: Any, seed: int) -> Sitting:
    person, stream = Person(seed, fps=FPS), Stream(model)
    stream.rest()
    rows = []
    plan = [(-1, None, REST), *((i, e, SHOW) for i, e in enumerate(2 * EXPRESSIONS))]
    time = itertools.count()
    for trial, expression, lasts in plan:
        person.ask(expression)
        for chunk in range(lasts * FPS // CHUNK):
            for i, (values, seen) in enumerate(zip(*person.move(), strict=True)):
                now, since = next(time) / FPS, (chunk * CHUNK + i) / FPS
                p = stream.push(frame_of(values, now)) if seen else None
                if p is not None and trial >= 0:
                    rows.append((*p, now, trial, EXPRESSIONS.index(expression), since, shown(person, since)))
    table = np.array(rows)
    n = len(EXPRESSIONS)
    return Sitting(table[:, :n], *table[:, n:].T)


def frame_of(values: NDArray[np.float32], now: float) -> Frame:
    row = np.full(N_COLUMNS, np.nan, dtype=np.float32)
    row[:55] = values[:55]
    return Frame(1, -1, now, now, True, row)


def shown(person: Person, since: float) -> float:
    """Return how much of the way to an expression is gone: what only the simulation knows."""
    effort = person._effort
    return float(np.clip((since - effort._reaction) / effort._rise, 0.0, 1.0))


def said(sitting: Sitting, settings: LiveSettings) -> NDArray[np.int64]:
    smoother, decider = Smoother(settings.smoothing), Decider(settings)
    steps = np.diff(sitting.time, prepend=sitting.time[:1]).tolist()
    frames = zip(sitting.p.tolist(), steps, sitting.time.tolist(), strict=True)
    return np.array([decider.push(smoother.push(p, step), time) for p, step, time in frames])


def measured(sittings: list[Sitting], settings: LiveSettings) -> tuple[float, ...]:
    changes = minutes = right = unsure = held = missed = 0.0
    delays = []
    for sitting in sittings:
        label = said(sitting, settings)
        changes += (label[1:] != label[:-1]).sum()
        minutes += len(label) / FPS / 60
        for trial in np.unique(sitting.trial):
            half = np.flatnonzero((sitting.trial == trial) & (sitting.shown >= 0.5))
            named = half[label[half] == sitting.code[half]]
            missed += not len(named)
            delays += [sitting.time[named[0]] - sitting.time[half[0]]] if len(named) else []
        rows = sitting.since >= HELD
        held += rows.sum()
        right += (label[rows] == sitting.code[rows]).sum()
        unsure += (label[rows] == UNSURE).sum()
    p50, p90 = np.quantile(delays, (0.5, 0.9))
    shares = (right / held, (held - right - unsure) / held, unsure / held, right / (held - unsure))
    trials = sum(len(np.unique(sitting.trial)) for sitting in sittings)
    return (changes / minutes, p50, p90, *(100 * share for share in (*shares, missed / trials)))


def grid() -> Iterator[tuple[str, LiveSettings]]:
    """Yield settings to compare: none of it, the defaults, and the defaults with one of them changed."""
    off = {"smoothing": 0.0, "unsure_below": 0.0, "surer": 0.0, "margin": 0.0, "hold": 0.0}
    yield "each frame for itself", LiveSettings(**off)
    yield "smoothing alone", LiveSettings(**{**off, "smoothing": LiveSettings().smoothing})
    yield "hysteresis alone", LiveSettings(smoothing=0.0)
    yield "the defaults", LiveSettings()
    for unsure, surer in ((0.3, 0.4), (0.35, 0.3), (0.45, 0.2), (0.5, 0.2)):
        yield f"unsure {unsure:g}, surer {surer:g}", LiveSettings(unsure_below=unsure, surer=surer)
    for name, values in {
        "smoothing": (0.1, 0.2, 0.5, 1.0),
        "unsure_below": (0.0, 0.2, 0.5, 0.6),
        "surer": (0.0, 0.1, 0.2, 0.5),
        "margin": (0.0, 0.2, 0.4),
        "hold": (0.0, 0.5, 1.0),
    }.items():
        for value in values:
            yield f"{name} {value:g}", LiveSettings(**{name: value})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--train", type=int, default=40, help="people to learn from (default: 40)")
    options.add_argument("--test", type=int, default=40, help="people to recognise (default: 40)")
    options.add_argument("--seed", type=int, default=41, help="of both cohorts (default: 41)")
    chosen = options.parse_args()
    learned = cohort_of(Cohort("calibrated", seed=chosen.seed), chosen.train)
    model = Recognizer(random_state=0).fit(learned.X, learned.y, context=learned.context).model_
    sittings = [sit(model, 100_000 * (chosen.seed + 1) + number) for number in range(chosen.test)]
    columns = ("changes", "p50 s", "p90 s", "right", "wrong", "unsure", "of said", "missed")
    print(f"{'':24}{'stated s':>9}" + "".join(f"{column:>9}" for column in columns))
    for name, settings in grid():
        figures = measured(sittings, settings)
        print(f"{name:24}{settings.delay:9.2f}" + "".join(f"{figure:9.2f}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()
