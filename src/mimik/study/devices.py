"""Devices of a study: numbers instead of names.

A device is known by a digest of its identity under the study's own salt. Its name ("Anna's iPad") and its id
are never stored, and the same device has unrelated digests in two studies.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged
from mimik.study.layout import DEVICES
from mimik.study.toml import field, read_toml, write_toml

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["device_number", "known_devices"]


def device_number(store: Store, salt: str, identity: str) -> int:
    """Return the number of a device, from 1, giving it the next one if it is new."""
    digest = hmac.new(bytes.fromhex(salt), identity.encode(), hashlib.sha256).hexdigest()
    known = _read(store)
    if digest not in known:
        known[digest] = max(known.values(), default=0) + 1
        write_toml(store, DEVICES, {"device": [{"number": n, "digest": d} for d, n in known.items()]})
    return known[digest]


def known_devices(store: Store) -> tuple[int, ...]:
    """Return the numbers of all devices; raises StudyDamaged."""
    return tuple(_read(store).values())


def _read(store: Store) -> dict[str, int]:
    if not store.exists(DEVICES):
        return {}
    rows = field(read_toml(store, DEVICES), "device", list, where=DEVICES)
    known = {field(r, "digest", str, where=DEVICES): field(r, "number", int, where=DEVICES) for r in rows}
    if len(set(known.values())) != len(rows):
        raise StudyDamaged(
            f"{DEVICES}: expected each device once, found one twice.", hint="Restore the file."
        )
    return known
