"""Timing of single frames, on clocks that are made up: every figure can be worked out by hand or by NumPy."""

from __future__ import annotations

import csv
import gc
import io
import json
from collections.abc import Iterable

import numpy as np
import pytest
from bench_data import dataset
from networks import of_kind

from mimik.blendshapes import BLEND_SHAPES
from mimik.deploy.bench import Benchmark, Contender, bench, random_inputs, study_inputs
from mimik.deploy.bench.published import TIMES
from mimik.deploy.bench.timing import Series, clock_cost, no_collection, time_calls, warm_up
from mimik.deploy.bench.turns import in_turns, per_call, ratios
from mimik.learn.model import Model


class Work:
    """A call that takes as long as it is told, on a clock that only it moves."""

    def __init__(self, durations: Iterable[int] = ()) -> None:
        self.now = 0
        self.calls: list[tuple[str, object]] = []
        self._durations = iter(durations)

    def clock(self) -> int:
        return self.now

    def __call__(self, frame: object) -> None:
        self.calls.append(("", frame))
        self.now += next(self._durations)

    def named(self, name: str, duration: int):
        def call(frame: object) -> None:
            self.calls.append((name, frame))
            self.now += duration

        return call


class Fake:
    """A runtime that takes as long as it is told and keeps what it was given."""

    name = "Fake"
    takes_resting = remembers = False

    def __init__(self, model: Model, work: Work, duration: int) -> None:
        self.card = model.card
        self.seen: list[float] = []
        self._work, self._duration = work, duration

    def predict_proba(self, X, *, resting=None) -> np.ndarray:
        self._work.now += self._duration
        frames = len(X.device_time) if hasattr(X, "number") and np.ndim(X.number) else 1
        if frames == 1:
            self.seen.append(X.device_time)
        return np.full((frames, 5), 0.2, dtype=np.float32)

    def forget(self) -> None:
        self.seen.append(-1.0)


def fakes(*durations: int) -> tuple[list[Contender], Work]:
    work = Work()
    model = of_kind("published", depth=1, width=8)
    return [Contender(f"fake {d}", Fake(model, work, d), 0.5) for d in durations], work


def test_each_call_is_timed_by_itself() -> None:
    work = Work([3, 1, 4, 1, 5])

    taken = time_calls(work, list("abcde"), work.clock)

    assert taken.tolist() == [3, 1, 4, 1, 5]
    assert taken.dtype == np.int64
    assert [frame for _, frame in work.calls] == list("abcde")


def test_figures_of_a_series_are_those_of_numpy() -> None:
    t = np.random.default_rng(3).integers(9_000, 90_000, 1_234)

    series = Series.of("random", 5_000, t)

    us = t / 1000
    assert (series.inputs, series.available, series.n) == ("random", 5_000, 1_234)
    assert series.minimum == us.min() and series.maximum == us.max()
    assert series.range == pytest.approx(np.ptp(us))
    assert series.mean == pytest.approx(us.mean())
    assert series.sd == pytest.approx(np.sqrt(((us - us.mean()) ** 2).mean()))
    assert series.p50 == pytest.approx(np.median(us))
    assert series.p99 == pytest.approx(np.percentile(us, 99))


def test_the_collector_rests_meanwhile_and_works_again_afterwards() -> None:
    during = []
    time_calls(lambda _: during.append(gc.isenabled()), "ab", Work().clock)

    assert during == [False, False]
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), no_collection():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with no_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_clocks_own_cost_is_what_it_moves_between_two_readings() -> None:
    ticks = iter(range(0, 10_000, 7))

    assert clock_cost(lambda: next(ticks), readings=50) == 7


def test_first_calls_are_told_apart_until_it_is_steady() -> None:
    slow_at_first = [900_000, *[50_000] * 29, *[10_000] * 70]
    work = Work(slow_at_first)

    warm = warm_up(work, range(100), work.clock, seconds=1.0)

    assert (warm.first, warm.calls, warm.typical) == (900.0, 100, 10.0)
    # Of ten calls the median is steady, at most 12, as soon as six are fast: from call 26 on.
    expected = next(k for k in range(91) if np.median(slow_at_first[k : k + 10]) <= 12_000)
    assert warm.until_steady == expected == 26


def test_warming_up_ends_when_time_is_up_but_not_before_20_calls() -> None:
    work = Work([1_000_000] * 100)

    assert warm_up(work, range(100), work.clock, seconds=0.03).calls == 30
    assert warm_up(work, range(100), work.clock, seconds=0.001).calls == 20


def test_a_loop_reads_the_clock_only_before_and_after() -> None:
    readings = iter((100, 700))

    assert per_call(lambda _: None, [1, 2, 3], lambda: next(readings)) == 200


def test_contenders_run_in_turns_every_second_round_backwards() -> None:
    work = Work()
    calls = {name: work.named(name, 1000) for name in ("a", "b", "c")}

    in_turns(calls, [0], dict.fromkeys(calls, 1e9), work.clock, blocks=3)

    assert "".join(name for name, _ in work.calls) == "abccbaabc"


