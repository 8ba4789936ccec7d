"""Simulated people answer what the protocol asks, around what they show, the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mimik.capture.simulation import simulate
from mimik.protocol import Protocol, parse_protocol
from mimik.study import Study

STRENGTH = """
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong?" }
minimum = 0
maximum = 100
"""
WHICH = """
[[trials.questions]]
id = "which"
kind = "choice"
text = { en = "Which one was it?" }
options = [{ value = "happy", text = { en = "Happy" } }, { value = "sad", text = { en = "Sad" } }]
[[trials.questions]]
id = "remarks"
kind = "text"
text = { en = "Anything else?" }
"""


def asking(expressions: tuple[str, ...], questions: str, scale: str = "nominal") -> Protocol:
    text = f"""
format = 1
name = "asking"
version = 1
languages = ["en"]
scale = "{scale}"
start = "automatic"
check_every = 0.2
min_frames = 5
[title]
en = "Asking"
[texts]
fixation = {{ en = "X" }}
face_lost = {{ en = "Back" }}
paused = {{ en = "Pause" }}
done = {{ en = "Done" }}
"""
    for expression in expressions:
        text += f'[[trials]]\nexpression = "{expression}"\nprompt = {{ en = "Show it" }}\n{questions}'
    return parse_protocol(text, where="asking")


def simulated(folder: Path, protocol: Protocol, participants: int, seed: int = 0) -> Study:
    study = Study.create(folder, title="s", protocol=protocol, synthetic=True)
    simulate(study, participants=participants, seed=seed)
    return study


def test_on_an_ordinal_scale_answers_scatter_around_the_step_shown(tmp_path: Path) -> None:
    study = simulated(tmp_path / "s", asking(("0", "5", "10"), STRENGTH, "ordinal"), 10)
    trials = [trial for info in study.sessions() for trial in info.trials]
    shown = np.array([int(t.expression) for t in trials])
    reported = np.array([int(t.answers["strength"]) for t in trials])
    means = [reported[shown == step].mean() for step in (0, 5, 10)]
    assert np.abs(np.array(means) - [5, 50, 95]).max() < 15  # at the ends there is room on one side only
    assert len(set(reported.tolist())) > 10


def test_choices_mostly_name_what_was_shown_and_text_says_it_is_made_up(tmp_path: Path) -> None:
    study = simulated(tmp_path / "s", asking(("happy", "sad"), WHICH + STRENGTH), 10)
    trials = [trial for info in study.sessions() for trial in info.trials]
    right = [t.answers["which"] == t.expression for t in trials]
    assert 0.7 < np.mean(right) < 1
    assert {t.answers["remarks"] for t in trials} == {"simulated"}
    assert len({t.answers["strength"] for t in trials}) > 10


def test_the_same_seed_gives_the_same_answers(tmp_path: Path) -> None:
    protocol = asking(("happy",), STRENGTH)
    told = [
        [
            t.answers
            for info in simulated(tmp_path / str(i), protocol, 3, seed).sessions()
            for t in info.trials
        ]
        for i, seed in enumerate((1, 1, 2))
    ]
    assert told[0] == told[1] != told[2]
