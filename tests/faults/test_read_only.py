"""A study that may only be read can be read by every command that reads, and the others say what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from as_somebody_else import only_readable, run_command, run_program, writable_again
from small_study import START, new_study, recorded, takes
from typer.testing import CliRunner

from mimik.cli.main import app

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" and os.getuid() == 0, reason="permissions don't bind root here"
)


def fingerprint(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated study with an interrupted session and what a killed program left; nobody may write it."""
    folder = tmp_path_factory.mktemp("read-only") / "study"
    for words in (["new", "--synthetic", "--protocol", "hartmann2022"], ["simulate", "-n", "6"]):
        made = CliRunner().invoke(app, [words[0], str(folder), *words[1:]], catch_exceptions=False)
        assert made.exit_code == 0, made.output
    person = next(folder.glob("sub-*"))
    shutil.copy(person / "ses-01" / "events.tsv", person / "ses-01" / ".events.tsv.0123abcd.part")
    (folder / ".staged-0123abcd").mkdir()
    (folder / ".staged-0123abcd" / "0").write_text("half")
    only_readable(folder)
    return folder


READS = [
    ["info", "{study}"],
    ["info", "{study}", "--json"],
    ["check", "{study}", "--no-model"],
    ["bids", "{study}", "{out}/bids"],
    ["repair", "{study}", "--dry-run"],
    ["evaluate", "{study}", "--no-resume", "--folds", "2", "--epochs", "1", "--no-compare"],
    pytest.param(
        ["train", "{study}", "--output", "{out}/model.mimik", "--epochs", "1"], marks=pytest.mark.soak
    ),
]
WRITES = {
    "import": ["import", "{study}", "{takes}", "--levels", "participant/expression", "--basis", "held there"],
    "exclude": ["exclude", "{study}", "{person}", "ses-01", "1", "--reason", "looked away"],
    "answers": ["answers", "{study}", "{answers}", "--also", "arousal=1..9"],
    "record": ["record", "{study}", "--participant", "{person}", "--virtual"],
}


def filled(words: list[str], **values: object) -> list[str]:
    return [word.format(**values) for word in words]


@pytest.mark.parametrize("words", READS, ids=lambda words: words[0])
def test_commands_that_read_work(read_only: Path, tmp_path: Path, words: list[str]) -> None:
    before = fingerprint(read_only)

    run = run_command(*filled(words, study=read_only, out=tmp_path))

    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert "Traceback" not in run.stderr
    assert fingerprint(read_only) == before


@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
def test_commands_that_write_say_what_is_wrong(read_only: Path, tmp_path: Path, words: list[str]) -> None:
    before = fingerprint(read_only)
    person = sorted(path.name for path in read_only.glob("sub-*"))[0]
    answers = tmp_path / "answers.csv"
    answers.write_text(f"participant,trial,question,answer\n{person},1,arousal,3\n")
    known = {"study": read_only, "takes": takes(tmp_path / "takes"), "person": person, "answers": answers}

    run = run_command(*filled(words, **known))

    said = run.stdout + run.stderr
    assert run.returncode != 0, said
    assert "Traceback" not in said
    assert "Permission denied" in said or "read-only" in said, said
    assert fingerprint(read_only) == before


LOSES = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from mimik.errors import MimikError
from mimik.study import Study
from small_study import START, frame, start
study = Study.open(sys.argv[1])
writer = start(study)
writer.open_trial(0, "happy", START)
for i in range(120):
    writer.frame(0, frame(i)); writer.flush(START + i / 60)
writer.close_trial(0, "complete", START + 2)
for path in (study.folder, *study.folder.rglob("*")):
    path.chmod(0o555 if path.is_dir() else 0o444)
writer.open_trial(1, "sad", START + 2)
for i in range(120, 240):
    writer.frame(1, frame(i)); writer.flush(START + i / 60)
try:
    writer.finish(START + 5)
except MimikError as error:
    print(error, "/", error.hint)
"""


def test_a_permission_lost_while_recording_loses_no_frame(tmp_path: Path) -> None:
    study = new_study(tmp_path / "study")

    run = run_program(LOSES, study.folder, Path(__file__).parent)

    assert "Permission denied" in run.stdout, run.stdout + run.stderr
    writable_again(study.folder)
    [info] = study.sessions()
    done = info if info.status == "complete" else study.finish_session(info, at=START + 5)
    assert len(study.read_session(done)) == 240


def test_an_interrupted_session_can_be_looked_at_where_nothing_may_be_written(tmp_path: Path) -> None:
    study = new_study(tmp_path / "place" / "study")
    recorded(study).leave()
    only_readable(study.folder)

    run = run_command("info", study.folder)

    assert run.returncode == 0, run.stdout + run.stderr
