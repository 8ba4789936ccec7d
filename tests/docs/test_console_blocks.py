"""The runner of the documents' console blocks, which must not pass what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_blocks import blocks, matches, run_block

PAGE = """
Text.

```console
$ echo one two
one two
$ echo a \\
> b
a b
```

<!-- not run: needs a phone -->
```console
$ false
```

```python
print()
```
"""


def test_blocks_hold_commands_with_their_output() -> None:
    found = blocks(PAGE)

    assert [[c.text for c in b.commands] for b in found] == [["echo one two", "echo a \\\nb"], ["false"]]
    assert found[0].commands[0].expected == ["one two"]
    assert found[1].not_run == "needs a phone"


def test_what_is_shown_is_run(tmp_path: Path) -> None:
    for block in blocks(PAGE):
        run_block(block, tmp_path)


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    [block] = blocks("```console\n$ echo why; false\n```\n")

    with pytest.raises(AssertionError, match=r"status 1:\nwhy"):
        run_block(block, tmp_path)


def test_other_output_is_told(tmp_path: Path) -> None:
    [block] = blocks("```console\n$ echo other\nshown\n```\n")

    with pytest.raises(AssertionError, match=r"-shown\n\+other"):
        run_block(block, tmp_path)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ([], []),
        (["..."], []),
        (["..."], ["a", "b"]),
        (["a", "...", "d"], ["a", "b", "c", "d"]),
        (["...", "b", "..."], ["a", "b", "b", "c"]),
        (["sub-K7M2QX  ses-01   1,200 frames."], ["sub-BCDFGH ses-02 7 frames."]),
        (["accuracy 0.81 ± 0.1"], ["accuracy 0.79 ± 0.02"]),
        (["────", "", "x"], ["──────────", "x"]),
    ],
)
def test_lines_that_match(expected: list[str], printed: list[str]) -> None:
    assert matches(expected, printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        (["a"], []),
        ([], ["a"]),
        (["a"], ["a", "b"]),
        (["a", "..."], ["b"]),
        (["...", "c"], ["a", "b"]),
        (["1 frame"], ["2 frames"]),
        (["done."], ["done"]),
    ],
)
def test_lines_that_do_not(expected: list[str], printed: list[str]) -> None:
    assert not matches(expected, printed)
