"""What label noise costs on people never seen, and what cleaning the training side brings back.

    python benchmarks/labels.py [--cohorts 6] [--snn]

Each cohort is 40 simulated people to train on and 40 others to test on. Prints, as mean and standard error
over cohorts: how well onsets are found, how well wrong trials are found, and accuracies.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cohort import EXPRESSIONS, FPS
from mimik.learn.backend import use_jax
from mimik.learn.context import Context
from mimik.learn.labels.clean import CleanLabels
from mimik.learn.labels.issues import find_label_issues
from mimik.learn.labels.onset import expressing, find_spans
from mimik.sources.virtual.person import CHUNK, Person

PEOPLE, SECONDS, WRONG = 40, 17, 0.1
WAYS: dict[str, dict[str, Any]] = {
    "as recorded": {"onset": False},
    "onset": {},
    "onset, frames": {"confident": "frames"},
    "onset, trials": {"confident": "trials"},
}


@dataclass
class Cohort:
    """Frames of simulated people, and when they truly began."""

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    context: Context
    begins: NDArray[np.float64]  # true seconds from the first frame to half of the rise


def cohort(seed: int) -> Cohort:
    """Let people show each expression from the moment they are asked, as in the published sittings."""
    X, y, person, time, recording, begins = [], [], [], [], [], []
    for who in range(PEOPLE):
        body = Person(100_000 * seed + who, fps=FPS)
        body.move()
        for code, expression in enumerate(EXPRESSIONS):
            body.ask(expression)
            begins.append(body._effort._reaction + body._effort._rise / 2)
            for step in range(SECONDS * FPS // CHUNK):
                values, seen = body.move()
                X.append(values[seen, :52])
                time.append((step * CHUNK + np.flatnonzero(seen)) / FPS + 60.0 * code)
                y.append(np.full(seen.sum(), code))
                person.append(np.full(seen.sum(), who, dtype=np.int32))
                recording.append(np.full(seen.sum(), len(begins) - 1, dtype=np.int32))
    unknown = np.full((len(begins), 52), np.nan, dtype=np.float32)
    context = Context(*map(np.concatenate, (person, recording, time)), unknown)
    return Cohort(np.concatenate(X), np.concatenate(y), context, np.array(begins))


def mistaken(data: Cohort, seed: int) -> tuple[NDArray[np.int64], set[int]]:
    """Return labels of which a tenth of the trials are wrong, and which trials."""
    rng = np.random.default_rng(seed)
    trials = len(data.begins)
    wrong = rng.permutation(trials)[: round(WRONG * trials)]
    shift = np.zeros(trials, dtype=np.int64)
    shift[wrong] = rng.integers(1, len(EXPRESSIONS), len(wrong))
    return (data.y + shift[data.context.recording]) % len(EXPRESSIONS), set(wrong.tolist())


def linear() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))


def network() -> Any:
    from mimik.learn.classifier import SNNClassifier

    snn = SNNClassifier(
        epochs=3, batch_size=256, dropout=0.02, l2=0.0, l2_layers=0, learning_rate=2e-3, schedule="one-cycle"
    )
    return make_pipeline(StandardScaler(), snn.set_params(random_state=0))


def detection(data: Cohort, y: NDArray[np.int64], wrong: set[int]) -> dict[str, float]:
    kept = expressing(data.X, data.context)
    context = data.context.rows(kept)
    issues = find_label_issues(data.X[kept], y[kept], context)
    suspected = [trial.recording for trial in issues.trials if trial.suspicious]
    bad = np.isin(context.recording, list(wrong))
    hit = len(wrong.intersection(suspected))
    figures = {
        "trials suspected": len(suspected) / len(data.begins),
        "frames suspected": float(issues.suspicious.mean()),
    }
    if not wrong:
        return figures
    first = [trial.recording for trial in issues.trials[: len(wrong)]]
    return figures | {
        "trials, recall": hit / len(wrong),
        "trials, precision": hit / len(suspected),
        "trials, precision of the first 20": len(wrong.intersection(first)) / len(first),
        "frames, recall": float(issues.suspicious[bad].mean()),
        "frames, precision": float(bad[issues.suspicious].mean()),
    }


def accuracies(make: Callable[[], Any], data: Cohort, y: Any, others: Cohort) -> dict[str, float]:
    shown = expressing(others.X, others.context)
    found: dict[str, float] = {}
    for name, how in WAYS.items():
        model = CleanLabels(make(), **how).fit(data.X, y, context=data.context)
        right = model.predict(others.X) == others.y
        found[f"{name}: all test frames"] = float(right.mean())
        found[f"{name}: where shown"] = float(right[shown].mean())
        found[f"{name}: dropped"] = sum(d.dropped for d in model.dropped_) / len(y)
    first = next(iter(WAYS))
    for name in list(WAYS)[1:]:
        gain = found[f"{name}: all test frames"] - found[f"{first}: all test frames"]
        found[f"{name}: gain, all test frames"] = gain
    return found


def onsets(data: Cohort) -> dict[str, float]:
    spans = find_spans(data.X, data.context)
    error = np.abs([span.onset_s for span in spans] - data.begins)
    return {
        "median absolute error, s": float(np.median(error)),
        "within 0.3 s": float((error <= 0.3).mean()),
        "cut at the end by mistake": float(np.mean([span.offset_s < span.seconds for span in spans])),
    }


def show(title: str, rows: list[dict[str, float]]) -> None:
    print(f"\n{title}")
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
        print(f"  {name:42} {values.mean():7.3f} +- {error:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=6)
    parser.add_argument("--snn", action="store_true", help="also train the network, a few epochs")
    asked = parser.parse_args()
    makers = {"logistic regression": linear} | ({"SNNClassifier, 3 epochs": network} if asked.snn else {})
    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(1, asked.cohorts + 1):
        data, others = cohort(seed), cohort(seed + 1000)
        found.setdefault("onset", []).append(onsets(data))
        labels, wrong = mistaken(data, seed)
        for noise, y, bad in (("labels as given", data.y, set()), ("a tenth of trials wrong", labels, wrong)):
            found.setdefault(f"suspicions, {noise}", []).append(detection(data, y, bad))
            for name, make in makers.items():
                found.setdefault(f"{name}, {noise}", []).append(accuracies(make, data, y, others))
    for title, rows in found.items():
        show(title, rows)


if __name__ == "__main__":
    use_jax(override=True)
    main()
