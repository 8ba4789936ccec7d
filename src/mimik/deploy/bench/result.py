"""What a benchmark found, and the same as plain data and as a table of figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimik.deploy.bench.published import PublishedTimes
    from mimik.deploy.bench.timing import Series, WarmUp
    from mimik.deploy.bench.turns import Ratio

__all__ = ["Benchmark", "Standing"]

_COLUMNS = ("source", "device", "contender", "inputs", "figure", "value", "unit")
_TIMES = ("range", "minimum", "maximum", "mean", "sd")


@dataclass(frozen=True, slots=True)
class Standing:
    """One contender among those that ran in turns.

    Attributes:
        name: of the contender.
        seconds: from the file to being ready.
        warm_up: its first calls.
        ratio: how it stands against the first.
        apart: largest difference of a probability from the first's on the same frames, 0..1; None where the
            two tell other labels apart.
    """

    name: str
    seconds: float
    warm_up: WarmUp
    ratio: Ratio
    apart: float | None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What one frame costs.

    Attributes:
        model: the file's name.
        runtime: what ran it.
        synthetic: whether the model or the frames come from simulated people.
        processor: the machine's.
        core: which of its cores, None where no one could be chosen.
        share: of the time in which the processor was at work for this program, 0..1; where it is less than 1,
            other programs had it meanwhile.
        clock_cost: nanoseconds that every timed call contains.
        seconds: from the file to being ready.
        warm_up: the first calls.
        series: calls timed one by one, by inputs.
        rates: frames per second in a loop without a clock inside, by frames handed over in a call.
        blocks: turns that each contender had.
        standings: of the contenders, the first one first; none without others.
    """

    model: str
    runtime: str
    synthetic: bool
    processor: str
    core: int | None
    share: float
    clock_cost: float
    seconds: float
    warm_up: WarmUp
    series: tuple[Series, ...]
    rates: dict[int, float]
    blocks: int
    standings: tuple[Standing, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, ready for JSON; times in microseconds where nothing else is said."""
        plain = asdict(self)
        plain["rates"] = {str(together): rate for together, rate in self.rates.items()}
        for series, found in zip(plain["series"], self.series, strict=True):
            series["range"] = found.range
            series["per_second"] = 1e6 / found.mean
        return plain

    def to_csv(self, published: Sequence[PublishedTimes] = ()) -> str:
        """Return every figure as a row of a CSV text, with published ones below where they are handed in."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(_COLUMNS)
        contender = f"{self.model} on {self.runtime}"
        for row in (*self._of_first(), *self._of_series()):
            rows.writerow(("here", self.processor, contender, *row))
        for standing in self.standings:
            for row in _of_standing(standing):
                rows.writerow(("here", self.processor, standing.name, *row))
        for times in published:
            rows.writerows(
                ("published", times.device, "TensorFlow Lite, invoke alone", times.inputs, *row)
                for row in _times(times)
            )
        return text.getvalue()

    def _of_first(self) -> Iterator[tuple[object, ...]]:
        yield "", "share of the processor", self.share, ""
        yield "", "clock cost", self.clock_cost, "ns"
        yield "", "ready after", self.seconds, "s"
        yield "", "first call", self.warm_up.first, "us"
        yield "", "calls until steady", self.warm_up.until_steady, ""
        for together, rate in self.rates.items():
            yield "random", f"frames per second, {together} a call", rate, "1/s"

    def _of_series(self) -> Iterator[tuple[object, ...]]:
        for series in self.series:
            for row in _times(series):
                yield (series.inputs, *row)
            yield series.inputs, "p50", series.p50, "us"
            yield series.inputs, "p99", series.p99, "us"
            yield series.inputs, "recognitions per second", 1e6 / series.mean, "1/s"


def _times(times: Series | PublishedTimes) -> Iterator[tuple[object, ...]]:
    yield "n", times.n, ""
    for figure in _TIMES:
        yield figure, getattr(times, figure), "us"


def _of_standing(standing: Standing) -> Iterator[tuple[object, ...]]:
    ratio = standing.ratio
    yield "random", "in turns", ratio.microseconds, "us"
    yield "random", "ratio to the first", ratio.ratio, ""
    yield "random", "ratio, lower quartile", ratio.low, ""
    yield "random", "ratio, upper quartile", ratio.high, ""
    yield "random", "first call", standing.warm_up.first, "us"
    if standing.apart is not None:
        yield "random", "largest difference of a probability", standing.apart, ""
