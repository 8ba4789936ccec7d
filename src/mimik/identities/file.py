"""The file of a list of identities: sealed with a passphrase, outside of every study."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mimik.errors import StudyBusy, StudyError
from mimik.identities.identities import Identities
from mimik.study.layout import STUDY
from mimik.study.sealing.passphrase import OWASP, Cost
from mimik.study.sealing.single import is_sealed_single, open_sealed, seal_bytes

__all__ = ["SUFFIX", "check_place", "is_identities_file", "read_identities", "write_identities"]

SUFFIX = ".mimikid"


def is_identities_file(path: Path) -> bool:
    """Whether there is a file sealed with a passphrase; raises StudyError where it can't be read."""
    return is_sealed_single(_bytes(path))


def check_place(path: Path) -> None:
    """Refuse a place inside of a study, and another ending; raises StudyError."""
    if path.suffix != SUFFIX:
        raise StudyError(
            f"{path}: expected a file that ends in {SUFFIX}, found another name.",
            hint=f"Name it {path.with_suffix(SUFFIX)}.",
        )
    for folder in path.resolve().parents:
        if (folder / STUDY).exists():
            raise StudyError(
                f"{path}: expected a place outside of every study, found one inside of {folder}.",
                hint="Keep the list apart: on another disk, or a stick.",
            )


def read_identities(path: Path, passphrase: str) -> tuple[Identities, bytes]:
    """Return a list, and the bytes of its file, with which ``write_identities`` sees that nobody changed it.

    Raises:
        StudyError: there is no file.
        StudyLocked: the passphrase does not fit.
        StudyDamaged: it is no such file, or not what was written.
    """
    data = _bytes(path)
    return Identities.parse(open_sealed(data, passphrase, where=str(path)), where=str(path)), data


def write_identities(
    path: Path, identities: Identities, passphrase: str, *, before: bytes | None, cost: Cost = OWASP
) -> None:
    """Write a list, readable by its owner alone: after a crash the file is the old one or the new one.

    Args:
        path: outside of every study.
        identities: what to write.
        passphrase: with which it is sealed.
        before: the bytes of the file that is replaced; None where there is none yet.
        cost: of a guess of the passphrase.

    Raises:
        StudyError: the place is inside of a study, or can't be written.
        StudyBusy: the file is not the one it was.
    """
    check_place(path)
    data = seal_bytes(identities.encoded(), passphrase, cost=cost)
    with _explained("write", path):
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if (path.read_bytes() if path.exists() else None) != before:
                raise StudyBusy(f"{path} changed meanwhile.", hint="Try again.")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes:
    with _explained("read", path):
        return path.read_bytes()


@contextlib.contextmanager
def _explained(action: str, path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StudyError(
            f"{path}: expected a list of identities, found none.", hint="Check the path."
        ) from error
    except OSError as error:
        raise StudyError(f"{path}: cannot {action} it: {error.strerror or error}.") from error
