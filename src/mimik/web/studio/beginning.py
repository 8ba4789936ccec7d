"""How a sitting becomes a session of the study: consent first, then what is written when it begins."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mimik.capture.background import BackgroundWriter
from mimik.capture.beginning import engine_of, new_facts
from mimik.capture.recorder import Recorder
from mimik.errors import ConsentMissing, StudyError
from mimik.sources.virtual.phone import APP as SIMULATED
from mimik.study.consent import Consent, check_dated, require_last
from mimik.study.given import given_at
from mimik.study.purposes import check_purposes
from mimik.study.session import INTERRUPTED
from mimik.web.studio.devices import APP
from mimik.web.studio.missing import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from mimik.capture.background import Queue
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study
    from mimik.study.writer import SessionWriter
    from mimik.web.studio.sitting import Sitting

__all__ = ["agreement", "begin_recording", "language_of", "session_to_resume"]


def session_to_resume(study: Study, participant: str | None, session: str | None) -> SessionInfo | None:
    """Return the interrupted session to go on with; None where none is named.

    Raises:
        NotFound: there is no such participant, or no such interrupted session of theirs.
        StudyError: it can't be resumed, or nobody is named whose it is.
    """
    if participant is not None and all(p.id != participant for p in study.participants):
        raise NotFound(f"Expected a participant of this study, found none called {participant[:80]!r}.")
    if session is None:
        return None
    if participant is None:
        raise StudyError("Expected the participant whose session goes on, found none named.")
    for info in study.sessions(participant):
        if info.session == session and info.status == INTERRUPTED:
            if info.problem:
                raise StudyError(info.problem)
            return info
    raise NotFound(f"Expected an interrupted session {session[:80]!r} of {participant}, found none.")


def agreement(
    study: Study,
    participant: str | None,
    *,
    given: bool,
    purposes: Iterable[str],
    how: str,
    on: date | None,
    at: float,
) -> Consent | None:
    """Return the consent to the newest text that was given just now; None where it was before.

    Args:
        study: whose text.
        participant: a pseudonym; None for a fresh one.
        given: whether it was given now.
        purposes: what for.
        how: it was given, as in ``mimik.study.consent.HOW``.
        on: the day on which it was given; None for now.
        at: now, seconds since 1970 (UTC).

    Raises:
        ConsentMissing: it was neither before nor is it now.
        StudyError: a purpose is unknown, this study is not among them, or the day is to come, before what the
            participant said last, or one for a screen.
    """
    version = study.consent_versions[-1]
    if any(p.id == participant and p.agreed_to(version) for p in study.participants):
        return None
    if not given:
        raise ConsentMissing(
            f"Expected the participant's consent to version {version} of the text, found none.",
            hint="Let them read it, and say that they agree; nothing is recorded without.",
        )
    check_dated(how, on)
    said = Consent(at, version=version, purposes=check_purposes(purposes), how=how, given=given_at(on, at))
    if participant is not None:
        require_last(study.store, participant, said, now=at)
    return said


def language_of(study: Study, language: str | None) -> str:
    """Return the language of the prompts: as asked for, else English, else the protocol's first.

    Raises:
        StudyError: the protocol has no such language.
    """
    languages = study.protocol.languages
    if language is None:
        return study.protocol.usual_language
    if language not in languages:
        raise StudyError(
            f"Expected one of the protocol's languages ({', '.join(languages)}), found {language[:20]!r}."
        )
    return language


def begin_recording(
    study: Study, sitting: Sitting, writing: Queue, *, now: float, simulated: bool, rate: float | None
) -> tuple[Recorder, BackgroundWriter]:
    """Write participant, consent and session, and return what records it.

    Args:
        study: where to.
        sitting: who sits where; told what it became.
        writing: the thread that writes from now on.
        now: seconds since 1970 (UTC).
        simulated: whether the phone is one of this studio's own.
        rate: frames a second that the phone sends, if known.

    Raises:
        StudyError: the study can't be written.
    """
    resumed = sitting.resumed
    if resumed is None:
        sitting.participant = name = sitting.participant or study.add_participant().id
        _agree(study, sitting, name, now)
        facts = new_facts(
            study.protocol,
            device=sitting.study_device,
            app=SIMULATED if simulated else APP,
            rate=rate,
            language=sitting.language,
            position=[p.id for p in study.participants].index(name),
            at=now,
        )
        real = study.start_session(name, facts)
    else:
        real = study.resume_session(resumed)
        sitting.resumed = resumed = _gone_on_with(study, sitting, resumed, real, now)
        facts = resumed.facts
        if facts.device != sitting.study_device:
            real.event(f"device {sitting.study_device}", now)
    engine = engine_of(study.protocol, facts, done=resumed.trials if resumed else (), asks=True)
    writer = BackgroundWriter(real, writing)
    recorder = Recorder(engine, writer)
    for note in sitting.notes:
        recorder.note(note.text, note.at)
    sitting.info, sitting.recorder, sitting.view = real.info, recorder, engine.view
    return recorder, writer


def _gone_on_with(
    study: Study, sitting: Sitting, resumed: SessionInfo, writer: SessionWriter, now: float
) -> SessionInfo:
    """Return a session, now that nobody else can write: as it is, not as it was when it was chosen.

    Consent comes only then: of a session that can't be gone on with none is left on record.
    """
    with contextlib.ExitStack() as on_error:
        on_error.callback(writer.leave)
        found = session_to_resume(study, resumed.participant, resumed.session)
        _agree(study, sitting, resumed.participant, now)
        on_error.pop_all()
    return found or resumed


def _agree(study: Study, sitting: Sitting, participant: str, now: float) -> None:
    """Record what a participant agreed to, unless they have said something else since."""
    if (agreed := sitting.agreed) is None:
        return
    require_last(study.store, participant, agreed, now=now)
    study.record_consent(
        participant,
        at=agreed.at,
        version=agreed.version,
        purposes=agreed.purposes,
        how=agreed.how,
        given=agreed.given.value if agreed.given else None,
    )
    sitting.agreed = None
    if sitting.asked is not None:
        sitting.asked.recorded = True
