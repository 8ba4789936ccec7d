"""Encrypting a study, decrypting it, and giving it new keys: one loop over its files.

``encryption.toml`` says what is under way before the first file is touched, and that it is done after the
last. Each file is replaced whole, so that the work can be broken off at any moment and gone on with: by the
same call again. Until then old and new files are read side by side.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy, StudyError
from mimik.study.disk.folderstore import FolderStore
from mimik.study.layout import ENCRYPTION, STUDY
from mimik.study.sealing.encryption import Encryption, read_encryption, write_encryption
from mimik.study.sealing.format import HEADER, KEY, KEY_ID, Keys, is_sealed
from mimik.study.sealing.growing import seal_growing
from mimik.study.sealing.keys import (
    given_key,
    new_encryption,
    new_keys,
    opening_slot,
    unlocked,
    with_slot,
    wrapped_by,
)
from mimik.study.sealing.store import grows, is_plain, open_bytes
from mimik.study.sealing.whole import seal_whole

if TYPE_CHECKING:
    from mimik.study.sealing.encryption import Slot
    from mimik.study.sealing.keys import Key
    from mimik.study.store import Closable, Store

__all__ = ["add_key", "change_key", "decrypt_study", "encrypt_study", "rekey_study", "state_of"]

Progress = Callable[[int, int], object]
"""Called with (files done, files in all)."""

_KEY_ID_AT = 24  # in a header: behind magic, format, kind, zeros, number and start


def state_of(folder: Path) -> str:
    """Return "plain", "sealed", or what was begun with all files and is not at its end."""
    files = _files(folder)
    return read_encryption(files).state if files.exists(ENCRYPTION) else "plain"


def encrypt_study(folder: Path, key: Key, *, on_progress: Progress | None = None) -> None:
    """Encrypt a plain study; begun and broken off, it goes on.

    Raises:
        StudyError: it is encrypted already, or something else was begun.
        StudyBusy: it is being recorded into, or changed by another program.
        StudyLocked: it was begun with another key.
    """
    files = _files(folder)
    with _alone(files) as growing:
        if files.exists(ENCRYPTION):
            encryption = read_encryption(files)
            _check_state(encryption, folder, "encrypting")
            keys = unlocked(encryption, key, where=str(folder))
        else:
            keys = new_keys()
            encryption = replace(new_encryption(keys, key), state="encrypting").proven(keys)
            write_encryption(files, encryption)
        _reseal(files, growing, keys, keys, on_progress)
        write_encryption(files, replace(encryption, state="sealed").proven(keys))


def decrypt_study(folder: Path, key: Key | None = None, *, on_progress: Progress | None = None) -> None:
    """Make an encrypted study a plain one, and forget its keys; begun and broken off, it goes on.

    Raises:
        StudyError: it is not encrypted, or something else was begun.
        StudyBusy: it is being recorded into, or changed by another program.
        StudyLocked: the key does not fit.
    """
    files = _files(folder)
    with _alone(files) as growing:
        encryption = _encryption(files, folder)
        _check_state(encryption, folder, "sealed", "decrypting")
        keys = unlocked(encryption, key, where=str(folder))
        write_encryption(files, replace(encryption, state="decrypting").proven(keys))
        _reseal(files, growing, keys, None, on_progress)
        files.remove(ENCRYPTION)


def rekey_study(
    folder: Path,
    key: Key | None = None,
    *,
    others: tuple[Key, ...] = (),
    drop_others: bool = False,
    on_progress: Progress | None = None,
) -> None:
    """Encrypt everything anew under a new data key, and forget the old one; broken off, it goes on.

    Args:
        folder: of the study.
        key: one that opens it; by default that of the environment.
        others: further passphrases and key files that shall open it as before.
        drop_others: whether keys that are not given stop opening it; else that is refused.
        on_progress: called with (files done, files in all).

    Raises:
        StudyError: it is not encrypted, something else was begun, or other keys open it too.
        StudyBusy: it is being recorded into, or changed by another program.
        StudyLocked: a key does not fit.
    """
    files = _files(folder)
    with _alone(files) as growing:
        encryption = _encryption(files, folder)
        _check_state(encryption, folder, "sealed", "rekeying")
        keys = unlocked(encryption, key, where=str(folder))
        if encryption.state == "sealed":
            encryption, keys = _next_generation(encryption, keys, (key, *others), drop_others, folder)
            write_encryption(files, encryption)
        _reseal(files, growing, keys, keys, on_progress)
        write_encryption(files, _only_current(encryption).proven(keys))


def add_key(folder: Path, new: Key, key: Key | None = None) -> None:
    """Let a further passphrase or key file open a study; its files stay as they are."""
    files = _files(folder)
    with _alone(files, recording=True):
        encryption = _encryption(files, folder)
        keys = unlocked(encryption, key, where=str(folder))
        write_encryption(files, with_slot(encryption, keys, new))


def change_key(folder: Path, new: Key, key: Key | None = None) -> None:
    """Let another passphrase or key file open a study instead of the old one; its files stay as they are."""
    files = _files(folder)
    with _alone(files, recording=True):
        encryption = _encryption(files, folder)
        keys = unlocked(encryption, key, where=str(folder))
        old = _slot_of(encryption, key, folder)
        slots = tuple(slot for slot in encryption.slots if slot is not old)
        write_encryption(files, with_slot(replace(encryption, slots=slots), keys, new))


def _files(folder: Path) -> FolderStore:
    files = FolderStore(folder)
    if not files.exists(STUDY):
        raise StudyError(f"{folder}: expected a study, found no {STUDY}.", hint="Check the path.")
    return files


def _encryption(files: Store, folder: Path) -> Encryption:
    if not files.exists(ENCRYPTION):
        raise StudyError(
            f"{folder}: expected an encrypted study, found a plain one.",
            hint="`mimik encrypt` encrypts it.",
        )
    return read_encryption(files)


def _check_state(encryption: Encryption, folder: Path, *expected: str) -> None:
    if encryption.state in expected:
        return
    commands = {"encrypting": "encrypt", "decrypting": "decrypt", "rekeying": "rekey"}
    if encryption.state == "sealed":
        raise StudyError(f"{folder}: expected a plain study, found an encrypted one.")
    raise StudyError(
        f"{folder}: expected a study that is {' or '.join(expected)}, found one that is {encryption.state}.",
        hint=f"`mimik {commands[encryption.state]}` goes on with what was begun.",
    )


@contextlib.contextmanager
def _alone(files: FolderStore, *, recording: bool = False) -> Iterator[dict[str, Closable]]:
    """Hold the study, and the files in it that grow unless it may be recorded into meanwhile."""
    growing: dict[str, Closable] = {}
    with contextlib.ExitStack() as held:
        if not held.enter_context(files.lock()):
            raise StudyBusy(
                "The study is being changed by another program.", hint="Wait until its work has ended."
            )
        for path in () if recording else tuple(_walk(files)):
            if grows(path):
                growing[path] = file = files.append(path)  # refused while a session is recorded
                held.callback(file.close)
        yield growing


def _walk(files: FolderStore, folder: str = "") -> Iterator[str]:
    """Yield the paths of all files; raises StudyError for a link, which may lead out of the study."""
    for name in files.list(folder):
        path = f"{folder}/{name}" if folder else name
        if (files.folder / path).is_symlink():
            raise StudyError(
                f"{files.folder / path}: expected a file or folder of the study, found a link to elsewhere.",
                hint="Put what it leads to in its place, or take it out of the study.",
            )
        inside = files.list(path)  # none for a file
        if inside:
            yield from _walk(files, path)
        else:
            yield path


def _reseal(
    files: FolderStore,
    growing: Mapping[str, Closable],
    old: Keys,
    new: Keys | None,
    on_progress: Progress | None,
) -> None:
    """Write all files anew that are not yet as they shall be: under the current key of ``new``, or plain."""
    paths = [path for path in _walk(files) if not is_plain(path) and (files.folder / path).is_file()]
    for done, path in enumerate(paths):
        if on_progress is not None:
            on_progress(done, len(paths))
        if path.rsplit("/", 1)[-1].startswith(".") and path.endswith(".part"):
            files.remove(path)  # a crash left it; its text must not outlive the encryption
        elif not _is_done(files, path, new):
            if path in growing:
                growing[path].close()  # Windows replaces no open file
            _reseal_one(files, path, old, new)
    if on_progress is not None:
        on_progress(len(paths), len(paths))


def _is_done(files: Store, path: str, keys: Keys | None) -> bool:
    with files.open_reader(path) as file:
        start = file.read(HEADER)
    if keys is None:
        return not is_sealed(start)
    return is_sealed(start) and start[_KEY_ID_AT : _KEY_ID_AT + KEY_ID] == keys.current


def _reseal_one(files: Store, path: str, old: Keys, new: Keys | None) -> None:
    data = files.read(path)
    plain = open_bytes(data, old, path) if is_sealed(data) else data
    if new is None:
        files.write(path, plain)
    else:
        files.write(path, seal_growing(plain, new) if grows(path) else seal_whole(plain, new))


def _next_generation(
    encryption: Encryption, keys: Keys, opening: tuple[Key | None, ...], drop: bool, folder: Path
) -> tuple[Encryption, Keys]:
    """Return the encryption with one more data key, which all slots open whose keys are given."""
    key_id = secrets.token_bytes(KEY_ID)
    both = Keys(key_id, {**keys.by_id, key_id: secrets.token_bytes(KEY)})
    slots = {}
    for key in opening:
        slot = _slot_of(encryption, key, folder)
        given = given_key(key)
        assert given is not None
        slots[slot.name] = wrapped_by(slot, given, both)
    left = [slot.name for slot in encryption.slots if slot.name not in slots]
    if left and not drop:
        raise StudyError(
            f"{folder}: expected all keys that shall open the study from now on, found none for "
            f"{', '.join(left)}.",
            hint="Give them too (--with-key FILE), or let them stop opening it (--drop-others).",
        )
    generations = (*encryption.generations, key_id)
    new = Encryption("rekeying", key_id, generations, tuple(slots.values())).proven(both)
    return new, both


def _slot_of(encryption: Encryption, key: Key | None, folder: Path) -> Slot:
    given = given_key(key)
    found = opening_slot(encryption, given) if given is not None else None
    if found is None:
        unlocked(encryption, key, where=str(folder))
        raise AssertionError("what opens no slot is refused")
    return found[0]


def _only_current(encryption: Encryption) -> Encryption:
    """Return the encryption without the data keys that nothing is sealed with any more."""
    current = encryption.current
    slots = tuple(replace(slot, wrapped={current: slot.wrapped[current]}) for slot in encryption.slots)
    return replace(encryption, state="sealed", generations=(current,), slots=slots)
