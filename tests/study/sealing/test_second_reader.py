"""Another reader, written from docs/encryption.md alone, reads what Mimik sealed.

It shares no code with Mimik but the library of ciphers, and trusts nothing but what the guide says.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import tomllib
import unicodedata
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mimik.protocol import Protocol
from mimik.study import Study
from mimik.study.audit.store import AuditedStore
from mimik.study.opening import study_store
from mimik.study.sealing.keyfile import make_key_file
from mimik.study.sealing.single import seal_bytes
from mimik.study.sealing.store import SealedStore

PASSPHRASE = "Grüße an das Pferd"


def hkdf(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """RFC 5869 with SHA-256, for at most one block."""
    extracted = hmac.digest(salt, key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


def scrypt(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    text = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=1 << 28, dklen=32)


def data_keys(folder: Path, passphrase: str = "", key_file: Path | None = None) -> dict[str, bytes]:
    told = tomllib.loads((folder / "encryption.toml").read_text())
    kind = "file" if key_file else "passphrase"
    slot = next(slot for slot in told["slots"] if slot["kind"] == kind)
    salt = bytes.fromhex(slot["salt"])
    if key_file:
        key = hkdf(bytes.fromhex(key_file.read_text().split()[1]), salt, b"mimik key file 1")
    else:
        key = scrypt(passphrase, salt, **slot["scrypt"])
    wrapped = {key_id: bytes.fromhex(text) for key_id, text in slot["keys"].items()}
    return {i: AESGCM(key).decrypt(w[:12], w[12:], bytes.fromhex(i)) for i, w in wrapped.items()}


def unseal(data: bytes, keys: dict[str, bytes]) -> bytes:
    """Read a sealed file that is whole."""
    out, at, segments, last = b"", 0, 0, False
    while at < len(data):
        if data[at : at + 8] == b"\xa7MIMIK\x1a\n":
            header = data[at : at + 64]
            assert (header[8], header[9] in (1, 2), header[10:12]) == (1, True, b"\0\0")
            number, start = struct.unpack("<IQ", header[12:24])
            assert number == segments
            assert start <= len(out)
            out = out[:start]
            cipher = AESGCM(hkdf(keys[header[24:32].hex()], header[32:64], b"mimik sealed segment 1"))
            at, segments, record = at + 64, segments + 1, 0
        head = data[at : at + 21]
        assert head[:4] == b"\xa7SR\n"
        last, number, start, length = struct.unpack("<?IQI", head[4:])
        assert (number, start) == (record, len(out))
        sealed = data[at + 21 : at + 21 + length + 16]
        out += cipher.decrypt(number.to_bytes(12, "big"), sealed, header + head)
        at, record = at + 21 + length + 16, record + 1
        assert not last or at == len(data)
    assert last or header[9] == 2
    return out


@pytest.fixture
def study(tmp_path: Path, protocol: Protocol, cheap_scrypt: None) -> Study:
    study = Study.create(tmp_path / "study", title="S", protocol=protocol, key=PASSPHRASE)
    study.add_participant("sub-BCDFGH", diagnosis="melancholia")
    return study


def test_it_reads_all_files_of_a_study(study: Study) -> None:
    keys = data_keys(study.folder, PASSPHRASE)
    assert isinstance(study.store, AuditedStore)
    assert isinstance(study.store.inner, SealedStore)
    study.store.write("long", bytes(200_000))
    file = study.store.append("recording.journal")
    for data in (b"one", b"x" * 100_000, b"two"):
        file.write(data)
    file.cut(99_000)
    file.write(b"after")
    file.close()
    sealed = [
        p for p in study.folder.rglob("*") if p.is_file() and p.name not in ("study.toml", "encryption.toml")
    ]

    assert len(sealed) > 4
    for path in sealed:
        expected = study_store(study.folder, PASSPHRASE).read(path.relative_to(study.folder).as_posix())
        assert unseal(path.read_bytes(), keys) == expected
    assert b"melancholia" in unseal((study.folder / "participants.tsv").read_bytes(), keys)


def test_it_reads_with_a_key_file_too(tmp_path: Path, protocol: Protocol) -> None:
    key = tmp_path / "a.key"
    make_key_file(key, outside=tmp_path / "study")
    study = Study.create(tmp_path / "study", title="S", protocol=protocol, key=key)

    keys = data_keys(study.folder, key_file=key)
    assert unseal((study.folder / "protocol.toml").read_bytes(), keys).decode() == protocol.text


def test_it_reads_single_files() -> None:
    sealed = seal_bytes(b"x" * 100_000, PASSPHRASE)
    magic, form, log_n, r, p = struct.unpack("<8s4B", sealed[:12])
    assert (magic, form) == (b"\xa7MIMIKP\n", 1)
    key = scrypt(PASSPHRASE, sealed[12:44], 1 << log_n, r, p)
    key_id = hkdf(key, sealed[12:44], b"mimik key id 1", 8)

    assert unseal(sealed[44:], {key_id.hex(): key}) == b"x" * 100_000
