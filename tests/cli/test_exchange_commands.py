"""``mimik pack``, ``unpack`` and ``merge``: what is shown, and that errors are told without a traceback."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from mimik.capture.simulation import simulate
from mimik.protocol import load_protocol
from mimik.study.study import Study


@pytest.fixture
def other(simulated: Path, tmp_path: Path) -> Path:
    """Two more simulated people, of the same protocol."""
    protocol = Study.open(simulated).protocol
    study = Study.create(tmp_path / "other", title="elsewhere", protocol=protocol, synthetic=True)
    simulate(study, participants=2, seed=7)
    return study.folder


def test_a_study_is_packed_and_unpacked(mimik, other: Path, tmp_path: Path) -> None:
    packed = mimik("pack", other, tmp_path / "a.mimikpack")
    digest = hashlib.sha256((tmp_path / "a.mimikpack").read_bytes()).hexdigest()

    assert packed.exit_code == 0, packed.stderr
    assert packed.stdout.startswith("SYNTHETIC 2 participants, 2 sessions, ")
    assert f"SHA-256 {digest}" in packed.stdout
    assert "mimik unpack a.mimikpack FOLDER" in packed.stderr
    unpacked = mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "out")
    assert unpacked.exit_code == 0, unpacked.stderr
    assert unpacked.stdout.startswith("SYNTHETIC 2 participants, 2 sessions, ")
    assert Study.open(tmp_path / "out").fingerprint() == Study.open(other).fingerprint()


def test_who_is_left_out_and_which_columns_are_is_told(mimik, tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="x", protocol=load_protocol("hartmann2022"))
    who = study.add_participant(age="31").id
    study.record_consent(who, at=0.0, version="1")
    result = mimik("pack", study.folder, tmp_path / "a.mimikpack")

    assert result.exit_code == 1
    assert "expected a participant who agreed to 'sharing'" in result.stderr
    result = mimik("pack", study.folder, tmp_path / "a.mimikpack", "--purpose", "study")
    assert result.exit_code == 0, result.stderr
    assert "participants.tsv also tells: age. Could that name somebody?" in result.stderr


def test_new_pseudonyms_are_shown_once(mimik, other: Path, tmp_path: Path) -> None:
    result = mimik("pack", other, tmp_path / "a.mimikpack", "--fresh-pseudonyms")

    shown = dict(line.split() for line in result.stderr.splitlines() if line.startswith("  sub-"))
    assert set(shown) == {person.id for person in Study.open(other).participants}


def test_a_pack_is_encrypted_with_the_passphrase_of_the_environment(
    mimik, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMIK_PACK_PASSPHRASE", "four words are good")
    assert mimik("pack", other, tmp_path / "a.mimikpack", "--encrypt").exit_code == 0
    assert mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "out").exit_code == 0
    monkeypatch.setenv("MIMIK_PACK_PASSPHRASE", "other words are bad")
    wrong = mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "wrong")
    monkeypatch.delenv("MIMIK_PACK_PASSPHRASE")
    without = mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "without")
    nobody = mimik("pack", other, tmp_path / "b.mimikpack", "--encrypt")

    assert (wrong.exit_code, without.exit_code, nobody.exit_code) == (1, 1, 1)
    assert "expected its passphrase, found one that does not fit" in wrong.stderr
    assert "expected its passphrase, found none" in without.stderr
    assert "MIMIK_PACK_PASSPHRASE" in nobody.stderr
    assert not (tmp_path / "b.mimikpack").exists()


def test_a_file_that_is_no_pack_is_refused(mimik, tmp_path: Path) -> None:
    (tmp_path / "a.mimikpack").write_text("nothing of the kind")
    result = mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "out")

    assert result.exit_code == 1
    assert (
        "expected a pack, a ZIP archive that begins with manifest.json, found another file" in result.stderr
    )
    assert not (tmp_path / "out").exists()


def test_studies_are_joined_with_their_sites(mimik, simulated: Path, other: Path, tmp_path: Path) -> None:
    mimik("pack", other, tmp_path / "a.mimikpack")
    result = mimik("merge", simulated, tmp_path / "a.mimikpack", "--site", "Zurich", "--own-site", "Bern")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("SYNTHETIC 2 participants, 2 sessions, ")
    assert "mimik evaluate" in result.stderr and "--split site" in result.stderr
    sites = [person.columns["site"] for person in Study.open(simulated).participants]
    assert sorted(sites) == ["Bern"] * 6 + ["Zurich"] * 2
    again = mimik("merge", simulated, other)
    assert again.exit_code == 1 and "Was it joined before?" in again.stderr


def test_sites_are_as_many_as_studies(mimik, simulated: Path, other: Path) -> None:
    result = mimik("merge", simulated, other, other, other, "--site", "a", "--site", "b")

    assert result.exit_code == 1
    assert "once for each of 3 studies, found it 2 times" in result.stderr


def test_all_that_is_shown_is_also_told_as_json(mimik, simulated: Path, other: Path, tmp_path: Path) -> None:
    packed = json.loads(mimik("pack", other, tmp_path / "a.mimikpack", "--json").stdout)
    unpacked = json.loads(mimik("unpack", tmp_path / "a.mimikpack", tmp_path / "out", "--json").stdout)
    (merged,) = json.loads(mimik("merge", simulated, other, "--json").stdout)

    assert packed["participants"] == unpacked["participants"] == merged["participants"] == 2
    assert packed["purpose"] == unpacked["purpose"] == merged["purpose"] == "sharing"
    assert merged["new_pseudonyms"] == {} and packed["fresh_pseudonyms"] is None
