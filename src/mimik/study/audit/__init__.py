"""The audit trail: who did what, when and why, without identities, and what every lasting file was then."""

from __future__ import annotations

from mimik.study.audit.audit import Audit
from mimik.study.audit.chain import Line, parse_chain, verify_chain
from mimik.study.audit.store import AuditedStore

__all__ = ["Audit", "AuditedStore", "Line", "parse_chain", "verify_chain"]
