"""A program killed while it records into an encrypted study harms no more than in a plain one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from test_kill_nine import kill_many

from mimik.protocol import Protocol

PASSPHRASE = "correct horse battery"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_recording_into_an_encrypted_study_loses_at_most_a_second(
    tmp_path: Path, protocol: Protocol, cheap_scrypt: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)  # the program that is killed inherits it
    kill_many(tmp_path, protocol, kills=8, seed=3, key=PASSPHRASE)
    journals = [path.read_bytes() for path in tmp_path.rglob("frames.parquet")]
    assert journals
    assert all(data.startswith(b"\xa7MIMIK\x1a\n") for data in journals)
