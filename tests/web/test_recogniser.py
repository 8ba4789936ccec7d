"""What is told of one phone's recognition, and when."""

from __future__ import annotations

from typing import Any

import pytest
from recognising import FLAT, HAPPY, SAD, ReadsFaces, face, no_face

from mimik.clock import ManualClock
from mimik.errors import StudyError
from mimik.web.studio.recogniser import Recogniser

START = 1_790_000_000.0


class Watched:
    """A recogniser whose clock is turned by hand, without a thread; ``told`` is what it published."""

    def __init__(self, model: ReadsFaces | None = None, **options: Any) -> None:
        self.clock, self.told = ManualClock(START), list[dict[str, Any]]()
        runtime = model or ReadsFaces()
        self.one = Recogniser(1, "m", runtime, self.clock, self.told.append, **options)

    def show(self, p, seconds: float, *, late: float = 0.0, rate: int = 60) -> list[dict[str, Any]]:
        """Show a face, None for nobody, and return what was told meanwhile."""
        before = len(self.told)
        for _ in range(round(seconds * rate)):
            now = self.clock.now()
            self.one.take(no_face(now) if p is None else face(now, p))
            self.clock.advance(late)
            self.one.step(0.0)
            self.clock.advance(1 / rate - late)
        return self.told[before:]

    def silence(self, seconds: float) -> list[dict[str, Any]]:
        before = len(self.told)
        for _ in range(round(seconds / 0.05)):
            self.clock.advance(0.05)
            self.one.step(0.0)
        return self.told[before:]


def test_before_the_first_frame_the_phone_is_silent() -> None:
    facts = Watched().one.facts
    assert (facts["state"], facts["silent"], facts["expression"]) == ("no-face", True, None)
    assert (facts["smoothed"], facts["confidence"], facts["latency_ms"]) == (None, None, None)


def test_what_is_shown_is_told_with_its_probabilities() -> None:
    watched = Watched()
    told = watched.show(HAPPY, 1.0)[-1]
    assert (told["state"], told["expression"], told["silent"]) == ("recognised", "happy", False)
    assert told["labels"] == ["happy", "sad", "calm"]
    assert told["smoothed"] == {"happy": 1.0, "sad": 0.0, "calm": 0.0}
    assert told["confidence"] == 1.0
    assert told["delay"] == pytest.approx(0.3, abs=0.2)
    assert watched.one.facts == told


def test_unsure_and_no_face_are_answers() -> None:
    watched = Watched()
    unsure = watched.show(FLAT, 1.0)[-1]
    assert (unsure["state"], unsure["expression"]) == ("unsure", None)
    assert unsure["confidence"] == pytest.approx(0.34, abs=0.001)
    gone = watched.show(None, 0.5)[-1]
    assert (gone["state"], gone["silent"], gone["smoothed"]) == ("no-face", False, None)


def test_it_is_told_twenty_times_a_second_and_at_once_when_it_changes() -> None:
    watched = Watched()
    watched.show(HAPPY, 1.0)
    steady = watched.show(HAPPY, 10.0)
    assert 180 <= len(steady) <= 201
    changing = watched.show(SAD, 2.0)
    first = next(told for told in changing if told["expression"] == "sad")
    assert first["time"] - changing[0]["time"] < first["delay"] + 0.05


def test_a_silent_phone_is_told_and_time_goes_on() -> None:
    watched = Watched()
    watched.show(HAPPY, 1.0)
    told = watched.silence(3.0)
    assert (told[0]["state"], told[0]["silent"], told[0]["expression"]) == ("no-face", True, None)
    assert 5 <= len(told) <= 8
    times = [facts["time"] for facts in watched.told]
    assert times == sorted(times)
    assert watched.show(SAD, 1.0)[-1]["expression"] == "sad"


def test_the_latency_is_that_of_the_last_second() -> None:
    watched = Watched()
    assert watched.show(HAPPY, 2.0, late=0.012)[-1]["latency_ms"] == pytest.approx(12, abs=0.1)
    assert watched.show(HAPPY, 2.0, late=0.004)[-1]["latency_ms"] == pytest.approx(4, abs=0.1)
    assert watched.silence(2.0)[-1]["latency_ms"] is None


def test_the_resting_face_is_learned_first_and_again_when_asked() -> None:
    watched = Watched(ReadsFaces(resting=True))
    learning = watched.show(FLAT, 1.0)[-1]
    assert learning["state"] == "resting"
    assert learning["resting"] == {"used": True, "known": False, "learning": True, "reason": ""}
    done = watched.show(FLAT, 3.0)[-1]
    assert done["resting"]["known"]
    assert watched.show(HAPPY, 1.0)[-1]["expression"] == "happy"
    watched.one.rest()
    assert watched.show(FLAT, 0.5)[-1]["state"] == "resting"


def test_a_resting_face_that_fails_says_why() -> None:
    watched = Watched(ReadsFaces(resting=True))
    for i in range(100):
        told = watched.show((0.9 * (i % 2), 0.9 * (1 - i % 2), 0.0), 0.05)
    told = watched.one.facts
    assert told["state"] == "resting"
    assert told["resting"]["reason"]
    assert any("look neutral" in note["text"] for note in told["notes"])


def test_a_model_without_a_resting_face_says_so() -> None:
    watched = Watched()
    assert watched.one.facts["resting"]["used"] is False
    with pytest.raises(StudyError, match="needs none"):
        watched.one.rest()


def test_a_face_that_the_model_cannot_use_is_told_and_ends_nothing() -> None:
    watched = Watched()
    failed = watched.show((float("nan"),) * 3, 1.0)[-1]
    assert (failed["state"], failed["silent"]) == ("failed", False)
    assert failed["problem"] == "The model needs mouthSmileLeft. Train without it."
    better = watched.show(HAPPY, 1.0)[-1]
    assert (better["state"], better["problem"]) == ("recognised", "")
    assert watched.silence(2.0)[-1]["state"] == "no-face", "what was refused long ago is over"


@pytest.mark.parametrize(
    ("model", "sitting", "told"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_simulated_people_are_marked(model: bool, sitting: bool, told: bool) -> None:
    watched = Watched(ReadsFaces(synthetic=model), synthetic=sitting)
    assert watched.one.facts["synthetic"] is told


def test_frames_that_nobody_reads_do_not_pile_up() -> None:
    watched = Watched()
    for i in range(2000):
        watched.one.take(face(START + i / 60, HAPPY if i < 1990 else SAD))
    watched.one.step(0.0)
    assert len(watched.told) == 1


def test_its_end_is_the_end() -> None:
    watched = Watched()
    watched.show(HAPPY, 1.0)
    watched.one.end()
    watched.one.end()
    assert watched.one.step(0.0) is False
