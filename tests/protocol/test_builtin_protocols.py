"""The protocols that come with Mimik."""

from __future__ import annotations

import pytest

from mimik.errors import ProtocolError
from mimik.protocol import Order, builtin_protocols, load_protocol, parse_protocol


def test_there_are_three() -> None:
    assert builtin_protocols() == ("follow-up", "hartmann2022", "pain-scale")


def test_the_published_one_is_as_published() -> None:
    protocol = load_protocol("hartmann2022")
    assert protocol.expressions == ("disappointed", "stressed", "happy", "sad", "surprised")
    assert [t.expression for t in protocol.sequence(seed=123, position=7)] == list(protocol.expressions)
    assert {(t.min_frames, t.min_seconds) for t in protocol.trials} == {(500, None)}
    assert (protocol.check_every, protocol.start, protocol.remind_every) == (1.0, "automatic", None)
    assert protocol.trials[3].prompt == {
        "de": "Bitte schauen Sie nun traurig",
        "en": "Please look sad now",
    }
    assert protocol.texts["fixation"] == {
        "de": "Bitte die ganze Zeit auf das X schauen",
        "en": "Please look at the X all the time",
    }


def test_the_follow_up_answers_what_its_authors_ask_for() -> None:
    protocol = load_protocol("follow-up")
    assert protocol.start == "button"
    assert protocol.order is Order.SHUFFLED
    assert protocol.remind_every is not None
    assert all(t.min_frames is None and t.min_seconds == 15.0 for t in protocol.trials)
    orders = {tuple(t.expression for t in protocol.sequence(seed)) for seed in range(50)}
    assert {order[0] for order in orders} == {"neutral"}
    assert len(orders) > 30
    assert set(protocol.expressions) == {*load_protocol("hartmann2022").expressions, "neutral"}


def test_a_pain_scale_is_ordinal_from_0_to_10() -> None:
    protocol = load_protocol("pain-scale")
    assert protocol.scale == "ordinal"
    assert protocol.expressions == tuple(str(i) for i in range(11))
    assert protocol.sequence(seed=0, position=5)[0].expression == "0"


@pytest.mark.parametrize("name", builtin_protocols())
def test_each_reads_again_from_its_own_text(name: str) -> None:
    protocol = load_protocol(name)
    assert parse_protocol(protocol.text, where="copy") == protocol
    assert protocol.name == name
    assert protocol.languages == ("de", "en")


def test_a_file_loads_like_a_built_in_also_with_a_byte_order_mark(tmp_path) -> None:
    built_in = load_protocol("follow-up")
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf" + built_in.text.encode())
    assert load_protocol(file) == built_in
    assert load_protocol(str(file)) == built_in


def test_an_unknown_name_lists_the_built_in_ones() -> None:
    with pytest.raises(ProtocolError, match="hartman2022") as caught:
        load_protocol("hartman2022")
    assert "hartmann2022" in caught.value.hint


def test_a_file_that_is_no_text_is_refused(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProtocolError, match="UTF-8"):
        load_protocol(file)
    with pytest.raises(ProtocolError, match="cannot be read"):
        load_protocol(tmp_path)
    with pytest.raises(ProtocolError, match="cannot be read"):
        load_protocol("a\0b")
