"""A certificate that this computer makes for itself, so that its pages can come over HTTPS.

An authority made for this one certificate signs it, and its key is forgotten at once: who trusts that
authority on a tablet trusts this computer, and nobody can ever use it to pose as another one. (An iPad only
offers to trust an authority, and takes no WebSocket from a certificate that it does not trust.) All is kept
for the user, outside any study, and made anew when this computer has got another address or the certificate
ends soon.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mimik.errors import MimikError
from mimik.extras import needs_extra

with needs_extra("studio"):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Certificate", "own_certificate", "user_folder"]

_LASTS = dt.timedelta(days=397)  # iOS refuses certificates for more than 398 days
_ENDS_SOON = dt.timedelta(days=14)
_LONGEST_NAME = 64  # characters of a common name


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate and its key, all PEM.

    Attributes:
        certificate: may hold a chain.
        key: readable for the user alone, where Mimik made it.
        authority: what a tablet may be told to trust; None where it isn't ours.
        fingerprint: SHA-256 of the certificate, as browsers show it: pairs of hex digits with colons.
        authority_fingerprint: the same of the authority.
        fresh: whether it was made just now.
    """

    certificate: Path
    key: Path
    authority: Path | None = None
    fingerprint: str = ""
    authority_fingerprint: str = ""
    fresh: bool = False


def user_folder() -> Path:
    """Return the folder where this system keeps the data of a user's programs, for Mimik."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "mimik"


def own_certificate(
    names: Iterable[str], *, folder: Path | None = None, now: dt.datetime | None = None
) -> Certificate:
    """Return this computer's certificate for some names and addresses; makes one where the old doesn't fit.

    Args:
        names: host names and IP addresses under which the pages are opened.
        folder: where it is kept; by default the user's.
        now: the time, with a zone; by default this computer's.

    Raises:
        MimikError: the folder can't be written to.
    """
    folder = user_folder() if folder is None else folder
    now = dt.datetime.now(dt.UTC) if now is None else now
    wanted = sorted(set(names))
    files = _Files(folder)
    found = files.read(wanted, now)
    fresh = found is None
    if found is None:
        found = _make(wanted, now)
        try:
            files.write(found)
        except OSError as error:
            raise MimikError(
                f"Expected to keep a certificate in {folder}, found: {error.strerror}.",
                hint="Name files of your own with --tls-cert and --tls-key, or set XDG_DATA_HOME.",
            ) from error
    return Certificate(
        certificate=files.certificate,
        key=files.key,
        authority=files.authority,
        fingerprint=_fingerprint(found.certificate),
        authority_fingerprint=_fingerprint(found.authority),
        fresh=fresh,
    )


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


@dataclass(frozen=True)
class _Made:
    certificate: x509.Certificate
    authority: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class _Files:
    """The three files of a certificate in the user's folder."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.certificate = folder / "certificate.pem"
        self.key = folder / "certificate-key.pem"

    def read(self, wanted: Sequence[str], now: dt.datetime) -> _Made | None:
        """Return what is kept, if it names all that is wanted, doesn't end soon, and belongs together."""
        try:
            chain = x509.load_pem_x509_certificates(self.certificate.read_bytes())
            authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
            key = load_pem_private_key(self.key.read_bytes(), None)
            named = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
            return None
        found = chain[0]
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != found.public_key():
            return None
        fits = chain[1:] == [authority] and set(_alternatives(wanted)) <= set(named)
        lasts = found.not_valid_before_utc <= now <= found.not_valid_after_utc - _ENDS_SOON
        return _Made(found, authority, key) if fits and lasts else None

    def write(self, made: _Made) -> None:
        """Write all; the key is at no moment readable for others, and no file is ever half there."""
        self.key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority = made.authority.public_bytes(Encoding.PEM)
        secret = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _replace(self.key, secret, mode=0o600)
        _replace(self.authority, authority, mode=0o644)
        _replace(self.certificate, made.certificate.public_bytes(Encoding.PEM) + authority, mode=0o644)


def _make(names: Sequence[str], now: dt.datetime) -> _Made:
    """Return a new certificate and its authority, whose key ends here."""
    key, signs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    called = next((name for name in names if not _is_address(name) and name != "localhost"), "this computer")
    above = _subject(f"Mimik on {called}, {now:%Y-%m-%d}")
    authority = (
        _begun(above, above, signs.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(signs, hashes.SHA256())
    )
    certificate = (
        _begun(_subject(called), above, key.public_key(), now)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
        .sign(signs, hashes.SHA256())
    )
    return _Made(certificate, authority, key)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME])])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: dt.datetime
) -> x509.CertificateBuilder:
    begins = now - dt.timedelta(hours=1)  # a tablet's clock may be slow
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + _LASTS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternatives(names: Iterable[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name)
        for name in names
    ]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _replace(file: Path, content: bytes, *, mode: int) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
