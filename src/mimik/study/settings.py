"""What ``study.toml`` says: the format's version, the title, whether the frames are made up, the salt."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyDamaged, StudyError, StudyVersionError
from mimik.study.layout import PROTOCOL, STUDY
from mimik.study.toml import field, read_toml, write_toml
from mimik.version import __version__

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["FORMAT", "Settings", "read_settings", "settings_table", "write_settings"]

FORMAT = 2
"""Version of a study's folder as this Mimik writes it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What holds for a whole study.

    Attributes:
        title: one line for people.
        synthetic: whether its frames are made up.
        created: when, UTC, as ISO 8601.
        device_salt: 32 random bytes in hex, so that device digests mean nothing outside this study.
    """

    title: str
    synthetic: bool
    created: str
    device_salt: str

    @classmethod
    def new(cls, title: str, *, synthetic: bool) -> Settings:
        """Settings of a study made now; raises StudyError for a title that is not one line."""
        if not title.strip() or not title.isprintable():
            raise StudyError(f"title {title!r}: expected one line of text.", hint="Give the study a name.")
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(title=title, synthetic=synthetic, created=created, device_salt=secrets.token_hex(32))


def write_settings(store: Store, settings: Settings) -> None:
    """Write ``study.toml``."""
    write_toml(store, STUDY, settings_table(settings))


def settings_table(settings: Settings) -> dict[str, Any]:
    """Return what ``study.toml`` holds."""
    return {
        "format": FORMAT,
        "title": settings.title,
        "synthetic": settings.synthetic,
        "created": settings.created,
        "software": f"mimik {__version__}",
        "protocol": PROTOCOL,
        "device_salt": settings.device_salt,
    }


def read_settings(store: Store) -> Settings:
    """Read ``study.toml``; raises StudyVersionError for a format unknown here, StudyDamaged for a fault."""
    values = read_toml(store, STUDY)
    found = field(values, "format", int, where=STUDY)
    if 0 < found < FORMAT:
        raise StudyVersionError(
            f"{STUDY}: expected study format {FORMAT}, found the older {found}.",
            hint="Bring the study to it, which changes no recording: mimik migrate STUDY",
        )
    if found != FORMAT:
        raise StudyVersionError(
            f"{STUDY}: expected study format {FORMAT}, found {found}.",
            hint="Open the study with the version of Mimik that made it, or a newer one.",
        )
    settings = Settings(
        title=field(values, "title", str, where=STUDY),
        synthetic=field(values, "synthetic", bool, where=STUDY),
        created=field(values, "created", str, where=STUDY),
        device_salt=field(values, "device_salt", str, where=STUDY),
    )
    _check_salt(settings.device_salt)
    return settings


def _check_salt(salt: str) -> None:
    try:
        good = len(bytes.fromhex(salt)) == 32
    except ValueError:
        good = False
    if not good:
        raise StudyDamaged(
            f"{STUDY}: expected 'device_salt' to be 64 hex digits, found {len(salt)} characters.",
            hint="Restore the file from a copy; with another salt, known devices would get new numbers.",
        )
