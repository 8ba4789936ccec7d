"""What was made with a participant's data, as the registers tell: releases, and models that learned from it.

Recipients themselves stand in no register; a release's id is what those who gave it away can look up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mimik.study.takeouttables import csv_table

if TYPE_CHECKING:
    from mimik.study.study import Study

__all__ = ["MODEL", "RELEASE", "Use", "uses_of", "uses_table", "uses_text"]

RELEASE = "release"
"""What: made to be given away."""
MODEL = "model"
"""What: a model that learned from somebody's data."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """Something that was made with somebody's data; it says nothing of the others in it.

    Attributes:
        at: when, seconds since 1970 (UTC).
        what: RELEASE or MODEL.
        kind: of a release, such as "bids" or "pack"; "" for a model.
        reference: by which the study's registers know it.
    """

    at: float
    what: str
    kind: str
    reference: str

    @property
    def when(self) -> str:
        """Such as "2026-03-01T09:30:00Z"."""
        return datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def uses_of(study: Study, participant: str) -> tuple[Use, ...]:
    """Return what was made with a participant's data, the earliest first; raises StudyDamaged."""
    known = study.reference(participant)
    uses = [
        *(
            Use(at=one.at, what=RELEASE, kind=one.kind, reference=one.id)
            for one in study.releases
            if known in one.people
        ),
        *(
            Use(at=one.at, what=MODEL, kind="", reference=one.fingerprint)
            for one in study.models
            if known in one.people
        ),
    ]
    return tuple(sorted(uses, key=lambda use: use.at))


def uses_table(uses: Sequence[Use]) -> bytes:
    """Return what was made, as a table."""
    names = ("at", "what", "kind", "reference")
    return csv_table(names, ((one.when, one.what, one.kind, one.reference) for one in uses))


_PACK = "pack"
_NONE = "none"
_WORDS = {
    "en": {
        RELEASE: "data set to be given to others",
        _PACK: "packed copy of the study",
        MODEL: "model that learned from your data",
        _NONE: "  none: no data set to be given to others, and no model",
    },
    "de": {
        RELEASE: "Datensatz zur Weitergabe an andere",
        _PACK: "gepackte Kopie der Studie",
        MODEL: "Modell, das aus Ihren Daten gelernt hat",
        _NONE: "  nichts: kein Datensatz zur Weitergabe an andere und kein Modell",
    },
}


def uses_text(uses: Sequence[Use], language: str) -> str:
    """Return what was made, a line each, for ``README.txt``.

    Args:
        uses: as ``uses_of`` returns them.
        language: "en" or "de".
    """
    words = _WORDS[language]
    return "\n".join(_line(one, words) for one in uses) or words[_NONE]


def _line(use: Use, words: dict[str, str]) -> str:
    called = words[_PACK] if use.kind == _PACK else words[use.what]
    kind = f" ({use.kind})" if use.kind not in ("", _PACK) else ""
    return f"  {use.when[:10]}  {called}{kind}: {use.reference}"
