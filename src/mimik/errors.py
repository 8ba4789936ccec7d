"""Every error Mimik raises on purpose.

    MimikError
    ├── DatagramError       a network packet that is not what it should be
    ├── TakeError           a file of recorded frames that cannot be read
    ├── ProtocolError       a protocol or a file of rules (TOML) that breaks a rule
    ├── StudyError          a study folder that cannot be opened, read or written
    │   ├── AnswerRefused       an answer that does not fit what was asked
    │   ├── ConsentMissing      frames without a recorded consent
    │   ├── StudyBusy           another program is writing to it
    │   │   └── StudyRekeyed        it changed the encryption: open the study again
    │   ├── StudyLocked         it is encrypted, and no key fits
    │   ├── StudyReadOnly       it may be read here, but not written
    │   ├── StudyVersionError   made by a Mimik this one does not know
    │   └── StudyDamaged        a file of the study is not what it was written as
    ├── DataError           data that cannot be learned from or evaluated on
    ├── ModelError          a model file that cannot be used
    │   ├── ModelVersionError   made by a Mimik this one does not know
    │   └── ModelDamaged        the file is not what it was written as
    ├── MissingExtra        an optional part of Mimik is not installed
    └── BackendError        Keras already runs on another backend than JAX

A message says what was expected, what was found and where; ``hint`` says what to try.
"""

from __future__ import annotations

__all__ = [
    "AnswerRefused",
    "BackendError",
    "ConsentMissing",
    "DataError",
    "DatagramError",
    "MimikError",
    "MissingExtra",
    "ModelDamaged",
    "ModelError",
    "ModelVersionError",
    "ProtocolError",
    "StudyBusy",
    "StudyDamaged",
    "StudyError",
    "StudyLocked",
    "StudyReadOnly",
    "StudyRekeyed",
    "StudyVersionError",
    "TakeError",
]


class MimikError(Exception):
    """Base of all errors that Mimik raises on purpose.

    ``str(error)`` is one or two plain sentences; ``error.hint`` is what to try, or ``""``.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class DatagramError(MimikError):
    """A network packet is not what it should be."""


class TakeError(MimikError):
    """A file of recorded frames cannot be read."""


class ProtocolError(MimikError):
    """A protocol, or a file of rules, breaks a rule of its format."""


class StudyError(MimikError):
    """A study folder cannot be opened, read or written."""


class AnswerRefused(StudyError):
    """An answer does not fit what was asked after a trial."""


class ConsentMissing(StudyError):
    """Frames were about to be stored for a person whose consent is not recorded."""


class StudyBusy(StudyError):
    """Another program is writing to the same part of the study."""


class StudyRekeyed(StudyBusy):
    """Another program changed the study's encryption since it was opened: waiting does not help."""


class StudyLocked(StudyError):
    """The study is encrypted, and no key was given, or one that does not fit."""


class StudyReadOnly(StudyError):
    """The study may be read by who runs this program, but not written."""


class StudyVersionError(StudyError):
    """The study was made by a Mimik this one does not know."""


class StudyDamaged(StudyError):
    """A file of the study is not what it was written as."""


class DataError(MimikError):
    """The data cannot be learned from or evaluated on."""


class ModelError(MimikError):
    """A model file cannot be used."""


class ModelVersionError(ModelError):
    """The model was made by a Mimik this one does not know."""


class ModelDamaged(ModelError):
    """The model file is not what it was written as."""


class MissingExtra(MimikError):
    """An optional part of Mimik is not installed."""


class BackendError(MimikError):
    """Keras already runs on another backend than JAX."""
