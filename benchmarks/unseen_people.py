"""The published network against the default recognizer on people never seen, in three simulated cohorts.

    python benchmarks/unseen_people.py [--train 40] [--test 60] [--epochs 8]

Cohorts differ in seed, difficulty, frame rate, how a trial starts and whether the order of trials is
shuffled; each person looks neutral for four seconds first. The default is shown with that resting face and
without. The published network has its own recipe with its 400 epochs cut to ``--epochs``: after a few, its
accuracy on people never seen no longer grows. Both are trained on some people and tested on others, per
frame and per trial (the mean probability of a trial's frames). The last column is the gain per trial over
the published network with a 95 % interval from resampling people. Simulated people: the figures compare
recipes and say nothing about real faces.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mimik.learn.context import Context
from mimik.learn.decisions import owners, per_recording
from mimik.learn.recognizer import Recognizer
from mimik.sources.virtual.person import CHUNK, Habits, Person
from mimik.study.resting import resting_face

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")
NEUTRAL, HESITATION = 4, 3  # seconds
DRAWS = 2000


@dataclass(frozen=True)
class Cohort:
    """Simulated people and the protocol they sit through."""

    name: str
    seed: int
    habits: Habits = field(default_factory=Habits)
    fps: int = 30
    frames: int = 510
    button: bool = False
    shuffled: bool = False


COHORTS = (
    Cohort("as calibrated, 30 fps, fixed order", seed=11),
    Cohort(
        "more unlike, 30 fps, fixed order",
        seed=21,
        habits=Habits(rest=0.12, own_way=0.95, confusion=0.9, gain=0.7, waver=0.2, tremor=0.04, jitter=0.008),
    ),
    Cohort(
        "more alike, 60 fps, shuffled, start button",
        seed=33,
        habits=Habits(rest=0.05, own_way=0.6, confusion=0.5, gain=0.4, waver=0.08),
        fps=60,
        frames=900,
        button=True,
        shuffled=True,
    ),
)


@dataclass(frozen=True)
class Frames:
    """Frames (n,) with their labels and context."""

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    context: Context

    def of(self, mask: NDArray[np.bool_]) -> Frames:
        """Return some of the frames."""
        return Frames(self.X[mask], self.y[mask], self.context.rows(mask))


def sit(cohort: Cohort, people: int) -> Frames:
    """Return the tracked frames of so many people."""
    trials, resting = [], []
    for number in range(people):
        person = Person(100_000 * cohort.seed + number, fps=cohort.fps, habits=cohort.habits)
        neutral, clock = watched(person, cohort, NEUTRAL * cohort.fps, 0.0)[0], 0.0
        order = np.random.default_rng([cohort.seed, number]).permutation(len(EXPRESSIONS))
        for code in order if cohort.shuffled else range(len(EXPRESSIONS)):
            person.ask(EXPRESSIONS[code])
            if cohort.button:
                clock = watched(person, cohort, HESITATION * cohort.fps, clock)[2]
            X, seconds, clock = watched(person, cohort, cohort.frames, clock)
            trials.append((X, seconds, code, number))
            resting.append(resting_face(neutral))
    lengths = [len(X) for X, *_ in trials]
    context = Context(
        participant=np.repeat(np.array([number for *_, number in trials], dtype=np.int32), lengths),
        recording=np.repeat(np.arange(len(trials), dtype=np.int32), lengths),
        device_time=np.concatenate([seconds for _, seconds, *_ in trials]),
        resting=np.array(resting, dtype=np.float32),
    )
    y = np.repeat(np.array([code for *_, code, _ in trials]), lengths)
    return Frames(np.concatenate([X for X, *_ in trials]), y, context)


def watched(person: Person, cohort: Cohort, frames: int, clock: float):
    """Return the next frames with a face, their times and the time afterwards."""
    values, seen = zip(*(person.move() for _ in range(frames // CHUNK)), strict=True)
    tracked = np.concatenate(seen)
    seconds = clock + np.arange(len(tracked)) / cohort.fps
    return np.concatenate(values)[tracked, :52], seconds[tracked], clock + len(tracked) / cohort.fps


def balanced(y: NDArray[np.integer], found: NDArray[np.integer], weight: NDArray[np.floating]) -> float:
    """Return the mean over expressions of the share recognised, each row counted ``weight`` (n,) times."""
    right = np.bincount(y, weights=weight * (found == y)) / np.bincount(y, weights=weight)
    return float(right.mean())


def trials_of(p: NDArray[np.float32], test: Frames):
    """Return label, decision and person of each trial."""
    codes, mean = per_recording(p, test.context.recording)
    label, person = owners(test.context.recording, test.y), test.context.participant
    return label[codes], mean.argmax(axis=1), owners(test.context.recording, person)[codes]


def gain(p: NDArray[np.float32], published: NDArray[np.float32], test: Frames) -> str:
    """Return by how much ``p`` is better per trial, in points, with an interval over people."""
    y, found, person = trials_of(p, test)
    _, found_before, _ = trials_of(published, test)
    _, person = np.unique(person, return_inverse=True)
    rng = np.random.default_rng(0)
    drawn = [
        np.bincount(rng.choice(person.max() + 1, person.max() + 1), minlength=person.max() + 1)
        for _ in range(DRAWS)
    ]
    gains = [balanced(y, found, d[person]) - balanced(y, found_before, d[person]) for d in drawn]
    whole = balanced(y, found, np.ones(len(y))) - balanced(y, found_before, np.ones(len(y)))
    low, high = np.quantile(gains, (0.025, 0.975))
    return f"{100 * whole:+.0f} [{100 * low:+.0f}, {100 * high:+.0f}]"


def row(cohort: Cohort, name: str, p: NDArray[np.float32], test: Frames, seconds: float, more: str) -> str:
    y, found, _ = trials_of(p, test)
    frame = balanced(test.y, p.argmax(axis=1), np.ones(len(p)))
    trial = balanced(y, found, np.ones(len(y)))
    return f"| {cohort.name} | {name} | {frame:.3f} | {trial:.3f} | {seconds:.0f} | {more} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=int, default=40, help="people to train on")
    parser.add_argument("--test", type=int, default=60, help="people never seen")
    parser.add_argument("--epochs", type=int, default=8, help="of the published network, in place of 400")
    options = parser.parse_args()
    print("| cohort | recognizer | per frame | per trial | s | gain per trial |")
    print("|---|---|---|---|---|---|")
    for cohort in COHORTS:
        everybody = sit(cohort, options.train + options.test)
        train = everybody.of(everybody.context.participant < options.train)
        test = everybody.of(everybody.context.participant >= options.train)
        started = time.process_time()
        published = Recognizer("hartmann2022", epochs=options.epochs).fit(train.X, train.y)
        before, seconds = published.predict_proba(test.X), time.process_time() - started
        name = f"`hartmann2022`, {options.epochs} of its 400 epochs"
        print(row(cohort, name, before, test, seconds, ""), flush=True)
        started = time.process_time()
        default = Recognizer().fit(train.X, train.y, context=train.context)
        seconds = time.process_time() - started
        name = f"`{default.preset}`"
        for how, p in (
            (f"{name}, resting face known", default.predict_proba(test.X, context=test.context)),
            (f"{name}, not known", default.predict_proba(test.X)),
        ):
            print(row(cohort, how, p, test, seconds, gain(p, before, test)), flush=True)


if __name__ == "__main__":
    main()
