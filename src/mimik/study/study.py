"""A study: the folder that holds participants, their consent and their sessions."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.protocol import Protocol, parse_protocol
from mimik.study import consent as _consent
from mimik.study import marking as _marking
from mimik.study import media as _media
from mimik.study import registers as _registers
from mimik.study import sessionaudit as _sessionaudit
from mimik.study import sessions as _sessions
from mimik.study.alone import alone
from mimik.study.audit.references import read_ledger
from mimik.study.audit.store import audit_of
from mimik.study.consent import Consent
from mimik.study.content import study_digest
from mimik.study.devices import device_number
from mimik.study.layout import PROTOCOL, STUDY
from mimik.study.ledger import reference_of
from mimik.study.newstudy import write_new_study
from mimik.study.opening import study_store
from mimik.study.participants import Participant
from mimik.study.people import add_person, check_known, read_people
from mimik.study.purposes import THIS_STUDY
from mimik.study.recovering import recover as recover_study
from mimik.study.session import INTERRUPTED, EventInfo, SessionFacts, SessionInfo
from mimik.study.sessionframes import frames_of_session, table_of_session
from mimik.study.settings import Settings, read_settings
from mimik.study.withdrawal.plan import plan_withdrawal
from mimik.study.withdrawal.withdraw import withdraw
from mimik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    import pyarrow as pa
    from numpy.random import Generator

    from mimik.study.audit.audit import Audit
    from mimik.study.frames import SessionFrames
    from mimik.study.registers import LearnedModel, Release
    from mimik.study.sealing.keys import Key
    from mimik.study.store import Store
    from mimik.study.withdrawal.plan import WithdrawalPlan
    from mimik.study.withdrawal.withdraw import Withdrawal
    from mimik.study.writer import SessionWriter

__all__ = ["Study"]


class Study:
    """A study's folder, opened.

    Attributes:
        folder: where it lies.
        store: through which all of it is read and written.
        title: one line for people.
        synthetic: whether its frames are made up.
    """

    def __init__(self, folder: Path, store: Store, settings: Settings) -> None:
        self.folder = folder
        self.store = store
        self.title = settings.title
        self.synthetic = settings.synthetic
        self._salt = settings.device_salt

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        title: str,
        protocol: Protocol,
        synthetic: bool = False,
        consent: str = _consent.DEFAULT_TEXT,
        media: Path | None = None,
        key: Key | None = None,
    ) -> Study:
        """Make a new study in a folder that is empty or not there yet.

        Args:
            folder: its place.
            title: one line for people.
            protocol: what participants are asked to do; the study keeps a copy.
            synthetic: whether its frames are made up.
            consent: version "1" of the text that people agree to, a plain one by default.
            media: folder with the pictures and clips that the protocol names; the study keeps copies. Without
                it none are copied.
            key: a passphrase, or the path of a key file, with which the study is encrypted.

        Raises:
            StudyError: the folder holds something, or cannot be written.
            ProtocolError: a picture or clip is of no kind that browsers show, has a name that no study can
                hold, is missing or too large.
        """
        root = Path(folder)
        store, settings = write_new_study(
            root, title=title, protocol=protocol, synthetic=synthetic, consent=consent, media=media, key=key
        )
        return cls(root, store, settings)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        key: Key | None = None,
        store: Store | None = None,
        recover: bool = True,
    ) -> Study:
        """Open a study, first bringing half-done work of an earlier program to its end.

        Args:
            folder: its place.
            key: its passphrase, or the path of its key file, where it is encrypted; by default what the
                environment tells, MIMIK_KEY_FILE or MIMIK_PASSPHRASE.
            store: through which it is read and written; that of the folder by default.
            recover: whether to bring half-done work to its end; without that, opening writes nothing.

        Raises:
            StudyError: there is none, it is damaged, or of a format unknown here.
            StudyLocked: it is encrypted, and no key is given, or one that does not fit.
        """
        root = Path(folder)
        store = store or study_store(root, key)
        if not store.exists(STUDY):
            raise StudyError(
                f"{root}: expected a study, found no {STUDY}.",
                hint="Check the path, or make a study with `mimik new`.",
            )
        settings = read_settings(store)
        if recover:
            recover_study(store, root)
        return cls(root, store, settings)

    @cached_property
    def audit(self) -> Audit:
        """The audit trail; changes of files note themselves, ``audit.note`` adds what is none."""
        return audit_of(self.store)

    def reference(self, participant: str) -> str:
        """Return the name under which the audit trail and the registers know a participant.

        Raises:
            StudyError: there is no such participant.
        """
        check_known(self.store, participant)
        return reference_of(self.store, participant)

    @cached_property
    def protocol(self) -> Protocol:
        """What participants are asked to do; raises ProtocolError if its file was broken."""
        text = self.store.read(PROTOCOL).decode("utf-8", errors="replace")
        return parse_protocol(text, where=str(self.folder / PROTOCOL))

    @property
    def media_files(self) -> tuple[str, ...]:
        """Paths of the pictures and clips that the protocol's trials show, below the study's folder.

        Raises:
            ProtocolError: the protocol names one that cannot be a file of a study.
        """
        return _media.media_files(self.protocol)

    def media(self, file: str) -> bytes:
        """Return a picture or clip that a trial shows, named as the protocol does.

        Raises:
            StudyError: no trial shows it.
            StudyDamaged: it is not there.
        """
        if file not in self.media_files:
            raise StudyError(f"{file}: expected a picture or clip that the study's protocol names.")
        return self.store.read(file)

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Everyone in participants.tsv, in its order."""
        return read_people(self.store)

    def add_participant(
        self, pseudonym: str | None = None, *, rng: Generator | None = None, **columns: str
    ) -> Participant:
        """Add a participant, under a pseudonym drawn from ``rng`` or the system's randomness by default.

        ``columns`` go into participants.tsv, such as ``age="31"``; never put names there.
        """
        return add_person(self.store, pseudonym, columns, rng)

    @property
    def consent_versions(self) -> tuple[str, ...]:
        """Versions of the text that people agree to, the newest last."""
        return _consent.consent_versions(self.store)

    def consent_text(self, version: str) -> str:
        """Return a version of the text that people agree to."""
        return _consent.consent_text(self.store, version)

    def add_consent_text(self, version: str, text: str) -> None:
        """Add a version of the text; one that exists is never changed."""
        _consent.write_consent_text(self.store, version, text)

    def record_consent(
        self,
        participant: str,
        *,
        at: float,
        version: str | None = None,
        basis: str | None = None,
        purposes: Iterable[str] = (THIS_STUDY,),
        how: str = "",
        given: date | datetime | None = None,
    ) -> Consent:
        """Record what a participant agreed to (a version of the text), or the basis of imported data.

        ``purposes`` says what for, among ``mimik.study.purposes.PURPOSES``: what was said last counts, and
        takes back what it leaves out. ``how`` it was given is among ``mimik.study.consent.HOW``, or "".
        ``at`` is when it is recorded, seconds since 1970; ``given`` is the day, or the time with its zone,
        at which it was given, if that was before.
        """
        check_known(self.store, participant)
        with alone(self.store):
            return _consent.record_consent(
                self.store,
                participant,
                at=at,
                version=version,
                basis=basis,
                purposes=purposes,
                how=how,
                given=given,
            )

    def consent_history(self, participant: str) -> tuple[Consent, ...]:
        """Return all that is recorded of a participant's consent, what was said last at the end."""
        check_known(self.store, participant)
        return _consent.consent_history(self.store, participant)

    def device_number(self, identity: str) -> int:
        """Return the study's number of a device, from 1; the identity itself is not stored."""
        with alone(self.store):
            return device_number(self.store, self._salt, identity)

    def sessions(self, participant: str | None = None) -> tuple[SessionInfo, ...]:
        """Return all sessions, or one participant's, by participant and name."""
        if participant is not None:
            check_known(self.store, participant)
        return tuple(_sessions.find_sessions(self.store, self.folder, participant))

    def start_session(self, participant: str, facts: SessionFacts) -> SessionWriter:
        """Begin a session under the participant's next free name.

        Raises:
            ConsentMissing: no consent of this participant is recorded.
        """
        check_known(self.store, participant)
        info = SessionInfo(
            participant=participant,
            session="",
            path=self.folder,
            status=INTERRUPTED,
            facts=facts if facts.protocol else self._with_protocol(facts),
            consent=_consent.require_consent(self.store, participant, synthetic=self.synthetic).facts(),
            synthetic=self.synthetic,
            software=f"mimik {__version__}",
        )
        return _sessionaudit.start_session(self.store, self.audit, self.folder, info, self.protocol)

    def resume_session(self, info: SessionInfo) -> SessionWriter:
        """Go on with an interrupted session; ``writer.done`` holds the trials already complete.

        Raises:
            StudyBusy: it is being recorded right now.
            StudyDamaged: its journal is damaged.
        """
        _consent.require_consent(self.store, info.participant, synthetic=self.synthetic)
        return _sessionaudit.resume_session(self.store, self.audit, info, self.protocol)

    def finish_session(self, info: SessionInfo, *, at: float | None = None) -> SessionInfo:
        """Keep an interrupted session as it is; its status becomes "partial"."""
        return _sessionaudit.finish_session(self.store, self.audit, info, time.time() if at is None else at)

    def discard_session(self, info: SessionInfo) -> None:
        """Remove an interrupted session for good."""
        _sessionaudit.discard_session(self.store, self.audit, info)

    def exclude_trial(self, info: SessionInfo, trial: int, reason: str, *, at: float) -> SessionInfo:
        """Mark a trial as bad: it is kept, but left out of all that learns and evaluates.

        Args:
            info: a finished session.
            trial: its number; the trial is complete or imported.
            reason: why, in a line of words.
            at: when this is said, seconds since 1970 (UTC).

        Raises:
            StudyError: the session is not finished, or has no such finished trial.
        """
        return _marking.exclude_trial(self.store, self.folder, info, trial, reason, at)

    def include_trial(self, info: SessionInfo, trial: int, *, at: float) -> SessionInfo:
        """Use an excluded trial again; the file keeps that it was excluded, and why.

        Raises:
            StudyError: it is not excluded.
        """
        return _marking.include_trial(self.store, self.folder, info, trial, at)

    def events(self, info: SessionInfo) -> tuple[EventInfo, ...]:
        """Return what happened in a session besides its trials, such as pauses and the operator's notes.

        Of an interrupted session, what has reached its journal so far.
        """
        return _sessions.events_of(self.store, info)

    def read_session(self, info: SessionInfo, columns: Sequence[str] | None = None) -> SessionFrames:
        """Return a finished session's frames; ``columns`` chooses among COLUMNS.

        Raises:
            StudyError: the session is not finished, or a column is unknown.
            StudyDamaged: its file is broken.
        """
        return frames_of_session(self.store, self.folder, info, columns)

    def table(self, info: SessionInfo) -> pa.Table:
        """Return a finished session's frames as an Arrow table: all columns, attempts done again included.

        ``study.table(info).to_pandas()`` or ``polars.from_arrow(study.table(info))`` go on from there.

        Raises:
            StudyError: the session is not finished.
            StudyDamaged: its file is broken.
        """
        return table_of_session(self.store, self.folder, info)

    @property
    def models(self) -> tuple[LearnedModel, ...]:
        """The models that learned from this study, in the order in which they were made."""
        return _registers.read_models(self.store)

    def record_model(self, fingerprint: str, participants: Iterable[str], *, at: float) -> None:
        """Note that a model learned from participants, so that it can be marked when one withdraws."""
        _registers.record_model(self.store, fingerprint, participants, at=at)

    @property
    def releases(self) -> tuple[Release, ...]:
        """What was made to be given away, in the order in which it was made."""
        return _registers.read_releases(self.store)

    def record_release(
        self,
        kind: str,
        participants: Iterable[str],
        *,
        at: float,
        digest: str = "",
        facts: Mapping[str, str | int] | None = None,
    ) -> Release:
        """Note, in register and audit trail, that something was made to be given away.

        Args:
            kind: such as "bids" or "pack".
            participants: whose data is in it.
            at: when, seconds since 1970 (UTC).
            digest: SHA-256 of it.
            facts: what the trail is to say besides, without identities.
        """
        release = _registers.record_release(self.store, kind, participants, at=at, digest=digest)
        told = {"release": release.id, "kind": kind, "participants": len(release.people), "sha256": digest}
        self.audit.note("released", facts={**told, **(facts or {})})
        return release

    def plan_withdrawal(self, participant: str) -> WithdrawalPlan:
        """Return what would go, and what would be marked, if a participant withdrew."""
        check_known(self.store, participant)
        known = read_ledger(self.store).entries.get(participant)  # none is drawn: a plan changes nothing
        return plan_withdrawal(self.store, participant, known.reference if known else "")

    def withdraw(self, participant: str, *, at: float, why: str = "", by: str | None = None) -> Withdrawal:
        """Remove a participant for good, and search all of the folder for what may be left.

        Raises:
            StudyBusy: a session of theirs is being recorded.
        """
        check_known(self.store, participant)
        return withdraw(self.store, self.folder, participant, at=at, why=why, by=by)

    def fingerprint(self) -> str:
        """Return a SHA-256 over the frames of all finished sessions, the same under other pseudonyms."""
        finished = (s for s in self.sessions() if s.status != INTERRUPTED)
        return study_digest((s.participant, s.frames_sha256) for s in finished)

    def _with_protocol(self, facts: SessionFacts) -> SessionFacts:
        return replace(facts, protocol=self.protocol.name, protocol_version=self.protocol.version)
