"""``mimik reproduce``: the published experiment from the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mimik.cli.main import app
from mimik.cli.reproduce import MARK
from mimik.protocol import load_protocol
from mimik.study.study import Study

SMALL = ("--people", "2", "--epochs", "1", "--folds", "2", "--jobs", "1")
COHORT = "2-simulated-people-seed-0"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["reproduce", *map(str, arguments)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Result]]:
    """A reproduction on two simulated people, and what the command said."""
    folder = tmp_path_factory.mktemp("reproduce") / "made"
    yield folder, call(*SMALL, "--out", folder)


def test_it_shows_the_four_tables_and_people_never_seen(made: tuple[Path, Result]) -> None:
    _, result = made
    assert result.exit_code == 0, result.stderr
    for number in (1, 2, 3, 4):
        assert f"Table {number}: " in result.stdout
    for words in ("81.2 %", "people never seen", "The number to quote", "difference", "chi2 p 0.358"):
        assert words in result.stdout
    assert "…" not in result.stdout, "nothing is cut off at 80 columns"


def test_simulated_people_are_marked_wherever_they_go(made: tuple[Path, Result]) -> None:
    folder, result = made
    assert result.stdout.startswith("SYNTHETIC")
    assert "confirm and refute nothing" in result.stdout
    assert "SYNTHETIC" in (folder / "reproduction.html").read_text("utf-8")
    assert json.loads((folder / "reproduction.json").read_text("utf-8"))["synthetic"] is True
    assert Study.open(folder / COHORT).synthetic


def test_the_folder_holds_the_report_and_tidy_figures(made: tuple[Path, Result]) -> None:
    folder, _ = made
    with (folder / "reproduction.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["table"] for row in rows} == {
        "",
        "text",
        "figure-3",
        "figure-4",
        *map("table-{}".format, (1, 2, 3, 4)),
    }
    report = (folder / "reproduction.html").read_text("utf-8")
    assert "Figure 5: sub-" in report


def test_again_it_goes_on_with_what_is_done(
    made: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mimik.learn.recognizer import Recognizer

    folder, _ = made
    before = json.loads((folder / "reproduction.json").read_text("utf-8"))
    monkeypatch.setattr(Recognizer, "fit", lambda *_, **__: pytest.fail("trained again"))
    monkeypatch.setattr("mimik.capture.simulation.simulate", lambda *_, **__: pytest.fail("simulated again"))

    again = call(*SMALL, "--out", folder, "--json")

    assert again.exit_code == 0, again.stderr
    told = json.loads(again.stdout)
    assert told.pop("folder") == str(folder)
    assert told == before


def test_an_own_study_is_read_and_nothing_is_simulated(simulated: Path, tmp_path: Path) -> None:
    before = sorted(path.relative_to(simulated) for path in simulated.rglob("*"))
    result = call(
        simulated, "--preset", "fast", "--epochs", 1, "--folds", 2, "--jobs", 1, "--out", tmp_path / "o"
    )
    assert result.exit_code == 0, result.stderr
    assert "not the published one" in result.stdout
    assert "six people" in result.stdout
    assert not list((tmp_path / "o").glob("*simulated*"))
    assert sorted(path.relative_to(simulated) for path in simulated.rglob("*")) == before


def test_a_missing_study_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("nowhere")
    assert result.exit_code == 1
    assert "expected a study" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    result = call(*SMALL, "--out", tmp_path)
    assert result.exit_code == 1
    assert "--out" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_study_is_no_place_for_results(simulated: Path) -> None:
    before = sorted(simulated.iterdir())
    assert call(*SMALL, "--out", simulated).exit_code == 1
    assert sorted(simulated.iterdir()) == before


@pytest.mark.parametrize("suffix", ["", ".part"])
def test_another_study_in_the_cohorts_place_is_never_overwritten(tmp_path: Path, suffix: str) -> None:
    (tmp_path / MARK).write_text("")
    place = tmp_path / (COHORT + suffix)
    Study.create(place, title="Mine", protocol=load_protocol("hartmann2022"))
    result = call(*SMALL, "--out", tmp_path)
    assert result.exit_code == 1
    assert "found 'Mine'" in result.stderr
    assert Study.open(place).title == "Mine"


def test_a_simulation_that_was_cut_off_begins_anew(
    made: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mimik.cli.virtual_cohort import virtual_cohort

    def cut_off(study: Study, **_: object) -> None:
        study.add_participant()
        raise KeyboardInterrupt

    wanted = {"people": 2, "protocol": "hartmann2022", "seed": 0}
    with monkeypatch.context() as patch:
        patch.setattr("mimik.capture.simulation.simulate", cut_off)
        with pytest.raises(KeyboardInterrupt):
            virtual_cohort(tmp_path, **wanted)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == [f"{COHORT}.part"]

    study = virtual_cohort(tmp_path, **wanted)  # type: ignore[arg-type]

    assert [path.name for path in tmp_path.iterdir()] == [COHORT]
    assert study.fingerprint() == Study.open(made[0] / COHORT).fingerprint()


def test_people_are_not_simulated_beside_a_study(simulated: Path) -> None:
    result = call(simulated, "--people", 5)
    assert result.exit_code == 2
    assert "--people" in result.stderr
