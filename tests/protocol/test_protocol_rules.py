"""What a protocol file may say, and how a broken rule is reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import ProtocolError
from mimik.protocol import Media, Option, Question, parse_protocol

SMALL = """
format = 1
name = "small"
version = 1
languages = ["en"]
order = "fixed"
start = "automatic"
title.en = "Small"

[texts]
fixation.en = "Look here"
face_lost.en = "Come back"
paused.en = "Pause"
done.en = "Done"

[[trials]]
expression = "happy"
min_frames = 10
prompt.en = "Smile"
"""


def test_a_small_protocol_is_enough() -> None:
    protocol = parse_protocol(SMALL, where="small.toml")
    assert (protocol.scale, protocol.repeats, protocol.check_every) == ("nominal", 1, 1.0)
    assert protocol.remind_every is None
    assert protocol.text == SMALL
    trial = protocol.trials[0]
    assert (trial.min_frames, trial.min_seconds, trial.baseline, trial.questions) == (10, None, False, ())


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("format = 1", "format = 2", "format", "2"),
        ("version = 1", "version = 0", "version", "0"),
        ("version = 1", "version = true", "version", "true"),
        ("version = 1", 'version = "1"', "version", "text '1'"),
        ("version = 1", "", "version", "nothing"),
        ('name = "small"', 'name = "a/b"', "name", "'a/b'"),
        ('["en"]', '["en", "de"]', "title.de", "nothing"),
        ('["en"]', '["en", "en"]', "languages", "['en', 'en']"),
        ('["en"]', '["English!"]', "languages", "'English!'"),
        ('["en"]', "[]", "languages", "empty list"),
        ('["en"]', "[1]", "languages", "[1]"),
        ('"fixed"', '"random"', "order", "'random'"),
        ('"automatic"', '"button"', "texts.start", "nothing"),
        ('order = "fixed"', 'remind_every = 5\norder = "fixed"', "texts.reminder", "nothing"),
        ('order = "fixed"', "check_every = 0", "check_every", "0"),
        ('order = "fixed"', "check_every = nan", "check_every", "nan"),
        ('order = "fixed"', "check_every = inf", "check_every", "inf"),
        ('order = "fixed"', "remind_every = -1.0", "remind_every", "-1.0"),
        ('order = "fixed"', "repeats = 0", "repeats", "0"),
        ('order = "fixed"', 'scale = "ordinal"', "trials[#1].expression", "'happy'"),
        ('"happy"', '""', "trials[#1].expression", "''"),
        ('"happy"', '" happy"', "trials[#1].expression", "' happy'"),
        ('"happy"', r'"a\tb"', "trials[#1].expression", r"'a\tb'"),
        ('"happy"', "7", "trials[#1].expression", "7"),
        ("min_frames = 10", "min_frames = -1", "trials[#1].min_frames", "-1"),
        ("min_frames = 10", "min_frames = 1.5", "trials[#1].min_frames", "1.5"),
        ("min_frames = 10", "min_seconds = 0.0", "trials[#1].min_seconds", "0.0"),
        ("min_frames = 10", "", "trials[#1].min_frames", "nothing"),
        ("min_frames = 10", 'min_frames = 10\nbaseline = "no"', "trials[#1].baseline", "'no'"),
        ("min_frames = 10", "min_frames = 10\nmin_frame = 3", "trials[#1].min_frame", "3"),
        ("prompt.en", "prompt.fr", "trials[#1].prompt.en", "nothing"),
        ('prompt.en = "Smile"', 'prompt.en = "Smile"\nprompt.fr = "Oui"', "trials[#1].prompt.fr", "Oui"),
        ('prompt.en = "Smile"', 'prompt = "Smile"', "trials[#1].prompt", "Smile"),
        ('"Look here"', '""', "texts.fixation.en", "''"),
        ('paused.en = "Pause"', "", "texts.paused", "nothing"),
        ("[[trials]]", "[trials]", "trials", "a table"),
        ("[[trials]]", "[[trial]]", "trials", "nothing"),
        ("[texts]", "[text]", "texts", "nothing"),
    ],
)
def test_a_broken_rule_names_file_key_and_what_was_found(old: str, new: str, where: str, found: str) -> None:
    assert old in SMALL
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(SMALL.replace(old, new, 1), where="mine.toml")
    message = str(caught.value)
    assert message.startswith(f"mine.toml: {where}: expected ")
    assert found in message.partition(", found ")[2]


def test_a_misspelt_word_gets_a_suggestion() -> None:
    for old, new, hint in [
        ("min_frames", "min_frame", "min_frames"),
        ("version = 1", "versoin = 1", "version"),
        ('"automatic"', '"automatc"', "automatic"),
        ('start = "', 'staart = "automatic"\nstart = "', "start"),
    ]:
        with pytest.raises(ProtocolError) as caught:
            parse_protocol(SMALL.replace(old, new, 1), where="mine.toml")
        assert hint in caught.value.hint


def test_text_that_is_no_toml_says_where() -> None:
    with pytest.raises(ProtocolError, match=r"mine\.toml: expected TOML, but .*line 2"):
        parse_protocol("a = 1\nb = = 2", where="mine.toml")
    with pytest.raises(ProtocolError, match=r"mine\.toml"):
        parse_protocol("a = " + "[" * 50_000, where="mine.toml")
    with pytest.raises(ProtocolError, match=r"mine\.toml"):
        parse_protocol("a = " + "9" * 5_000, where="mine.toml")
    with pytest.raises(ProtocolError, match="version"):
        parse_protocol(SMALL.replace("version = 1", "version = 0x" + "f" * 5_000), where="mine.toml")


def test_both_minima_must_be_reached() -> None:
    trial = parse_protocol(
        SMALL.replace("min_frames = 10", "min_frames = 10\nmin_seconds = 2"), where="x"
    ).trials[0]
    assert not trial.is_complete(10, 1.9)
    assert not trial.is_complete(9, 2.0)
    assert trial.is_complete(10, 2.0)
    assert trial.progress(5, 2.0) == 0.5
    assert trial.progress(10, 0.5) == 0.25
    assert trial.progress(99, 99.0) == 1.0


def test_a_trial_s_own_minimum_replaces_the_protocol_s() -> None:
    shared = SMALL.replace('order = "fixed"', "min_seconds = 15")
    own = parse_protocol(shared, where="x").trials[0]
    assert (own.min_frames, own.min_seconds) == (10, None)
    given_ = parse_protocol(shared.replace("min_frames = 10", ""), where="x").trials[0]
    assert (given_.min_frames, given_.min_seconds) == (None, 15.0)


def test_labels_and_prompts_come_in_any_language() -> None:
    text = SMALL.replace('["en"]', '["ar"]').replace(".en", ".ar").replace("happy", "سعيد")
    assert parse_protocol(text, where="x").expressions == ("سعيد",)


EXTRAS = """
[trials.media]
kind = "clip"
file = "media/sad.mp4"
description.en = "A dog left alone"

