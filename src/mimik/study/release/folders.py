"""The files of a release, for each kind of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mimik.study.bids.people import column_names, value_of
from mimik.study.release.about import readme
from mimik.study.release.dictionary import (
    channel_meaning,
    frames_meanings,
    participants_meanings,
    trials_meanings,
)
from mimik.study.release.parquet import FramesParquet, frames_parquet, table_parquet
from mimik.study.release.tables import dictionary_csv, table_csv, trial_rows, write_frames_csv
from mimik.study.release.xdfsession import why_no_xdf, write_session_xdf
from mimik.version import __version__

if TYPE_CHECKING:
    from mimik.protocol.trial import Question
    from mimik.study.coarsening import Coarsening
    from mimik.study.participants import Participant
    from mimik.study.release.content import ReleasedSession
    from mimik.study.release.dictionary import Meaning
    from mimik.study.store import Store

__all__ = ["WRITERS", "Contents", "SessionsWriter"]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a release holds besides its sessions.

    Attributes:
        title: of the study.
        synthetic: whether its people are simulated.
        people: in the order in which the release names them.
        told: the study's pseudonym -> the one in the release.
        columns: of participants.tsv that are told.
        coarsening: what is taken from the frames.
        questions: whose answers are told; None for one of no protocol.
        free_text: whether reasons for exclusion are told.
    """

    title: str
    synthetic: bool
    people: tuple[Participant, ...]
    told: Mapping[str, str]
    columns: tuple[str, ...]
    coarsening: Coarsening
    questions: Mapping[str, Question | None]
    free_text: bool

    @property
    def facts(self) -> dict[str, str]:
        """What the files say of themselves."""
        return {
            "synthetic": "true" if self.synthetic else "false",
            "coarsened": self.coarsening.said,
            "software": f"mimik {__version__}",
        }

    @property
    def names(self) -> dict[str, str]:
        """Columns of participants.tsv that are told -> their names here."""
        return {old: new for old, new in column_names(self.people).items() if old in self.columns}

    @property
    def meanings(self) -> dict[str, tuple[Meaning, ...]]:
        """Table -> what its columns mean."""
        return {
            "participants": participants_meanings(self.names.values(), synthetic=self.synthetic),
            "trials": trials_meanings(tuple(self.questions), free_text=self.free_text),
            "frames": frames_meanings(self.coarsening),
        }

    def people_rows(self, trials: Iterable[Sequence[object]]) -> list[tuple[str, ...]]:
        """Return the rows of the table of participants, of those who have rows among ``trials``."""
        having = {row[0] for row in trials}
        said = "yes" if self.synthetic else "no"
        names = self.names.items()
        return [
            (self.told[p.id], said, *(value_of(p, old, new) for old, new in names))
            for p in self.people
            if self.told[p.id] in having
        ]


class SessionsWriter(Protocol):
    """Writes one session after another."""

    def write(self, session: ReleasedSession) -> str:
        """Write a session; returns why it can't be written, or ""."""


class _Csv:
    def __init__(self, store: Store, contents: Contents) -> None:
        self._store, self._contents = store, contents
        self.trials: list[tuple[object, ...]] = []

    def write(self, session: ReleasedSession) -> str:
        with self._store.open_writer(f"frames/{session.participant}_{session.session}.csv") as file:
            write_frames_csv(file, session)
        self.trials += trial_rows(session, free_text=self._contents.free_text)
        return ""


class _Parquet:
    def __init__(self, frames: FramesParquet, contents: Contents) -> None:
        self._frames, self._contents = frames, contents
        self.trials: list[tuple[object, ...]] = []

    def write(self, session: ReleasedSession) -> str:
        self._frames.write(session)
        self.trials += trial_rows(session, free_text=self._contents.free_text)
        return ""


class _Xdf:
    def __init__(self, store: Store, contents: Contents) -> None:
        self._store, self._contents = store, contents
        self.trials: list[tuple[object, ...]] = []

    def write(self, session: ReleasedSession) -> str:
        if why := why_no_xdf(session):
            return why
        with self._store.open_writer(f"{session.participant}_{session.session}.xdf") as file:
            write_session_xdf(file, session, self._contents.facts)
        self.trials += trial_rows(session, free_text=self._contents.free_text)
        return ""


@contextlib.contextmanager
def _csv(store: Store, contents: Contents) -> Iterator[SessionsWriter]:
    writer = _Csv(store, contents)
    yield writer
    _write_tables(store, contents, writer.trials)
    _write_about(store, contents, contents.meanings, "csv")


@contextlib.contextmanager
def _parquet(store: Store, contents: Contents) -> Iterator[SessionsWriter]:
    meanings, facts = contents.meanings, {f"mimik_{k}": v for k, v in contents.facts.items()}
    with (
        store.open_writer("frames.parquet") as file,
        frames_parquet(file, meanings["frames"], facts) as frames,
    ):
        writer = _Parquet(frames, contents)
        yield writer
    for name, rows in (("participants", contents.people_rows(writer.trials)), ("trials", writer.trials)):
        store.write(f"{name}.parquet", table_parquet(meanings[name], rows, facts))
    _write_about(store, contents, meanings, "parquet")


@contextlib.contextmanager
def _xdf(store: Store, contents: Contents) -> Iterator[SessionsWriter]:
    writer = _Xdf(store, contents)
    yield writer
    _write_tables(store, contents, writer.trials)
    rested = contents.coarsening.without_rest
    channels = tuple(channel_meaning(name, rested=rested) for name in contents.coarsening.kept)
    _write_about(store, contents, {**contents.meanings, "frames": channels}, "xdf")


WRITERS: Mapping[str, Callable[[Store, Contents], AbstractContextManager[SessionsWriter]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xdf": _xdf,
}
"""Kind of release -> what writes it into a folder."""


def _write_tables(store: Store, contents: Contents, trials: list[tuple[object, ...]]) -> None:
    meanings = contents.meanings
    for name, rows in (("participants", contents.people_rows(trials)), ("trials", trials)):
        store.write(f"{name}.csv", table_csv([m.column for m in meanings[name]], rows))


def _write_about(
    store: Store, contents: Contents, meanings: Mapping[str, tuple[Meaning, ...]], kind: str
) -> None:
    store.write("data-dictionary.csv", dictionary_csv(tuple(meanings.items())))
    store.write(
        "README.txt",
        readme(
            contents.title,
            kind,
            synthetic=contents.synthetic,
            coarsened=contents.coarsening.said,
            free_text=contents.free_text,
        ),
    )
