"""What MediaPipe's FaceLandmarker calls blend shapes, and which of them it can deliver.

It names 52: ``_neutral``, which is none, and ARKit's 52 without ``tongueOut``. Seven of them stay near 0
whatever the face does. They are NaN here, "not delivered", like ``tongueOut``: their value speaks of the
network, not of the face. Kept, a 0 would tell a recognizer trained on a depth camera that no nose is ever
wrinkled; and one trained on webcams would blow their noise up to the size of a smile.

Measured on 72 frames of a broad smile (mouthSmile up to 0.92): cheekSquint stays below 0.00001, though cheeks
rise with every such smile, noseSneer below 0.00002, cheekPuff below 0.002, eyeWide below 0.03. Users report
the same of faces that puff, sneer and stare on purpose (google-ai-edge/mediapipe, issues 4436 and 4450).
"""

from __future__ import annotations

from mimik.blendshapes import BLEND_SHAPES
from mimik.sources.textcolumns import column_of

__all__ = ["APP", "DELIVERED", "NEUTRAL", "NOT_DELIVERED", "mediapipe_column"]

APP = "MediaPipe FaceLandmarker"
"""What made the frames."""

NEUTRAL = "_neutral"
"""MediaPipe's own first name; no blend shape of ARKit."""

NOT_DELIVERED: tuple[str, ...] = (
    *("eyeWideLeft", "eyeWideRight"),
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight"),
    *("noseSneerLeft", "noseSneerRight", "tongueOut"),
)
"""The 8 of ARKit's blend shapes that it does not have, or has near 0 whatever the face does."""

DELIVERED: tuple[str, ...] = tuple(name for name in BLEND_SHAPES if name not in NOT_DELIVERED)
"""The 44 others."""


def mediapipe_column(name: str) -> str | None:
    """Return the one of ``COLUMNS`` that a name means and MediaPipe can deliver, or None."""
    found = column_of(name)
    return None if found in NOT_DELIVERED else found
