"""A study: a folder that a person can read, written so that nothing recorded is lost."""

from __future__ import annotations

from mimik.study.consent import Consent
from mimik.study.disk.folderstore import FolderStore
from mimik.study.frames import SessionFrames
from mimik.study.participants import Participant
from mimik.study.reading import read_sessions
from mimik.study.session import EventInfo, SessionFacts, SessionInfo, TrialInfo
from mimik.study.store import Store
from mimik.study.study import Study
from mimik.study.writer import SessionWriter

__all__ = [
    "Consent",
    "EventInfo",
    "FolderStore",
    "Participant",
    "SessionFacts",
    "SessionFrames",
    "SessionInfo",
    "SessionWriter",
    "Store",
    "Study",
    "TrialInfo",
    "read_sessions",
]
