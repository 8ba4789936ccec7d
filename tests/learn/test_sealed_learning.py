"""An encrypted study is learned from like a plain one, and the folds kept for resuming are encrypted."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

import mimik.study.sealing.keys as keys
from mimik.capture.simulation import simulate
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.data import load_dataset
from mimik.learn.folds import cross_predict
from mimik.learn.splits import choose_split
from mimik.protocol import load_protocol
from mimik.study.sealing.passphrase import Cost
from mimik.study.sealing.reseal import encrypt_study
from mimik.study.study import Study

PASSPHRASE = "correct horse battery"


class BrokenOff(Exception):
    pass


def test_an_evaluation_of_an_encrypted_study_is_broken_off_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for make in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(make.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
    study = Study.create(tmp_path / "s", title="S", protocol=load_protocol("follow-up"), synthetic=True)
    simulate(study, participants=4)
    plain = load_dataset(study)
    split = choose_split(plain, folds=4)
    [expected] = cross_predict(plain, LinearDiscriminantAnalysis(), [split], jobs=1)

    encrypt_study(study.folder, PASSPHRASE)
    study = Study.open(study.folder, key=PASSPHRASE)
    data = load_dataset(study)
    np.testing.assert_array_equal(data.X, plain.X)
    assert data.fingerprint == plain.fingerprint

    kept = Checkpoints(study.folder / "derivatives" / "evaluation", study=study)
    count = itertools.count(1)

    def stop(done: int, of: int) -> None:
        if next(count) == 3:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        cross_predict(data, LinearDiscriminantAnalysis(), [split], jobs=1, checkpoints=kept, on_progress=stop)
    files = list(kept.folder.iterdir())
    assert len(files) == len(kept) > 0
    assert all(path.read_bytes().startswith(b"\xa7MIMIK\x1a\n") for path in files)
    [found] = cross_predict(data, LinearDiscriminantAnalysis(), [split], jobs=1, checkpoints=kept)
    np.testing.assert_array_equal(found.proba, expected.proba)
    kept.clear()
    assert not kept.folder.exists()
