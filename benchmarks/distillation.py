"""Narrow networks that learned from a wide one against equally narrow ones that learned from labels.

    python benchmarks/distillation.py [--seeds 61,62] [--train 40] [--test 60] [--epochs 8]

Studies of simulated people with the published protocol; some people train, the others are never seen.
Teachers are the recipe ``people`` (three layers of 128) and the published network (ten layers of 128) with
its 400 epochs cut to ``--epochs``. Students learn from a teacher that learned from the same people. Narrow
networks learn from the labels: of the same recipe, as deep as the teacher and as the students, and with the
teacher's features but trained exactly as students are, so that only what is learned differs. Differences from
the teacher are paired, in points, their 95 % intervals over the people never seen. A second table asks
whether a student's calibration had better be fitted anew, on training people that its teacher did not see.
Simulated people: the figures compare ways to train and say nothing about real faces.
"""

from __future__ import annotations

from mimik.learn.backend import one_thread

one_thread()

import argparse  # noqa: E402  (after the threads are set)
from dataclasses import replace  # noqa: E402
from types import MappingProxyType  # noqa: E402

import numpy as np  # noqa: E402

from mimik.learn import presets  # noqa: E402
from mimik.learn.calibration import held_out_people, softened, temperature  # noqa: E402
from mimik.learn.comparison import compare  # noqa: E402
from mimik.learn.comparison.distilled import Distilled  # noqa: E402
from mimik.learn.dataset import Dataset  # noqa: E402
from mimik.learn.distillation import distilled, weights_of  # noqa: E402
from mimik.learn.metrics.probability import probability_scores  # noqa: E402
from mimik.learn.presets import PRESETS, Preset  # noqa: E402
from mimik.learn.recognizer import Recognizer  # noqa: E402
from mimik.learn.splits import Split, SplitKind  # noqa: E402
from studies import simulated  # noqa: E402

WIDTHS = (64, 32)
DEPTH = 3


def known(recipe: Preset) -> str:
    """Make a recipe known for the time that the benchmark runs, and return its name."""
    presets.PRESETS = MappingProxyType({**presets.PRESETS, recipe.name: recipe})
    return recipe.name


def narrow(name: str, width: int, depth: int) -> str:
    """Return the name of a recipe that differs in its size alone."""
    whole = PRESETS[name]
    parameters = MappingProxyType({**whole.parameters, "width": width, "depth": depth})
    return known(replace(whole, name=f"{name}, {depth} x {width}", parameters=parameters))


def as_students(name: str, width: int) -> str:
    """Return the name of a recipe with the features of another one that learns labels as students learn."""
    whole, default = PRESETS[name], PRESETS["people"]
    parameters = {**default.parameters, "dropout": 0.0, "width": width, "depth": DEPTH}
    recipe = replace(
        whole,
        name=f"{name}, {DEPTH} x {width}, trained as students are",
        least_steps=default.least_steps,
        every=default.every,
        parameters=MappingProxyType(parameters),
    )
    return known(recipe)


def lined_up(teacher: str, epochs: int | None) -> dict[str, object]:
    """Return the teacher, its students, and narrow networks that learn from the labels."""
    depths = dict.fromkeys((int(PRESETS[teacher].parameters["depth"]), DEPTH))
    first = Recognizer(teacher, epochs=epochs, random_state=None)
    students = {f"{teacher}, distilled to {DEPTH} x {w}": Distilled(first, width=w) for w in WIDTHS}
    names = [narrow(teacher, width, depth) for depth in depths for width in WIDTHS]
    alike = [as_students(teacher, width) for width in WIDTHS]
    return {
        teacher: first,
        **students,
        **{name: Recognizer(name, epochs=epochs, random_state=None) for name in names},
        **{name: Recognizer(name, random_state=None) for name in alike},
    }


