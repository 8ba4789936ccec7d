"""After a power cut, whatever the disk lost that was not synced, all that was told as stored is there."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from power_cut import Disk, after_a_cut, logged
from small_study import PLAN, START, frame, new_study, recorded, start, takes

from mimik.errors import MimikError
from mimik.study import Study
from mimik.study.importing import import_takes
from mimik.study.integrity import check_files, repair_files
from mimik.study.layout import STUDY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to know which file is synced")


@dataclass
class World:
    """A study on a logged disk, and what was told as stored after how many steps."""

    folder: Path
    disk: Disk
    told: list[tuple[int, Callable[[Study], bool], str]] = field(default_factory=list)

    def tell(self, what: str, holds: Callable[[Study], bool]) -> None:
        self.told.append((len(self.disk.steps), holds, what))


def record_a_session(world: World, study: Study) -> None:
    """Each sync of the journal makes the frames until then sure."""
    writer = start(study)
    name = writer.session
    world.tell("the session", lambda now: bool(one(now, name)))
    count = 0
    for trial, expression in enumerate(("happy", "sad")):
        writer.open_trial(trial, expression, START + count / 60)
        for _ in range(100):
            writer.frame(trial, frame(count))
            before = len(world.disk.steps)
            count += 1
            writer.flush(START + count / 60)
            if any(step.what == "sync" for step in world.disk.steps[before:]):
                world.tell(f"{count} frames", lambda now, n=count: one(now, name).frames >= n)
        writer.close_trial(trial, "complete", START + count / 60)
    done = writer.finish(START + 10)
    world.tell("the finished session", lambda now: one(now, name).frames_sha256 == done.frames_sha256)


def finish_a_session(world: World, study: Study) -> None:
    [info] = [s for s in study.sessions() if s.status == "interrupted"]
    done = study.finish_session(info, at=START + 60)
    world.tell("finished", lambda now: one(now, done.session).frames_sha256 == done.frames_sha256)


def discard_a_session(world: World, study: Study) -> None:
    [info] = [s for s in study.sessions() if s.status == "interrupted"]
    study.discard_session(info)
    world.tell("discarded", lambda now: all(s.session != info.session for s in now.sessions("sub-P1")))


def add_people(world: World, study: Study) -> None:
    for _ in range(3):
        who = study.add_participant().id
        world.tell(who, lambda now, who=who: who in {p.id for p in now.participants})
        study.record_consent(who, version="1", at=START)
        world.tell(f"{who}'s consent", lambda now, who=who: agreed(now, who))


def exclude_and_include(world: World, study: Study) -> None:
    [info] = [s for s in study.sessions() if s.status == "complete"]
    study.exclude_trial(info, 0, "looked away", at=START)
    world.tell("excluded", lambda now: marks(now, info.session) >= 1)
    study.include_trial(info, 0, at=START + 1)
    world.tell("included", lambda now: marks(now, info.session) >= 2)


def import_recordings(world: World, study: Study) -> None:
    result = import_takes(study, [world.folder.parent / "takes"], PLAN)
    digests = {s.frames_sha256 for s in result.sessions}
    world.tell("imported", lambda now: digests <= {s.frames_sha256 for s in now.sessions()})
    world.tell("whose it is", lambda now: set(result.key.values()) <= {p.id for p in now.participants})


def create_another(world: World, study: Study) -> None:
    new_study(world.folder / "inside" / "other")
    world.tell("another", lambda now: bool(Study.open(now.folder / "inside" / "other").participants))


DEEDS = [
    record_a_session,
    finish_a_session,
    discard_a_session,
    add_people,
    exclude_and_include,
    import_recordings,
    create_another,
]


def one(study: Study, name: str):
    return {info.session: info for info in study.sessions("sub-P1")}[name]


def agreed(study: Study, who: str) -> bool:
    return next(p for p in study.participants if p.id == who).agreed_to("1")


def marks(study: Study, session: str) -> int:
    return len((study.folder / "sub-P1" / session / "exclusions.tsv").read_text().splitlines()) - 1


def lived(place: Path, deed: Callable[[World, Study], None]) -> World:
    """Do a deed in a study with a finished session and one that broke off, and log all of it."""
    study = new_study(place / "study")
    takes(place / "takes")
    recorded(study, first=5000).finish(START + 60)
    if deed in (finish_a_session, discard_a_session):
        recorded(study, first=9000).leave()
    with logged(study.folder) as disk:
        world = World(study.folder, disk)
        deed(world, Study.open(study.folder))
    return world


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_state(folder: Path, world: World, at: int) -> None:
    """Hold what must be true in a state of the disk after ``at`` steps."""
    found = check_files(folder)
    assert not found.serious, [f"{f.code} {f.text}" for f in found.findings]
    study = Study.open(folder)
    for told_at, holds, what in world.told:
        # what was told and then undone by the next deed of the same kind is left out by the deeds themselves
        assert told_at > at or holds(study), f"lost: {what}"
    for info in study.sessions():
        assert not info.problem
        if info.status == "interrupted":
            info = study.finish_session(info, at=START + 100)
        study.read_session(info)
    repair_files(folder)
    assert not {f.code for f in check_files(folder).findings} & {"FILE010", "FILE011"}


def cut_the_power(place: Path, deed: Callable[[World, Study], None], *, states: int, seed: int) -> None:
    world = lived(place, deed)
    rng = random.Random(seed)
    steps = len(world.disk.steps)
    for i in range(states):
        at = steps if i == 0 else rng.randint(0, steps)
        state = place / f"state{i}"
        after_a_cut(world.disk, at, state, rng)
        try:
            check_state(state, world, at)
        except (AssertionError, MimikError, OSError) as error:
            last = world.disk.steps[max(at - 3, 0) : at]
            pytest.fail(f"state {i}, cut after step {at} of {steps} ({last}): {error!r}")


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_told_as_stored_is_lost(tmp_path: Path, deed: Callable[[World, Study], None]) -> None:
    cut_the_power(tmp_path, deed, states=40, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_told_as_stored_is_lost_in_thousands_of_states(
    tmp_path: Path, deed: Callable[[World, Study], None]
) -> None:
    cut_the_power(tmp_path, deed, states=3000, seed=2)


def test_the_log_knows_all_that_happened(tmp_path: Path) -> None:
    world = lived(tmp_path, import_recordings)
    kept = random.Random()
    kept.choice = lambda them: them[-1]  # type: ignore[method-assign]
    kept.randint = lambda low, high: high  # type: ignore[method-assign]

    after_a_cut(world.disk, len(world.disk.steps), tmp_path / "all", kept)

    files = contents(world.folder)
    assert contents(tmp_path / "all") == files and Path(STUDY) in files


def test_what_was_not_synced_may_be_lost(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    with logged(root) as disk:
        with (root / "file").open("wb") as file:
            file.write(b"content")
        (root / "folder").mkdir()
    rng = random.Random(0)
    found = set()
    for i in range(60):
        after_a_cut(disk, len(disk.steps), tmp_path / str(i), rng)
        place = tmp_path / str(i)
        found.add(frozenset((p.name, p.read_bytes() if p.is_file() else b"") for p in place.iterdir()))
    assert frozenset() in found
    assert frozenset({("file", b"")}) in found
    assert frozenset({("file", b"content"), ("folder", b"")}) in found
    assert all("file" in dict(names) for names in found if "folder" in dict(names))  # the earlier name first
