"""The texts that people agree to: ``consent/text-<version>.md``, versions that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.layout import CONSENT, consent_text_file

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = [
    "DEFAULT_TEXT",
    "JOINED",
    "check_consent_text",
    "consent_text",
    "consent_versions",
    "write_consent_text",
]

JOINED = "joined"
"""How versions begin that came with people of another study; nobody here is asked to agree to them."""

DEFAULT_TEXT = """\
# Taking part in this study

You will be asked to show facial expressions while a device measures how your face moves.

- Stored are numbers: how far parts of the face moved, the pose of head and eyes, and the time. No picture,
  video or sound is kept.
- The numbers are stored under a pseudonym. How a face moves can still tell who somebody is, so they are kept
  confidential.
- Taking part is voluntary. You may stop at any time and ask for your data to be removed.
- You may ask for a copy of your own data at any time.

# What your data may be used for

You are asked each of these by itself. You can take part whatever you answer to the second and the third, and
you can take back each answer later.

1. This study: your data are recorded and evaluated here. Without this you can't take part.
2. Sharing: your data may be given to other researchers, under a pseudonym.
3. Later use: your data may be used in later studies, also to teach programs to recognise expressions.

What you take back holds from then on: data that have been shared already can't be called back.
"""
"""The text people agree to unless a study brings its own."""


def consent_versions(store: Store) -> tuple[str, ...]:
    """Return the versions of the consent text: those from elsewhere first, the newest of this study last."""
    names = [n for n in store.list(CONSENT) if n.startswith("text-") and n.endswith(".md")]
    versions = (n[len("text-") : -len(".md")] for n in names)
    return tuple(sorted(versions, key=lambda v: (not v.startswith(JOINED), len(v), v)))


def consent_text(store: Store, version: str) -> str:
    """Return a version of the text; raises StudyError if there is none such."""
    path = consent_text_file(version)
    if not store.exists(path):
        known = ", ".join(consent_versions(store)) or "none"
        raise StudyError(
            f"consent text {version!r}: no such version; there are: {known}.", hint=f"See {CONSENT}/."
        )
    return store.read(path).decode("utf-8", errors="replace")


def check_consent_text(text: str) -> None:
    """Raise StudyError for a text that says nothing."""
    if not text.strip():
        raise StudyError("consent text: expected a text, found nothing.")


def write_consent_text(store: Store, version: str, text: str) -> None:
    """Add a version of the text; raises StudyError if it exists or is empty."""
    path = consent_text_file(version)
    check_consent_text(text)
    if store.exists(path):
        raise StudyError(
            f"consent text {version!r} exists already; people may have agreed to it.",
            hint="Add the new wording as a new version.",
        )
    store.write(path, text.encode())