[[trials.questions]]
id = "felt"
kind = "choice"
text.en = "What did you feel?"
options = [{ value = "joy", text.en = "Joy" }, { value = "none", text.en = "Nothing" }]

[[trials.questions]]
id = "how-strong"
kind = "scale"
text.en = "How strongly?"
minimum = 0
maximum = 10
low.en = "not at all"

[[trials.questions]]
id = "why"
kind = "text"
text.en = "Why?"
"""


def test_media_and_questions_are_kept() -> None:
    trial = parse_protocol(SMALL + EXTRAS, where="x").trials[0]
    assert trial.media == Media("clip", "media/sad.mp4", {"en": "A dog left alone"})
    choice, scale, text = trial.questions
    assert choice.options == (Option("joy", {"en": "Joy"}), Option("none", {"en": "Nothing"}))
    assert (scale.minimum, scale.maximum, scale.low, scale.high) == (0, 10, {"en": "not at all"}, None)
    assert text == Question("why", "text", {"en": "Why?"})


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"clip"', '"film"', "trials[#1].media.kind"),
        ('"media/sad.mp4"', '"/etc/sad.mp4"', "trials[#1].media.file"),
        ('"media/sad.mp4"', '"../sad.mp4"', "trials[#1].media.file"),
        ('"media/sad.mp4"', r'"C:\\sad.mp4"', "trials[#1].media.file"),
        ('"how-strong"', '"felt"', "trials[#1].questions"),
        ('"how-strong"', '"how strong"', "trials[#1].questions[#2].id"),
        ('"scale"', '"slider"', "trials[#1].questions[#2].kind"),
        ("maximum = 10", "maximum = 0", "trials[#1].questions[#2].maximum"),
        ("minimum = 0", "", "trials[#1].questions[#2].minimum"),
        ('"none"', '"joy"', "trials[#1].questions[#1].options"),
        (', { value = "none", text.en = "Nothing" }', "", "trials[#1].questions[#1].options"),
        ('kind = "text"', 'kind = "text"\nminimum = 1', "trials[#1].questions[#3].minimum"),
        ('text.en = "Why?"', "", "trials[#1].questions[#3].text"),
    ],
)
def test_media_and_questions_are_checked(old: str, new: str, where: str) -> None:
    assert old in EXTRAS
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(SMALL + EXTRAS.replace(old, new, 1), where="mine.toml")
    assert str(caught.value).startswith(f"mine.toml: {where}: expected ")


LINES = (SMALL + EXTRAS).splitlines()
VALUES = ("0", "-1", "1e400", "nan", "true", '""', '"x"', "[]", "{}", "[{}]", "1979-05-27", "9" * 400)


@given(
    cut=st.sets(st.integers(0, len(LINES) - 1), max_size=4),
    changed=st.dictionaries(st.integers(0, len(LINES) - 1), st.sampled_from(VALUES), max_size=3),
    more=st.text(max_size=20),
)
def test_whatever_is_changed_only_a_protocol_error_comes_out(
    cut: set[int], changed: dict[int, str], more: str
) -> None:
    lines = [
        f"{line.partition('=')[0]}= {changed[i]}" if i in changed else line
        for i, line in enumerate(LINES)
        if i not in cut
    ]
    try:
        parse_protocol("\n".join([*lines, more]), where="fuzzed.toml")
    except ProtocolError as error:
        assert str(error).startswith("fuzzed.toml: ")
