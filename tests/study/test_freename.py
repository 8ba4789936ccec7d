"""Random names are never one that is taken, and those from a seed are always the same."""

from __future__ import annotations

import re

import numpy as np

from mimik.study.freename import LETTERS, free_name


def test_a_name_is_its_prefix_and_that_many_letters() -> None:
    assert re.fullmatch(f"r-[{LETTERS}]{{6}}", free_name("r-", 6, ()))


def test_a_seed_gives_the_same_names_for_ever() -> None:
    rng = np.random.default_rng(3)
    letters = [LETTERS[i] for i in np.random.default_rng(3).integers(26, size=6)]

    assert free_name("sub-", 6, (), rng) == "sub-" + "".join(letters)


def test_the_only_free_name_is_found() -> None:
    taken = {f"p-{letter}" for letter in LETTERS[:-1]}

    assert free_name("p-", 1, taken) == f"p-{LETTERS[-1]}"


def test_names_that_differ_only_in_case_are_taken() -> None:
    taken = (f"p-{letter}".lower() for letter in LETTERS[1:])

    assert free_name("p-", 1, taken) == f"p-{LETTERS[0]}"
