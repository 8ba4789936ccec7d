"""What people do with sessions, noted in the audit trail: started, resumed, kept, discarded."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mimik.study import sessions as _sessions
from mimik.study.alone import alone
from mimik.study.audit.store import noted_as_one
from mimik.study.ledger import reference_of

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.protocol import Protocol
    from mimik.study.audit.audit import Audit
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store
    from mimik.study.writer import SessionWriter

__all__ = ["discard_session", "finish_session", "resume_session", "start_session"]


def start_session(
    store: Store, audit: Audit, root: Path, info: SessionInfo, protocol: Protocol
) -> SessionWriter:
    """Begin a session under the participant's next free name; see ``Study.start_session``."""
    # Two at once would take the same name; a writer that stayed open would keep everybody from resuming.
    with alone(store), contextlib.ExitStack() as on_error:
        with noted_as_one(store):
            writer = _sessions.start_session(store, root, info, protocol)
            on_error.callback(writer.leave)
            _note(store, audit, "session-started", writer.info)
        on_error.pop_all()
    return writer


def resume_session(store: Store, audit: Audit, info: SessionInfo, protocol: Protocol) -> SessionWriter:
    """Go on with an interrupted session; see ``Study.resume_session``."""
    writer = _sessions.resume_session(store, info, protocol)
    with contextlib.ExitStack() as on_error:
        on_error.callback(writer.leave)
        _note(store, audit, "session-resumed", writer.info)
        on_error.pop_all()
    return writer


def finish_session(store: Store, audit: Audit, info: SessionInfo, at: float) -> SessionInfo:
    """Keep an interrupted session as it is: status "partial"."""
    with noted_as_one(store):
        done = _sessions.finish_session(store, info, at)
        _note(store, audit, "session-kept", done)
    return done


def discard_session(store: Store, audit: Audit, info: SessionInfo) -> None:
    """Remove an interrupted session for good."""
    with noted_as_one(store):
        _sessions.discard_session(store, info)
        _note(store, audit, "session-discarded", info)


def _note(store: Store, audit: Audit, what: str, info: SessionInfo) -> None:
    facts = {"session": info.session, "frames": info.frames}
    audit.note(what, of=reference_of(store, info.participant), facts=facts)
