"""``mimik live``: a view while it goes on, a summary at the end."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES
from mimik.cli.watcher import Watcher
from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.modelfile import load_model, save_model
from mimik.live.rules.rule import Condition, Rule
from mimik.sources.virtual.expressions import PATTERNS
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.study.study import Study

SHOWN = ("happy", "sad", "surprised")
RULE = '[[rules]]\nname = "{0}"\nwhen = {{ expression = "{0}", for_seconds = 0.1 }}\n'


def rules_file(path: Path, action: str) -> Path:
    """Write rules that do something whatever is said of a face."""
    path.write_text("".join(RULE.format(said) + action + "\n" for said in (*SHOWN, "unsure")))
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that compares a face with drawn patterns."""
    patterns = np.stack([PATTERNS[name] / np.linalg.norm(PATTERNS[name]) for name in SHOWN])
    card = ModelCard(SHOWN, BLEND_SHAPES, "people", {}, TrainedOn(1, synthetic=True), {}, "")
    kernel = (20 * patterns.T).astype(np.float32)
    network = Model(card, Features.raw(BLEND_SHAPES, resting=True), (kernel,), (np.zeros(3, np.float32),))
    return save_model(network, tmp_path_factory.mktemp("model") / "patterns.mimik")


@pytest.fixture
def take(real_data: Path) -> Path:
    return next((real_data / "livelink-csv" / "emotions-60fps").rglob("*.csv"))


def test_a_simulated_person_is_recognised_in_real_time(mimik_json, model: Path) -> None:
    told = mimik_json("live", model, "virtual", "--seconds", 4.5)

    assert told["synthetic"] is True
    assert 4.4 < told["seconds"] < 9
    device = told["devices"]["1"]
    assert device["frames"] > 100
    assert device["seconds"]["resting"] > 2.5, "the resting face is learned first"
    assert len(device["seconds"]) > 1, "and something is said of what comes then"
    assert told["latency_ms"]["p50"] is not None


def test_the_view_and_the_summary_are_text(mimik, model: Path) -> None:
    result = mimik("live", model, "virtual", "--seconds", 1, "--no-rest")

    assert result.exit_code == 0
    assert "Shown expressions, never felt emotions" in result.stderr
    assert "AI Act, Art. 5(1)(f)" in result.stderr
    assert "device 1" in result.stderr
    assert "resting" not in result.stderr
    assert "SYNTHETIC" in result.stdout
    assert "From arrival to label" in result.stdout


def test_phones_send_to_a_port_and_two_sources_go_side_by_side(mimik_json, model: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = threading.Event()

    def send() -> None:
        with VirtualPhone(Person(1), ("127.0.0.1", port), device_id="x") as phone:
            while not stop.wait(1 / 60):
                phone.send()

    sender = threading.Thread(target=send)
    sender.start()
    try:
        told = mimik_json("live", model, f"livelink:{port}", "virtual", "--seconds", 2, "--no-rest")
    finally:
        stop.set()
        sender.join()

    assert sorted(told["devices"]) == ["1", "2"]
    assert all(device["frames"] > 10 for device in told["devices"].values())


def test_a_recording_plays_in_real_time(mimik_json, model: Path, take: Path) -> None:
    told = mimik_json("live", model, take, "--seconds", 1.5, "--no-rest")

    assert 60 < told["frames"] < 110
    assert told["latency_ms"]["p50"] is not None


def test_rules_act_and_are_counted(mimik, model: Path, tmp_path: Path) -> None:
    rules = rules_file(tmp_path / "rules.toml", 'message = "Seen"')

    result = mimik("live", model, "virtual", "--seconds", 1, "--no-rest", "--rules", rules)

    assert ": message Seen" in result.stderr
    assert "Events: " in result.stdout


def test_nobody_there_is_told(mimik, model: Path) -> None:
    result = mimik("live", model, "livelink:0", "--seconds", 0.2)

    assert result.exit_code == 0
    assert "No frames came" in result.stderr
    assert "port" in result.stderr, "where to send to"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("telepathy",), "telepathy"),
        (("virtual", "--outlet", "teletype"), "websocket[:[HOST:]PORT]"),
        (("virtual", "--rules", "nowhere.toml"), "nowhere.toml"),
        (("virtual", "--unsure-below", "1.5"), "unsure-below"),
        ((), "SOURCE"),
    ],
)
def test_bad_input_ends_in_a_message(mimik, model: Path, arguments, told: str) -> None:
    result = mimik("live", model, *arguments)

    assert result.exit_code in (1, 2)
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_rule_for_what_the_model_never_says_is_told(mimik, model: Path, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        '[[rules]]\nname = "a"\nwhen = { expression = "hapy", for_seconds = 1 }\nmessage = "m"\n'
    )

    result = mimik("live", model, "virtual", "--rules", tmp_path / "r.toml")

    assert result.exit_code == 1
    assert "Did you mean happy?" in result.stderr


