"""The models of the study: what is known of each, its report, and two of them side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.errors import ModelError
from mimik.learn.estimate import FEW_PEOPLE
from mimik.learn.modelfile import fingerprint, load_model
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED
from mimik.web.studio.comparing import Contender, compared
from mimik.web.studio.made import facts_about, making_of
from mimik.web.studio.making import FEWEST_PEOPLE
from mimik.web.studio.missing import NotFound
from mimik.web.studio.shelf import Shelf
from mimik.web.studio.stamp import stamp_of

if TYPE_CHECKING:
    from mimik.learn.model import Model
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Models"]

_UNITS = ("participants", "trials", "frames")
"""What is decided as one, the first that there is counts."""

_READ = tuple[int, int]


@dataclass(frozen=True, eq=False)
class _Known:
    """A model and what lies beside it, as read at a certain time."""

    read: tuple[_READ | None, _READ | None]
    model: Model | None
    facts: Mapping[str, Any]
    problem: str = ""
    fingerprint: str = ""


class Models:
    """The models that lie in STUDY/derivatives/models, whoever put them there.

    Args:
        folder: of the study.
        study: returns the open study, or None while there is none.
    """

    def __init__(self, folder: Path, study: Callable[[], Study | None]) -> None:
        self.shelf = Shelf(folder)
        self._study = study
        self._known: dict[str, _Known] = {}

    def __len__(self) -> int:
        return len(self.shelf.names())

    def all(self) -> list[dict[str, Any]]:
        """Return what is known of each model, the newest first."""
        sessions, withdrew = self._sessions(), self._withdrew()
        told = [self._told(name, sessions, withdrew) for name in self.shelf.names()]
        return sorted(told, key=lambda model: -(model["made"] or 0))

    def one(self, name: str) -> dict[str, Any]:
        """Return all that is known of a model, with what its evaluation found.

        Raises:
            NotFound: there is no such model.
        """
        told = self._told(self._there(name), self._sessions(), self._withdrew())
        facts = self._read(name).facts
        return {
            **told,
            "making": facts.get("making"),
            "testing": facts.get("testing"),
            "history": facts.get("history"),
            "evaluation": _evaluation(facts.get("evaluation")),
        }

    def path(self, name: str) -> Path:
        """Return a model's file; raises NotFound if there is none."""
        return self.shelf.model(self._there(name))

    def report(self, name: str) -> bytes:
        """Return the report of a model's evaluation; raises NotFound if there is none."""
        path = self.shelf.report(self._there(name))
        if not self._read(name).facts.get("evaluation") or not path.exists():
            raise NotFound(
                f"There is no report of {name!r}: it was not tested on people never seen.",
                hint="Evaluate it.",
            )
        return self.shelf.read(path)

    def has(self, name: str) -> bool:
        """Whether there is a model of that name; raises ModelError if it is no name."""
        return self.shelf.model(name).exists()

    def remove(self, name: str) -> None:
        """Remove a model with all that belongs to it; raises NotFound if there is none."""
        self.shelf.remove(self._there(name))
        self._known.pop(name, None)

    def compare(self, a: str, b: str) -> dict[str, Any]:
        """Return two models side by side, or why they can't be.

        Raises:
            NotFound: one of them is not there.
        """
        return compared(*(self._contender(name) for name in (a, b)))

    def material(self) -> dict[str, Any]:
        """Return what there is to learn from: people, frames of each expression, labels to choose from."""
        study, sessions = self._study(), self._sessions() or ()
        trials = [
            (session.participant, trial)
            for session in sessions
            for trial in session.trials
            if trial.outcome in (COMPLETE, IMPORTED) and trial.frames
        ]
        frames: Counter[str] = Counter()
        for _, trial in trials:
            frames[trial.expression] += trial.frames
        order = list(study.protocol.expressions) if study is not None else []
        return {
            "people": len({participant for participant, _ in trials}),
            "frames": dict(sorted(frames.items(), key=lambda pair: _place(pair[0], order))),
            "labels": _labels(study, [trial for _, trial in trials]),
            "fewest_people": FEWEST_PEOPLE,
            "enough_people": FEW_PEOPLE,
        }

    def free_name(self, wanted: str, also_taken: Collection[str] = ()) -> str:
        """Return ``wanted``, or with the first number that makes it free."""
        taken = {name.lower() for name in (*self.shelf.names(), *also_taken)}
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name.lower() not in taken)

    def _sessions(self) -> tuple[SessionInfo, ...] | None:
        study = self._study()
        if study is None:
            return None
        return tuple(session for session in study.sessions() if session.status != INTERRUPTED)

    def _withdrew(self) -> dict[str, int]:
        """Return of how many people each model learned who withdrew since, by fingerprint."""
        study = self._study()
        return {} if study is None else {model.fingerprint: model.withdrew for model in study.models}

    def _there(self, name: str) -> str:
        if not self.shelf.model(name).exists():
            raise NotFound(f"There is no model {name!r}.", hint="Was it removed meanwhile?")
        return name

    def _read(self, name: str) -> _Known:
        """Return a model as its files are now; they are read only where they have changed."""
        read = _state(self.shelf.model(name)), _state(self.shelf.facts(name))
        known = self._known.get(name)
        if known is None or known.read != read:
            try:
                model = load_model(self.shelf.model(name))
                facts = facts_about(model, self.shelf.read_facts(name))
                known = _Known(read, model, facts, fingerprint=fingerprint(model))
            except ModelError as error:
                known = _Known(read, None, {}, f"{error} {error.hint}".strip())
            self._known[name] = known
        return known

    def _told(
        self, name: str, sessions: tuple[SessionInfo, ...] | None, withdrew: Mapping[str, int]
    ) -> dict[str, Any]:
        known = self._read(name)
        size = known.read[0][1] if known.read[0] else 0
        if known.model is None:
            return {**_EMPTY, "name": name, "size": size, "problem": known.problem}
        card = known.model.card
        evaluation = known.facts.get("evaluation")
        return {
            **_EMPTY,
            "name": name,
            "labels": [str(label) for label in card.labels],
            "target": known.facts.get("target", "prompted"),
            "made": _seconds(card.created),
            "frames": card.trained_on.frames,
            "participants": card.trained_on.participants,
            "recipe": card.preset,
            "synthetic": bool(card.trained_on.synthetic),
            "balanced_accuracy": _balanced(evaluation, card.metrics),
            "report": bool(evaluation),
            "size": size,
            "outdated": _outdated(known, sessions),
            "withdrew": withdrew.get(known.fingerprint, 0),
        }

    def _contender(self, name: str) -> Contender:
        known = self._read(self._there(name))
        labels = tuple(str(label) for label in known.model.card.labels) if known.model else ()
        problem = known.problem
        if known.model is not None:
            try:
                making_of(known.model, known.facts)
            except ModelError as error:
                problem = str(error)
        return Contender(name, labels, known.facts, problem)