def test_a_turn_has_as_many_calls_as_fit_into_50_ms() -> None:
    work = Work()
    calls = {"slow": work.named("slow", 20_000_000), "fast": work.named("fast", 1_000)}

    taken = in_turns(calls, range(100), {"slow": 20_000.0, "fast": 1.0}, work.clock, blocks=1)

    assert [frame for name, frame in work.calls if name == "slow"] == [0, 1]
    assert [frame for name, frame in work.calls if name == "fast"] == list(range(100))
    assert taken == {"slow": [20_000_000], "fast": [1_000]}


def test_ratios_are_taken_round_by_round() -> None:
    first, other = [100.0, 200.0, 400.0, 100.0], [150.0, 500.0, 400.0, 200.0]

    found = ratios({"first": first, "other": other})

    each = np.array(other) / np.array(first)
    assert found["first"].ratio == found["first"].low == found["first"].high == 1.0
    assert found["other"].ratio == np.median(each) == 1.75
    assert (found["other"].low, found["other"].high) == tuple(np.percentile(each, (25, 75)))
    assert found["other"].microseconds == np.median(other) / 1000


def test_a_benchmark_on_a_made_up_clock_comes_out_exactly() -> None:
    found, work = fakes(20_000, 50_000)

    b = bench(found, [random_inputs(5_000)], model="m.mimik", blocks=4, clock=work.clock)

    (series,) = b.series
    assert (series.n, series.mean, series.sd, series.maximum) == (5_000, 20.0, 0.0, 20.0)
    assert (b.clock_cost, b.warm_up.first, b.warm_up.until_steady) == (0.0, 20.0, 0)
    assert b.rates == {1: pytest.approx(50_000), 1024: pytest.approx(1024 * 50_000)}
    assert [s.name for s in b.standings] == ["fake 20000", "fake 50000"]
    assert [s.ratio.ratio for s in b.standings] == [1.0, 2.5]
    assert [s.apart for s in b.standings] == [0.0, 0.0]
    assert (b.model, b.runtime, b.synthetic, b.blocks) == ("m.mimik", "Fake", True, 4)
    assert b.processor
    assert 0 < b.share <= 1


def test_what_a_kind_of_input_may_take_is_kept_and_told() -> None:
    found, work = fakes(1_000_000)  # 4,096 calls take 4.1 s
    done = []

    b = bench(
        found,
        [random_inputs(20_000)],
        model="m",
        seconds=5.0,
        clock=work.clock,
        on_progress=lambda *d: done.append(d),
    )

    assert (b.series[0].n, b.series[0].available) == (8192, 20_000)
    assert done[-1] == (5, 5)
    assert b.standings == ()


def test_each_kind_of_input_begins_a_recording_of_its_own() -> None:
    found, work = fakes(10_000)

    bench(found, [random_inputs(30), random_inputs(40)], model="m", clock=work.clock)

    after_warm_up = found[0].runtime.seen[1000:]
    assert after_warm_up[0] == -1.0 and after_warm_up[31] == -1.0
    assert after_warm_up[1] == after_warm_up[32] == 0.0


def measured() -> Benchmark:
    found, work = fakes(20_000, 50_000)
    inputs = [random_inputs(50), *study_inputs(dataset(40), BLEND_SHAPES)]
    return bench(found, inputs, model="m.mimik", blocks=3, clock=work.clock)


def test_as_plain_data_it_is_json() -> None:
    plain = json.loads(json.dumps(measured().to_dict(), allow_nan=False))

    assert [s["inputs"] for s in plain["series"]] == ["random", "test", "training"]
    assert plain["series"][0]["per_second"] == 50_000
    assert plain["series"][0]["range"] == 0.0
    assert plain["rates"]["1"] == pytest.approx(50_000)
    assert plain["standings"][1]["ratio"]["ratio"] == 2.5


def test_as_a_table_every_figure_is_a_row() -> None:
    rows = list(csv.DictReader(io.StringIO(measured().to_csv(TIMES))))

    def value(**where: str) -> float:
        (row,) = (r for r in rows if where.items() <= r.items())
        return float(row["value"])

    here = {"source": "here", "contender": "m.mimik on Fake"}
    assert value(**here, inputs="training", figure="n") == 34
    assert value(**here, inputs="test", figure="mean") == 20.0
    assert value(contender="fake 50000", figure="ratio to the first") == 2.5
    assert value(source="published", device="iPhone 12 Pro", inputs="test", figure="sd") == 12.25
    assert sum(row["source"] == "published" for row in rows) == 9 * 6


def test_published_times_agree_with_themselves_as_far_as_they_are_printed() -> None:
    for row in TIMES:
        assert row.range == pytest.approx(row.maximum - row.minimum, abs=0.011)
        assert row.minimum < row.mean < row.maximum
    assert len({(row.device, row.inputs) for row in TIMES}) == 9
    per_second = {(row.device, row.inputs): round(1e6 / row.mean) for row in TIMES}
    assert per_second["MacBook Pro M1 Max", "training"] == 90_090  # the text names these two
    assert per_second["iPhone 12 Pro", "random"] == 42_283
