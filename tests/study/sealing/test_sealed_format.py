"""Sealed files give back what was written and nothing else: a change is found, or dropped at a torn end."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError, StudyLocked
from mimik.study.sealing import growing
from mimik.study.sealing.format import GROWING, HEADER, OVERHEAD, PIECE, Keys, Sealing, opened
from mimik.study.sealing.growing import GrowingReader, end_of, read_growing, seal_growing
from mimik.study.sealing.passphrase import Cost
from mimik.study.sealing.single import open_sealed, seal_bytes
from mimik.study.sealing.whole import WholeReader, WholeWriter, open_whole, seal_whole

KEYS = Keys(b"generat1", {b"generat1": bytes(range(32))})
CHEAP = Cost(1 << 4, 8, 1)
SIZES = [0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


def content(size: int) -> bytes:
    return bytes(i * 7 % 251 for i in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_file_gives_back_what_was_written(size: int) -> None:
    sealed = seal_whole(content(size), KEYS)

    assert open_whole(sealed, KEYS, where="") == content(size)
    records = max(1, -(-size // PIECE))
    assert len(sealed) == HEADER + size + records * OVERHEAD


@given(st.lists(st.tuples(st.integers(0, 3 * PIECE), st.integers(0, 5000)), max_size=6))
def test_a_whole_file_is_read_from_anywhere(reads: list[tuple[int, int]]) -> None:
    data = content(2 * PIECE + 99)
    reader = WholeReader(io.BytesIO(seal_whole(data, KEYS)), KEYS, where="")

    for at, size in reads:
        reader.seek(at)
        assert reader.read(size) == data[at : at + size]


@given(st.data())
def test_any_flipped_bit_of_a_whole_file_is_found(data: st.DataObject) -> None:
    sealed = bytearray(seal_whole(content(PIECE + 50), KEYS))
    at = data.draw(st.one_of(st.integers(0, HEADER + 60), st.integers(0, len(sealed) - 1)))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(StudyError):
        open_whole(bytes(sealed), KEYS, where="")


@given(st.integers(0, HEADER + PIECE + 50 + 2 * OVERHEAD - 1))
def test_any_truncation_of_a_whole_file_is_found_when_it_is_opened(size: int) -> None:
    sealed = seal_whole(content(PIECE + 50), KEYS)

    with pytest.raises(StudyDamaged):
        WholeReader(io.BytesIO(sealed[:size]), KEYS, where="")


@given(st.lists(st.sampled_from([0, 1, 7, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5]), max_size=6))
def test_how_a_whole_file_was_written_in_parts_does_not_show(sizes: list[int]) -> None:
    out, written = io.BytesIO(), content(sum(sizes))
    writer = WholeWriter(out, KEYS)
    at = 0
    for size in sizes:
        writer.write(written[at : at + size])
        at += size
        assert writer.tell() == at
    writer.finish()

    assert open_whole(out.getvalue(), KEYS, where="") == written
    assert len(out.getvalue()) == len(seal_whole(written, KEYS))


def test_records_that_change_places_between_whole_files_are_found() -> None:
    one, two = (seal_whole(content(2 * PIECE), KEYS) for _ in range(2))
    step = PIECE + OVERHEAD
    for mixed in (
        one[:HEADER] + two[HEADER:],
        one[: HEADER + step] + two[HEADER + step :],
        one[:HEADER] + one[HEADER + step :] + one[HEADER : HEADER + step],
        one[:HEADER] + one[HEADER + step :],
        one + one[HEADER:],
    ):
        with pytest.raises(StudyDamaged):
            open_whole(mixed, KEYS, where="")


def test_no_two_sealed_files_are_alike() -> None:
    assert seal_whole(b"same", KEYS) != seal_whole(b"same", KEYS)


def test_a_file_of_another_key_is_told() -> None:
    with pytest.raises(StudyLocked, match="under"):
        open_whole(seal_whole(b"x", KEYS), Keys(b"another1", {b"another1": bytes(32)}), where="f")


def grown(*segments: tuple[int, list[bytes]]) -> tuple[bytes, list[int]]:
    """Return a growing file of segments (start, records), and where each part of it ends."""
    out, ends = b"", []
    for number, (start, records) in enumerate(segments):
        segment = Sealing(KEYS, GROWING, number=number, start=start)
        out += segment.header
        for record in records:
            out += segment.record(record)
            ends.append(len(out))
    return out, ends


FILE, ENDS = grown((0, [b"one", b"two"]), (6, [b"three"]), (8, [b"", b"x" * 500]))
PLAIN = b"onetwoth" + b"x" * 500
PREFIXES = [b"", b"one", b"onetwo", b"onetwothree", b"onetwoth", PLAIN]


def test_a_growing_file_gives_back_what_was_written_and_not_cut() -> None:
    plain, how_far = read_growing(FILE, KEYS, where="")

    assert plain == PLAIN
    assert (how_far.size, how_far.end, how_far.segments) == (len(PLAIN), len(FILE), 3)
    assert end_of(FILE, KEYS, where="") == how_far
    assert read_growing(seal_growing(PLAIN, KEYS), KEYS, where="")[0] == PLAIN


@given(st.integers(0, len(FILE)))
def test_a_torn_end_is_dropped(size: int) -> None:
    plain, how_far = read_growing(FILE[:size], KEYS, where="")

    whole = sum(end <= size for end in ENDS)
    assert plain == PREFIXES[whole]
    assert how_far.end == (ENDS[whole - 1] if whole else 0)
    assert end_of(FILE[:size], KEYS, where="") == how_far


@given(st.integers(0, len(ENDS)), st.integers(0, len(FILE)), st.integers(0, len(PLAIN) + 3))
def test_what_was_known_of_a_growing_file_changes_nothing_of_what_is_read(
    known_parts: int, size: int, start: int
) -> None:
    """Known up to one of its records, it may have grown since, been cut there, or be torn."""
    known = end_of(FILE[: ENDS[known_parts - 1] if known_parts else 0], KEYS, where="")
    plain, how_far = read_growing(FILE[:size], KEYS, where="")

    assert end_of(FILE[:size], KEYS, where="", known=known) == how_far
    reader = GrowingReader(FILE[:size], KEYS, where="", known=known)
    assert reader.seek(0, io.SEEK_END) == len(plain)
    reader.seek(start)
    assert reader.read(3) == plain[start : start + 3]
    assert reader.read() == plain[start + 3 :]
    assert reader.tell() == max(start, len(plain))
    reader.seek(0)
    assert reader.read() == plain


def test_what_is_known_of_another_file_is_of_no_use() -> None:
    other = seal_growing(PLAIN, KEYS)
    known = end_of(other, KEYS, where="")

    assert GrowingReader(FILE, KEYS, where="", known=known).read() == PLAIN
    assert end_of(FILE[:20], KEYS, where="", known=known).end == 0


def test_only_what_is_new_is_opened_of_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file, ends = grown(*[(3 * i, [b"abc"]) for i in range(500)])
    known = end_of(file[: ends[-3]], KEYS, where="")
    looked_at = []
    monkeypatch.setattr(
        growing,
        "opened",
        lambda data, record, header: looked_at.append(record.at) or opened(data, record, header),
    )

    reader = GrowingReader(file, KEYS, where="", known=known)
    reader.seek(known.size)

    assert reader.read() == b"abcabc"
    assert len(looked_at) <= 3


@given(st.integers(0, len(FILE) - 1), st.integers(0, 7))
def test_a_flipped_bit_of_a_growing_file_is_found_or_its_end_dropped(at: int, bit: int) -> None:
    bad = bytearray(FILE)
    bad[at] ^= 1 << bit
    before = sum(end <= at for end in ENDS)

    try:
        plain, _ = read_growing(bytes(bad), KEYS, where="")
    except StudyError:
        return
    assert (
        before == len(ENDS) - 1
        or all(  # only where nothing whole can follow any more
            end > at for end in ENDS[before:]
        )
    )
    assert plain == PREFIXES[before]


def test_records_and_segments_in_another_order_are_found() -> None:
    first, second, third = FILE[: ENDS[1]], FILE[ENDS[1] : ENDS[2]], FILE[ENDS[2] :]
    head, one, two = FILE[:HEADER], FILE[HEADER : ENDS[0]], FILE[ENDS[0] : ENDS[1]]
    for mixed in (
        first + third + second,
        first + third,
        second + third,
        FILE + second,
        FILE + first,
        head + two + one + second + third,
        head + one + one + two,
        head + two,
    ):
        with pytest.raises(StudyDamaged):
            read_growing(mixed, KEYS, where="")


def test_a_tail_longer_than_can_be_waiting_is_damage() -> None:
    with pytest.raises(StudyDamaged, match="waiting"):
        read_growing(FILE + bytes(3 << 20), KEYS, where="")


@given(st.binary(max_size=200))
def test_a_sealed_single_file_opens_with_its_passphrase(data: bytes) -> None:
    sealed = seal_bytes(data, "correct horse", cost=CHEAP)

    assert open_sealed(sealed, "correct horse") == data
    with pytest.raises(StudyLocked, match="does not fit"):
        open_sealed(sealed, "correct house")


def test_the_same_letters_typed_otherwise_open_it() -> None:
    assert open_sealed(seal_bytes(b"x", "Gr\u00fc\u00dfe dich", cost=CHEAP), "Gru\u0308\u00dfe dich") == b"x"


@given(st.data())
def test_a_changed_single_file_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(seal_bytes(b"x" * 50, "correct horse", cost=CHEAP))
    places = [*range(8), *range(12, len(sealed))]  # other costs would only take long
    sealed[data.draw(st.sampled_from(places))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(StudyError):
        open_sealed(bytes(sealed), "correct horse")


@pytest.mark.parametrize(
    "data",
    [b"", b"plain", seal_bytes(b"", "correct horse", cost=CHEAP)[:30]],
    ids=["nothing", "plain", "cut"],
)
def test_what_is_no_sealed_file_is_told(data: bytes) -> None:
    with pytest.raises(StudyDamaged, match="expected a file sealed"):
        open_sealed(data, "correct horse")


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(StudyError, match="at least 8"):
        seal_bytes(b"", "short")
