"""Who stands behind pseudonyms: an encrypted list that loses nobody and tells nobody."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.errors import StudyBusy, StudyDamaged, StudyError, StudyLocked
from mimik.identities import Identities, Identity, is_identities_file, read_identities, write_identities
from mimik.identities.table import read_table, write_table
from mimik.study.sealing.passphrase import Cost

CHEAP = Cost(1 << 4, 8, 1)
SECRET = "four words for tests"
ONE = Identity("Code Seventeen", "sub-K7M2QX", "Smiles", "calls in the morning")
TWO = Identity("Code Eighteen", "sub-TC2PXH", "Smiles")

lines = st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda t: len(t.splitlines()) < 2)
identities = st.builds(Identity, lines, lines.filter(bool), lines, lines)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.mimikid"
    write_identities(path, Identities((ONE, TWO)), SECRET, before=None, cost=CHEAP)
    return path


def test_what_is_written_is_read(people: Path) -> None:
    found, data = read_identities(people, SECRET)

    assert found.rows == (ONE, TWO)
    assert data == people.read_bytes()
    assert is_identities_file(people)
    assert found.key("Smiles") == {"Code Seventeen": "sub-K7M2QX", "Code Eighteen": "sub-TC2PXH"}


def test_the_file_holds_no_word_of_it_and_is_its_owners_alone(people: Path) -> None:
    data = people.read_bytes()

    for word in (b"Code", b"Seventeen", b"sub-", b"K7M2QX", b"Smiles", b"morning", b"identities"):
        assert word not in data
    assert stat.S_IMODE(people.stat().st_mode) == 0o600


def test_another_passphrase_does_not_fit(people: Path) -> None:
    with pytest.raises(StudyLocked, match="does not fit"):
        read_identities(people, "four words for nobody")


@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_or_cut_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("list") / "people.mimikid"
    write_identities(path, Identities((ONE, TWO)), SECRET, before=None, cost=CHEAP)
    whole = path.read_bytes()
    at = data.draw(st.integers(13, len(whole) - 1))  # what lies before tells the cost, too high to try here
    cut = data.draw(st.booleans())
    path.write_bytes(whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])

    with pytest.raises((StudyDamaged, StudyLocked)):
        read_identities(path, SECRET)


@given(st.lists(identities, max_size=8))
def test_any_list_comes_back(rows: list[Identity]) -> None:
    kept = Identities()
    for row in rows:
        try:
            kept = kept.adding([row])
        except StudyError:
            continue

    assert Identities.parse(kept.encoded(), where="list") == kept


@given(st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b'{"format": 1, "identities": [1]}']))
def test_anything_else_is_no_list(data: bytes) -> None:
    with pytest.raises(StudyDamaged, match="expected a list of identities"):
        Identities.parse(data, where="list")


def test_a_table_comes_back_and_a_spreadsheet_runs_nothing() -> None:
    kept = Identities((ONE, Identity("=cmd()", "sub-TC2PXH", "Smiles", "+49")))
    data = write_table(kept)

    assert b"'=cmd()" in data
    assert read_table(data, where="table") == kept
    old = read_table(b"name,pseudonym\r\nCode,sub-K7M2QX\r\n", where="key.csv", study="Smiles")
    assert old.rows == (Identity("Code", "sub-K7M2QX", "Smiles"),)
    with pytest.raises(StudyError, match="columns name and pseudonym"):
        read_table(b"name,age\r\nCode,31\r\n", where="table")


def test_a_name_and_a_pseudonym_belong_together_within_a_study() -> None:
    kept = Identities((ONE,))

    assert kept.adding([ONE]) == kept
    assert len(kept.adding([Identity(ONE.name, ONE.pseudonym, "Frowns")]).rows) == 2
    with pytest.raises(StudyError, match="found that name there as sub-K7M2QX"):
        kept.adding([Identity(ONE.name, "sub-222222", "Smiles")])
    with pytest.raises(StudyError, match="found somebody else"):
        kept.adding([Identity("Code Nineteen", "sub-k7m2qx", "Smiles")])


def test_who_withdrew_is_removed() -> None:
    kept = Identities((ONE, TWO, Identity("Other", ONE.pseudonym, "Frowns")))

    assert kept.without(TWO.pseudonym).find("eighteen") == ()
    assert kept.without(ONE.pseudonym, "Smiles").find("seventeen") == ()
    with pytest.raises(StudyError, match="expected one line of sub-K7M2QX, found 2"):
        kept.without(ONE.pseudonym)
    with pytest.raises(StudyError, match="found 0"):
        kept.without("sub-222222")


def test_it_refuses_to_lie_in_a_study(tmp_path: Path) -> None:
    (tmp_path / "study" / "derivatives").mkdir(parents=True)
    (tmp_path / "study" / "study.toml").touch()

    for place in ("people.mimikid", "derivatives/people.mimikid"):
        with pytest.raises(StudyError, match="outside of every study"):
            write_identities(tmp_path / "study" / place, Identities(), SECRET, before=None, cost=CHEAP)
    with pytest.raises(StudyError, match=r"ends in \.mimikid"):
        write_identities(tmp_path / "people.csv", Identities(), SECRET, before=None, cost=CHEAP)


def test_a_list_that_another_changed_is_not_overwritten(people: Path) -> None:
    _, before = read_identities(people, SECRET)
    write_identities(people, Identities((ONE,)), SECRET, before=before, cost=CHEAP)

    with pytest.raises(StudyBusy, match="changed meanwhile"):
        write_identities(people, Identities((TWO,)), SECRET, before=before, cost=CHEAP)
    assert read_identities(people, SECRET)[0].rows == (ONE,)
    assert [path.name for path in people.parent.iterdir()] == ["people.mimikid"]


REWRITE = """
import sys
from pathlib import Path
from mimik.identities import Identities, Identity, read_identities, write_identities
from mimik.study.sealing.passphrase import Cost
path = Path(sys.argv[1])
found, before = read_identities(path, sys.argv[2])
print("begun", flush=True)
for i in range(100_000):
    found = Identities((*found.rows[:2], Identity(f"Code {i}", f"sub-{i}", "Smiles")))
    write_identities(path, found, sys.argv[2], before=before, cost=Cost(1 << 4, 8, 1))
    before = path.read_bytes()
"""


@pytest.mark.parametrize("after", [0.01, 0.043, 0.09])
def test_killed_in_the_middle_it_is_a_whole_list(people: Path, after: float) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", REWRITE, str(people), SECRET], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    with program:
        assert program.stdout.readline() == "begun\n"
        time.sleep(after)  # a real program, killed at a real moment
        program.kill()

    assert read_identities(people, SECRET)[0].rows[:2] == (ONE, TWO)
    assert all(b"Code" not in path.read_bytes() for path in people.parent.iterdir())
