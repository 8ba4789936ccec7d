"""Options of the commands that give data away: one meaning, one help, the same refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from mimik.cli.main import app

SHARED = {
    "--rate": ("bids", "release"),
    "--channels": ("bids", "release"),
    "--without-rest": ("bids", "release"),
    "--columns": ("pack", "release"),
    "--fresh-pseudonyms": ("bids", "pack", "release"),
    "--free-text": ("bids", "pack", "release"),
}
COARSENING = {"bids": ("bids",), "release": ("release", "--to", "csv")}


def option(command: str, name: str) -> Any:
    """Return an option as it was declared."""
    (found,) = (each for each in get_command(app).commands[command].params if name in each.opts)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("name", SHARED)
def test_an_option_is_the_same_in_every_command_that_has_it(name: str) -> None:
    found = [option(command, name) for command in SHARED[name]]

    assert len({(each.help, each.metavar, each.default) for each in found}) == 1


@pytest.mark.parametrize("command", COARSENING)
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--channels", "smile"), "expected blend shapes or head and eye angles, found 'smile'"),
        (("--channels", "jawOpen,Eight"), "found 'Eight'"),
        (("--channels", ""), "channels: expected one or more, found none"),
        (("--channels", " , "), "channels: expected one or more, found none"),
        (("--rate", "0"), "rate: expected frames per second above 0, found 0.0"),
        (("--rate", "-5"), "rate: expected frames per second above 0, found -5.0"),
        (("--rate", "nan"), "rate: expected frames per second above 0, found nan"),
        (("--rate", "inf"), "rate: expected frames per second above 0, found inf"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_written(
    mimik, simulated: Path, tmp_path: Path, command: str, asked: tuple[str, str], said: str
) -> None:
    name, *more = COARSENING[command]
    result = mimik(name, simulated, tmp_path / "out", *more, *asked)

    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()
    assert not (simulated / "releases.tsv").exists()


@pytest.mark.parametrize("command", COARSENING)
def test_a_rate_that_is_no_number_is_refused(mimik, simulated: Path, tmp_path: Path, command: str) -> None:
    name, *more = COARSENING[command]
    result = mimik(name, simulated, tmp_path / "out", *more, "--rate", "slow")

    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", COARSENING)
def test_the_help_shows_how_frames_are_made_coarser(mimik, command: str) -> None:
    examples = mimik(command, "--help").stdout.split("Examples:")[1]

    assert "--rate 10" in examples
    assert "--without-rest" in examples
