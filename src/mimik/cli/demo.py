"""``mimik demo``: the whole road once, with simulated people."""

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import notes, out, print_json, progress
from mimik.cli.options import Json, Seed
from mimik.learn.presets import DEFAULT

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation
    from mimik.study.study import Study

__all__ = ["demo"]

FOLDS = 4


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to put it; a number is added if it exists.")
    ] = Path("mimik-demo"),
    participants: Annotated[int, typer.Option("--participants", "-n", min=4, help="Simulated people.")] = 24,
    protocol: Annotated[str, typer.Option("--protocol", "-p", help="Any protocol.")] = "hartmann2022",
    preset: Annotated[str, typer.Option("--preset", help="Recipe of the network.")] = DEFAULT,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Show the whole road in two minutes: study, sessions, training, honest evaluation, report.

    Simulated people sit before simulated phones, which send real Live Link Face datagrams over this
    computer's own network. No phone, no internet and no real face is needed.

    Examples:

        mimik demo
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli.training import evaluated, train_on
    from mimik.learn.data import load_dataset
    from mimik.learn.recognizer import Recognizer

    folder = _free(folder)
    notes.print(f"1  A study, and {participants} simulated people who sit through its protocol")
    study = _study(folder / "study", protocol, participants, seed)
    notes.print(f"2  Training and testing in {FOLDS} folds: on people not seen, and on shuffled frames")
    dataset = load_dataset(study)
    recipe = Recognizer(preset=preset, random_state=seed)
    evaluation = evaluated(dataset, recipe, folds=FOLDS, seed=seed)
    notes.print("3  A recognizer trained on everybody, and the report")
    recognizer = train_on(dataset, recipe, evaluation)
    recognizer.save(folder / "demo.mimik")
    _report(folder / "report.html", study, dataset, evaluation, recognizer)
    if json:
        print_json({"folder": str(folder), **evaluation.to_dict()})
    else:
        _tell(folder, evaluation)


def _free(folder: Path) -> Path:
    """Return the folder, or the first of folder-2, folder-3 ... that does not exist."""
    candidates = (folder if n == 1 else folder.with_name(f"{folder.name}-{n}") for n in count(1))
    return next(candidate for candidate in candidates if not candidate.exists())


def _study(folder: Path, protocol: str, participants: int, seed: int) -> "Study":
    from mimik.capture.simulation import simulate
    from mimik.protocol import load_protocol
    from mimik.study.study import Study

    study = Study.create(folder, title="Mimik demo", protocol=load_protocol(protocol), synthetic=True)
    with progress("Simulated people sit down") as update:
        simulate(study, participants=participants, seed=seed, at_once=8, on_progress=update)
    return study


def _report(
    path: Path, study: "Study", dataset: "Dataset", evaluation: "Evaluation", recognizer: Any
) -> None:
    from mimik.learn.course import course_of
    from mimik.learn.report import write_report

    history = recognizer.history_
    write_report(path, evaluation, dataset=dataset, history=history, course=course_of(study))


def _tell(folder: Path, evaluation: "Evaluation") -> None:
    from mimik.cli.scores import show_evaluation

    show_evaluation(evaluation)
    report = (folder / "report.html").resolve().as_uri()
    out.print(
        f"\nEverything lies in {folder}; open the report: {report}\n\n"
        "With a real iPhone or iPad (app Live Link Face, free), type next:\n\n"
        "  mimik new my-study\n"
        "  mimik record my-study        # once per participant; it tells what to set on the phone\n"
        "  mimik evaluate my-study --report report.html\n"
        "  mimik train my-study -o my-recognizer.mimik"
    )
