"""From format 1 to 2: a ledger and an audit trail, in which every lasting file is noted as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.audit.store import audited

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["begin_trail"]


def begin_trail(store: Store) -> None:
    """Note all lasting files; done again after a break, those that were noted already are passed over."""
    audited(store).adopt()
