"""The next sensible step of a study."""

from __future__ import annotations

__all__ = ["ENOUGH", "next_step"]

ENOUGH = 5
"""People from whom on an evaluation by participant, with as many folds, can be tried."""


def next_step(*, people: int, unfinished: int, running: int, accepted: int, models: int) -> dict[str, str]:
    """Return what to do next: a sentence, the text of a button and where it leads.

    Args:
        people: with a finished session.
        unfinished: interrupted sessions that nobody sits in.
        running: sessions that run.
        accepted: phones that may record.
        models: trained ones of this study.
    """
    if running:
        return _step("A session is running.", "To the sessions", "/sessions")
    if unfinished:
        text = "A session was interrupted. Go on with it, keep it as it is, or discard it."
        return _step(text, "See what is unfinished", "/#unfinished")
    if not accepted:
        return _step("No phone is ready to record. Connect one.", "Connect a phone", "/devices")
    if people < ENOUGH:
        counted = f"{people} of {ENOUGH}" if people else "None"
        text = f"{counted} people recorded that a first evaluation needs. Record the next one."
        return _step(text, "Record a session", "/sessions")
    if not models:
        return _step("There is enough to train and evaluate a first recognizer.", "Train", "/models")
    return _step("Record more people, or watch a recognizer live.", "Live", "/live")


def _step(text: str, label: str, href: str) -> dict[str, str]:
    return {"text": text, "label": label, "href": href}
