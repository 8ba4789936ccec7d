"""What ties names to pseudonyms in `mimik import` and `mimik answers`: a list of identities.

A table (CSV) that an earlier Mimik wrote is still read, and no longer written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mimik.cli.identitiespassphrase import identities_passphrase
from mimik.identities import (
    Identities,
    Identity,
    is_identities_file,
    read_identities,
    write_identities,
)
from mimik.identities.file import check_place
from mimik.identities.table import read_table
from mimik.study.disk.outside import open_outside

__all__ = ["KeyFile", "open_key"]


@dataclass
class KeyFile:
    """Names and pseudonyms of a study, read from a file.

    Attributes:
        path: of the file.
        study: title of the study.
        names: name -> pseudonym.
        sealed: whether it is a list of identities, to which can be added.
    """

    path: Path
    study: str
    names: Mapping[str, str]
    sealed: bool
    _identities: Identities = field(repr=False)
    _before: bytes | None = field(repr=False)
    _passphrase: str = field(repr=False)

    def add(self, names: Mapping[str, str]) -> None:
        """Write the list with more names; those of it stay. A table stays as it is; raises StudyError."""
        if not self.sealed:
            return
        new = (
            Identity(name, pseudonym, self.study)
            for name, pseudonym in names.items()
            if self.names.get(name) != pseudonym
        )
        identities = self._identities.adding(new)
        write_identities(self.path, identities, self._passphrase, before=self._before)
        self._before, self._identities = self.path.read_bytes(), identities


def open_key(path: Path, study: str) -> KeyFile:
    """Read a key file of a study; one that is not there yet is a new list of identities.

    Raises:
        StudyError: it would lie in a study, has another ending, or is no such file.
        StudyLocked: no passphrase is given, or one that does not fit.
    """
    if not path.exists():
        check_place(path)
        return KeyFile(path, study, {}, True, Identities(), None, identities_passphrase(path, new=True))
    if is_identities_file(path):
        check_place(path)
        secret = identities_passphrase(path)
        identities, before = read_identities(path, secret)
        return KeyFile(path, study, identities.key(study), True, identities, before, secret)
    with open_outside(path) as file:
        identities = read_table(file.read(), where=str(path), study=study)
    return KeyFile(path, study, identities.key(study), False, identities, None, "")
