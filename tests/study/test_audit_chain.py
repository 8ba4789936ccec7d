"""A chain shows any line altered, dropped, added or moved; with its head, also a cut end."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyError
from mimik.study.audit.chain import START, Head, parse_head, verify
from mimik.study.audit.trail import Trail

WORDS = st.text(max_size=20)
FACTS = st.dictionaries(WORDS, st.integers() | WORDS, max_size=3)


def chain(said: list[tuple[str, dict]]) -> tuple[list[bytes], Head]:
    trail = Trail()
    lines = []
    for why, facts in said:
        texts = {
            "at": "2026-01-01",
            "by": "",
            "what": "noted",
            "of": "",
            "file": "",
            "digest": "",
            "why": why,
        }
        lines.append(trail.line({**texts, "facts": facts}))
        trail.add(lines[-1])
    return lines, trail.head


CHAINS = st.lists(st.tuples(WORDS, FACTS), min_size=1, max_size=8).map(chain)


@given(CHAINS)
def test_a_chain_as_it_was_written_is_whole(made: tuple[list[bytes], Head]) -> None:
    lines, head = made
    assert verify(lines, [head]) is None


@given(CHAINS)
def test_each_line_holds_the_sha256_of_the_one_before(made: tuple[list[bytes], Head]) -> None:
    lines, head = made
    digests = [START, *(hashlib.sha256(line).hexdigest() for line in lines)]
    assert [json.loads(line)["prev"] for line in lines] == digests[:-1]
    assert (head.length, head.digest) == (len(lines), digests[-1])


@given(CHAINS, st.data())
def test_any_changed_byte_is_found(made: tuple[list[bytes], Head], data: st.DataObject) -> None:
    lines, head = made
    i = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[i]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    lines[i] = lines[i][:at] + bytes([lines[i][at] ^ bit]) + lines[i][at + 1 :]
    broken = verify(lines, [head])
    assert broken is not None
    assert broken.line in (i + 1, i + 2)


@given(CHAINS, st.data())
def test_any_dropped_line_is_found(made: tuple[list[bytes], Head], data: st.DataObject) -> None:
    lines, head = made
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert verify(lines, [head]) is not None


@given(CHAINS, st.data())
def test_any_added_line_is_found(made: tuple[list[bytes], Head], data: st.DataObject) -> None:
    lines, head = made
    copied = data.draw(st.sampled_from(lines))
    lines.insert(data.draw(st.integers(0, len(lines))), copied)
    assert verify(lines, [head]) is not None


@given(CHAINS, st.data())
def test_any_two_lines_that_changed_places_are_found(
    made: tuple[list[bytes], Head], data: st.DataObject
) -> None:
    lines, head = made
    first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    assert (verify(lines, [head]) is None) is (first == second)


@given(CHAINS, st.data())
def test_any_cut_end_is_found_by_the_head_and_only_by_it(
    made: tuple[list[bytes], Head], data: st.DataObject
) -> None:
    lines, head = made
    left = lines[: data.draw(st.integers(0, len(lines) - 1))]
    assert verify(left) is None
    broken = verify(left, [head])
    assert broken is not None
    assert broken.line == len(left) + 1


@given(CHAINS, CHAINS)
def test_a_chain_made_up_anew_is_found_by_a_head_written_down(
    made: tuple[list[bytes], Head], other: tuple[list[bytes], Head]
) -> None:
    lines, head = made
    forged, anchor = other
    assert verify(forged, [anchor]) is None
    assert (verify(forged, [anchor, head]) is None) is (forged[: len(lines)] == lines)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_check(line: bytes) -> None:
    assert verify([line]) is not None


@given(CHAINS)
def test_a_head_written_down_is_read_again(made: tuple[list[bytes], Head]) -> None:
    assert parse_head(f" {made[1]}\n") == made[1]


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_what_is_no_head_is_told(text: str) -> None:
    with pytest.raises(StudyError, match="64 hex digits") as caught:
        parse_head(text)
    assert caught.value.hint
