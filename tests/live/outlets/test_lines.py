"""Recognitions as CSV and JSON Lines, read back by the csv and json modules."""

from __future__ import annotations

import csv
import errno
import json
import math
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outlet_examples import LABELS, START, description, event, no_face, seen

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import MimikError
from mimik.live.outlet import Outlet
from mimik.live.outlets.linefile import LineFile
from mimik.live.outlets.lines import CsvOutlet, JsonLinesOutlet
from mimik.live.outlets.messages import recognition_message, to_json


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def messages(path: Path) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_constant=refuse) for line in lines]


@pytest.mark.parametrize("kind", [CsvOutlet, JsonLinesOutlet])
def test_they_keep_the_contract(kind: type[Outlet], tmp_path: Path) -> None:
    assert isinstance(kind(tmp_path / "x"), Outlet)  # type: ignore[call-arg]


def test_csv_has_a_row_for_each_recognition(tmp_path: Path) -> None:
    outlet = CsvOutlet(tmp_path / "run.csv")
    outlet.open(description())
    outlet.send(seen())
    outlet.send(no_face(6))
    outlet.send(no_face(time=math.nan))
    outlet.close()

    first, second, third = rows(tmp_path / "run.csv")

    assert list(first) == [
        *("time", "seconds", "device", "device_time", "state", "expression", "confidence"),
        *(f"p_{label}" for label in LABELS),
        *(f"smoothed_{label}" for label in LABELS),
        "synthetic",
    ]
    assert datetime.fromisoformat(first["time"]).timestamp() == float(first["seconds"]) == START
    assert first["time"].endswith("Z")
    assert [first[c] for c in ("device", "device_time", "state", "expression")] == [
        *("1", "100.000000", "recognised", "happy")
    ]
    assert [float(first[f"p_{label}"]) for label in LABELS] == [0.7, 0.2, 0.1]
    assert [float(first[f"smoothed_{label}"]) for label in LABELS] == [0.6, 0.3, 0.1]
    assert float(first["confidence"]) == 0.6
    assert float(second["seconds"]) == pytest.approx(START + 0.1, abs=1e-6)
    assert second["state"] == "no-face"
    empty = ["device_time", "expression", "confidence", *(f"p_{label}" for label in LABELS)]
    assert {second[column] for column in empty} == {""}
    assert third["time"] == third["seconds"] == ""
    assert first["synthetic"] == second["synthetic"] == third["synthetic"] == "true"


