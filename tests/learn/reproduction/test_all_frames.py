"""The published experiment sets no frame apart."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.capture.simulation import simulate
from mimik.learn.data import load_dataset
from mimik.learn.reproduction.all_frames import load_all_frames
from mimik.protocol import load_protocol
from mimik.study.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two people sit through the published protocol, whose trials start by themselves."""
    folder = tmp_path_factory.mktemp("all-frames") / "study"
    study = Study.create(folder, title="Two", protocol=load_protocol("hartmann2022"), synthetic=True)
    simulate(study, participants=2)
    return study


def test_every_tracked_frame_of_every_trial_is_there_in_order(study: Study) -> None:
    data = load_all_frames(study)
    tables = [study.table(info).to_pydict() for info in study.sessions()]
    tracked = [
        (row["jawOpen"], row["expression"])
        for table in tables
        for row in (dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True))
        if row["tracked"]
    ]
    jaw_open = data.X[:, _column("jawOpen")]
    assert jaw_open.tolist() == [value for value, _ in tracked]
    assert data.labels.tolist() == [expression for _, expression in tracked]
    assert np.bincount(data.y).min() >= 2 * 500
    assert (np.diff(data.recording) >= 0).all()


def test_it_is_the_same_data_set_but_for_the_frames_set_apart(study: Study) -> None:
    every, usual = load_all_frames(study), load_dataset(study)
    assert every.recordings == usual.recordings
    assert every.expressions == usual.expressions
    assert len(every) >= len(usual)
    for recording in range(every.n_recordings):
        whole, part = every.recording == recording, usual.recording == recording
        assert set(every.participant[whole]) == set(usual.participant[part])
        assert set(every.y[whole]) == set(usual.y[part])
        np.testing.assert_array_equal(every.X[whole][-int(part.sum()) :], usual.X[part])
    assert np.isnan(every.resting).all()


def test_only_wanted_expressions_are_read(study: Study) -> None:
    data = load_all_frames(study, expressions=("sad", "happy"))
    assert data.expressions == ("sad", "happy")
    assert data.n_recordings == 4


def _column(name: str) -> int:
    from mimik.blendshapes import INDEX

    return INDEX[name]
