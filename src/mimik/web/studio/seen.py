"""What a participant sees, as JSON has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from mimik.capture.view import View
    from mimik.protocol import Question

__all__ = ["TELLING", "direction", "question_facts", "view_facts"]

TELLING = ("phase", "trial", "of", "prompt", "message", "face", "media", "questions")
"""What of a view is told at once when it changes; the rest only counts up."""

_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"))


def direction(language: str) -> str:
    """Return how a language is written: "ltr", or "rtl" for the scripts that run from right to left.

    >>> direction("de"), direction("ar-EG")
    ('ltr', 'rtl')
    """
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def view_facts(view: View, language: str, media: str) -> dict[str, Any]:
    """Return a view in the sitting's language; pictures and clips lie below ``media``."""
    shown = view.media
    return {
        "phase": view.phase.value,
        "trial": view.trial,
        "of": view.of,
        "expression": view.expression,
        "prompt": view.prompt,
        "fixation_text": view.fixation_text,
        "message": view.message,
        "progress": round(view.progress, 3),
        "frames": view.frames,
        "seconds": round(view.seconds, 2),
        "face": view.face,
        "media": None
        if shown is None
        else {
            "kind": shown.kind,
            "url": f"{media}/{quote(shown.file)}",
            "description": shown.description.get(language, ""),
        },
        "questions": [question_facts(question, language) for question in view.questions],
    }


def question_facts(question: Question, language: str) -> dict[str, Any]:
    """Return a question in one language."""
    return {
        "id": question.id,
        "kind": question.kind,
        "text": question.text[language],
        "options": [{"value": o.value, "text": o.text[language]} for o in question.options],
        "minimum": question.minimum,
        "maximum": question.maximum,
        "low": (question.low or {}).get(language, ""),
        "high": (question.high or {}).get(language, ""),
    }
