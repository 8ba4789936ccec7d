"""Who and what of a study may go elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.study.consent import why_not
from mimik.study.integrity import check_files
from mimik.study.layout import consent_file
from mimik.study.purposes import SHARING
from mimik.study.session import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mimik.study.participants import Participant
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["Chosen", "choose", "chosen_columns"]


@dataclass(frozen=True)
class Chosen:
    """What goes elsewhere.

    Attributes:
        people: in the study's order.
        sessions: theirs, finished.
        left_out: participant, or participant/session -> why it stays.
    """

    people: tuple[Participant, ...]
    sessions: tuple[SessionInfo, ...]
    left_out: Mapping[str, str]


def choose(
    study: Study,
    purpose: str,
    only: Sequence[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    *,
    where: str = "",
    checked: bool = False,
) -> Chosen:
    """Return whom and which sessions to take along, once it is sure that their files are whole.

    Args:
        study: it is only read.
        purpose: to which people must have agreed. For SHARING only people with a finished session.
        only: pseudonyms of those wanted; everybody by default.
        on_progress: told how many sessions of how many were checked.
        where: name of the study, for messages; its folder by default.
        checked: whether it is known that the files are whole.

    Raises:
        ConsentMissing: nobody agreed to that.
        StudyError: a pseudonym is not known, or nobody is left.
        StudyDamaged: one of their files is damaged.
    """
    where = where or str(study.folder)
    people, sessions, left_out = [], [], {}
    for person in _wanted(study, only, where):
        if why := why_not(person.consent, purpose, synthetic=study.synthetic):
            left_out[person.id] = why
            continue
        theirs = study.sessions(person.id)
        finished = [info for info in theirs if info.status != INTERRUPTED]
        for info in theirs:
            if info.status == INTERRUPTED:
                left_out[f"{person.id}/{info.session}"] = "not finished: go on with it, or `mimik finish`"
        if not finished and purpose == SHARING:
            left_out.setdefault(person.id, "no finished session")
            continue
        people.append(person)
        sessions += finished
    if not people:
        raise _nobody(where, purpose, left_out)
    if not checked:
        _check_whole(study, people, where, on_progress)
    return Chosen(tuple(people), tuple(sessions), left_out)


def chosen_columns(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of participants.tsv that are wanted; raises StudyError for one nobody has."""
    if unknown := [name for name in wanted if name not in known]:
        raise StudyError(
            f"participants.tsv: expected columns among {', '.join(known) or 'none'}, "
            f"found {', '.join(map(repr, unknown))}.",
            hint="Name columns that somebody who is shared has filled in.",
        )
    return tuple(dict.fromkeys(wanted))


def _wanted(study: Study, only: Sequence[str] | None, where: str) -> list[Participant]:
    people = study.participants
    if unknown := sorted(set(only or ()) - {person.id for person in people}):
        raise StudyError(
            f"{where}: expected participants of this study, found {', '.join(unknown)}.",
            hint="`mimik info` shows who there is.",
        )
    return [person for person in people if only is None or person.id in only]


def _nobody(where: str, purpose: str, left_out: Mapping[str, str]) -> StudyError:
    reasons = "; ".join(f"{who}: {why}" for who, why in left_out.items()) or "nobody in the study"
    if left_out and all("consent" in why for why in left_out.values()):
        return ConsentMissing(
            f"{where}: expected a participant who agreed to {purpose!r}, found none of {len(left_out)}.",
            hint="`mimik consent` shows who agreed to what, and records what they agreed to on paper.",
        )
    return StudyError(
        f"{where}: expected a participant with a finished session, found none ({reasons}).",
        hint="Record or import first; `mimik info` shows what there is.",
    )


def _check_whole(
    study: Study,
    people: Sequence[Participant],
    where: str,
    on_progress: Callable[[int, int], None] | None,
) -> None:
    """Refuse damaged files, except those of people who stay."""
    staying = {person.id for person in study.participants} - {person.id for person in people}
    theirs = tuple(path for who in staying for path in (f"{who}/", consent_file(who)))
    report = check_files(study.folder, store=study.store, on_progress=on_progress)
    for each in report.findings:
        if each.severity == "serious" and not each.file.startswith(theirs):
            raise StudyDamaged(f"{where}: {each.text}", hint=each.remedy)
