"""A file of rules is read strictly; what is wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.errors import MimikError, ProtocolError
from mimik.live.rules.read import load_rules, parse_rules
from mimik.live.rules.rule import Condition, OscMessage, Rule

WHOLE = """
[[rules]]
name = "pain"
when = { expression = "pained", for_seconds = 2.0, above = 0.8 }
again_after = 30.0
message = "Take a break?"
trial = "happy"

[[rules]]
name = "gone"
when = { expression = "no-face", for_seconds = 10 }
osc = { address = "/light/on", args = ["red", 1, 0.5, true], host = "::1", port = 7000 }
"""

ONE = '[[rules]]\nname = "a"\nwhen = { expression = "happy", for_seconds = 1 }\nmessage = "b"\n'


def test_what_is_written_is_read() -> None:
    pain, gone = parse_rules(WHOLE, where="rules.toml")

    assert pain == Rule(
        "pain", Condition("pained", 2.0, 0.8), 30.0, message="Take a break?", osc=None, trial="happy"
    )
    assert gone.when == Condition("no-face", 10.0, 0.0)
    assert gone.again_after is None
    assert gone.osc == OscMessage("/light/on", ("red", 1, 0.5, True), "::1", 7000)
    assert pain.actions == (("message", "Take a break?"), ("trial", "happy"))
    assert gone.actions == (("osc", "/light/on red 1 0.5 True"),)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "a"\n', "", r"rules\[#1\].name: expected one line of text"),
        ("for_seconds = 1", "for_seconds = 0", r"rules\[#1\].when.for_seconds: expected seconds"),
        (", for_seconds = 1", "", r"rules\[#1\].when.for_seconds"),
        ("for_seconds = 1", "for_seconds = 1, above = 1.5", r"when.above: expected a number from 0 to 1"),
        ("for_seconds = 1", "for_seconds = 1, below = 0.5", r"when.below: expected only"),
        ('"happy"', '"unsure", above = 0.5', r"when.above: expected nothing"),
        ('message = "b"\n', "", "message: expected something to do"),
        ('message = "b"', 'mesage = "b"', r"rules\[#1\].mesage: expected only"),
        ('message = "b"', 'message = ""', r"rules\[#1\].message: expected one line of text"),
        ('message = "b"', 'osc = { address = "light" }', "osc.address: expected an OSC address"),
        ('message = "b"', 'osc = { address = "/li ght" }', "osc.address: expected an OSC address"),
        ('message = "b"', 'osc = { address = "/a", args = [[1]] }', "osc.args: expected a list of texts"),
        ('message = "b"', f'osc = {{ address = "/a", args = [{2**63}] }}', "osc.args: expected a list"),
        ('message = "b"', 'osc = { address = "/a", port = 0 }', "osc.port: expected a whole number"),
        ('message = "b"', 'message = "b"\nagain_after = -1', "again_after: expected seconds"),
        ("[[rules]]", "[rules]", "rules: expected tables"),
        ("[[rules]]", "[[rulez]]", "rulez: expected only rules"),
        (ONE, "", "rules: expected 1 to 1000 of them"),
        (ONE, ONE + ONE, r"rules\[#2\].name: expected a name of its own"),
        (ONE, "x = ", "expected TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, told: str) -> None:
    with pytest.raises(ProtocolError, match=f"^r.toml: .*{told}"):
        parse_rules(ONE.replace(old, new), where="r.toml")


@pytest.mark.parametrize("action", ["run", "command", "shell", "exec"])
def test_a_rule_cannot_run_a_command(action: str) -> None:
    with pytest.raises(ProtocolError) as error:
        parse_rules(ONE + f'{action} = "rm -r ."\n', where="r.toml")

    assert "never runs commands" in error.value.hint


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"name = \xe4")

    for name in ("nowhere.toml", "latin.toml", "."):
        with pytest.raises(MimikError, match="xpected"):
            load_rules(tmp_path / name)
