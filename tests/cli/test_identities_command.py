"""``mimik identities``: names stay behind a passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.study.study import Study


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIMIK_IDENTITIES_PASSPHRASE", "four words for tests")


def test_added_found_and_removed(mimik, mimik_json, simulated: Path, tmp_path: Path) -> None:
    people, who = tmp_path / "people.mimikid", Study.open(simulated).participants[0].id
    first = mimik("identities", "add", people, "--study", simulated, "--pseudonym", who, "--name", "Code 17")

    assert first.exit_code == 0, first.stderr
    assert mimik_json("identities", "find", people, "code") == [
        {"name": "Code 17", "pseudonym": who, "study": "six people", "note": ""}
    ]
    assert "0 people" in mimik("identities", "remove", people, "--pseudonym", who).stdout
    assert mimik_json("identities", "show", people) == []


def test_only_people_of_the_study_are_added(mimik, simulated: Path, tmp_path: Path) -> None:
    result = mimik(
        "identities",
        "add",
        tmp_path / "a.mimikid",
        "--study",
        simulated,
        "--pseudonym",
        "sub-X",
        "--name",
        "C",
    )

    assert result.exit_code == 1
    assert "found no sub-X" in result.stderr
    assert not (tmp_path / "a.mimikid").exists()


def test_without_a_passphrase_nothing_is_read(
    mimik, simulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, people = tmp_path / "key.csv", tmp_path / "people.mimikid"
    table.write_text("name,pseudonym\nCode 17,sub-K7M2QX\n")
    mimik("identities", "import", people, table, "--study", simulated)
    monkeypatch.setenv("MIMIK_IDENTITIES_PASSPHRASE", "four words for nobody")
    wrong = mimik("identities", "show", people)
    monkeypatch.setenv("MIMIK_IDENTITIES_PASSPHRASE", "")
    none = mimik("identities", "show", people)

    assert (wrong.exit_code, none.exit_code) == (1, 1)
    assert "does not fit" in wrong.stderr
    assert "MIMIK_IDENTITIES_PASSPHRASE" in none.stderr
    assert "Code" not in wrong.output + none.output


def test_tables_go_in_and_out(mimik, tmp_path: Path) -> None:
    table, people, out = tmp_path / "key.csv", tmp_path / "people.mimikid", tmp_path / "out.csv"
    table.write_text("name,pseudonym,study\nCode 17,sub-K7M2QX,Smiles\n")
    mimik("identities", "import", people, table)
    result = mimik("identities", "export", people, out)

    assert "not encrypted" in result.stderr
    assert out.read_text().splitlines() == ["name,pseudonym,study,note", "Code 17,sub-K7M2QX,Smiles,"]
    assert "expected a list of identities" in mimik("identities", "show", table).stderr
