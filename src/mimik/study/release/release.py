"""Releasing a study's data for other programs: all of it at once, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.bids.events import asked
from mimik.study.bids.people import pseudonyms
from mimik.study.coarsening import AS_RECORDED, UNTIMED
from mimik.study.exchange.choosing import choose, chosen_columns
from mimik.study.newfolder import folder_digest, new_folder, whole_folder
from mimik.study.purposes import SHARING
from mimik.study.release.content import released_session, why_unfit
from mimik.study.release.folders import WRITERS, Contents

if TYPE_CHECKING:
    from mimik.study.coarsening import Coarsening
    from mimik.study.exchange.choosing import Chosen
    from mimik.study.study import Study

__all__ = ["KINDS", "Release", "release_study"]

KINDS: tuple[str, ...] = tuple(WRITERS)
"""In what a study can be released."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """What was written.

    Attributes:
        id: under which the study's register of releases has it.
        folder: where it lies.
        kind: among ``KINDS``.
        digest: SHA-256 over the names and digests of its files, in hex.
        synthetic: whether its people are simulated.
        participants: how many.
        sessions: how many.
        frames: how many.
        columns: of participants.tsv that are told.
        columns_left_out: those that are not.
        coarsened: what was taken from the frames, in words.
        left_out: participant, or participant/session -> why it is not in the release.
        pseudonyms: the study's pseudonym -> the one in the release; stored nowhere.
    """

    id: str
    folder: Path
    kind: str
    digest: str
    synthetic: bool
    participants: int
    sessions: int
    frames: int
    columns: tuple[str, ...]
    columns_left_out: tuple[str, ...]
    coarsened: str
    left_out: Mapping[str, str]
    pseudonyms: Mapping[str, str]


def release_study(
    study: Study,
    out: Path | str,
    kind: str,
    *,
    coarsening: Coarsening = AS_RECORDED,
    columns: Sequence[str] = (),
    fresh_pseudonyms: bool = False,
    free_text: bool = False,
    at: float | None = None,
    on_progress: Callable[[float, float | None], None] | None = None,
) -> Release:
    """Write a study's data as files that stand for themselves, and note that in its register of releases.

    Only people who agreed to sharing are in it, with their finished sessions. Dates and times of day are
    never written.

    Args:
        study: of it only the register of releases and the audit trail are changed.
        out: a folder that is empty or not there yet; it appears whole at the end, or not at all.
        kind: among ``KINDS``.
        coarsening: what is taken from the frames.
        columns: of participants.tsv that are told.
        fresh_pseudonyms: whether to give everybody a new pseudonym.
        free_text: whether to write reasons for exclusion and answers in words.
        at: when, seconds since 1970 (UTC); now by default. It stands in the study alone.
        on_progress: told how much of how much is done.

    Raises:
        ConsentMissing: the people are real and none of them agreed to sharing.
        StudyError: ``out`` holds something or lies inside the study, nothing can be written, a column or kind
            is not known, or there is nothing finished to write.
        StudyDamaged: a file of somebody who is to be in it is damaged.
    """
    if kind not in WRITERS:
        raise StudyError(f"release: expected one of {', '.join(KINDS)}, found {kind!r}.")
    target = new_folder(study, Path(out))
    chosen = _with_frames(study, choose(study, SHARING))
    told = pseudonyms(chosen.people, fresh=fresh_pseudonyms)
    known = tuple(dict.fromkeys(name for person in chosen.people for name in person.columns))
    contents = Contents(
        title=study.title,
        synthetic=study.synthetic,
        people=tuple(sorted(chosen.people, key=lambda person: told[person.id])),  # not who came when
        told=told,
        columns=chosen_columns(columns, known),
        coarsening=coarsening,
        questions=asked(study.protocol, chosen.sessions, free_text=free_text),
        free_text=free_text,
    )
    frames, sessions = 0, 0
    people: set[str] = set()
    left_out = dict(chosen.left_out)
    in_order = sorted(chosen.sessions, key=lambda info: (told[info.participant], info.session))
    with whole_folder(target) as store:
        with WRITERS[kind](store, contents) as writer:
            for done, info in enumerate(in_order):
                if on_progress:
                    on_progress(done, len(in_order))
                session = released_session(
                    study,
                    info,
                    told[info.participant],
                    coarsening,
                    tuple(contents.questions),
                    free_text=free_text,
                )
                if why := writer.write(session) if len(session) else UNTIMED:
                    left_out[f"{info.participant}/{info.session}"] = why
                else:
                    sessions, frames = sessions + 1, frames + len(session)
                    people.add(info.participant)
        if not sessions:
            raise _nothing(study, left_out)
        digest = folder_digest(store)
        # Before the folder is there: nothing may have left a study that does not know of it.
        noted = study.record_release(
            kind,
            people,
            digest=digest,
            at=time.time() if at is None else at,
            facts={"coarsened": coarsening.said},
        )
    return Release(
        id=noted.id,
        folder=target,
        kind=kind,
        digest=digest,
        synthetic=study.synthetic,
        participants=len(people),
        sessions=sessions,
        frames=frames,
        columns=contents.columns,
        columns_left_out=tuple(name for name in known if name not in contents.columns),
        coarsened=coarsening.said,
        left_out=left_out,
        pseudonyms={who: new for who, new in told.items() if who in people},
    )


def _with_frames(study: Study, chosen: Chosen) -> Chosen:
    """Return what is left without sessions that hold nothing, and people without others."""
    left_out = dict(chosen.left_out)
    left_out |= {f"{i.participant}/{i.session}": why for i in chosen.sessions if (why := why_unfit(i))}
    sessions = tuple(info for info in chosen.sessions if not why_unfit(info))
    having = {info.participant for info in sessions}
    if not having:
        raise _nothing(study, left_out)
    people = tuple(person for person in chosen.people if person.id in having)
    return replace(chosen, people=people, sessions=sessions, left_out=left_out)


def _nothing(study: Study, left_out: Mapping[str, str]) -> StudyError:
    reasons = "; ".join(f"{who}: {why}" for who, why in left_out.items())
    return StudyError(
        f"{study.folder}: expected a session that can be released, found none ({reasons}).",
        hint="Record or import first; `mimik info` shows what there is.",
    )
