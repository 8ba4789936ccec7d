"""What a child process of the studio does: training and evaluating, away from recording.

    python -m mimik.web.studio.work

It reads one line of JSON, what to do, and writes lines of JSON: ``progress`` 0..1, ``step`` in words,
``epoch`` with its figures, and at the end ``result`` or ``error`` with a ``hint``. It works at a lower
priority, and ends when its standard input is closed: when the studio is gone.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.errors import DataError, MimikError, ModelError
from mimik.study.study import Study
from mimik.web.studio.making import FEWEST_PEOPLE, Making, Testing
from mimik.web.studio.shelf import Shelf
from mimik.web.studio.stamp import stamp_of

if TYPE_CHECKING:
    from typing import TextIO

    from mimik.learn.dataset import Dataset
    from mimik.learn.epochs import EpochLog
    from mimik.learn.evaluation import Evaluation

__all__ = ["FORMAT", "KINDS", "SCRATCH", "Tell", "main"]

FORMAT = 1
"""Version of the file that lies beside a model."""

SCRATCH = "JOBLIB_TEMP_FOLDER"
"""Environment variable that names the folder in which processes share arrays; it is removed in the end."""

_NICE = 10
_LOADED = 0.03
"""Share of a job that reading the study is."""


def main() -> int:
    """Do the job that standard input describes."""
    tell = Tell(_own_output())
    asked = sys.stdin.readline()
    threading.Thread(target=_end_with_the_studio, name="studio gone", daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        job = json.loads(asked)
        tell(result=KINDS[job["kind"]](Path(job["study"]), job["settings"], tell))
    except MimikError as error:
        tell(error=str(error), hint=error.hint)
    except MemoryError:
        tell(error="There was not enough memory.", hint="Close other programs, or choose fewer expressions.")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        tell(
            error=f"{error.strerror or error}{where}.",
            hint="Check the free space and your rights in the study.",
        )
    except Exception as error:
        traceback.print_exc()
        tell(
            error=f"Something went wrong that should not: {type(error).__name__}.",
            hint="The window in which the studio was started shows the details; please report them.",
        )
    return 0


class Tell:
    """Writes what the studio is to know, a line of JSON each."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def __call__(self, **facts: Any) -> None:
        """Write some facts."""
        self._output.write(json.dumps(facts, allow_nan=False) + "\n")
        self._output.flush()


def _own_output() -> TextIO:
    """Return standard output; whatever a library prints from now on goes to standard error."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _end_with_the_studio() -> None:
    while sys.stdin.readline():
        pass
    if scratch := os.environ.get(SCRATCH):
        shutil.rmtree(scratch, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with the processes that run folds
    os._exit(1)


def _train(study: Path, settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Evaluate if that is wanted, train on everybody, and save all of it at once."""
    from mimik.learn.teaching import recipe_named, train_on

    name, making = settings["name"], Making.of(settings)
    testing = Testing.of(settings) if settings.get("evaluate") else None
    work = _Work(study, making, tell, evaluations=1 if testing else 0, trains=True)
    evaluation = work.evaluated(name, testing) if testing else None
    tell(step=f"Training on {len(work.dataset):,} frames")
    recipe = recipe_named(making.preset, epochs=making.epochs, seed=making.seed)
    recognizer = train_on(work.dataset, recipe, evaluation, clean=making.clean, on_epoch=work.epoch)
    tell(step="Saving the model")
    with work.shelf.staged(name) as folder:
        recognizer.save(folder / f"{name}.mimik")
        work.record(recognizer.model_)  # before it takes its place: no model there is unknown to the study
        work.write_facts(folder, name, recognizer.model_, evaluation, testing, recognizer.history_)
    return {"model": name}


