"""One participant over time: what changed from session to session, against the noise of measurement.

Research use only, not a medical device: shown expressions, measured from coefficients that their maker does
not document.
"""

from __future__ import annotations
