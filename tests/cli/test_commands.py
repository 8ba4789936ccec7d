"""The commands, as users meet them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mimik.cli.main import app
from mimik.protocol import load_protocol
from mimik.sources.livelink import VALUE_NAMES
from mimik.study.study import Study

COMMANDS = [(command.name,) for command in app.registered_commands] + [
    (group.name, command.name)
    for group in app.registered_groups
    for command in group.typer_instance.registered_commands  # type: ignore[union-attr]
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_examples(mimik, command: tuple[str, ...]) -> None:
    result = mimik(*command, "--help")

    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"mimik {' '.join(command)}" in result.stdout


def test_help_loads_no_heavy_library() -> None:
    program = (
        "import sys; import mimik.cli.main; "
        "print([m for m in ('numpy', 'pyarrow', 'jax', 'sklearn', 'matplotlib') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_recording_loads_no_learning_library() -> None:
    program = (
        "import sys; import mimik.cli.seat, mimik.cli.session, mimik.study.importing; "
        "print([m for m in ('keras', 'jax', 'sklearn', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_new_makes_a_study_and_says_what_comes_next(mimik, tmp_path: Path) -> None:
    result = mimik("new", tmp_path / "study", "--title", "My study")

    assert result.exit_code == 0
    assert "mimik record" in result.stdout
    assert Study.open(tmp_path / "study").title == "My study"


def test_new_copies_the_pictures_of_a_protocol(mimik, tmp_path: Path) -> None:
    text = load_protocol("hartmann2022").text
    (tmp_path / "mine.toml").write_text(
        f'{text}\nmedia = {{ kind = "picture", file = "media/a.png" }}\n', encoding="utf-8"
    )
    missing = mimik("new", tmp_path / "study", "--protocol", tmp_path / "mine.toml")
    assert missing.exit_code != 0
    assert not (tmp_path / "study").exists()

    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.png").write_bytes(b"a picture")
    assert mimik("new", tmp_path / "study", "--protocol", tmp_path / "mine.toml").exit_code == 0
    assert Study.open(tmp_path / "study").media("media/a.png") == b"a picture"


def test_new_takes_a_consent_text(mimik, tmp_path: Path) -> None:
    (tmp_path / "consent.txt").write_text("I agree.", encoding="utf-8")

    mimik("new", tmp_path / "study", "--consent", tmp_path / "consent.txt")

    assert Study.open(tmp_path / "study").consent_text("1") == "I agree."


@pytest.mark.parametrize(
    "arguments",
    [
        ("info", "nowhere"),
        ("train", "nowhere"),
        ("evaluate", "nowhere"),
        ("record", "nowhere"),
        ("simulate", "nowhere"),
        ("import", "nowhere", "nothing.csv", "--basis", "test"),
        ("predict", "no.mimik", "nothing.csv"),
        ("new", "study", "--protocol", "no-such-protocol"),
        ("new", "study", "--consent", "no-such-file"),
    ],
)
def test_bad_input_ends_in_a_message_without_a_traceback(
    mimik, arguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = mimik(*arguments)

    assert result.exit_code in (1, 2)
    assert "Error" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == [], "nothing half-made is left behind"


def test_a_folder_with_something_in_it_is_no_place_for_a_new_study(mimik, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")

    result = mimik("new", tmp_path)

    assert result.exit_code == 1
    assert "empty or new folder" in result.stderr


def test_simulate_marks_its_people(mimik, mimik_json, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "s", "--synthetic", "--protocol", short_protocol)

    told = mimik_json("simulate", tmp_path / "s", "-n", 2)

    assert told["synthetic"] is True
    assert told["participants"] == 2
    assert mimik_json("info", tmp_path / "s")["synthetic"] is True


def test_simulate_refuses_a_study_of_real_people(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "s", "--protocol", short_protocol)

    result = mimik("simulate", tmp_path / "s")

    assert result.exit_code == 1
    assert "--synthetic" in result.stderr


def test_info_counts_frames_of_each_expression(mimik, mimik_json, simulated: Path) -> None:
    facts = mimik_json("info", simulated)

    assert facts["participants"] == 6
    assert len(facts["sessions"]) == 6
    assert all(set(s["expressions"]) == {"happy", "sad"} for s in facts["sessions"])
    assert facts["frames"] == sum(s["frames"] for s in facts["sessions"])
    assert "6 participants" in mimik("info", simulated).stdout


def test_train_then_info_then_predict(mimik, mimik_json, simulated: Path, tmp_path: Path) -> None:
    model, table = tmp_path / "m.mimik", tmp_path / "frames.csv"

    card = mimik_json("train", simulated, "-o", model, "--epochs", 2)
    assert card["trained_on"]["participants"] == 6
    assert card["trained_on"]["synthetic"] is True
    assert "sub-" not in json.dumps(card), "no pseudonym leaves the study in a model"
    assert mimik_json("info", model)["labels"] == ["happy", "sad"]

    told = mimik_json("predict", model, simulated, "-o", table)
    assert len(told["recordings"]) == 12
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(r["frames"] for r in told["recordings"])
    assert {row["recognised"] for row in rows} <= {"happy", "sad"}
    for row in rows[:50]:
        assert float(row["p_happy"]) + float(row["p_sad"]) == pytest.approx(1, abs=1e-4)
    assert "SYNTHETIC" in mimik("predict", model, simulated).stdout


def test_a_recognizer_with_a_memory_is_trained_told_of_and_used(
    mimik, mimik_json, simulated: Path, tmp_path: Path
) -> None:
    model, table = tmp_path / "m.mimik", tmp_path / "frames.csv"

    told = mimik("train", simulated, "--preset", "people+memory", "-o", model, "--epochs", 1)
    assert "order" in told.stdout
    assert "--preset people+memory" in told.stderr, "the next command evaluates this recipe"
    assert mimik_json("info", model)["preset"] == "people+memory"

    seen = mimik_json("predict", model, simulated, "-o", table)
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(r["frames"] for r in seen["recordings"])
    assert {r["recognised"] for r in seen["recordings"]} <= {"happy", "sad"}


def test_evaluate_holds_people_out_and_shows_the_leak(mimik, simulated: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"

    result = mimik("evaluate", simulated, "--epochs", 2, "--folds", 2, "--report", report)

    assert result.exit_code == 0
    for wanted in (
        "participant",
        "people never seen",
        "leaks",
        "inflates",
        "specificity",
        "whole trials",
        "cannot be trusted",
        "Simulated people",
    ):
        assert wanted in result.stdout
    assert "fold 1" not in result.stdout, "what fills pages is told with --details only"
    assert "Simulated people" in report.read_text(encoding="utf-8")


def test_a_model_can_carry_its_evaluation(mimik_json, simulated: Path, tmp_path: Path) -> None:
    card = mimik_json("train", simulated, "-o", tmp_path / "m.mimik", "--epochs", 1, "--evaluate")

    assert card["metrics"]["split"] == "participant"
    assert 0 <= card["metrics"]["accuracy"] <= 1


def test_evaluate_as_json_can_be_read_back(mimik_json, simulated: Path) -> None:
    from mimik.learn.evaluation import Evaluation

    told = mimik_json("evaluate", simulated, "--epochs", 1, "--folds", 2, "--no-compare")

    assert told["result"]["kind"] == "participant"
    assert told["leaking"] is None
    assert Evaluation.from_dict(told).result.scores.total > 0


def test_doubtful_frames_can_be_left_out_of_training(
    mimik, mimik_json, simulated: Path, tmp_path: Path
) -> None:
    model = tmp_path / "m.mimik"

    result = mimik("train", simulated, "-o", model, "--epochs", 1, "--clean", "onset")

    assert result.exit_code == 0
    assert "Left out of training: 0 frames of 0 trials" in result.stderr  # short trials, held throughout
    told = mimik_json("evaluate", simulated, "--epochs", 1, "--folds", 2, "--no-compare", "--clean", "onset")
    assert told["estimator"]["name"] == "CleanLabels"
    tested = told["result"]["frames"]["scores"]["total"]
    assert tested == told["data"]["composition"]["total"], "what is tested stays as it is"
    assert mimik("train", simulated, "--clean", "soap").exit_code == 2


@pytest.fixture
def rated(simulated: Path) -> Path:
    """The study with an answer, 1 to 3, to "strength" after each trial but the last."""
    study = Study.open(simulated)
    trials = [(info, trial) for info in study.sessions() for trial in info.trials]
    table = simulated.parent / "answers.csv"
    rows = [f"{i.participant},{t.trial},strength,{1 + n % 3}" for n, (i, t) in enumerate(trials[:-1])]
    table.write_text("\n".join(["participant,trial,question,answer", *rows]), encoding="utf-8")
    return simulated


def test_steps_of_a_scale_are_evaluated_by_a_classifier_that_minds_distance(
    mimik, mimik_json, rated: Path
) -> None:
    mimik("answers", rated, rated.parent / "answers.csv", "--also", "strength=1..3")

    told = mimik_json("evaluate", rated, "--labels", "reported:strength", "--folds", 2, "--no-compare")

    assert told["estimator"]["name"] == "ProportionalOdds"
    assert told["data"]["expressions"] == ["1", "2", "3"]
    assert {"weighted_kappa", "icc", "mae"} <= set(told["result"]["trials"]["figures"])
    assert "answers-missing" in [notice["code"] for notice in told["notices"]]

    result = mimik("evaluate", rated, "--labels", "reported:strength", "--folds", 2, "--no-compare")
    for wanted in (
        "answers to the question 'strength'",
        "weighted kappa",
        "mean distance",
        "Per reported label",
    ):
        assert wanted in result.stdout
    assert result.stdout.index("1 of 12 trials have no answer") < result.stdout.index("Balanced accuracy")


def test_a_network_for_a_scale_must_be_asked_for(mimik, mimik_json, rated: Path) -> None:
    mimik("answers", rated, rated.parent / "answers.csv", "--also", "strength=1..3")
    asked = ("evaluate", rated, "--labels", "reported", "--folds", 2, "--no-compare", "--epochs", 1)

    result = mimik(*asked)
    assert result.exit_code == 1
    assert "--preset" in result.stderr

    assert mimik_json(*asked, "--preset", "fast")["estimator"]["name"] == "Recognizer"


def test_a_model_of_answers_says_what_it_recognises(mimik, mimik_json, rated: Path, tmp_path: Path) -> None:
    mimik("answers", rated, rated.parent / "answers.csv", "--also", "strength=1..3")
    asked = ("train", rated, "-o", tmp_path / "m.mimik", "--labels", "reported:strength", "--epochs", 1)

    assert "without an order" in mimik(*asked).stdout
    card = mimik_json("info", tmp_path / "m.mimik")
    assert card["labels"] == ["1", "2", "3"]
    assert card["use"].startswith("Recognises answers to the question 'strength'.")


def test_labels_that_are_none_are_told_with_those_there_are(mimik, simulated: Path) -> None:
    result = mimik("evaluate", simulated, "--labels", "felt")

    assert result.exit_code == 1
    assert "reported:QUESTION" in result.stderr


def test_details_show_every_fold_person_and_unit(mimik, simulated: Path) -> None:
    result = mimik("evaluate", simulated, "--epochs", 1, "--folds", 2, "--no-compare", "--details")

    for wanted in ("fold 1, training", "fold 2, test", "Participants", "whole trials, people never seen"):
        assert wanted in result.stdout


def take(path: Path, level: float) -> None:
    """Write a Live Link take of 60 frames."""
    names = [name[0].upper() + name[1:] for name in VALUE_NAMES]
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Timecode", "BlendShapeCount", *names])
        for i in range(60):
            rows.writerow([f"10:00:00:{i:02d}.000", 61, *(f"{level + 0.001 * i:.6f}" for _ in names)])


def test_import_tells_pseudonyms_once_and_keeps_a_key_if_asked(mimik, mimik_json, tmp_path: Path) -> None:
    for person in ("P1", "P2"):
        for expression in ("happy", "sad"):
            folder = tmp_path / "takes" / person / expression
            folder.mkdir(parents=True)
            take(folder / "a.csv", level=0.2 if person == "P1" else 0.3 if expression == "sad" else 0.5)
    take(tmp_path / "takes" / "P1" / "sad" / "a.csv", level=0.7)
    mimik("new", tmp_path / "study")
    key = tmp_path / "key.csv"

    told = mimik_json(
        "import", tmp_path / "study", tmp_path / "takes", "--levels", "participant/expression",
        "--basis", "made for a test", "--key", key,
    )  # fmt: skip

    assert told["files"] == 4
    assert set(told["key"]) == {"P1", "P2"}
    assert all(p.startswith("sub-") and "P1" not in p for p in told["key"].values())
    assert key.read_text().splitlines()[0] == "name,pseudonym"
    stored = "".join(p.read_text() for p in (tmp_path / "study").rglob("*.json"))
    assert "P1" not in stored


@pytest.mark.parametrize(
    ("purposes", "allowed"), [((), ("study",)), (("--purposes", "study,sharing"), ("study", "sharing"))]
)
def test_an_import_says_what_its_basis_allows(mimik, tmp_path: Path, purposes, allowed) -> None:
    mimik("new", tmp_path / "study")
    take(tmp_path / "a.csv", level=0.1)
    told = ("--participant", "A", "--expression", "happy", "--basis", "site B")
    result = mimik("import", tmp_path / "study", tmp_path / "a.csv", *told, *purposes)

    assert result.exit_code == 0, result.stderr
    (person,) = Study.open(tmp_path / "study").participants
    assert person.consent is not None
    assert (person.consent.basis, person.consent.purposes, person.consent.how) == (
        "site B",
        allowed,
        "elsewhere",
    )


def test_an_import_for_unknown_purposes_leaves_the_study_as_it_was(mimik, tmp_path: Path) -> None:
    mimik("new", tmp_path / "study")
    take(tmp_path / "a.csv", level=0.1)
    told = ("--participant", "A", "--expression", "happy", "--basis", "site B", "--purposes", "study,selling")
    result = mimik("import", tmp_path / "study", tmp_path / "a.csv", *told)

    assert result.exit_code == 1 and "study, sharing, later-use" in result.stderr
    assert Study.open(tmp_path / "study").participants == ()


def test_an_import_that_fails_leaves_the_study_as_it_was(mimik, tmp_path: Path) -> None:
    mimik("new", tmp_path / "study")
    take(tmp_path / "good.csv", level=0.1)
    (tmp_path / "wrong.csv").write_text("Timecode,Nonsense\n1,2\n")
    before = {p: p.read_bytes() for p in (tmp_path / "study").rglob("*") if p.is_file()}

    result = mimik(
        "import", tmp_path / "study", tmp_path / "good.csv", tmp_path / "wrong.csv",
        "--participant", "P1", "--expression", "happy", "--basis", "test",
    )  # fmt: skip

    assert result.exit_code == 1
    assert "wrong.csv" in result.stderr
    assert {p: p.read_bytes() for p in (tmp_path / "study").rglob("*") if p.is_file()} == before


def test_the_demo_walks_the_whole_road(mimik, tmp_path: Path, short_protocol: Path) -> None:
    folder = tmp_path / "demo"

    result = mimik("demo", folder, "-n", 4, "--protocol", short_protocol)

    assert result.exit_code == 0, result.stderr
    assert {p.name for p in folder.iterdir()} == {"study", "report.html", "demo.mimik"}
    assert "mimik record my-study" in result.stdout
    assert "Simulated people" in (folder / "report.html").read_text(encoding="utf-8")


def test_info_on_a_take_of_one_frame_has_no_rate(mimik_json, tmp_path: Path) -> None:
    take(tmp_path / "long.csv", level=0.1)
    lines = (tmp_path / "long.csv").read_text().splitlines()
    (tmp_path / "one.csv").write_text("\n".join(lines[:2]) + "\n")

    facts = mimik_json("info", tmp_path / "one.csv")

    assert facts["rows"] == 1
    assert facts["rate"] is None


def test_a_file_that_cannot_be_written_is_refused_before_the_work(mimik, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    for option in ("--report", "--csv"):
        for path in (tmp_path, in_the_way / "figures"):
            result = mimik("evaluate", str(tmp_path / "no-study"), option, str(path))

            assert result.exit_code == 2
            assert option in result.stderr
