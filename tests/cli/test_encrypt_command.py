"""``mimik new --encrypt``, ``encrypt``, ``decrypt``, ``rekey`` and ``participants``, as users meet them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from mimik.cli.unlocking import unlock
from mimik.errors import StudyLocked
from mimik.study.sealing.passphrase import Cost
from mimik.study.study import Study

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    import mimik.study.sealing.keys as keys

    for make in (keys.with_slot, keys.new_encryption):
        monkeypatch.setitem(make.__kwdefaults__, "cost", Cost(1 << 4, 8, 1))
    monkeypatch.delenv("MIMIK_PASSPHRASE", raising=False)
    monkeypatch.delenv("MIMIK_KEY_FILE", raising=False)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody at the terminal types, in turn."""
    answers: list[str] = []
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("mimik.cli.unlocking.sys.stdin", terminal)
    monkeypatch.setattr("mimik.cli.unlocking.typer.prompt", lambda *_, **__: answers.pop(0))
    monkeypatch.setenv("MIMIK_PASSPHRASE", "")  # what is typed is kept there: taken out after the test
    return answers


def test_a_study_is_encrypted_used_and_decrypted(
    mimik, mimik_json, simulated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = Study.open(simulated).participants
    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)
    done = mimik("encrypt", simulated)
    assert done.exit_code == 0, done.stderr
    assert "second place" in done.stderr
    assert not (simulated / "participants.tsv").read_bytes().startswith(b"participant_id")
    assert mimik_json("info", simulated)["participants"]
    assert mimik_json("check", simulated, "--no-data")["files"]["findings"] == []
    assert mimik_json("rekey", simulated)["state"] == "encrypted anew"
    assert Study.open(simulated).participants == people

    monkeypatch.delenv("MIMIK_PASSPHRASE")
    for command in ("info", "check", "repair", "rekey", "decrypt", "participants", "finish"):
        locked = mimik(command, simulated)
        assert locked.exit_code == 1
        assert "expected the key of this encrypted study, found none" in locked.stderr
        assert "MIMIK_PASSPHRASE" in locked.stderr

    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)
    assert mimik_json("decrypt", simulated)["state"] == "plain"
    monkeypatch.delenv("MIMIK_PASSPHRASE")
    assert Study.open(simulated).participants == people


def test_a_new_study_is_made_with_a_key_file(mimik, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, key = tmp_path / "clinic", tmp_path / "stick" / "clinic.key"
    inside = mimik("new", study, "--key-file", study / "clinic.key")
    assert (inside.exit_code, study.exists()) == (1, False)
    assert "outside of the study" in inside.stderr

    done = mimik("new", study, "--key-file", key)
    assert done.exit_code == 0, done.stderr
    assert "It is encrypted" in done.stdout
    assert mimik("info", study).exit_code == 1
    monkeypatch.setenv("MIMIK_KEY_FILE", str(key))
    assert mimik("info", study).exit_code == 0
    second = tmp_path / "second.key"
    assert mimik("rekey", study, "--key-file", second).exit_code == 0
    refused = mimik("rekey", study)
    assert (refused.exit_code, "--with-key" in refused.stderr) == (1, True)
    assert mimik("rekey", study, "--with-key", second).exit_code == 0
    monkeypatch.setenv("MIMIK_KEY_FILE", str(second))
    assert mimik("info", study).exit_code == 0


def test_without_a_terminal_no_passphrase_is_asked_for(mimik, tmp_path: Path) -> None:
    result = mimik("new", tmp_path / "clinic", "--encrypt")
    assert result.exit_code == 1
    assert "--key-file" in result.stderr
    assert not (tmp_path / "clinic").exists()


def test_a_passphrase_is_asked_for_once_and_kept_for_the_program(
    simulated: Path, typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mimik.study.sealing.reseal import encrypt_study

    encrypt_study(simulated, PASSPHRASE)
    typed += ["correct house", PASSPHRASE]
    unlock((3, None, [simulated]))
    assert os.environ["MIMIK_PASSPHRASE"] == PASSPHRASE
    unlock((simulated,))
    assert not typed

    monkeypatch.delenv("MIMIK_PASSPHRASE")
    typed += ["a", "b", "c"]
    with pytest.raises(StudyLocked):
        unlock((simulated,))
    assert "MIMIK_PASSPHRASE" not in os.environ


def test_the_table_is_taken_out_and_put_back(mimik, mimik_json, simulated: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    first = Study.open(simulated).participants[0].id
    assert mimik("participants", simulated, "--out", table).exit_code == 0
    assert mimik("participants", simulated).stdout == table.read_text()
    lines = table.read_text().splitlines()
    lines[0] += "\tward"
    lines[1] += "\tnorth"
    table.write_text("\n".join(lines))
    done = mimik("participants", simulated, "--read", table)
    assert done.exit_code == 0, done.stderr
    assert {p["participant"]: p.get("ward") for p in mimik_json("participants", simulated)["participants"]}[
        first
    ] == "north"

    before = (simulated / "participants.tsv").read_bytes()
    for bad, message in ((lines[:1] + lines[2:], first), (["x", *lines[1:]], "participant_id")):
        table.write_text("\n".join(bad))
        refused = mimik("participants", simulated, "--read", table)
        assert (refused.exit_code, message in refused.stderr) == (1, True)
        assert (simulated / "participants.tsv").read_bytes() == before