def _evaluate(study: Path, settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Evaluate the recipe of a model that is there, on the study as it is now."""
    return _evaluate_all(study, [settings["name"]], settings, tell)


def _compare(study: Path, settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Evaluate the recipes of two models on the same people and folds."""
    return _evaluate_all(study, [settings["a"], settings["b"]], settings, tell)


def _evaluate_all(study: Path, names: list[str], settings: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    from mimik.learn.modelfile import load_model
    from mimik.web.studio.made import making_of

    shelf, testing = Shelf(study), Testing.of(settings)
    models = {name: load_model(shelf.model(name)) for name in names}
    makings = {name: making_of(model, shelf.read_facts(name)) for name, model in models.items()}
    for number, name in enumerate(names):
        work = _Work(study, makings[name], tell, evaluations=len(names), trains=False, done=number)
        _refuse_other_labels(name, models[name].card.labels, work.dataset)
        evaluation = work.evaluated(name, testing)
        history = shelf.read_facts(name).get("history")
        with shelf.staged(name) as folder:
            work.write_facts(folder, name, models[name], evaluation, testing, history)
    return {"models": names}


def _refuse_other_labels(name: str, labels: tuple[Any, ...], dataset: Dataset) -> None:
    if {str(label) for label in labels} != set(dataset.expressions):
        raise ModelError(
            f"The model {name!r} tells {', '.join(map(str, labels))} apart, and the study now shows "
            f"{', '.join(dataset.expressions)}.",
            hint="Train a model on the study as it is now.",
        )


class _Work:
    """One data set, what is done with it, and how far that is.

    Args:
        study: its folder.
        making: how the model is made.
        tell: tells the studio.
        evaluations: how many there are in this job.
        trains: whether a model is trained on everybody in the end.
        done: evaluations done before.
    """

    def __init__(
        self, study: Path, making: Making, tell: Tell, *, evaluations: int, trains: bool, done: int = 0
    ) -> None:
        self.shelf, self.making, self._tell = Shelf(study), making, tell
        self._evaluations, self._trains, self._done = evaluations, trains, done
        self._tests = 0
        if done == 0:
            tell(step="Reading the study", progress=0.0)
        self.study = Study.open(study)
        self._recordings = stamp_of(self.study.sessions())  # before: what comes meanwhile was not read
        self.dataset = _load(self.study, making)
        self._start_backend()  # after what may fail: it takes seconds

    @staticmethod
    def _start_backend() -> None:
        from mimik.learn.backend import use_jax

        use_jax(override=True)

    def evaluated(self, name: str, testing: Testing) -> Evaluation:
        """Test the recipe on people held out; goes on where it was interrupted."""
        from mimik.learn.checkpoints import Checkpoints
        from mimik.learn.teaching import cleaning, evaluated, recipe_named

        people = self.dataset.n_participants
        if people < FEWEST_PEOPLE:
            raise DataError(
                f"Testing on people never seen needs at least {FEWEST_PEOPLE} people, and there is {people}.",
                hint="Record another person, or train without evaluating.",
            )
        making = self.making
        recipe = recipe_named(making.preset, epochs=making.epochs, seed=making.seed)
        of = "" if self._evaluations == 1 else f" {name}"
        self._tell(step=f"Evaluating{of} on people held out")
        return evaluated(
            self.dataset,
            cleaning(recipe, making.clean),
            folds=testing.folds,
            split="participant",
            compare=testing.leaking,
            seed=testing.seed,
            jobs=max(1, (os.cpu_count() or 2) // 2),
            checkpoints=Checkpoints(self.shelf.folds(name), study=self.study),
            on_progress=lambda done, folds: self._fold(of, done, folds),
        )

    def _fold(self, of: str, done: int, folds: int) -> None:
        self._tests = folds
        step = {"step": f"Evaluating{of}, {done} of {folds} folds done"} if done < folds else {}
        self._tell(**step, progress=self._share(done / (folds + self._trains) / self._evaluations))

    def epoch(self, log: EpochLog) -> None:
        """Tell an epoch of the training on everybody."""
        before = self._tests / (self._tests + 1)
        figures = {"accuracy": _finite(log.accuracy), "loss": _finite(log.loss)}
        progress = self._share(before + (1 - before) * log.epoch / log.epochs)
        self._tell(epoch=log.epoch, epochs=log.epochs, **figures, progress=progress)

    def _share(self, of_this: float) -> float:
        return min(1.0, _LOADED + (1 - _LOADED) * (self._done / max(1, self._evaluations) + of_this))

    def record(self, model: Any) -> None:
        """Note in the study whom a model learned from, so that it is marked when one of them withdraws."""
        from mimik.learn.modelfile import fingerprint

        self.study.record_model(fingerprint(model), self.dataset.participants, at=time.time())

    def write_facts(
        self,
        folder: Path,
        name: str,
        model: Any,
        evaluation: Evaluation | None,
        testing: Testing | None,
        history: Any,
    ) -> None:
        """Write beside a model how it was made and what was found out about it."""
        from mimik.learn.curves import curves
        from mimik.learn.modelfile import fingerprint
        from mimik.learn.plain import to_plain
        from mimik.learn.report import report_text

        facts = {
            "format": FORMAT,
            "of": fingerprint(model),
            "target": self.dataset.target,
            "making": self.making.to_dict(),
            "recordings": self._recordings,
            "history": to_plain(curves(history)),
            "testing": testing.to_dict() if testing else None,
            "evaluation": evaluation.to_dict() if evaluation else None,
        }
        if evaluation:
            title = f"{self.study.title}: {name}"
            page = report_text(evaluation, dataset=self.dataset, history=history, title=title)
            self.shelf.write(folder / f"{name}.html", page.encode())
        text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
        self.shelf.write(folder / f"{name}.json", text.encode())


def _load(study: Study, making: Making) -> Dataset:
    from mimik.learn.channels import without_channels
    from mimik.learn.data import load_dataset
    from mimik.sources.mediapipenames import NOT_DELIVERED

    dataset = load_dataset(study, labels=making.labels, expressions=making.expressions)
    return without_channels(dataset, NOT_DELIVERED) if making.for_webcams else dataset


def _finite(value: float) -> float | None:
    """Return a number that JSON can hold; a training that went astray has none."""
    return value if math.isfinite(value) else None


KINDS: Mapping[str, Callable[[Path, Mapping[str, Any], Tell], dict[str, Any]]] = {
    "train": _train,
    "evaluate": _evaluate,
    "compare": _compare,
}
"""What each kind of job does with the study's folder and its settings."""


if __name__ == "__main__":
    sys.exit(main())