def test_ctrl_c_ends_with_a_summary(mimik, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import mimik.cli.live_session as session

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "run", interrupted)

    result = mimik("live", model, "virtual")

    assert result.exit_code == 0
    assert "SYNTHETIC" in result.stdout


def test_an_outlet_that_cannot_go_on_is_told_and_the_others_go_on(
    mimik, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mimik.errors import MimikError
    from mimik.live.outlets import naming

    class FullDisk:
        def open(self, description: object) -> None:
            pass

        def send(self, recognition: object) -> None:
            raise MimikError("The disk is full.")

        def close(self) -> None:
            pass

    monkeypatch.setattr(naming, "make_outlet", lambda text: FullDisk())

    result = mimik("live", model, "virtual", "--seconds", 0.5, "--no-rest", "-o", "shown.csv")

    assert result.exit_code == 1
    assert "Error: The disk is full." in result.stderr
    assert "From arrival to label" in result.stdout


# Rules that watch a session


@pytest.fixture
def three_faces(mimik, tmp_path: Path, short_protocol: Path) -> Path:
    third = '[[trials]]\nexpression = "surprised"\nprompt = { en = "Look surprised", de = "Überrascht" }\n'
    protocol = tmp_path / "three.toml"
    protocol.write_text(short_protocol.read_text(encoding="utf-8") + third, encoding="utf-8")
    mimik("new", tmp_path / "study", "--synthetic", "--protocol", protocol)
    return tmp_path / "study"


def test_a_rule_brings_a_trial_of_a_session_forward(
    mimik_json, model: Path, three_faces: Path, tmp_path: Path
) -> None:
    rules = rules_file(tmp_path / "rules.toml", 'trial = "surprised"')

    told = mimik_json("record", three_faces, "--virtual", "--recognizer", model, "--rules", rules)

    assert told["status"] == "complete"
    assert [t["expression"] for t in told["trials"]] == ["happy", "surprised", "sad"]


def test_only_the_device_of_the_session_is_watched(model: Path, three_faces: Path) -> None:
    values = np.zeros(64, dtype=np.float32)
    values[:52] = PATTERNS["happy"]
    clock = ManualClock()
    rule = Rule("smile", Condition("happy", 0.5), trial="sad")
    watcher = Watcher(load_model(model), [rule], Study.open(three_faces).protocol, clock)

    class Phones:
        def read(self, timeout: float) -> list[Frame]:
            clock.advance(0.1)
            return [Frame(device, -1, clock.now(), clock.now(), True, values) for device in (1, 2)]

    watched, wishes = watcher.watched(Phones(), device=2), []
    for _ in range(9):
        assert len(watched.read(0.0) or ()) == 2, "the session gets all frames"
        wishes += watcher.wishes()

    assert wishes == [(2, "sad")]


def test_messages_of_rules_are_shown(mimik, model: Path, three_faces: Path, tmp_path: Path) -> None:
    rules = rules_file(tmp_path / "rules.toml", 'message = "Well done"')

    result = mimik("record", three_faces, "--virtual", "--recognizer", model, "--rules", rules)

    assert result.exit_code == 0
    assert "Well done" in result.stderr


@pytest.mark.parametrize(
    ("action", "leave_out", "told"),
    [
        ('trial = "angry"', (), "expected a trial of the protocol"),
        ('osc = { address = "/a", host = "no such host" }', (), "computer's name or address"),
        ('trial = "sad"', ("--recognizer",), "--recognizer and --rules together"),
        ('trial = "sad"', ("--rules",), "--recognizer and --rules together"),
    ],
)
def test_rules_that_cannot_work_are_told_before_anything_is_recorded(
    mimik, model: Path, three_faces: Path, tmp_path: Path, action: str, leave_out: tuple[str, ...], told: str
) -> None:
    options = {"--recognizer": model, "--rules": rules_file(tmp_path / "rules.toml", action)}
    given = [word for option, file in options.items() if option not in leave_out for word in (option, file)]

    result = mimik("record", three_faces, "--virtual", *given)

    assert result.exit_code == 1
    assert told in result.stderr
    assert Study.open(three_faces).participants == ()
