"""How well people in recordings can be told apart, and what coarser recordings change about it."""

from mimik.learn.identity.meter import identify
from mimik.learn.identity.reidentify import reidentify
from mimik.learn.identity.result import Attack, Identification, Reidentification, Row

__all__ = ["Attack", "Identification", "Reidentification", "Row", "identify", "reidentify"]
