"""Joining studies of one protocol: people of another study come into this one, all of them or none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy, StudyError
from mimik.study.exchange.archive import PIECE
from mimik.study.exchange.choosing import choose, without
from mimik.study.exchange.joining import join_consent, join_devices, join_people, join_texts, refuse_twice
from mimik.study.exchange.manifest import PACK_PURPOSES
from mimik.study.exchange.rewriting import Rewriting, rewritten
from mimik.study.exchange.unpack import opened_pack
from mimik.study.layout import FRAMES, PARTICIPANTS, session_folder
from mimik.study.participants import parse_participants, write_participants
from mimik.study.purposes import SHARING
from mimik.study.registers import is_withdrawn
from mimik.study.staging import staged
from mimik.study.study import Study
from mimik.study.withdrawal.plan import MARKER

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo
    from mimik.study.staging import Staging

__all__ = ["MergeResult", "merge_study"]


@dataclass(frozen=True, kw_only=True)
class MergeResult:
    """What came into a study.

    Attributes:
        title: of the other study.
        purpose: for which its people came.
        synthetic: whether they are simulated.
        participants: how many came.
        sessions: how many.
        frames: how many.
        left_out: participant, or participant/session, of the other study -> why it did not come.
        renamed: pseudonym there -> the new one here, where it was in use here.
        texts: version of the consent text there -> the one here, where that is another.
    """

    title: str
    purpose: str
    synthetic: bool
    participants: int
    sessions: int
    frames: int
    left_out: Mapping[str, str]
    renamed: Mapping[str, str]
    texts: Mapping[str, str]


def merge_study(
    study: Study,
    other: Path | str,
    *,
    purpose: str = SHARING,
    site: str = "",
    own_site: str = "",
    passphrase: str | None = None,
    on_progress: Callable[[float, float | None], None] | None = None,
) -> MergeResult:
    """Bring the people of another study into this one. On any error this one stays as it was.

    Args:
        study: into which they come.
        other: a study's folder or a pack; it is only read.
        purpose: to which people in a folder must have agreed: SHARING, or THIS_STUDY where both are parts of
            one study. What a pack is for, it says itself.
        site: fills the column "site" of those who come.
        own_site: fills it for those who are here already, where it is empty.
        passphrase: of an encrypted pack.
        on_progress: told how much of how much is done.

    Raises:
        ConsentMissing: nobody there agreed to that.
        StudyError: it is of another protocol, of simulated people where these are real, or holds a recording
            that is here already or somebody who withdrew from here.
        StudyDamaged: the other study, or the pack, is damaged.
    """
    if purpose not in PACK_PURPOSES:
        raise StudyError(f"merge: expected a purpose among {', '.join(PACK_PURPOSES)}, found {purpose!r}.")
    with _opened(study, Path(other), purpose, passphrase, on_progress) as (theirs, allowed, checked):
        _check_same_kind(study, theirs)
        chosen = without(
            choose(theirs, allowed, where=str(other), checked=checked),
            lambda person: is_withdrawn(study.store, person),
            why="withdrew from this study",
        )
        refuse_twice(study, chosen, str(other))
        with staged(study.store) as staging:
            table = parse_participants(study.store.read(PARTICIPANTS))
            names = join_people(table, chosen, site, own_site)
            study.store.write(staging.place(PARTICIPANTS), write_participants(table))
            versions = join_texts(study, theirs, staging)
            origin = theirs.title if allowed == SHARING else ""
            join_consent(study, theirs, names, versions, staging, origin=origin)
            devices = join_devices(study, theirs, chosen, staging)
            change = Rewriting(people=names, devices=devices, versions=versions)
            for done, info in enumerate(chosen.sessions):
                if on_progress:
                    on_progress(done, len(chosen.sessions))
                _copy_session(study, theirs, info, change, staging)
        facts = {"purpose": allowed, "participants": len(chosen.people), "sessions": len(chosen.sessions)}
        study.audit.note("joined", facts=facts)
        return MergeResult(
            title=theirs.title,
            purpose=allowed,
            synthetic=study.synthetic,
            participants=len(chosen.people),
            sessions=len(chosen.sessions),
            frames=sum(info.frames for info in chosen.sessions),
            left_out=chosen.left_out,
            renamed={old: new for old, new in names.items() if old != new},
            texts={old: new for old, new in versions.items() if old != new},
        )


@contextlib.contextmanager
def _opened(
    study: Study,
    other: Path,
    purpose: str,
    passphrase: str | None,
    on_progress: Callable[[float, float | None], None] | None,
) -> Iterator[tuple[Study, str, bool]]:
    """Give the other study, the purpose of its people, and whether its files were checked."""
    if other.is_dir():
        if other.resolve() == study.folder.resolve():
            raise StudyError(f"{other}: expected another study, found the same.", hint="Name the other one.")
        theirs = Study.open(other, recover=False)
        if any(name.startswith(MARKER) for name in theirs.store.list()):
            raise StudyBusy(
                f"{other}: expected a study at rest, found one from which somebody is being withdrawn.",
                hint=f"Let it come to its end: mimik info {other}",
            )
        yield theirs, purpose, False
    else:
        with opened_pack(other, study.folder, passphrase, on_progress, like=study) as (theirs, manifest):
            yield theirs, manifest.purpose, True


def _check_same_kind(study: Study, other: Study) -> None:
    here, there = study.protocol, other.protocol
    if study.synthetic is not other.synthetic:
        ours, theirs = ("simulated" if each.synthetic else "real" for each in (study, other))
        raise StudyError(
            f"{other.title}: expected {ours} people, as in {study.title}, found {theirs} ones.",
            hint="Simulated and real people never stand in one study.",
        )
    if (here.name, here.version) != (there.name, there.version):
        raise StudyError(
            f"{other.title}: expected the protocol {here.name}, version {here.version}, "
            f"found {there.name}, version {there.version}.",
            hint="Only studies in which people were asked the same can be joined.",
        )
    if here.trials != there.trials:
        raise StudyError(
            f"{other.title}: expected the trials of {here.name}, version {here.version}, as they are here, "
            "found others under the same name and version.",
            hint="Compare the two protocol.toml. A protocol that was changed needs a new version.",
        )


def _copy_session(study: Study, other: Study, info: SessionInfo, change: Rewriting, staging: Staging) -> None:
    place = staging.place(session_folder(change.people[info.participant], info.session))
    for name, data in rewritten(other.store, info, change).items():
        study.store.write(f"{place}/{name}", data)
    frames = f"{session_folder(info.participant, info.session)}/{FRAMES}"
    with other.store.open_reader(frames) as source, study.store.open_writer(f"{place}/{FRAMES}") as target:
        while piece := source.read(PIECE):
            target.write(piece)
