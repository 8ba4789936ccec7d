"""``mimik reproduce``: the published experiment on a study, side by side with the published figures."""

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import notes, out, print_json, progress
from mimik.cli.options import Expressions, Jobs, Json, Seed, chosen
from mimik.errors import StudyError

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.reproduction import Reproduction
    from mimik.study.study import Study

__all__ = ["reproduce"]

PEOPLE, QUICK_PEOPLE, QUICK_EPOCHS = 226, 30, 12

MARK = "made-by-mimik-reproduce.txt"
ABOUT = """\
What `mimik reproduce` made. Run it again with the same settings to go on where it was interrupted.

reproduction.html   the report
reproduction.csv    one figure a row: published, here, difference
reproduction.json   all of it
finished            trainings that are done; they may be deleted
...-simulated-people-seed-...   studies of simulated people
"""

STEPS_A_SECOND = 500
"""Of the published network on one core, as benchmarks/published_schedule.py measured it."""


def reproduce(
    study: Annotated[
        Path | None,
        typer.Argument(metavar="STUDY", help="A study's folder; by default people are simulated."),
    ] = None,
    out_folder: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where results and simulated people go.")
    ] = Path("mimik-reproduction"),
    people: Annotated[
        int | None, typer.Option("--people", min=2, help=f"Simulated people; {PEOPLE} as published.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help=f"{QUICK_PEOPLE} people and {QUICK_EPOCHS} epochs: a few minutes.")
    ] = False,
    preset: Annotated[
        str, typer.Option("--preset", help='Recipe: "hartmann2022" as published, or another.')
    ] = "hartmann2022",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts for the test on people never seen.")] = 5,
    expressions: Expressions = "",
    report: Annotated[
        Path | None, typer.Option(help="The HTML report; by default reproduction.html in the folder.")
    ] = None,
    jobs: Jobs = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Repeat the published experiment: Tables 1 to 4, Figures 2 to 5, then people never seen.

    Without a study, 226 simulated people sit through the published protocol. They show that the road works;
    only your own study of real people speaks of the paper. As published, it takes hours: finished trainings
    are kept, and the same command goes on where it was interrupted.

    Examples:

        mimik reproduce --quick

        mimik reproduce my-study --epochs 50
    """
    if study is not None and people is not None:
        raise typer.BadParameter("people are simulated only without a STUDY", param_hint="--people")
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli.virtual_cohort import virtual_cohort
    from mimik.learn.reproduction.all_frames import load_all_frames
    from mimik.study.study import Study

    opened = Study.open(study) if study is not None else None
    _prepare(out_folder)
    if opened is None:
        people = people or (QUICK_PEOPLE if quick else PEOPLE)
        opened = virtual_cohort(out_folder, people=people, protocol="hartmann2022", seed=seed)
    dataset = load_all_frames(opened, expressions=chosen(expressions))
    epochs = epochs or (QUICK_EPOCHS if quick else None)
    found = _reproduced(dataset, out_folder / "finished", preset, epochs, folds, seed, jobs)
    report = report or out_folder / "reproduction.html"
    _write(out_folder, report, opened, found)
    if json:
        print_json({"folder": str(out_folder), **found.to_dict()})
        return
    from mimik.cli.reproduced import show_reproduction

    show_reproduction(found)
    out.print(f"\nEverything lies in {out_folder}; open the report: {report.resolve().as_uri()}")


def _prepare(folder: Path) -> None:
    """Make the folder, or see that it is one of ours: nothing of anybody else's is written into."""
    if folder.exists() and not (folder / MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(
            f"{folder}: expected a new or empty folder, or one that this command made; found something else.",
            hint="Name another with --out.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(ABOUT, encoding="utf-8")


def _reproduced(
    dataset: "Dataset",
    finished: Path,
    preset: str,
    epochs: int | None,
    folds: int,
    seed: int,
    jobs: int | None,
) -> "Reproduction":
    from mimik.learn.presets import find_preset
    from mimik.learn.reproduction import reproduce

    parameters = find_preset(preset).parameters
    passes, batch = epochs or int(parameters["epochs"]), int(parameters["batch_size"])
    minutes = 0.85 * len(dataset) / batch * passes / STEPS_A_SECOND / 60
    if minutes >= 2:
        notes.print(f"Each training takes about {minutes:.0f} minutes on one core; finished ones are kept.")
    with progress(f"Training {1 + folds} networks, {passes} epochs each") as update:
        return reproduce(
            dataset,
            preset=preset,
            epochs=epochs,
            folds=folds,
            seed=seed,
            jobs=jobs,
            finished=finished,
            on_progress=update,
        )


def _write(folder: Path, report: Path, study: "Study", found: "Reproduction") -> None:
    from mimik.learn.reproduction import write_page
    from mimik.learn.reproduction.one_trial import course_of_trial

    (folder / "reproduction.csv").write_text(found.to_csv(), encoding="utf-8")
    text = json_.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "reproduction.json").write_text(text + "\n", encoding="utf-8")
    write_page(report, found, course=course_of_trial(study))
