"""A cell of a table shows what it says, and no spreadsheet runs it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.cells import harmless, harmless_cells, harmless_row, plain


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", '=HYPERLINK("x")', "\uff1d1"],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", "happy", "a=b", "sub-K7M2QX", "1-2", "n/a", "'=1", "é", "100 %"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.none()))
def test_numbers_are_never_touched(number: object) -> None:
    assert harmless(number) is number
    assert harmless(str(number)) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 12))
def test_numbers_written_out_are_never_touched(number: float, digits: int) -> None:
    for text in (f"{number:.{digits}f}", f"{number:+.{digits}e}", f"{number:g}"):
        assert harmless(text) == text


@given(st.text())
def test_no_text_begins_a_formula_and_none_is_lost(text: str) -> None:
    cell = harmless(text)

    assert isinstance(cell, str)
    assert cell.endswith(text)
    assert cell == text or cell == "'" + text


def test_a_row_is_made_harmless_cell_by_cell() -> None:
    assert harmless_row(["=1", -1.5, "happy", None]) == ["'=1", -1.5, "happy", None]
    assert harmless_cells({"who": "=1", "much": 1}) == {"who": "'=1", "much": 1}


@given(st.text())
def test_what_was_made_harmless_is_read_again_as_it_was(text: str) -> None:
    assert plain(str(harmless(text))) == text or text.startswith("'")


def test_an_apostrophe_of_ones_own_stays() -> None:
    assert plain("'tis") == "'tis"
