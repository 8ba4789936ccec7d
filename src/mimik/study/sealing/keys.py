"""Passphrases and key files: what they open, and how slots are made of them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mimik.environment import KEY_FILE, PASSPHRASE, told_by_environment
from mimik.errors import StudyDamaged, StudyLocked
from mimik.study.sealing.encryption import Encryption, Slot
from mimik.study.sealing.format import KEY, KEY_ID, Keys, derived
from mimik.study.sealing.keyfile import read_key_file
from mimik.study.sealing.passphrase import OWASP, Cost, check_passphrase, passphrase_key

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Key",
    "given_key",
    "new_encryption",
    "new_keys",
    "opening_slot",
    "unlocked",
    "with_slot",
    "wrapped_by",
]

Key = str | Path
"""A passphrase, or the path of a key file."""

_NONCE = 12


def given_key(key: Key | None) -> Key | None:
    """Return the key that is given, else the one that the environment tells, else None."""
    if key is not None:
        return key
    if file := told_by_environment(KEY_FILE):
        return Path(file)
    return told_by_environment(PASSPHRASE) or None


def new_keys() -> Keys:
    """Return a data key, at random."""
    key_id = secrets.token_bytes(KEY_ID)
    return Keys(key_id, {key_id: secrets.token_bytes(KEY)})


def new_encryption(keys: Keys, key: Key, *, cost: Cost = OWASP) -> Encryption:
    """Return the encryption of a study that one passphrase or key file opens."""
    empty = Encryption("sealed", keys.current, (keys.current,), ())
    return with_slot(empty, keys, key, cost=cost).proven(keys)


def unlocked(encryption: Encryption, key: Key | None, *, where: str) -> Keys:
    """Return the data keys that a passphrase or key file opens; by default that of the environment.

    Raises:
        StudyLocked: none is given, or none of the slots fits it.
        StudyDamaged: the encryption was changed by somebody without the key.
    """
    key = given_key(key)
    if key is None:
        raise StudyLocked(
            f"{where}: expected the key of this encrypted study, found none.",
            hint=f"Set {PASSPHRASE} to its passphrase, or {KEY_FILE} to the path of its key file.",
        )
    opens = opening_slot(encryption, key)
    if opens is None:
        kind = "key file" if isinstance(key, Path) else "passphrase"
        raise StudyLocked(
            f"{where}: expected a key that opens this encrypted study, found a {kind} that does not.",
            hint="Mind capital letters and the keyboard's language; or is it the key of another study?",
        )
    keys = opens[1]
    encryption.check_proof(keys)
    return keys


def opening_slot(encryption: Encryption, key: Key) -> tuple[Slot, Keys] | None:
    """Return the slot that a passphrase or key file opens, with the data keys in it; else None."""
    file = read_key_file(key) if isinstance(key, Path) else b""
    for slot in encryption.slots:
        if (slot.kind == "file") is isinstance(key, Path):
            opened = _unwrapped(slot, _slot_key(slot, key, file))
            if opened is not None:
                if encryption.current not in opened:
                    raise StudyDamaged(f"encryption.toml: expected the current key in slot {slot.name!r}.")
                return slot, Keys(encryption.current, opened)
    return None


def with_slot(encryption: Encryption, keys: Keys, key: Key, *, cost: Cost = OWASP) -> Encryption:
    """Return the encryption with one more passphrase or key file that opens it.

    Raises:
        StudyError: the passphrase is too short.
        StudyLocked: there is no such key file.
    """
    is_file = isinstance(key, Path)
    if not isinstance(key, Path):
        check_passphrase(key)
    base = "key file" if is_file else "passphrase"
    name, number, taken = base, 1, {slot.name for slot in encryption.slots}
    while name in taken:
        number += 1
        name = f"{base} {number}"
    slot = Slot(
        name, "file" if is_file else "passphrase", secrets.token_bytes(32), {}, None if is_file else cost
    )
    return replace(encryption, slots=(*encryption.slots, wrapped_by(slot, key, keys)))


def wrapped_by(slot: Slot, key: Key, keys: Keys, only: Iterable[bytes] | None = None) -> Slot:
    """Return a slot with data keys in it, all or ``only`` some, encrypted under a passphrase or key file."""
    cipher = AESGCM(_slot_key(slot, key, read_key_file(key) if isinstance(key, Path) else b""))
    wrapped = {}
    for key_id in keys.by_id if only is None else only:
        nonce = secrets.token_bytes(_NONCE)
        wrapped[key_id] = nonce + cipher.encrypt(nonce, keys.by_id[key_id], key_id)
    return replace(slot, wrapped=wrapped)


def _slot_key(slot: Slot, key: Key, file: bytes) -> bytes:
    if isinstance(key, Path):
        return derived(file, slot.salt, b"mimik key file 1")
    assert slot.cost is not None
    return passphrase_key(key, slot.salt, slot.cost)


def _unwrapped(slot: Slot, key: bytes) -> dict[bytes, bytes] | None:
    cipher = AESGCM(key)
    try:
        return {
            key_id: cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], key_id)
            for key_id, sealed in slot.wrapped.items()
        } or None
    except (InvalidTag, ValueError):
        return None
