"""Writing a study as Motion-BIDS: all of it at once, or nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyReadOnly
from mimik.study.bids import motion
from mimik.study.bids.about import About, changes
from mimik.study.bids.events import asked, events_described, events_rows, heading
from mimik.study.bids.finished import finished
from mimik.study.bids.labels import table, task_label, tracksys_label
from mimik.study.bids.people import column_names, people_described, people_table, pseudonyms
from mimik.study.coarsening import AS_RECORDED
from mimik.study.newfolder import folder_digest, new_folder, whole_folder
from mimik.study.outgoing import effective_rate, outgoing_frames

if TYPE_CHECKING:
    from mimik.protocol.trial import Question
    from mimik.study.coarsening import Coarsening
    from mimik.study.participants import Participant
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store
    from mimik.study.study import Study

__all__ = ["BidsExport", "export_bids"]


@dataclass(frozen=True, kw_only=True)
class BidsExport:
    """What was written.

    Attributes:
        id: under which the study's register of releases has it; "" where the study can't be written.
        folder: of the data set.
        digest: SHA-256 over the names and digests of its files, in hex.
        synthetic: whether its people are simulated.
        participants: how many.
        sessions: how many.
        frames: how many.
        columns: of participants.tsv, besides the pseudonym.
        coarsened: what was taken from the frames, in words.
        left_out: participant, or participant/session -> why it is not in the data set.
        pseudonyms: the study's pseudonym -> the one in the data set; stored nowhere.
    """

    id: str
    folder: Path
    digest: str
    synthetic: bool
    participants: int
    sessions: int
    frames: int
    columns: tuple[str, ...]
    coarsened: str
    left_out: Mapping[str, str]
    pseudonyms: Mapping[str, str]


def export_bids(
    study: Study,
    out: Path | str,
    *,
    coarsening: Coarsening = AS_RECORDED,
    fresh_pseudonyms: bool = False,
    free_text: bool = False,
    authors: Sequence[str] = (),
    licence: str = "",
    on_progress: Callable[[float, float | None], None] | None = None,
) -> BidsExport:
    """Write a study as a Motion-BIDS data set.

    Participants who did not agree to sharing, and those with a session that is not finished, are left out.
    Dates and times of day are never written.

    Args:
        study: of it only the register of releases and the audit trail are changed, if they can be.
        out: a folder that is empty or not there yet; it appears whole at the end, or not at all.
        coarsening: what is taken from the frames.
        fresh_pseudonyms: whether to give everybody a new pseudonym.
        free_text: whether to write notes, reasons for exclusion and answers in words.
        authors: of the data set.
        licence: of the data set, such as "CC0".
        on_progress: told how many sessions of how many are written.

    Raises:
        ConsentMissing: the people are real and none of them agreed to sharing.
        StudyError: ``out`` holds something or lies inside the study, nothing can be written, or there is
            nothing finished to write.
    """
    target = new_folder(study, Path(out))
    people, sessions, left_out = finished(study, coarsening)
    told = pseudonyms(people, fresh=fresh_pseudonyms)
    with whole_folder(target) as store:
        writer = _Writer(study, store, told, sessions, coarsening, free_text=free_text)
        frames = 0
        for done, info in enumerate(sessions):
            if on_progress:
                on_progress(done, len(sessions))
            frames += writer.session(info)
        names = column_names(people)
        _write_people(store, people, names, told, synthetic=study.synthetic)
        writer.sidecars()
        said = About(
            title=study.title,
            synthetic=study.synthetic,
            participants=len(people),
            sessions=len(sessions),
            authors=authors,
            licence=licence,
            free_text=free_text,
            coarsening=coarsening,
        )
        _write_about(store, said)
        digest = folder_digest(store)
        noted = _noted(study, told, digest, coarsening)
    return BidsExport(
        id=noted,
        folder=target,
        digest=digest,
        synthetic=study.synthetic,
        participants=len(people),
        sessions=len(sessions),
        frames=frames,
        columns=tuple(names.values()),
        coarsened=coarsening.said,
        left_out=left_out,
        pseudonyms=told,
    )


def _noted(study: Study, people: Iterable[str], digest: str, coarsening: Coarsening) -> str:
    """Note the data set in the study, and return under which name; "" in a study that is archived already."""
    facts = {"coarsened": coarsening.said}
    with suppress(StudyReadOnly):
        return study.record_release("bids", people, at=time.time(), digest=digest, facts=facts).id
    return ""


class _Writer:
    """Writes sessions, and afterwards what holds for all sessions of a task."""

    def __init__(
        self,
        study: Study,
        store: Store,
        told: Mapping[str, str],
        sessions: Sequence[SessionInfo],
        coarsening: Coarsening,
        *,
        free_text: bool,
    ) -> None:
        self._study, self._store, self._told, self._free = study, store, told, free_text
        self._coarsening = coarsening
        self._channels = motion.channels_of(coarsening)
        self._questions: dict[str, dict[str, Question | None]] = {}
        self._systems: set[tuple[str, str]] = set()
        for task in {_task(info) for info in sessions}:
            of_task = [info for info in sessions if _task(info) == task]
            self._questions[task] = asked(study.protocol, of_task, free_text=free_text)

    def session(self, info: SessionInfo) -> int:
        """Write one session; returns how many frames."""
        outgoing = outgoing_frames(self._study, info, self._coarsening)
        frames = outgoing.frames
        task, system = _task(info), tracksys_label(info.facts.app)
        self._systems.add((task, system))
        who = self._told[info.participant]
        start = f"{who}/{info.session}/motion/{who}_{info.session}_task-{task}"
        with self._store.open_writer(f"{start}_tracksys-{system}_motion.tsv") as file:
            motion.write_motion(file, frames)
        self._store.write(f"{start}_tracksys-{system}_channels.tsv", motion.channels_table(self._channels))
        assert outgoing.rate is not None  # those without are left out
        rate, effective = self._coarsening.rate_of(outgoing.rate), effective_rate(frames)
        facts = motion.motion_facts(info, self._title(info), self._channels, rate, effective)
        self._store.write(f"{start}_tracksys-{system}_motion.json", facts)
        self._store.write(f"{start}_events.tsv", self._events(info, task, outgoing.shift))
        return len(frames)

    def sidecars(self) -> None:
        """Write what holds for all sessions of a task."""
        channels = motion.channels_described(self._channels, self._coarsening)
        for task, system in sorted(self._systems):
            _write_json(self._store, f"task-{task}_tracksys-{system}_channels.json", channels)
        for task, questions in sorted(self._questions.items()):
            described = events_described(questions, free_text=self._free)
            _write_json(self._store, f"task-{task}_events.json", described)

    def _events(self, info: SessionInfo, task: str, shift: float) -> bytes:
        questions = tuple(self._questions[task])
        others = self._study.events(info)
        rows = events_rows(info, others, shift, questions, free_text=self._free)
        return table(heading(questions, free_text=self._free), rows)

    def _title(self, info: SessionInfo) -> str:
        protocol = self._study.protocol
        if info.facts.protocol != protocol.name:
            return info.facts.protocol or "Facial expressions, recorded elsewhere."
        return f"{protocol.title[protocol.languages[0]]} (version {info.facts.protocol_version})"


def _task(info: SessionInfo) -> str:
    return task_label(info.facts.protocol)


def _write_people(
    store: Store,
    people: Sequence[Participant],
    names: Mapping[str, str],
    told: Mapping[str, str],
    *,
    synthetic: bool,
) -> None:
    store.write("participants.tsv", people_table(people, names, told, synthetic=synthetic))
    _write_json(store, "participants.json", people_described(names, synthetic=synthetic))


def _write_about(store: Store, about: About) -> None:
    _write_json(store, "dataset_description.json", about.description)
    store.write("README", about.readme)
    store.write("CHANGES", changes())


def _write_json(store: Store, path: str, value: Mapping[str, Any]) -> None:
    store.write(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())
