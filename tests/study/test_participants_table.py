"""participants.tsv comes back from spreadsheets in many shapes; people are never lost or mixed up."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged
from mimik.study.participants import Table, new_pseudonym, parse_participants, write_participants

PLAIN = "participant_id\tage\tsite\nsub-AB2\t31\tKiel\nsub-CD3\tn/a\tn/a\n"
ROWS = {"sub-AB2": {"age": "31", "site": "Kiel"}, "sub-CD3": {}}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN + "\n\n\t\t\n",
        PLAIN.replace("\n", "\t\t \n"),
        PLAIN.replace("Kiel", '"Kiel"'),
        PLAIN.replace("n/a", ""),
        PLAIN.rstrip("\n"),
    ],
    ids=[
        "plain",
        "byte order mark",
        "CRLF",
        "CR",
        "blank lines",
        "blanks",
        "quotes",
        "empty cells",
        "no end",
    ],
)
def test_what_spreadsheets_make_of_it_is_read(text: str) -> None:
    table = parse_participants(text.encode())
    assert (table.names, table.rows) == (["age", "site"], ROWS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "found nothing"),
        (PLAIN.replace("\t", ";").encode(), "separated by tabs"),
        (PLAIN.encode("utf-16"), "UTF-8"),
        (b"participant_id\tcity\nsub-A\tM\xfcnchen\n", "UTF-8"),
        (b"age\tparticipant_id\n31\tsub-A\n", "first; found"),
        (b"participant_id\tage\tage\n", "named once"),
        (b"participant_id\nsub-A\nsub-a\n", "line 3: sub-a is there twice"),
        (b"participant_id\n\nAnna\n", "line 3: expected a pseudonym such as sub-K7M2QX, found 'Anna'"),
        (b"participant_id\nsub-A\t31\n", "line 2: expected at most 1 cells"),
        (b'participant_id\n"sub-A\n', "fault"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(StudyDamaged, match=message) as caught:
        parse_participants(data)
    assert caught.value.hint


cells = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
names = cells.filter(lambda name: name != "participant_id")


@given(st.lists(names, unique=True, max_size=4), st.lists(st.lists(cells, max_size=4), max_size=6))
def test_a_table_comes_back_as_written(columns: list[str], rows: list[list[str]]) -> None:
    table = Table(columns)
    for i, row in enumerate(rows):
        table.add(f"sub-{i}", dict(zip(columns, row, strict=False)))
    back = parse_participants(write_participants(table))
    filled = {k: {n: c for n, c in r.items() if c != "n/a"} for k, r in table.rows.items()}
    assert (back.names, back.rows) == (columns, filled)
    naive = list(csv.reader(io.StringIO(write_participants(table).decode(), newline=""), delimiter="\t"))
    assert [row[0] for row in naive] == ["participant_id", *table.rows]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    for text in (data, b"participant_id\t" + data):
        try:
            parse_participants(text)
        except StudyDamaged as error:
            assert str(error)


def test_pseudonyms_are_opaque_and_never_collide() -> None:
    rng = np.random.default_rng(0)
    taken: set[str] = set()
    for _ in range(2000):
        taken.add(new_pseudonym(taken, rng))
    assert len({name.lower() for name in taken}) == 2000
    assert all(len(name) == 10 and not set(name[4:]) & set("01IOLSU5") for name in taken)
    assert len({new_pseudonym((), None) for _ in range(50)}) == 50


def test_a_pseudonym_that_is_taken_is_not_drawn_again() -> None:
    first = new_pseudonym((), np.random.default_rng(3))
    assert new_pseudonym([first.lower()], np.random.default_rng(3)) != first