def test_csv_has_events_in_a_file_beside_it(tmp_path: Path) -> None:
    outlet = CsvOutlet(tmp_path / "run.csv")
    outlet.open(description(synthetic=False))
    outlet.tell(event(content='Say "now",\nplease'))
    outlet.close()

    (row,) = rows(tmp_path / "run.events.csv")

    assert datetime.fromisoformat(row.pop("time")).timestamp() == START + 2.5
    assert row == {
        "seconds": f"{START + 2.5:.6f}",
        "device": "1",
        "rule": "tired too long",
        "kind": "message",
        "content": 'Say "now",\nplease',
        "synthetic": "false",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@sum", "\t=1", "\r=1"])
def test_no_spreadsheet_takes_a_text_for_a_formula(tmp_path: Path, text: str) -> None:
    outlet = CsvOutlet(tmp_path / "run.csv")
    outlet.open(description(labels=(text, "a-b", "c")))
    outlet.send(seen(expression=text))
    outlet.send(seen(expression="a-b"))
    outlet.tell(event(rule=text, kind=text, content=text))
    outlet.close()

    first, second = rows(tmp_path / "run.csv")
    (told,) = rows(tmp_path / "run.events.csv")
    assert first["expression"] == told["rule"] == told["kind"] == told["content"] == f"'{text}"
    assert second["expression"] == "a-b"
    assert not any(cell.startswith(text) for row in (first, told) for pair in row.items() for cell in pair)


@given(text=st.text())
def test_any_text_comes_back_from_csv(text: str) -> None:
    with TemporaryDirectory() as folder:
        outlet = CsvOutlet(Path(folder, "run.csv"))
        outlet.open(description())
        outlet.tell(event(content=text))
        outlet.close()

        (row,) = rows(Path(folder, "run.events.csv"))
    assert row["content"] in (text, f"'{text}")


@given(
    numbers=st.tuples(*[st.floats(width=32)] * len(LABELS)),
    confidence=st.floats(),
    time=st.floats(),
    device_time=st.floats(),
)
def test_any_number_makes_json_that_all_can_read(
    numbers: tuple[float, ...], confidence: float, time: float, device_time: float
) -> None:
    made = np.array(numbers, np.float32)
    recognition = seen(
        probabilities=made, smoothed=made, confidence=confidence, time=time, device_time=device_time
    )

    text = to_json(recognition_message(recognition, LABELS, coefficients=True))

    message = json.loads(text, parse_constant=pytest.fail)
    for label, number in zip(LABELS, numbers, strict=True):
        known = message["smoothed"][label]
        assert known == pytest.approx(number, abs=1e-6) if math.isfinite(number) else known is None


def test_json_lines_say_what_the_websocket_says(tmp_path: Path) -> None:
    outlet = JsonLinesOutlet(tmp_path / "run.jsonl")
    outlet.open(description())
    outlet.send(seen())
    outlet.send(no_face())
    outlet.tell(event())
    outlet.close()

    first, second, third, fourth = messages(tmp_path / "run.jsonl")

    assert [m["type"] for m in (first, second, third, fourth)] == [
        *("description", "recognition", "recognition", "event")
    ]
    assert (first["synthetic"], first["use"]) == (True, "research only")
    assert second["smoothed"] == {"happy": 0.6, "sad": 0.3, "müde / tired": 0.1}
    assert third["device_time"] is third["confidence"] is third["smoothed"]["happy"] is None
    assert fourth["content"] == "Have a break"


def test_coefficients_are_written_only_where_asked_for(tmp_path: Path) -> None:
    for wanted in (False, True):
        outlet = JsonLinesOutlet(tmp_path / f"{wanted}.jsonl", coefficients=wanted)
        outlet.open(description())
        outlet.send(seen())
        outlet.close()

    assert "coefficients" not in messages(tmp_path / "False.jsonl")[1]
    assert tuple(messages(tmp_path / "True.jsonl")[1]["coefficients"]) == BLEND_SHAPES


def test_each_line_is_in_the_file_as_soon_as_it_is_said(tmp_path: Path) -> None:
    table, lines = CsvOutlet(tmp_path / "run.csv"), JsonLinesOutlet(tmp_path / "run.jsonl")
    for outlet in (table, lines):
        outlet.open(description())
        for i in range(3):
            outlet.send(seen(i))

    assert len(rows(tmp_path / "run.csv")) == 3
    assert len(messages(tmp_path / "run.jsonl")) == 4
    table.close()
    lines.close()


@pytest.mark.parametrize("there", ["run.csv", "run.events.csv"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious")

    with pytest.raises(MimikError, match=there):
        CsvOutlet(tmp_path / "run.csv").open(description())

    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "precious"


def test_unless_it_is_asked_for(tmp_path: Path) -> None:
    for name in ("run.csv", "run.events.csv", "run.jsonl"):
        (tmp_path / name).write_text("old\n" * 99)
    for outlet in (
        CsvOutlet(tmp_path / "run.csv", overwrite=True),
        JsonLinesOutlet(tmp_path / "run.jsonl", overwrite=True),
    ):
        outlet.open(description())
        outlet.close()
        outlet.close()

    assert rows(tmp_path / "run.csv") == rows(tmp_path / "run.events.csv") == []
    assert [m["type"] for m in messages(tmp_path / "run.jsonl")] == ["description"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MimikError, match="nowhere"):
        JsonLinesOutlet(tmp_path / "nowhere" / "run.jsonl").open(description())


def test_a_file_that_is_closed_takes_nothing_silently(tmp_path: Path) -> None:
    outlet = JsonLinesOutlet(tmp_path / "run.jsonl")
    outlet.open(description())
    outlet.close()

    with pytest.raises(MimikError, match="closed"):
        outlet.send(seen())


class FullDisk:
    """A file on a disk that takes ``room`` more bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self.room = file, room

    def write(self, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(len(data), self.room)
        self.room -= taken
        return int(self._file.write(data[:taken]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_is_told_and_leaves_whole_lines(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "run.jsonl", overwrite=False)
    file.open()
    file.write("first\n")
    disk = file._file = FullDisk(file._file, room=4)  # type: ignore[assignment]

    for _ in range(2):
        with pytest.raises(MimikError, match="after byte 6") as error:
            file.write("second\n")
        assert "disk full" in error.value.hint
        assert (tmp_path / "run.jsonl").read_text() == "first\n"
    disk.room = 100
    file.write("third\n")
    file.close()

    assert (tmp_path / "run.jsonl").read_text() == "first\nthird\n"
