"""Every tracked frame of a study, as the published experiment used them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.data import load_dataset
from mimik.learn.decisions import owners
from mimik.study.reading import read_sessions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["load_all_frames"]


def load_all_frames(study: Study, *, expressions: Sequence[str] | None = None) -> Dataset:
    """Read a study as ``load_dataset`` does, with the frames that it sets apart to learn the face at rest.

    Those belong to a trial like all others: without them its expression would have fewer frames than the
    rest. No resting face is known then.

    Raises:
        DataError: there are no such frames.
    """
    dataset = load_dataset(study, expressions=expressions)
    code = {name: i for i, name in enumerate(dataset.recordings)}
    recorded = {name.rpartition("/")[0] for name in dataset.recordings}
    sessions = [info for info in study.sessions() if _name(info) in recorded]
    values, times, recordings = [], [], []
    for info, frames in zip(sessions, read_sessions(study, sessions, BLEND_SHAPES), strict=True):
        recording = _recordings(info, frames, code)
        keep = (recording >= 0) & frames.block.tracked
        values.append(frames.block.values[keep])
        times.append(frames.block.device_time[keep])
        recordings.append(recording[keep])
    recording = np.concatenate(recordings)
    return replace(
        dataset,
        X=np.concatenate(values),
        y=owners(dataset.recording, dataset.y)[recording],
        participant=owners(dataset.recording, dataset.participant)[recording],
        recording=recording,
        device_time=np.concatenate(times),
        resting=np.full_like(dataset.resting, np.nan),
    )


def _name(info: SessionInfo) -> str:
    return f"{info.participant}/{info.session}"


def _recordings(info: SessionInfo, frames: SessionFrames, code: Mapping[str, int]) -> NDArray[np.int32]:
    """Return the code of each frame's recording (n,), -1 for frames of none."""
    trials, which = np.unique(frames.trial, return_inverse=True)
    codes = [code.get(f"{_name(info)}/{trial}", -1) for trial in trials.tolist()]
    return np.array(codes, dtype=np.int32)[which]
