"""Encrypted studies whose passphrases cost little, so that tests are quick."""

from __future__ import annotations

import pytest

import mimik.study.sealing.keys
from mimik.study.sealing.passphrase import Cost


@pytest.fixture
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = mimik.study.sealing.keys
    for make in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(make.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
