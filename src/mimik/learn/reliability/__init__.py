"""How far each coefficient can be trusted: the same person again, in another session, on another device."""

from __future__ import annotations
