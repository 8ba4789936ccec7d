"""Which files are imported as whose recording: what folder levels and options say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError, TakeError
from mimik.sources.emotiontrain import EmotionTrain
from mimik.sources.facecaptxt import FaceCapTxt
from mimik.sources.tablefiles import is_video, kind_of
from mimik.study.purposes import THIS_STUDY

if TYPE_CHECKING:
    from mimik.sources.recordingfile import RecordingFile

__all__ = ["LEVELS", "ImportPlan", "PlannedTake", "plan_takes"]

LEVELS = ("participant", "session", "expression", "-")
"""What a folder level can mean; "-" is nothing."""

_NOT_TAKES = re.compile(r"frame_log\.csv", re.IGNORECASE)  # what Live Link Face writes beside its takes
_TEXT = re.compile(r"emotiontrain.*\.txt", re.IGNORECASE)
_VARIANT = re.compile(r"_(cal|raw|neutral)$")


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """How files are read as recordings.

    Attributes:
        basis: on what basis the data stands here, such as "collected at site B, consent held there".
        levels: what the folders above each file mean, the outermost first; names of ``LEVELS``.
        participant: whose recordings these are, where no level says it.
        session: which session they belong to, where no level says it; a new one by default.
        expression: what was shown, where neither a level nor the file says it.
        keep_names: use folder names of participants and sessions as their labels instead of new ones.
        key: pseudonyms already given to names, so that more of the same people's takes find them.
        variant: which of "cal", "raw" and "neutral" to take where a take exists in several.
        open_video: opens a video, such as ``mimik.sources.video.Video``; without it videos are refused.
        rate: frames per second, for files that number frames but name no time.
        purposes: what that basis allows, among ``mimik.study.purposes.PURPOSES``.
    """

    basis: str
    levels: Sequence[str] = ()
    participant: str | None = None
    session: str | None = None
    expression: str | None = None
    keep_names: bool = False
    key: Mapping[str, str] = field(default_factory=dict)
    variant: str | None = None
    open_video: Callable[[Path], RecordingFile] | None = None
    rate: float | None = None
    purposes: Sequence[str] = (THIS_STUDY,)


@dataclass(frozen=True)
class PlannedTake:
    """A file and whose recording it is.

    Attributes:
        path: the file.
        participant: name of the participant, as the folder or the plan gives it.
        session: name of the session, "" for the one new session of this import.
        expression: what was shown, or None where the file says it line by line.
        lists_expressions: whether the file itself names the expression of each frame.
    """

    path: Path
    participant: str
    session: str
    expression: str | None
    lists_expressions: bool = False


def plan_takes(paths: Iterable[Path | str], plan: ImportPlan) -> tuple[PlannedTake, ...]:
    """Find the files and say whose they are, in natural order; raises StudyError for what is unclear."""
    _check(plan)
    found: dict[Path, PlannedTake] = {}
    for path in map(Path, paths):
        for file, folders in _files(path, plan):
            found.setdefault(file.resolve(), _planned(file, folders, plan))
    chosen = _one_variant([found[file] for file in sorted(found, key=_natural)], plan.variant)
    if not chosen:
        raise StudyError(
            "import: expected recordings, found none.",
            hint="Mimik reads takes of Live Link Face, several other tables, and videos: docs/importing.md.",
        )
    return tuple(chosen)


def _check(plan: ImportPlan) -> None:
    named = [level for level in plan.levels if level != "-"]
    if wrong := [level for level in plan.levels if level not in LEVELS]:
        raise StudyError(f"levels: expected names among {', '.join(LEVELS)}, found {wrong[0]!r}.")
    if twice := [level for level in named if named.count(level) > 1]:
        raise StudyError(f"levels: expected {twice[0]!r} once, found it {named.count(twice[0])} times.")
    for level in ("participant", "session", "expression"):
        if level in named and getattr(plan, level) is not None:
            raise StudyError(f"{level}: expected a folder level or one name for all, found both.")
    if "participant" not in named and plan.participant is None:
        raise StudyError(
            "participant: expected a folder level or one name for all, found neither.",
            hint="Name the level, as in 'participant/expression', or say whose recordings these are.",
        )


def _files(path: Path, plan: ImportPlan) -> Iterable[tuple[Path, tuple[str, ...]]]:
    """Yield files with the names of the folders that carry meaning."""
    if not path.is_dir():
        if not path.exists():
            raise StudyError(f"{path}: expected a folder or a recording, found none.")
        if not is_video(path):
            kind_of(path)  # says what can be read, where it is nothing of that
        yield path, path.absolute().parent.parts[1:][-len(plan.levels) :] if plan.levels else ()
        return
    found = [file for file in path.rglob("*") if file.is_file() and _is_recording(file)]
    # An app may keep a video beside its take: the same frames once more.
    with_takes = {file.parent for file in found if not is_video(file)}
    for file in found:
        if not (is_video(file) and file.parent in with_takes):
            folders = file.relative_to(path).parts[:-1]
            if len(folders) != len(plan.levels):
                raise StudyError(
                    f"{file}: expected {len(plan.levels)} folder levels below {path} "
                    f"({'/'.join(plan.levels) or 'none'}), found {len(folders)}.",
                    hint="Name every level between the folder given and the files; '-' ignores one.",
                )
            yield file, folders


def _is_recording(file: Path) -> bool:
    if file.name.startswith(".") or _NOT_TAKES.fullmatch(file.name):
        return False
    if file.suffix.lower() == ".csv" or is_video(file) or _TEXT.fullmatch(file.name):
        return True
    with suppress(TakeError):  # other texts lie in folders, too
        return file.suffix.lower() == ".txt" and kind_of(file) is FaceCapTxt
    return False


def _planned(file: Path, folders: tuple[str, ...], plan: ImportPlan) -> PlannedTake:
    if len(folders) != len(plan.levels):
        raise StudyError(f"{file}: expected {len(plan.levels)} folders above it, found {len(folders)}.")
    said = dict(zip(plan.levels, folders, strict=True))
    take = PlannedTake(
        path=file,
        participant=said.get("participant", plan.participant or ""),
        session=said.get("session", plan.session or ""),
        expression=said.get("expression", plan.expression),
        lists_expressions=not is_video(file) and kind_of(file) is EmotionTrain,
    )
    if not take.lists_expressions and not (take.expression and take.expression.isprintable()):
        raise StudyError(
            f"{file}: expected to be told the expression shown, found {take.expression!r}.",
            hint="Name the folder level that says it, or one expression for all files.",
        )
    return take


def _one_variant(takes: Sequence[PlannedTake], variant: str | None) -> list[PlannedTake]:
    """Keep one of several variants of the same take, which would be the same frames twice."""
    groups: dict[Path, list[PlannedTake]] = {}
    for take in takes:
        groups.setdefault(take.path.with_name(_VARIANT.sub("", take.path.stem)), []).append(take)
    chosen: list[PlannedTake] = []
    for group in groups.values():
        wanted = [t for t in group if t.path.stem.endswith(f"_{variant}")] if len(group) > 1 else group
        if len(wanted) != 1:
            raise StudyError(
                f"{group[0].path}: expected one variant of a take, found {len(group)}: "
                f"{', '.join(t.path.name for t in group)}.",
                hint="Say which to import: cal, raw or neutral.",
            )
        chosen += wanted
    return chosen


def _natural(path: Path) -> list[list[tuple[int, str]]]:
    """Order as people count: take 9 before take 10."""
    split = [re.split(r"(\d+)", part) for part in path.parts]
    return [[(int(p), "") if p.isdigit() and p.isascii() else (-1, p) for p in parts] for parts in split]
