"""Which kind of interval holds the truth nearest to 95 times in 100, when people differ and are few.

    python benchmarks/intervals.py [--studies 1000]

Prints per kind the share of studies whose interval holds the figure of people in general, in brackets how
often that figure lay below and above it, and the mean width.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm, t

from mimik.learn.figures import figures_of
from mimik.learn.metrics.intervals import participant_intervals
from mimik.learn.tally import Tally

K, RESAMPLES = 5, 400
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1")
COHORTS = {"middling": (1.2, 0.9), "good": (3.0, 1.2)}  # mean and spread of people's log odds
PEOPLE = (10, 20, 30, 60)
Interval = tuple[float, float]


def confusions(rng: np.random.Generator, people: int, mean: float, spread: float) -> NDArray[np.float64]:
    """Simulate people (people, k, k): each has an ability, each of three trials a day of its own."""
    easy = np.linspace(-0.6, 0.6, K)[:, None]
    ability = mean + easy + rng.normal(0, spread, (people, 1, 1)) + rng.normal(0, 0.6, (people, K, 1))
    share = expit(ability + rng.normal(0, 0.8, (people, K, 3)))
    frames = rng.integers(60, 240, share.shape)
    hits = rng.binomial(frames, share)
    missed = rng.multinomial((frames - hits).sum(axis=2), rng.dirichlet(np.full(K - 1, 0.7), (people, K)))
    found = np.zeros((people, K, K))
    for i in range(K):
        found[:, i, i] = hits[:, i].sum(axis=1)
        found[:, i, np.arange(K) != i] = missed[:, i]
    return found


def tally(sums: NDArray[np.float64]) -> Tally:
    return Tally(sums, None, None, None)


def figure(name: str, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return figures_of(tally(sums), (name,))[name]


@dataclass
class Sample:
    """One study: a figure, what it is without each person, and what it is for resampled people."""

    value: float
    error: float
    without: NDArray[np.float64]
    drawn: NDArray[np.float64]
    drawn_error: NDArray[np.float64]

    @classmethod
    def of(cls, name: str, sums: NDArray[np.float64], weights: NDArray[np.float64]) -> Sample:
        """Compute a figure from people's sums; ``weights`` (resamples, people) say who is drawn how often."""
        n, total = len(sums), sums.sum(axis=0)
        without = figure(name, total - sums)
        drawn = np.tensordot(weights, sums, axes=1)
        each = figure(name, drawn[:, None] - sums)  # of each resample, without one of the people in it
        apart = each - ((weights * each).sum(axis=1) / n)[:, None]
        return cls(
            value=float(figure(name, total)),
            error=float(np.sqrt((n - 1) / n * np.square(without - without.mean()).sum())),
            without=without,
            drawn=figure(name, drawn),
            drawn_error=np.sqrt((n - 1) / n * (weights * apart**2).sum(axis=1)),
        )

    @property
    def reach(self) -> float:
        """How far to either side."""
        return float(t.ppf(0.975, len(self.without) - 1)) * self.error

    @property
    def tail(self) -> float:
        """The share of resamples beyond each end: Hesterberg 2015, Am. Stat. 69: 371-386, section 5.1."""
        n = len(self.without)
        return float(norm.cdf(np.sqrt(n / (n - 1)) * t.ppf(0.025, n - 1)))


def percentile(s: Sample, tail: float = 0.025) -> Interval:
    low, high = np.quantile(s.drawn, [tail, 1 - tail])
    return low, high


def basic(s: Sample) -> Interval:
    low, high = percentile(s)
    return 2 * s.value - high, 2 * s.value - low


def bca(s: Sample, tail: float = 0.025) -> Interval:
    """Efron 1987, Better Bootstrap Confidence Intervals, J. Am. Stat. Assoc. 82: 171-185."""
    bias = norm.ppf(np.clip(((s.drawn < s.value).mean() + (s.drawn <= s.value).mean()) / 2, 1e-6, 1 - 1e-6))
    pull = s.without.mean() - s.without
    skew = (pull**3).sum() / (6 * (pull**2).sum() ** 1.5)
    z = bias + norm.ppf([tail, 1 - tail])
    low, high = np.quantile(s.drawn, norm.cdf(bias + z / (1 - skew * z)))
    return low, high


def bootstrap_t(s: Sample) -> Interval:
    low, high = np.quantile((s.drawn - s.value) / s.drawn_error, [0.025, 0.975])
    return s.value - high * s.error, s.value - low * s.error


def bootstrap_t_stretched(s: Sample) -> Interval:
    def slope(x: NDArray[np.float64] | float) -> NDArray[np.float64] | float:
        return 1 / (x * (1 - x))

    ratio = (logit(s.drawn) - logit(s.value)) / (s.drawn_error * slope(s.drawn))
    low, high = np.quantile(ratio, [0.025, 0.975])
    error, centre = s.error * slope(s.value), logit(s.value)
    return expit(centre - high * error), expit(centre - low * error)


def delta(s: Sample) -> Interval:
    centre, reach = logit(s.value), s.reach / (s.value * (1 - s.value))
    return expit(centre - reach), expit(centre + reach)


KINDS: dict[str, Callable[[Sample], Interval]] = {
    "percentile": percentile,
    "percentile, wider by t": lambda s: percentile(s, s.tail),
    "basic": basic,
    "BCa": bca,
    "BCa, wider by t": lambda s: bca(s, s.tail),
    "bootstrap t": bootstrap_t,
    "bootstrap t, log odds": bootstrap_t_stretched,
    "jackknife": lambda s: (s.value - s.reach, s.value + s.reach),
    "jackknife, then log odds": delta,
}
OURS = "jackknife of log odds"


def ends(name: str, sums: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[str, Interval]:
    sample = Sample.of(name, sums, weights)
    ours = participant_intervals(tally(sums), (name,))[name]
    assert ours.low is not None and ours.high is not None
    return {kind: find(sample) for kind, find in KINDS.items()} | {OURS: (ours.low, ours.high)}


def contest(cohort: tuple[float, float], people: int, studies: int, truth: dict[str, float]) -> None:
    found: dict[tuple[str, str], list[tuple[bool, bool, bool, float]]] = {}
    for study in range(studies):
        rng = np.random.default_rng([people, study])
        sums = confusions(rng, people, *cohort)
        weights = rng.multinomial(people, np.full(people, 1 / people), size=RESAMPLES).astype(np.float64)
        for name in FIGURES:
            for kind, (low, high) in ends(name, sums, weights).items():
                row = low <= truth[name] <= high, truth[name] < low, truth[name] > high, high - low
                found.setdefault((kind, name), []).append(row)
    for kind in (*KINDS, OURS):
        means = (np.mean(found[kind, name], axis=0) * [100, 100, 100, 1] for name in FIGURES)
        print(f"{kind:26}", *(f"{a:7.1f} ({b:4.1f} {c:4.1f}) {d:.3f}" for a, b, c, d in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--studies", type=int, default=1000)
    studies = parser.parse_args().studies
    for label, cohort in COHORTS.items():
        everybody = confusions(np.random.default_rng(1), 200_000, *cohort).sum(axis=0)
        truth = {name: float(figure(name, everybody)) for name in FIGURES}
        for people in PEOPLE:
            print(f"\n{label}, accuracy {truth['accuracy']:.3f}, {people} people:", *FIGURES, flush=True)
            contest(cohort, people, studies, truth)


if __name__ == "__main__":
    main()
