"""What ``encryption.toml`` says: the generations of data keys, and the slots, each of which opens them.

A slot is a passphrase or a key file. It holds every data key, encrypted under the key that it makes, so that
a passphrase is changed without touching a single other file.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from mimik.errors import StudyDamaged, StudyVersionError
from mimik.study.layout import ENCRYPTION
from mimik.study.sealing.format import derived
from mimik.study.sealing.passphrase import Cost
from mimik.study.toml import field, read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.study.sealing.format import Keys
    from mimik.study.store import Store

__all__ = ["FORMAT", "Encryption", "Slot", "State", "read_encryption", "write_encryption"]

FORMAT = 1
"""Version of ``encryption.toml``."""

State = Literal["sealed", "encrypting", "decrypting", "rekeying"]
_STATES: tuple[State, ...] = ("sealed", "encrypting", "decrypting", "rekeying")
_CIPHER = "AES-256-GCM"


@dataclass(frozen=True)
class Slot:
    """A passphrase or key file that opens the study.

    Attributes:
        name: tells slots apart.
        kind: "passphrase" or "file".
        salt: 32 random bytes.
        wrapped: id of each data key -> nonce (12 bytes) and the key, encrypted.
        cost: of one guess, for a passphrase.
    """

    name: str
    kind: str
    salt: bytes
    wrapped: Mapping[bytes, bytes]
    cost: Cost | None = None


@dataclass(frozen=True)
class Encryption:
    """How a study is encrypted.

    Attributes:
        state: "sealed", or what is being done to all files; "encrypting" and "decrypting" accept plain ones.
        current: id of the data key that new files are sealed with.
        generations: ids of all data keys.
        slots: what opens them.
        proof: HMAC-SHA256 of the rest, by the current data key, so that nobody else sets the state.
    """

    state: State
    current: bytes
    generations: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    proof: bytes = b""

    def proven(self, keys: Keys) -> Encryption:
        """Return it with the proof that who wrote it had the key."""
        return replace(self, proof=self._proof(keys))

    def check_proof(self, keys: Keys) -> None:
        """Raise StudyDamaged unless it was written by somebody who had the key."""
        if not hmac.compare_digest(self.proof, self._proof(keys)):
            raise StudyDamaged(
                f"{ENCRYPTION}: expected what Mimik wrote, found it changed.",
                hint="Restore the file from a copy of the study, and ask who changed it.",
            )

    def _proof(self, keys: Keys) -> bytes:
        said = json.dumps([FORMAT, self.state, self.current.hex(), [each.hex() for each in self.generations]])
        key = derived(keys.by_id[self.current], b"", b"mimik encryption.toml 1")
        return hmac.digest(key, said.encode(), "sha256")


def write_encryption(store: Store, encryption: Encryption) -> None:
    """Write ``encryption.toml`` in one step."""
    write_toml(
        store,
        ENCRYPTION,
        {
            "format": FORMAT,
            "cipher": _CIPHER,
            "state": encryption.state,
            "current": encryption.current.hex(),
            "generations": [each.hex() for each in encryption.generations],
            "proof": encryption.proof.hex(),
            "slots": [_encode_slot(slot) for slot in encryption.slots],
        },
    )


def read_encryption(store: Store) -> Encryption:
    """Read ``encryption.toml``; raises StudyVersionError for a format unknown here, StudyDamaged."""
    values = read_toml(store, ENCRYPTION)
    if (found := field(values, "format", int, where=ENCRYPTION)) != FORMAT:
        raise StudyVersionError(
            f"{ENCRYPTION}: expected format {FORMAT}, found {found}.",
            hint="Open the study with the version of Mimik that encrypted it, or a newer one.",
        )
    states = {str(each): each for each in _STATES}
    state = field(values, "state", str, where=ENCRYPTION)
    generations = tuple(
        _bytes({"id": each}, "id") for each in field(values, "generations", list, where=ENCRYPTION)
    )
    current = _bytes(values, "current")
    cipher = field(values, "cipher", str, where=ENCRYPTION)
    if state not in states or current not in generations or cipher != _CIPHER:
        raise StudyDamaged(
            f"{ENCRYPTION}: expected {_CIPHER}, a state among {', '.join(_STATES)} and a current key among "
            f"its generations, found {cipher}, {state!r} and {current.hex()}.",
            hint="Restore the file from a copy of the study.",
        )
    slots = tuple(_slot(each) for each in field(values, "slots", list, where=ENCRYPTION))
    return Encryption(states[state], current, generations, slots, _bytes(values, "proof"))


def _encode_slot(slot: Slot) -> dict[str, Any]:
    cost = {"scrypt": {"n": slot.cost.n, "r": slot.cost.r, "p": slot.cost.p}} if slot.cost else {}
    wrapped = {key_id.hex(): sealed.hex() for key_id, sealed in slot.wrapped.items()}
    return {"name": slot.name, "kind": slot.kind, "salt": slot.salt.hex(), **cost, "keys": wrapped}


def _slot(values: Any) -> Slot:
    where = f"{ENCRYPTION}, slots"
    kind = field(values, "kind", str, where=where)
    cost = None
    if kind == "passphrase":
        scrypt = field(values, "scrypt", dict, where=where)
        cost = Cost(*(field(scrypt, name, int, where=where) for name in "nrp"))
    keys = field(values, "keys", dict, where=where)
    wrapped = {_bytes({"id": key_id}, "id"): _bytes(keys, key_id) for key_id in keys}
    return Slot(field(values, "name", str, where=where), kind, _bytes(values, "salt"), wrapped, cost)


def _bytes(values: Any, key: str) -> bytes:
    text = field(values, key, str, where=ENCRYPTION)
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise StudyDamaged(
            f"{ENCRYPTION}: expected {key!r} in hex digits, found {text!r}.",
            hint="Restore the file from a copy of the study.",
        ) from None
