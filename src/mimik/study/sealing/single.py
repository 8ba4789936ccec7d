"""Single files sealed with a passphrase, outside of encrypted studies.

    magic (8 bytes), format (u8) = 1, scrypt's log2(n), r, p (u8 each), salt (32 bytes), then a sealed file of
    the kind WHOLE (``mimik.study.sealing.format``)

The data key is what scrypt makes of the passphrase. The key id in the sealed file is derived from it, too, so
that a wrong passphrase is told apart from a damaged file.
"""

from __future__ import annotations

import contextlib
import io
import secrets
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from mimik.errors import StudyDamaged, StudyLocked
from mimik.study.sealing.format import KEY_ID, MAGIC, Keys, derived
from mimik.study.sealing.passphrase import OWASP, Cost, check_passphrase, passphrase_key
from mimik.study.sealing.whole import WholeReader, WholeWriter

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["is_sealed_single", "open_sealed", "seal_bytes", "sealed_reader", "sealed_writer"]

_MAGIC = b"\xa7MIMIKP\n"
_FORMAT = 1
_START = struct.Struct("<8s4B32s")
_ID_AT = _START.size + len(MAGIC) + 16  # behind format, kind, zeros, number and start


def seal_bytes(data: bytes, passphrase: str, *, cost: Cost = OWASP) -> bytes:
    """Return data sealed with a passphrase; raises StudyError for a passphrase that is too short."""
    out = io.BytesIO()
    with sealed_writer(out, passphrase, cost=cost) as file:
        file.write(data)
    return out.getvalue()


@contextlib.contextmanager
def sealed_writer(file: BinaryIO, passphrase: str, *, cost: Cost = OWASP) -> Iterator[BinaryIO]:
    """Seal what is written piece by piece; raises StudyError for a passphrase that is too short."""
    salt = secrets.token_bytes(32)
    keys = _keys(check_passphrase(passphrase), salt, cost)
    file.write(_START.pack(_MAGIC, _FORMAT, cost.n.bit_length() - 1, cost.r, cost.p, salt))
    writer = WholeWriter(file, keys)
    yield cast("BinaryIO", writer)
    writer.finish()


def is_sealed_single(data: bytes) -> bool:
    """Whether a file that begins so was made by ``seal_bytes``."""
    return data[: len(_MAGIC)] == _MAGIC


def open_sealed(data: bytes, passphrase: str, *, where: str = "file") -> bytes:
    """Return what ``seal_bytes`` was given; raises as ``sealed_reader``."""
    with sealed_reader(io.BytesIO(data), passphrase, where=where) as file:
        return file.read()


@contextlib.contextmanager
def sealed_reader(file: BinaryIO, passphrase: str, *, where: str = "file") -> Iterator[BinaryIO]:
    """Read what was sealed piece by piece, with seeking.

    Raises:
        StudyLocked: the passphrase does not fit.
        StudyDamaged: it is no such file, or not what was written.
    """
    data = file.read(_ID_AT + KEY_ID)
    if len(data) < _START.size or not is_sealed_single(data):
        raise StudyDamaged(f"{where}: expected a file sealed with a passphrase, found another.")
    _, form, log_n, r, p, salt = _START.unpack_from(data)
    if form != _FORMAT:
        raise StudyDamaged(
            f"{where}: expected a sealed file of format {_FORMAT}, found format {form}.",
            hint="Was it made by a newer Mimik?",
        )
    keys = _keys(passphrase, salt, Cost(1 << log_n, r, p))
    if data[_ID_AT : _ID_AT + KEY_ID] != keys.current:
        raise StudyLocked(
            f"{where}: expected its passphrase, found one that does not fit.",
            hint="Mind capital letters and the keyboard's language. Without it nobody can read the file.",
        )
    file.seek(_START.size)
    with WholeReader(file, keys, where=where) as reader:
        yield cast("BinaryIO", reader)


def _keys(passphrase: str, salt: bytes, cost: Cost) -> Keys:
    key = passphrase_key(passphrase, salt, cost)
    key_id = derived(key, salt, b"mimik key id 1", KEY_ID)
    return Keys(key_id, {key_id: key})
