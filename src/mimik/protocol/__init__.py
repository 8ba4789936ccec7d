"""Protocols: what participants are asked to do, as data."""

from mimik.protocol.order import Order
from mimik.protocol.protocol import (
    Protocol,
    builtin_protocols,
    load_protocol,
    parse_protocol,
    protocol_folder,
)
from mimik.protocol.trial import Media, Option, Question, Trial

__all__ = [
    "Media",
    "Option",
    "Order",
    "Protocol",
    "Question",
    "Trial",
    "builtin_protocols",
    "load_protocol",
    "parse_protocol",
    "protocol_folder",
]