def size(recipe: object, sample: Dataset) -> int:
    """Return how many weights a recipe's network has."""
    if isinstance(recipe, Distilled):
        teacher = Recognizer(recipe.estimator.preset, epochs=1).fit(sample.X, sample.labels).model_
        return weights_of(distilled(teacher, sample.X, width=recipe.width, epochs=1))
    return weights_of(Recognizer(recipe.preset, epochs=1).fit(sample.X, sample.labels).model_)


def points(estimate) -> str:
    """Return a difference in points with its interval."""
    if estimate is None:
        return ""
    return f"{100 * estimate.value:+.1f} [{100 * estimate.low:+.1f}, {100 * estimate.high:+.1f}]"


def table(seed: int, data: Dataset, split: Split, epochs: int) -> None:
    """Print a row per recipe."""
    for teacher in ("people", "hartmann2022"):
        recipes = lined_up(teacher, None if teacher == "people" else epochs)
        sample = data.subset(np.arange(len(data)) % 500 == 0)
        found = compare(data, recipes, reference=teacher, split=split, seed=seed, jobs=1)
        for name, recipe in recipes.items():
            row = found.of(name)
            frame, trial = (unit["balanced_accuracy"].value for unit in (row.frames, row.trials))
            cells = (
                f"{size(recipe, sample):,}",
                f"{frame:.3f}",
                f"{trial:.3f}",
                points(row.frame_difference),
            )
            more = (points(row.trial_difference), f"{row.frames['ece'].value:.3f}", f"{row.seconds:.0f}")
            print(f"| {seed} | {name} | {' | '.join((*cells, *more))} |", flush=True)


def calibration(seed: int, data: Dataset, split: Split) -> None:
    """Print the calibration error on people never seen: teacher, student, student calibrated anew."""
    train, test = split.train(0), split.test(0)
    X, y, context = data.X[train], data.y[train], data.context.rows(train)
    teacher = Recognizer(random_state=seed).fit(X, y, context=context).model_
    student = distilled(teacher, X, context, seed=seed)
    away = held_out_people(context.participant, seed=seed)
    some = Recognizer(random_state=seed).fit(X[~away], y[~away], context=context.rows(~away)).model_
    trial = distilled(some, X[~away], context.rows(~away), seed=seed)
    resting = context.resting[context.recording[away]]
    by = temperature(trial.predict_proba(X[away], resting=resting), y[away])
    kernels, biases = softened(student.kernels, student.biases, by)
    anew = replace(student, kernels=kernels, biases=biases)
    known = data.resting[data.recording[test]]
    for how, resting in (("known", known), ("not known", None)):
        p = [model.predict_proba(data.X[test], resting=resting) for model in (teacher, student, anew)]
        cells = " | ".join(f"{probability_scores(data.y[test], one).calibration.error:.3f}" for one in p)
        print(f"| {seed} | {how} | {cells} | {by:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", default="61,62", help="of the cohorts, separated by commas")
    parser.add_argument("--train", type=int, default=40, help="people to train on")
    parser.add_argument("--test", type=int, default=60, help="people never seen")
    parser.add_argument("--epochs", type=int, default=8, help="of the published network, in place of 400")
    options = parser.parse_args()
    studies = []
    for seed in map(int, options.seeds.split(",")):
        data = simulated(options.train + options.test, seed=seed)
        fold = np.where(data.participant < options.train, -1, 0).astype(np.int16)
        studies.append((seed, data, Split(SplitKind.PARTICIPANT, fold, 1, seed)))
    heading = ("cohort", "network", "weights", "per frame", "per trial", "frames", "trials", "ECE", "s")
    print("| " + " | ".join(heading) + " |\n|" + "---|" * len(heading))
    for seed, data, split in studies:
        table(seed, data, split, options.epochs)
    print("\n| cohort | resting face | teacher | student | with its own temperature | temperature |")
    print("|---|---|---|---|---|---|")
    for seed, data, split in studies:
        calibration(seed, data, split)


if __name__ == "__main__":
    main()
