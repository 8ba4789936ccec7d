"""``mimik bench``: how long one frame takes on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Csv, Json, ReadyModel, Seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimik.deploy.bench import Benchmark, Contender, Inputs
    from mimik.deploy.bench.published import PublishedTimes

__all__ = ["bench"]

_RATE = 60
_ENOUGH = 0.9


def bench(
    model: ReadyModel,
    study: Annotated[
        Path | None, typer.Option("--study", metavar="STUDY", help="Also time the frames of this study.")
    ] = None,
    random: Annotated[
        int,
        typer.Option("--random", min=20, metavar="N", help="Uniform random inputs; as many as published."),
    ] = 500_000,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="The longest that one kind of input may take.")
    ] = 12.0,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="Run in turns with other runtimes (litert, onnx, numpy, keras, jax; separated by commas)"
            " or with another file; may be given again.",
        ),
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="Show the published times beside (Hartmann et al. 2022).")
    ] = False,
    csv: Csv = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Time a recognizer, one frame at a time, on one core of this machine.

    The whole call from Python is timed, as a program makes it. The frames of a study are split at random as
    in the published experiment, for timing alone.

    Examples:

        mimik bench expressions.mimik

        mimik bench expressions.mimik --study my-study --published

        mimik bench expressions.mimik --against litert,onnx,numpy,keras --against smaller.tflite
    """
    asked = _named(against or ())
    _one_thread(asked)
    from mimik.deploy.bench import bench, contenders
    from mimik.deploy.bench.published import TIMES

    found = contenders(model, asked)
    inputs, simulated = _inputs(study, found[0], random, seed)
    with progress("Timing") as update:
        measured = bench(
            found, inputs, model=model.name, synthetic=simulated, seconds=seconds, on_progress=update
        )
    times = TIMES if published else ()
    if csv:
        csv.parent.mkdir(parents=True, exist_ok=True)
        csv.write_text(measured.to_csv(times), encoding="utf-8")
        notes.print(f"Figures: {csv}")
    if json:
        print_json(_plain(measured, times))
        return
    _show(measured)
    if times:
        _show_published(times)


def _one_thread(asked: Sequence[str]) -> None:
    """Make what is not loaded yet calculate in one thread; what is loaded has chosen already."""
    from mimik.learn.backend import one_thread, use_jax

    if "jax" not in sys.modules:
        one_thread()
    if "keras" in asked:
        use_jax(override=True)


def _named(against: Iterable[str]) -> list[str]:
    """Return what was asked for, one by one; a file's name may have commas in it."""
    return [
        name.strip()
        for text in against
        for name in ([text] if Path(text).exists() else text.split(","))
        if name.strip()
    ]


def _inputs(study: Path | None, first: Contender, random: int, seed: int) -> tuple[tuple[Inputs, ...], bool]:
    """Return what is timed, and whether simulated people are in it."""
    from mimik.deploy.bench import random_inputs, study_inputs

    made_up = random_inputs(random, seed=seed)
    if study is None:
        return (made_up,), False
    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study))
    return (made_up, *study_inputs(dataset, first.runtime.card.channels, seed=seed)), dataset.synthetic


def _plain(measured: Benchmark, times: Sequence[PublishedTimes]) -> dict[str, object]:
    from dataclasses import asdict

    from mimik.deploy.bench.published import SOURCE

    plain = measured.to_dict()
    if times:
        plain["published"] = {"source": SOURCE, "times": [asdict(row) for row in times]}
    return plain


def _show(b: Benchmark) -> None:
    if b.synthetic:
        out.print(synthetic("The model or the frames come from simulated people; times are real."))
    core = "" if b.core is None else f", core {b.core}"
    out.print(f"{b.model} on {b.runtime}, one thread, {b.processor}{core}")
    out.print(
        f"Ready after {1000 * b.seconds:,.0f} ms. The first call took {b.warm_up.first:,.0f} µs;"
        f" steady after {counted(b.warm_up.until_steady, 'call')}.\n"
    )
    _show_series(b)
    for series in b.series:
        if series.n < series.available:
            notes.print(
                f"{series.inputs}: {series.n:,} of {series.available:,}, as time was up; for more: --seconds"
            )
    if b.share < _ENOUGH:
        others = f"Other programs had the processor for {100 * (1 - b.share):.0f} % of the time"
        notes.print(
            headed("WARNING", f"{others}: only ratios, minima and medians say something.", "bold yellow")
        )
    mean = b.series[0].mean
    single, (together, many) = b.rates[1], max(b.rates.items())
    out.print(f"The clock itself took {b.clock_cost:,.0f} ns of each call.")
    out.print(
        f"One core: {1e6 / mean:,.0f} recognitions a second by the mean ({b.series[0].inputs});"
        f" {single:,.0f} in a loop without a clock, {many:,.0f} with {together:,} frames a call."
    )
    out.print(f"{_RATE} frames a second take {mean * _RATE / 1e4:.2f} % of one core.")
    if b.standings:
        _show_standings(b)


def _show_series(b: Benchmark) -> None:
    table = Table(
        title="Microseconds a call: one frame through Python, first calls apart",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("inputs")
    for heading in ("n", "range", "min", "max", "mean", "sd", "p50", "p99"):
        table.add_column(heading, justify="right")
    for s in b.series:
        figures = (s.range, s.minimum, s.maximum, s.mean, s.sd, s.p50, s.p99)
        table.add_row(s.inputs, f"{s.n:,}", *map(_microseconds, figures))
    out.print(table)
    out.print()


def _show_standings(b: Benchmark) -> None:
    table = Table(
        title=f"In turns, {b.blocks} blocks each, against {b.standings[0].name}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("contender", overflow="fold")
    for heading in ("µs", "ratio", "middle half", "first call", "differs"):
        table.add_column(heading, justify="right")
    for s in b.standings:
        r = s.ratio
        apart = "other labels" if s.apart is None else f"{s.apart:.1e}"
        spread = f"{r.low:.2f} to {r.high:.2f}"
        table.add_row(
            s.name, _microseconds(r.microseconds), f"{r.ratio:.2f}", spread, f"{s.warm_up.first:,.0f}", apart
        )
    out.print()
    out.print(table)
    out.print()
    out.print("µs: of a frame. Ratio: to the first, median of all blocks; 2 is twice as slow.")
    out.print("Differs: the most by which a probability is another than the first's.")


def _show_published(times: Sequence[PublishedTimes]) -> None:
    from mimik.deploy.bench.published import SOURCE

    table = Table(
        title="Published: microseconds of TensorFlow Lite's invoke alone",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("device")
    table.add_column("inputs")
    for heading in ("n", "range", "min", "max", "mean", "sd"):
        table.add_column(heading, justify="right")
    for row in times:
        figures = (row.range, row.minimum, row.maximum, row.mean, row.sd)
        table.add_row(row.device, row.inputs, f"{row.n:,}", *map(_microseconds, figures))
    out.print()
    out.print(table)
    out.print()
    out.print(f"{SOURCE}. Times of other machines and of less than a call: no ratio to them means anything.")


def _microseconds(value: float) -> str:
    return f"{value:,.2f}"
