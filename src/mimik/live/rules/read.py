"""Reading a file of rules, strictly: whatever is unknown or missing is an error that says where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.bounded import MOST_TOML, read_at_most
from mimik.errors import ProtocolError
from mimik.live.rules.rule import OSC_HOST, OSC_PORT, STATES, Condition, OscMessage, Rule
from mimik.protocol.strict_toml import parse_table

if TYPE_CHECKING:
    from mimik.protocol.strict_toml import Table

__all__ = ["load_rules", "parse_rules"]

_ADDRESS = re.compile(r"(/[^\s#*,/?\[\]{}]+)+")
"""What the OSC specification allows in an address."""

_MOST_RULES = 1000
_ACTIONS = "something to do: message, osc or trial"


def load_rules(path: str | Path) -> tuple[Rule, ...]:
    """Read a file of rules.

    Raises:
        ProtocolError: there is no such file, or it breaks a rule of the format.
    """
    try:
        with Path(path).open("rb") as file:
            text = read_at_most(file, MOST_TOML).decode("utf-8")
    except OSError as error:
        raise ProtocolError(f"Expected a file of rules at {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{path}: expected text in UTF-8, found other bytes") from error
    except ValueError as error:
        raise ProtocolError(f"{path}: expected a file of rules, found {error}") from error
    return parse_rules(text, where=str(path))


def parse_rules(text: str, *, where: str) -> tuple[Rule, ...]:
    """Return the rules in a TOML text; ``where`` names the file in messages.

    Raises:
        ProtocolError: the text breaks a rule of the format.
    """
    root = parse_table(text, where=where)
    tables = root.tables("rules")
    root.close(hint="Each rule stands under [[rules]].")
    if not 1 <= len(tables) <= _MOST_RULES:
        raise root.error("rules", f"1 to {_MOST_RULES} of them, each under [[rules]]", tables)
    rules: dict[str, Rule] = {}
    for table in tables:
        rule = _rule(table)
        if rule.name in rules:
            raise table.error("name", "a name of its own", rule.name)
        rules[rule.name] = rule
    return tuple(rules.values())


def _rule(table: Table) -> Rule:
    rule = Rule(
        name=table.text("name"),
        when=_condition(table.table("when")),
        again_after=table.seconds("again_after") if table.offers("again_after") else None,
        message=table.text("message") if table.offers("message") else "",
        osc=_osc(table.table("osc")) if table.offers("osc") else None,
        trial=table.text("trial") if table.offers("trial") else "",
    )
    table.close(hint="A rule can show a message, send osc or ask for a trial; it never runs commands.")
    if not rule.actions:
        raise table.error("message", _ACTIONS)
    return rule


def _condition(table: Table) -> Condition:
    said, seconds = table.text("expression"), table.seconds("for_seconds")
    if table.offers("above") and said in STATES:
        raise table.error("above", f'nothing, as "{said}" has no probability', table.share("above"))
    condition = Condition(said, seconds, table.share("above", 0.0))
    table.close()
    return condition


def _osc(table: Table) -> OscMessage:
    address = table.text("address")
    if not _ADDRESS.fullmatch(address) or not address.isascii():
        raise table.error("address", 'an OSC address such as "/light/on"', address)
    message = OscMessage(
        address,
        table.arguments("args"),
        table.text("host", OSC_HOST),
        table.integer("port", 1, 65535, OSC_PORT),
    )
    table.close()
    return message
