"""Files made to choke a reader are refused in little time and memory; an error says what is wrong."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_study import START, new_study, recorded

from mimik.bounded import MOST_JSON, MOST_TABLE, MOST_TOML, parse_json, parse_toml
from mimik.errors import MimikError, ProtocolError, StudyDamaged, StudyError
from mimik.live.rules.read import load_rules, parse_rules
from mimik.protocol import load_protocol, parse_protocol
from mimik.study import Study
from mimik.study.answersheet import read_sheet
from mimik.study.frames import _SCHEMA, inspect_frames, read_frames
from mimik.study.integrity import check_files
from mimik.study.participants import parse_participants

TOML = {
    "deep lists": "a = " + "[" * 50_000 + "]" * 50_000,
    "deep tables": "a = " + "{b = " * 50_000 + "1" + "}" * 50_000,
    "a long dotted key": "a" + ".a" * 250_000 + " = 1",
    "a long quoted dotted key": '"a"' + ' . "a"' * 100_000 + " = 1",
    "a long dotted heading": "[a" + ".a" * 250_000 + "]",
    "a long dotted key inside": "x = {a" + ".a" * 250_000 + " = 1}",
    "100 MB of text": 'a = "' + "x" * 100_000_000 + '"',
    "a million keys": "\n".join(f"a{i} = 1" for i in range(1_000_000)),
    "as many keys as there may be": "\n".join(f"a{i} = 1" for i in range(MOST_TOML // 14)),
    "many tables": "[[trials]]\n" * (MOST_TOML // 12),
    "a huge number": "format = " + "9" * 100_000,
    "a huge hex number": "format = 0x" + "f" * 100_000,
    "another plane": 'format = "\U0010ffff\u202e\u0000"',
    "a surrogate": 'format = "\\ud800"',
    "nothing but dots": "." * 500_000,
    "many quotes": '"' * 500_000,
    "many open braces": ",{" * 250_000,
}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = new_study(tmp_path / "study")
    recorded(study).finish(START + 60)
    return study


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_toml_bombs_are_refused_as_protocols_and_rules(text: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, where="protocol.toml")
    assert len(str(caught.value)) < 1000
    with pytest.raises(ProtocolError):
        parse_rules(text, where="rules.toml")


@pytest.mark.parametrize("file", ["study.toml", "consent/sub-P1.toml", "devices.toml", "protocol.toml"])
@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_toml_bombs_are_refused_in_a_study(study: Study, file: str, text: str) -> None:
    (study.folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))

    assert check_files(study.folder).serious
    with pytest.raises(MimikError) as caught:
        opened = Study.open(study.folder)
        assert opened.protocol and opened.participants and opened.device_number("another")
    assert len(str(caught.value)) < 1000


def test_files_without_end_are_refused() -> None:
    with pytest.raises(ProtocolError, match="more than 1 MB"):
        load_protocol("/dev/zero")
    with pytest.raises(ProtocolError, match="more than 1 MB"):
        load_rules("/dev/zero")


def test_what_people_write_is_within_the_limits() -> None:
    assert parse_toml('a.b."c.d".e = "One. Two. Three."\n')["a"]["b"]["c.d"]
    long = ". ".join(["Look at the X"] * 500)
    assert parse_toml(f'prompt = "{long}"\nmore = """\n{long}\n"""')["prompt"] == long


JSON: dict[str, bytes] = {
    "deep lists": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 1_000_000,
    "too much": b" " * (MOST_JSON + 1),
    "a huge number": b'{"format": ' + b"9" * 100_000 + b"}",
    "not UTF-8": b'{"format": "\xff\xfe"}',
    "nothing": b"",
}


@pytest.mark.parametrize("data", JSON.values(), ids=JSON)
def test_json_bombs_are_refused(study: Study, data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(data)
    (study.folder / "sub-P1" / "ses-01" / "session.json").write_bytes(data)
    assert check_files(study.folder).serious
    with pytest.raises(StudyDamaged):
        Study.open(study.folder).sessions()


@pytest.mark.parametrize("key", ["frames", "device", "seed", "rate", "position"])
@pytest.mark.parametrize("value", [10**4000, -(10**400), 1 << 63])
def test_numbers_of_no_size_are_refused(study: Study, key: str, value: int) -> None:
    path = study.folder / "sub-P1" / "ses-01" / "session.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {key: value}))

    with pytest.raises(StudyDamaged, match="64 bits"):
        Study.open(study.folder).sessions()


@pytest.mark.parametrize("started", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "x" * 100_000])
def test_times_out_of_this_world_crash_nothing(study: Study, started: str) -> None:
    path = study.folder / "sub-P1" / "ses-01" / "session.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"started": started}))

    check_files(study.folder)
    try:
        Study.open(study.folder).sessions()
    except StudyDamaged as error:
        assert len(str(error)) < 1000


def test_tables_beyond_all_size_are_refused() -> None:
    table = b"participant_id\n" + b"x" * MOST_TABLE
    with pytest.raises(StudyDamaged, match="more than 16 MB"):
        parse_participants(table)
    with pytest.raises(StudyError, match="more than 16 MB"):
        read_sheet(table, where="answers.csv")


def test_as_many_people_as_a_table_holds_are_read_at_once() -> None:
    count = 100_000
    lines = "".join(f"sub-{i:06d}\n" for i in range(count))
    assert len(parse_participants(b"participant_id\n" + lines.encode()).rows) == count


@pytest.mark.parametrize("cell", ["x" * 1_000_000, "9" * 100_000, '"' * 99_999, "\0" * 1000])
@pytest.mark.parametrize("name", ["events.tsv", "answers.tsv", "exclusions.tsv", "participants.tsv"])
def test_huge_cells_crash_nothing(study: Study, name: str, cell: str) -> None:
    path = study.folder / (name if name == "participants.tsv" else f"sub-P1/ses-01/{name}")
    head = path.read_text() if path.exists() else "onset\ttrial\tquestion\tanswer\n"
    path.write_text(head + f"{cell}\t{cell}\t{cell}\t{cell}\n")

    assert check_files(study.folder).serious
    with pytest.raises(StudyDamaged):
        opened = Study.open(study.folder)
        assert opened.sessions() and opened.participants is None


def frames_file(rows: int, **columns: Callable[[int], pa.Array]) -> bytes:
    """Write a file of frames of one value throughout, which packs to next to nothing."""
    arrays = []
    for field in _SCHEMA:
        if field.name in columns:
            arrays.append(columns[field.name](rows))
        elif pa.types.is_dictionary(field.type):
            arrays.append(pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), ["happy"]))
        else:
            arrays.append(pa.array(np.zeros(rows, field.type.to_pandas_dtype()), field.type))
    names = [field.name for field in _SCHEMA]
    table = pa.Table.from_arrays(arrays, names=names).replace_schema_metadata(
        {"mimik_format": "1", "mimik_synthetic": "true"}
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", use_dictionary=True)
    return file.getvalue()


def test_a_small_file_of_very_many_rows_is_refused() -> None:
    data = frames_file(1_100_000)
    assert len(data) < 1_000_000
    with pytest.raises(StudyDamaged, match="rows in"):
        read_frames(data, where="frames.parquet", columns=("jawOpen",))


def test_a_giant_dictionary_is_refused() -> None:
    words = pa.array(["x" * 1_000_000] * 20)

    def giant(rows: int) -> pa.Array:
        return pa.DictionaryArray.from_arrays(np.arange(rows, dtype=np.int32), words)

    data = frames_file(20, expression=giant)
    assert len(data) < 100_000
    with pytest.raises(StudyDamaged, match="far more bytes"):
        inspect_frames(data, where="frames.parquet")


def test_columns_of_another_type_are_refused() -> None:
    data = frames_file(5, expression=lambda rows: pa.array(["happy"] * rows))
    with pytest.raises(StudyDamaged, match="column expression as string"):
        read_frames(data, where="frames.parquet")


@pytest.mark.parametrize("seed", range(3))
def test_counts_that_lie_crash_nothing(seed: int) -> None:
    """Numbers in the file's last part, which tells of all the others, are changed at random."""
    rng = np.random.default_rng(seed)
    whole = frames_file(50)
    size = int.from_bytes(whole[-8:-4], "little")
    for _ in range(150):
        data = bytearray(whole)
        for place in rng.integers(len(data) - 8 - size, len(data) - 8, size=rng.integers(1, 4)):
            data[place] = rng.integers(256)
        with contextlib.suppress(MimikError):
            inspect_frames(bytes(data), where="frames.parquet")


LIMITED = """
import resource, sys
from mimik.errors import MimikError
from mimik.study import Study
from mimik.study.integrity import check_files
import pyarrow, numpy
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 700_000_000, used + 700_000_000))
assert check_files(sys.argv[1]).serious
try:
    study = Study.open(sys.argv[1])
    [study.read_session(info) for info in study.sessions()]
except MimikError as error:
    print("told:", error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_a_packed_bomb_needs_no_memory(study: Study) -> None:
    path = study.folder / "sub-P1" / "ses-01" / "frames.parquet"
    path.write_bytes(frames_file(3_000_000))  # some 900 MB unpacked

    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(study.folder)], capture_output=True, text=True, timeout=120
    )

    assert run.returncode == 0, run.stderr[-2000:]
    assert "rows in" in run.stdout
