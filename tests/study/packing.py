"""Small studies of real and simulated people for the tests of packs, and packs made by hand."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mimik.frame import Frame
from mimik.protocol import parse_protocol
from mimik.study import SessionFacts, Study
from mimik.study.exchange.archive import ArchiveWriter, Member
from mimik.study.exchange.manifest import MANIFEST, Manifest, PackedFile, encode_manifest, parse_manifest
from mimik.study.purposes import LATER_USE, SHARING, THIS_STUDY

START = 1_700_000_000.0

ASKING = """
format = 1
name = "asking"
version = 3
languages = ["en"]
start = "automatic"
min_seconds = 0.5
[title]
en = "Asking"
[texts]
fixation = { en = "X" }
face_lost = { en = "Come back" }
paused = { en = "Paused" }
done = { en = "Done" }
[[trials]]
expression = "happy"
prompt = { en = "Look happy" }
[trials.media]
picture = "media/happy.png"
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong?" }
minimum = 0
maximum = 10
[[trials.questions]]
id = "word"
kind = "text"
text = { en = "Any words?" }
[[trials]]
expression = "sad"
prompt = { en = "Look sad" }
""".replace(
    '[trials.media]\npicture = "media/happy.png"', 'media = { kind = "picture", file = "media/happy.png" }'
)

ALL = (THIS_STUDY, SHARING, LATER_USE)


def make_study(folder: Path, *, title: str = "Bern", synthetic: bool = False, text: str = ASKING) -> Study:
    pictures = folder.parent / f"pictures of {folder.name}"
    (pictures / "media").mkdir(parents=True)
    (pictures / "media" / "happy.png").write_bytes(b"\x89PNG a picture")
    protocol = parse_protocol(text, where="")
    return Study.create(folder, title=title, protocol=protocol, synthetic=synthetic, media=pictures)


def add_person(
    study: Study,
    seed: int,
    *,
    purposes: Sequence[str] = ALL,
    name: str | None = None,
    finish: bool = True,
    device: int | None = None,
    **columns: str,
) -> str:
    """Add a person with one session of 60 frames, with a note, answers and an excluded trial."""
    who = study.add_participant(name, **columns).id
    study.record_consent(who, version=study.consent_versions[-1], at=START, purposes=purposes)
    add_session(study, who, seed, finish=finish, device=device)
    return who


def add_session(study: Study, who: str, seed: int, *, finish: bool = True, device: int | None = None) -> None:
    device = study.device_number(f"Anna's iPad {seed}") if device is None else device
    writer = study.start_session(who, SessionFacts(started=START, device=device, app="App 1", rate=60))
    rng = np.random.default_rng(seed)
    for trial, expression in ((1, "happy"), (2, "sad")):
        writer.open_trial(trial, expression, START + trial)
        for i in range(30):
            at = START + trial + i / 60
            values = rng.random(64, dtype=np.float32)
            writer.frame(trial, Frame(1, 100 * trial + i, at, at, True, values))
        writer.close_trial(trial, "complete", START + trial + 0.6)
    writer.answer(1, "strength", "7", START + 2)
    writer.answer(1, "word", "it was Anna", START + 2)
    writer.note("Anna came late", START + 1.0)
    if finish:
        writer.finish(START + 9)
        info = study.sessions(who)[-1]
        study.exclude_trial(info, 2, "Anna laughed", at=START + 100)
    else:
        writer.leave()


def unpacked_by_hand(data: bytes) -> tuple[Manifest, list[tuple[str, bytes]]]:
    """Return what is in a pack, read by another reader than ours."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    assert files[0][0] == MANIFEST
    return parse_manifest(files[0][1], where="pack"), files[1:]


def forged(manifest: Manifest, files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a pack of any files under any names, in our form, with a manifest that fits them."""
    listed = tuple(PackedFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in files)
    return archive_of([(MANIFEST, encode_manifest(replace(manifest, files=listed))), *files])


def archive_of(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an archive in our form."""
    parts: list[bytes] = []
    writer = ArchiveWriter(parts.append)
    for path, data in files:
        writer.begin(Member(path, len(data), zlib.crc32(data)))
        parts.append(data)
    writer.end()
    return b"".join(parts)