_EMPTY: Mapping[str, Any] = {
    "name": "",
    "labels": [],
    "target": "prompted",
    "made": None,
    "frames": 0,
    "participants": None,
    "recipe": "",
    "synthetic": False,
    "balanced_accuracy": None,
    "report": False,
    "size": 0,
    "outdated": None,
    "withdrew": 0,
    "problem": "",
}


def _state(path: Path) -> _READ | None:
    """Return what changes with a file; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _seconds(created: str) -> float | None:
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return None


def _outdated(known: _Known, sessions: tuple[SessionInfo, ...] | None) -> bool | None:
    """Whether the study has changed since; where nobody wrote down its state, whether somebody sat since."""
    assert known.model is not None
    if sessions is None:
        return None
    if "recordings" in known.facts:
        return bool(known.facts["recordings"] != stamp_of(sessions))
    made = _seconds(known.model.card.created)
    return made is not None and any(session.facts.started > made for session in sessions)


def _balanced(evaluation: Mapping[str, Any] | None, metrics: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the balanced accuracy on people never seen of the largest unit that is decided as one."""
    if evaluation:
        result = evaluation["result"]
        unit = next(unit for unit in _UNITS if result.get(unit))
        people = evaluation["data"]["participants"]
        return {**result[unit]["figures"]["balanced_accuracy"], "unit": unit, "people": people}
    if metrics.get("split") != "participant":
        return None
    unit, figures = ("trials", metrics["trials"]) if metrics.get("trials") else ("frames", metrics)
    value = figures.get("balanced_accuracy")
    return {"value": value, "low": None, "high": None, "trusted": False, "unit": unit, "people": None}


def _evaluation(evaluation: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return of an evaluation what the page draws."""
    if not evaluation:
        return None
    result = evaluation["result"]
    return {
        "synthetic": evaluation["data"]["synthetic"],
        "participants": evaluation["data"]["participants"],
        "recordings": evaluation["data"]["recordings"],
        "expressions": evaluation["data"]["expressions"],
        "chance": 1 / len(evaluation["data"]["expressions"]),
        "meaning": result["meaning"],
        "folds": result["n_folds"],
        "units": [
            {
                "unit": unit,
                "confusion": result[unit]["scores"]["confusion"],
                "figures": result[unit]["figures"],
            }
            for unit in _UNITS
            if result.get(unit)
        ],
        "people": result["people"],
        "notices": evaluation["notices"],
        "inflated_by": evaluation["inflated_by"],
    }


def _place(name: str, order: list[str]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order)), name


def _labels(study: Study | None, trials: list[Any]) -> list[dict[str, str]]:
    """Return what can be learned: the expression asked for, answers, and columns of the table of people."""
    answered = dict.fromkeys(question for trial in trials for question in trial.answers)
    people = study.participants if study is not None else ()
    columns = dict.fromkeys(column for person in people for column in person.columns)
    return [
        {"value": "prompted", "text": "The expression asked for"},
        *({"value": f"reported:{name}", "text": f"Answers to the question {name!r}"} for name in answered),
        *({"value": f"column:{name}", "text": f"Column {name!r} of the participants"} for name in columns),
    ]
