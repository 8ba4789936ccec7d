"""The certificate that a computer makes for itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import socket
import ssl
import stat
import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from mimik.errors import MimikError
from mimik.web.certificate import own_certificate, user_folder

NAMES = ["localhost", "lab.local", "127.0.0.1", "192.168.1.7", "fd00::7"]
NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_what_an_ipad_asks_for(tmp_path: Path) -> None:
    """Apple: names as alternatives, 398 days at most, for servers, SHA-256 and P-256."""
    made = own_certificate(NAMES, folder=tmp_path, now=NOW)
    found = read(made.certificate)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "lab.local"}
    assert ipaddress.ip_address("192.168.1.7") in names.get_values_for_type(x509.IPAddress)
    assert found.not_valid_after_utc - found.not_valid_before_utc <= dt.timedelta(days=398)
    assert found.not_valid_before_utc < NOW < found.not_valid_after_utc
    usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    key = found.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def test_the_fingerprint_is_that_of_the_whole_certificate(tmp_path: Path) -> None:
    made = own_certificate(NAMES, folder=tmp_path, now=NOW)
    first = made.certificate.read_text().partition("-----END CERTIFICATE-----")
    der = ssl.PEM_cert_to_DER_cert(first[0] + first[1])
    assert made.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
def test_the_key_is_for_the_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mimik"
    made = own_certificate(NAMES, folder=folder, now=NOW)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(file.name for file in folder.iterdir()) == [
        "authority.pem",
        "certificate-key.pem",
        "certificate.pem",
    ]


def test_it_is_kept_while_it_fits(tmp_path: Path) -> None:
    first = own_certificate(NAMES, folder=tmp_path, now=NOW)
    again = own_certificate(NAMES[:3], folder=tmp_path, now=NOW + dt.timedelta(days=300))
    assert first.fresh and not again.fresh
    assert again.fingerprint == first.fingerprint


@pytest.mark.parametrize("days", [390, 500, -2])
def test_it_is_made_anew_before_it_ends_and_where_the_clock_was_wrong(tmp_path: Path, days: int) -> None:
    first = own_certificate(NAMES, folder=tmp_path, now=NOW)
    again = own_certificate(NAMES, folder=tmp_path, now=NOW + dt.timedelta(days=days))
    assert again.fresh and again.fingerprint != first.fingerprint


def test_it_is_made_anew_for_another_address(tmp_path: Path) -> None:
    own_certificate(NAMES, folder=tmp_path, now=NOW)
    again = own_certificate([*NAMES, "10.0.0.3"], folder=tmp_path, now=NOW)
    assert again.fresh


@pytest.mark.parametrize("broken", ["authority.pem", "certificate.pem", "certificate-key.pem"])
@pytest.mark.parametrize("content", [None, b"", b"garbage", "other"])
def test_it_is_made_anew_where_a_file_is_broken_or_of_another(
    tmp_path: Path, broken: str, content: object
) -> None:
    first = own_certificate(NAMES, folder=tmp_path, now=NOW)
    other = own_certificate(NAMES, folder=tmp_path / "other", now=NOW)
    file = tmp_path / broken
    if content is None:
        file.unlink()
    elif content == "other":
        file.write_bytes((other.certificate.parent / broken).read_bytes())
    else:
        assert isinstance(content, bytes)
        file.write_bytes(content)
    again = own_certificate(NAMES, folder=tmp_path, now=NOW)
    assert again.fresh and again.fingerprint != first.fingerprint


def test_the_authority_can_never_sign_for_another_computer(tmp_path: Path) -> None:
    """Its key is nowhere: what is on the disk is the key of the certificate alone."""
    made = own_certificate(NAMES, folder=tmp_path, now=NOW)
    assert made.authority is not None
    authority, found = read(made.authority), read(made.certificate)
    found.verify_directly_issued_by(authority)
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.ca and constraints.path_length == 0
    assert authority.not_valid_after_utc == found.not_valid_after_utc
    keys = [
        load_pem_private_key(file.read_bytes(), None)
        for file in tmp_path.iterdir()
        if b"PRIVATE" in file.read_bytes()
    ]
    assert [key.public_key() for key in keys] == [found.public_key()]
    assert authority.public_key() != found.public_key()


def test_a_client_that_trusts_it_is_served(tmp_path: Path) -> None:
    made = own_certificate(NAMES, folder=tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(made.certificate, made.key)
    client_side = ssl.create_default_context(cafile=str(made.authority))
    client_side.verify_flags |= ssl.VERIFY_X509_STRICT
    for name in ("192.168.1.7", "lab.local"):
        one, two = socket.socketpair()

        def answer(sock: socket.socket = one) -> None:
            with server_side.wrap_socket(sock, server_side=True) as secure:
                secure.sendall(b"hello")

        answering = threading.Thread(target=answer)
        answering.start()
        with client_side.wrap_socket(two, server_hostname=name) as secure:
            assert secure.recv(5) == b"hello"
        answering.join()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "mimik").write_text("a file")
    with pytest.raises(MimikError, match="Expected to keep a certificate") as told:
        own_certificate(NAMES, folder=tmp_path / "mimik", now=NOW)
    assert "--tls-cert" in told.value.hint


@pytest.mark.parametrize(
    ("platform", "setting", "expected"),
    [
        ("linux", "XDG_DATA_HOME", "{tmp}/mimik"),
        ("linux", None, "{home}/.local/share/mimik"),
        ("darwin", None, "{home}/Library/Application Support/mimik"),
        ("win32", "LOCALAPPDATA", "{tmp}/mimik"),
    ],
)
def test_every_system_has_its_folder_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, setting: str | None, expected: str
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if setting:
        monkeypatch.setenv(setting, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert user_folder() == Path(expected.format(tmp=tmp_path, home=Path.home()))
