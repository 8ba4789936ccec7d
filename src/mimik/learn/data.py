"""Read a study into a data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.allowed import allowed_sessions
from mimik.learn.at_rest import AtRest
from mimik.learn.dataset import Dataset, RecordingFacts, compact
from mimik.learn.excluded import excluded_by_hand
from mimik.learn.labelling import label_trials
from mimik.learn.targets import PROMPTED, parse_labels
from mimik.study.coarsening import AS_RECORDED
from mimik.study.reading import read_sessions
from mimik.study.resting import expressions_at_rest
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Sequence

    from numpy.typing import NDArray

    from mimik.learn.targets import Labelled, Target
    from mimik.protocol import Protocol
    from mimik.study.coarsening import Coarsening
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["Dataset", "load_dataset"]


def load_dataset(
    study: Study,
    *,
    labels: str | Target = PROMPTED,
    expressions: Sequence[str] | None = None,
    incomplete: bool = False,
    coarsening: Coarsening = AS_RECORDED,
    on_progress: Callable[[int, int], None] | None = None,
) -> Dataset:
    """Read the tracked frames of a study's finished trials, without those excluded by hand.

    Of people whose consent does not allow it nothing is read; a notice tells how many they are.

    Args:
        study: an open study; sessions still interrupted are passed over.
        labels: what is to be learned: "prompted", "reported", "reported:QUESTION", "column:NAME" or
            "column:NAME:EDGES", see ``mimik.learn.targets``. Trials without a label are left out.
        expressions: only trials that showed these, in this order; None is all, in the protocol's order.
        incomplete: take trials that broke off, too.
        coarsening: what is taken from the frames first, as if they had been given away so.
        on_progress: called with (sessions read, sessions in all).

    Raises:
        DataError: there are no such frames, none that may be learned from, or no such labels.
    """
    target = parse_labels(labels) if isinstance(labels, str) else labels
    outcomes = {COMPLETE, IMPORTED} | ({"incomplete"} if incomplete else set())
    sessions, forbidden = allowed_sessions(study, study.sessions())
    found = [
        (info, trial)
        for info in sessions
        if info.status != INTERRUPTED
        for trial in info.trials
        if trial.outcome in outcomes
    ]
    wanted = _wanted({trial.expression for _, trial in found}, expressions, study)
    labelled = label_trials(study, [pair for pair in found if pair[1].expression in wanted], target)
    if expressions is not None and labelled.target == PROMPTED and labelled.scale == "nominal":
        labelled = replace(labelled, names=tuple(wanted))
    excluded = excluded_by_hand(sessions, expressions)
    labelled = replace(labelled, notices=(*labelled.notices, *excluded, *forbidden))
    plan = _plan(found, wanted, labelled, study.protocol)
    trials = [recording.trial for session in plan for recording in session.trials]
    arrays = _Arrays.of(sum(trial.frames for trial in trials), len(trials))
    read = read_sessions(study, (session.info for session in plan), BLEND_SHAPES)
    at_rest = expressions_at_rest(study.protocol)
    for done, (session, frames) in enumerate(zip(plan, read, strict=True), 1):
        arrays.append(coarsening.apply(frames, session.info.trials, at_rest=at_rest), session)
        if on_progress is not None:
            on_progress(done, len(plan))
    return _dataset(study, arrays, plan, labelled, strict=expressions is not None)


class _Recording(NamedTuple):
    number: int  # in the study
    trial: TrialInfo
    label: int  # its code


@dataclass(frozen=True)
class _Session:
    info: SessionInfo
    person: int
    trials: tuple[_Recording, ...]
    at_rest: AtRest


@dataclass
class _Arrays:
    """Arrays as long as the study may need, filled session by session."""

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    participant: NDArray[np.int32]
    recording: NDArray[np.int32]
    device_time: NDArray[np.float64]
    resting: NDArray[np.float32]
    n: int = 0

    @classmethod
    def of(cls, rows: int, recordings: int) -> _Arrays:
        return cls(
            X=np.empty((rows, len(BLEND_SHAPES)), dtype=np.float32),
            y=np.empty(rows, dtype=np.int64),
            participant=np.empty(rows, dtype=np.int32),
            recording=np.empty(rows, dtype=np.int32),
            device_time=np.empty(rows, dtype=np.float64),
            resting=np.full((recordings, len(BLEND_SHAPES)), np.nan, dtype=np.float32),
        )

    def append(self, frames: SessionFrames, session: _Session) -> None:
        recording_of = _lookup((r.trial.trial, r.number) for r in session.trials)
        label_of = _lookup((r.trial.trial, r.label) for r in session.trials)
        trial = np.minimum(frames.trial, len(recording_of) - 1)
        keep = (recording_of[trial] >= 0) & frames.block.tracked
        face, told = session.at_rest.face(frames)
        if face is not None:
            self.resting[[recording.number for recording in session.trials]] = face
            keep[told] = False
        rows = int(np.count_nonzero(keep))
        if self.n + rows > len(self.X):
            raise DataError(f"{session.info.path}: more frames than its events.tsv counts")
        at = slice(self.n, self.n + rows)
        if rows == len(keep):  # the rule, and twice as fast
            self.X[at] = frames.block.values
        else:
            np.compress(keep, frames.block.values, axis=0, out=self.X[at])
        self.y[at] = label_of[trial[keep]]
        self.recording[at] = recording_of[trial[keep]]
        self.participant[at] = session.person
        self.device_time[at] = frames.block.device_time[keep]
        self.n += rows


def _lookup(pairs: Iterable[tuple[int, int]]) -> NDArray[np.int32]:
    """Return an array that maps trial numbers to codes, -1 for all others and for its last place."""
    codes = dict(pairs)
    table = np.full(max(codes) + 2, -1, dtype=np.int32)
    table[list(codes)] = list(codes.values())
    return table


def _wanted(shown: Collection[str], expressions: Sequence[str] | None, study: Study) -> list[str]:
    """Return the expressions to take, of those that finished trials show."""
    title = study.title
    if not shown:
        raise DataError(
            f"expected finished trials in the study {title!r}, found none",
            hint="record a session with `mimik record` or bring recordings in with `mimik import`",
        )
    if expressions is None:
        return list(shown)
    wanted = list(dict.fromkeys(expressions))
    unknown = [name for name in wanted if name not in shown]
    if unknown or not wanted:
        raise DataError(
            f"no finished trial shows {', '.join(unknown) or 'nothing'} in the study {title!r}",
            hint=f"there are: {', '.join(sorted(shown))}",
        )
    return wanted


def _plan(
    found: Sequence[tuple[SessionInfo, TrialInfo]],
    wanted: Container[str],
    labelled: Labelled,
    protocol: Protocol,
) -> list[_Session]:
    code = {name: i for i, name in enumerate(labelled.names)}
    shown = [pair for pair in found if pair[1].expression in wanted]
    chosen = [
        (info, trial, code[label])
        for (info, trial), label in zip(shown, labelled.labels, strict=True)
        if label is not None
    ]
    people = {name: i for i, name in enumerate(dict.fromkeys(info.participant for info, _, _ in chosen))}
    sessions: dict[tuple[str, str], tuple[SessionInfo, list[_Recording]]] = {}
    for number, (info, trial, label) in enumerate(chosen):
        recordings = sessions.setdefault((info.participant, info.session), (info, []))[1]
        recordings.append(_Recording(number, trial, label))
    usable: dict[tuple[str, str], list[TrialInfo]] = {}
    for info, trial in found:
        usable.setdefault((info.participant, info.session), []).append(trial)
    return [
        _Session(info, people[info.participant], tuple(trials), AtRest.of(protocol, info, usable[key]))
        for key, (info, trials) in sessions.items()
    ]


def _dataset(
    study: Study, arrays: _Arrays, plan: Sequence[_Session], labelled: Labelled, *, strict: bool
) -> Dataset:
    n, names = arrays.n, labelled.names
    y, expressions = compact(arrays.y[:n], names)
    unseen = [name for name in names if name not in expressions]
    if not n or (strict and unseen):
        raise DataError(f"no tracked frame shows {', '.join(unseen)} in the study {study.title!r}")
    people = list(dict.fromkeys(session.info.participant for session in plan))
    facts = _facts(plan)
    columns = {person.id: person.columns for person in study.participants}
    participant, participants = compact(arrays.participant[:n], people)
    there = np.unique(arrays.recording[:n])
    recordings = [f"{one.session}/{one.trial}" for one in facts]
    recording, recording_names = compact(arrays.recording[:n], recordings)
    return Dataset(
        X=arrays.X[:n],
        y=y,
        participant=participant,
        recording=recording,
        device_time=arrays.device_time[:n],
        expressions=expressions,
        participants=participants,
        recordings=recording_names,
        title=study.title,
        synthetic=study.synthetic or any(session.info.synthetic for session in plan),
        facts=tuple(facts[i] for i in there),
        people=tuple(columns.get(person, {}) for person in participants),
        resting=arrays.resting[there],
        scale=labelled.scale,
        unit=labelled.unit,
        target=str(labelled.target),
        notices=labelled.notices,
    )


def _facts(plan: Sequence[_Session]) -> list[RecordingFacts]:
    """Return the facts of every recording in the order of their numbers."""
    numbered = {
        number: RecordingFacts(
            session=f"{session.info.participant}/{session.info.session}",
            trial=trial.trial,
            prompted=trial.expression,
            device="" if session.info.facts.device is None else str(session.info.facts.device),
            app=session.info.facts.app,
            started=session.info.facts.started,
            answers=trial.answers,
        )
        for session in plan
        for number, trial, _ in session.trials
    }
    return [numbered[number] for number in range(len(numbered))]
