"""Where the models of a study lie: a file each, beside it what was found out about it and its report."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.errors import ModelError, StudyError
from mimik.study.layout import DERIVATIVES
from mimik.study.opening import study_store

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Shelf", "check_name", "is_name"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_MAKING, _FOLDS = ".making-", ".folds-"


def is_name(name: str) -> bool:
    """Whether a model can be called so: letters, digits, - and _; Windows' own names are none."""
    return _NAME.fullmatch(name) is not None and _DEVICES.fullmatch(name) is None


def check_name(name: str) -> str:
    """Return a model's name, or raise ModelError if it is none."""
    if not is_name(name):
        raise ModelError(
            f"A model can't be called {name!r}.",
            hint="Use 1 to 64 letters, digits, - or _, beginning with a letter or digit.",
        )
    return name


class Shelf:
    """The folder of models of a study, STUDY/derivatives/models.

    What tells of people, facts and reports, is read and written through the study's store: in an encrypted
    study it is encrypted. Model files hold weights alone and stay as they are, to be taken away.

    Args:
        study: the study's folder.
    """

    def __init__(self, study: Path) -> None:
        self.study = study
        self.folder = study / DERIVATIVES / "models"

    def names(self) -> tuple[str, ...]:
        """Return the names of all models, in the order of the alphabet."""
        found = (path.stem for path in self.folder.glob("*.mimik"))
        return tuple(sorted(name for name in found if is_name(name)))

    def model(self, name: str) -> Path:
        """Return where a model's file lies, whether or not it is there."""
        return self.folder / f"{check_name(name)}.mimik"

    def facts(self, name: str) -> Path:
        """Return where lies what was found out about a model."""
        return self.folder / f"{check_name(name)}.json"

    def report(self, name: str) -> Path:
        """Return where the report of a model's evaluation lies."""
        return self.folder / f"{check_name(name)}.html"

    def folds(self, name: str) -> Path:
        """Return where finished folds lie until all are done."""
        return self.folder / f"{_FOLDS}{check_name(name)}"

    def read_facts(self, name: str) -> dict[str, Any]:
        """Return what was found out about a model; nothing where there is no readable file of it."""
        try:
            facts = json.loads(self.read(self.facts(name)))
        except (StudyError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def read(self, path: Path) -> bytes:
        """Return what a file on the shelf holds; raises StudyError if it can't be read."""
        return study_store(self.study).read(path.relative_to(self.study).as_posix())

    def write(self, path: Path, data: bytes) -> None:
        """Write a file on the shelf, or in a folder of ``staged``; raises StudyError if it can't be."""
        study_store(self.study).write(path.relative_to(self.study).as_posix(), data)

    @contextmanager
    def staged(self, name: str) -> Iterator[Path]:
        """Yield a folder for the new files of a model, which take their places together at the end."""
        making = self.folder / f"{_MAKING}{check_name(name)}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        try:
            yield making
            # The model first: what else is there is passed over unless it is about this model.
            for new in sorted(making.iterdir(), key=lambda path: path.suffix != ".mimik"):
                new.replace(self.folder / new.name)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def tidy(self) -> None:
        """Remove what a job that was ended left half made; finished folds stay."""
        for left in self.folder.glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Remove a model with all that belongs to it.

        Raises:
            ModelError: there is no such model, or it can't be removed.
        """
        path = self.model(name)
        try:
            path.unlink()
            self.facts(name).unlink(missing_ok=True)
            self.report(name).unlink(missing_ok=True)
        except FileNotFoundError:
            raise ModelError(f"There is no model {name!r}.", hint="Was it removed meanwhile?") from None
        except OSError as error:
            raise ModelError(f"The model {name!r} can't be removed: {error.strerror}.") from error
        shutil.rmtree(self.folds(name), ignore_errors=True)
        with suppress(OSError):
            self.folder.rmdir()
