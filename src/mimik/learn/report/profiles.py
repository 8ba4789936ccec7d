"""The page of expression profiles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.learn.report.bars import importance_figure
from mimik.learn.report.face import draw_face, exaggerated
from mimik.learn.report.page import write_page

if TYPE_CHECKING:
    from mimik.learn.profiles.result import Profiles

__all__ = ["write_profiles_report"]

_FEATURES = 10


def write_profiles_report(path: Path | str, found: Profiles, *, now: datetime | None = None) -> Path:
    """Write expression profiles as one HTML file; it names no participant.

    Raises:
        DataError: the file cannot be written.
    """
    cards = [
        (
            profile,
            draw_face(
                exaggerated(profile.face, profile.change),
                f"face-{i}",
                title=f"Asked to look {profile.expression}",
            ),
            importance_figure(
                f"features-{i}",
                [(f.name, f.importance, f.part, f.effect) for f in profile.features[:_FEATURES]],
                title=f"What makes {profile.expression}",
            ),
        )
        for i, profile in enumerate(found.profiles)
    ]
    return write_page(
        path,
        "profiles.html.jinja",
        now=now,
        title=found.title,
        synthetic=found.synthetic,
        notices=found.notices,
        found=found,
        cards=cards,
    )
