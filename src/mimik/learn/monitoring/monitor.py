"""Monitor one participant: measure every session, and hold each change against the noise of repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.data import load_dataset
from mimik.learn.excluded import excluded_by_hand
from mimik.learn.monitoring.comparison import Comparison
from mimik.learn.monitoring.measured import delivered, measured
from mimik.learn.monitoring.monitoring import Monitoring, SessionFound
from mimik.learn.monitoring.noise import LEVEL, Noises
from mimik.learn.monitoring.warnings import notices_of
from mimik.learn.trials import read_trials
from mimik.study.resting import RESTING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimik.learn.model import Model
    from mimik.learn.trials import TrialFrames
    from mimik.study.study import Study

__all__ = ["compare", "monitor"]


def monitor(
    study: Study,
    participant: str,
    *,
    model: Model | None = None,
    baseline: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Monitoring:
    """Measure a participant's sessions, and what changed since the first of them.

    Args:
        study: an open study; everybody's repeated trials tell the noise where the participant's are too few.
        participant: the pseudonym.
        model: a recognizer, for its confidence in the prompted expressions.
        baseline: the session to compare with; the earliest by default.
        on_progress: called with (sessions read, sessions in all).

    Raises:
        StudyError: no participant has that pseudonym.
        DataError: there are fewer than two finished sessions, or none named as the baseline.
    """
    own = tuple(read_trials(study, participant=participant))
    excluded = excluded_by_hand(study.sessions(participant))
    _refuse_too_few(participant, own)
    at_rest = {trial.expression for trial in study.protocol.trials if trial.baseline} | {RESTING}
    found = compare(
        own,
        (t for t in read_trials(study, on_progress=on_progress) if t.participant != participant),
        title=study.title,
        at_rest=at_rest,
        model=model,
        baseline=baseline,
        fingerprint=load_dataset(study).fingerprint if model is not None else None,
    )
    return replace(found, notices=(*found.notices, *excluded))


def compare(
    own: Sequence[TrialFrames],
    others: Iterable[TrialFrames] = (),
    *,
    title: str,
    at_rest: Iterable[str] = (RESTING,),
    model: Model | None = None,
    baseline: str | None = None,
    fingerprint: str | None = None,
) -> Monitoring:
    """Compare the sessions of one participant's trials; ``monitor`` without a study's folder.

    Args:
        own: the participant's trials.
        others: trials of other participants, for the noise.
        title: of the study.
        at_rest: expressions that are the resting face and are left out of the mean over expressions.
        model: a recognizer.
        baseline: the session to compare with; the earliest by default.
        fingerprint: of the study's data, to tell whether the recognizer was trained on just these.

    Raises:
        DataError: there are fewer than two sessions, or none named as the baseline.
    """
    who = own[0].participant if own else ""
    _refuse_too_few(who, own)
    sessions = _sessions(own)
    first = _baseline(baseline, who, sessions)
    channels = delivered(own)
    mine = measured(own, channels, model)
    noise = Noises(mine.joined(measured(others, channels, model)), who)
    comparison = Comparison(mine, noise, tuple(s.session for s in sessions), first)
    expressions = tuple(dict.fromkeys(trial.expression for trial in own))
    found = Monitoring(
        title=title,
        participant=who,
        synthetic=any(trial.synthetic for trial in own),
        baseline=first,
        sessions=sessions,
        expressions=expressions,
        measures=mine.measures,
        channels=tuple(name for name, there in zip(BLEND_SHAPES, channels, strict=True) if there),
        rows=comparison.rows(expressions, frozenset(at_rest)),
        level=LEVEL,
        notices=(),
    )
    return found.with_notices(*notices_of(found, model, fingerprint))


def _sessions(own: Sequence[TrialFrames]) -> tuple[SessionFound, ...]:
    """Return the sessions in the order of time; where that is not known, of their names."""
    found = []
    for session in dict.fromkeys(trial.session for trial in own):
        trials = [trial for trial in own if trial.session == session]
        steps = [np.median(np.diff(t.device_time)) for t in trials if len(t) > 1]
        step = float(np.median(steps)) if steps else float("nan")
        found.append(
            SessionFound(
                session=session,
                started=trials[0].started,
                device=trials[0].device,
                trials=len(trials),
                frames=sum(len(trial) for trial in trials),
                rate=1 / step if step > 0 else float("nan"),
                resting=bool(np.isfinite(trials[0].resting).any()),
            )
        )
    if all(np.isfinite(s.started) for s in found):
        return tuple(sorted(found, key=lambda s: (s.started, s.session)))
    return tuple(sorted(found, key=lambda s: s.session))


def _baseline(wanted: str | None, who: str, sessions: Sequence[SessionFound]) -> str:
    names = [s.session for s in sessions]
    if wanted is not None and wanted not in names:
        raise DataError(
            f"{who}: expected a finished session as the baseline, found none named {wanted!r}",
            hint=f"there are: {', '.join(names)}",
        )
    return wanted or names[0]


def _refuse_too_few(who: str, own: Sequence[TrialFrames]) -> None:
    names = sorted({trial.session for trial in own})
    if len(names) < 2:
        raise DataError(
            f"{who or 'nobody'}: expected two finished sessions or more, found {', '.join(names) or 'none'}",
            hint="record the same participant again, with the same protocol and device",
        )
