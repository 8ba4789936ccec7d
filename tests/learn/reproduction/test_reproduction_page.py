"""The page of a reproduction: self-contained, marked, and honest about what it shows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.course import Course
from mimik.learn.reproduction import Reproduction, write_page
from mimik.learn.reproduction.figures import architecture_figure, training_figure
from mimik.learn.reproduction.one_trial import one_trial

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Page(HTMLParser):
    """Reads a page strictly: every element closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.seen: Counter[str] = Counter()
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def course() -> Course:
    time = np.arange(300) / 30
    values = np.zeros((300, 52), dtype=np.float32)
    values[200:, BLEND_SHAPES.index("mouthSmileLeft")] = 0.8
    return Course(time, values, BLEND_SHAPES, ((0.0, 4.9, "sad"), (5.0, 9.9, "happy")), "sub-P00000/ses-01")


@pytest.fixture(scope="module")
def text(found: Reproduction, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write_page(path, found, course=one_trial(course(), "happy"), now=NOW).read_text("utf-8")


def test_it_is_well_formed_with_every_id_once_and_fetches_nothing(text: str) -> None:
    page = Page(text)
    assert [i for i, times in Counter(page.ids).items() if times > 1] == []
    assert page.seen["svg"] == 6  # expressions, network, accuracy, loss, course, people
    assert not re.search(r"https?:|@import|url\((?!#)|<script|<link|<img", text)
    targets = re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    targets += " ".join(re.findall(r'aria-labelledby="([^"]+)"', text)).split()
    assert set(targets) <= set(page.ids)


def test_simulated_people_are_said_to_be_so_everywhere(text: str) -> None:
    words = Page(text).words
    assert text.index('class="banner"') < text.index("<h1>")
    assert "SYNTHETIC" in words
    assert "neither confirms nor refutes" in words


def test_a_study_of_real_people_speaks_of_the_paper(found: Reproduction, tmp_path: Path) -> None:
    real = replace(found, synthetic=False, notices=found.notices[1:])
    words = Page(write_page(tmp_path / "p.html", real, now=NOW).read_text("utf-8")).words
    assert "speaks of the paper" in words
    assert "SYNTHETIC" not in words


def test_the_number_on_people_never_seen_comes_first_and_is_the_one_to_quote(
    text: str, found: Reproduction
) -> None:
    numbers = re.findall(r'<p class="number">([^<]+)</p>', text)
    accuracies = found.unseen.scores.accuracy, found.published_split.scores.accuracy, 0.81152
    assert numbers == [f"{100 * a:.1f}\N{NO-BREAK SPACE}%" for a in accuracies]
    assert "Quote the first number." in text


def test_all_four_tables_and_figures_2_to_5_are_there(text: str) -> None:
    words = " ".join(Page(text).words.split())
    for name in ("Table 1: comp", "Table 2: comp", "Table 3: perf", "Table 4: perf"):
        assert name in words
    for name in (
        "Figure 2, the architecture",
        "Figure 3, accuracy",
        "Figure 4, loss",
        "Figure 5: sub-P00000",
    ):
        assert name in words
    assert "478,741" in words
    assert "10.1055/a-1866-2943" in words


def test_it_says_what_it_is_not(text: str) -> None:
    assert "Research use only; not a medical device." in text
    assert "It is not an emotion felt." in text


def test_the_drawn_network_is_the_one_that_was_built(found: Reproduction) -> None:
    svg = architecture_figure("net", found.layers)
    assert svg.count("<rect") == 22
    assert "156,037 parameters" in svg
    assert svg.count(">L2<") == 2


def test_published_accuracies_are_marked_on_the_curve() -> None:
    svg = training_figure("a", "accuracy", (0.4, 0.7, 0.8), (0.4358, 0.8054))
    assert svg is not None
    assert "published, first epoch: 43.6" in svg
    assert "published, last epoch: 80.5" in svg
    assert training_figure("a", "accuracy", ()) is None


def test_figure_5_is_one_trial_from_its_beginning() -> None:
    happy = one_trial(course(), "happy")
    assert happy is not None
    assert happy.spans == ((0.0, pytest.approx(4.9), "happy"),)
    assert happy.time[0] == pytest.approx(0.0)
    assert happy.values.shape == (148, 52)
    assert one_trial(course(), "surprised") is None


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(
    found: Reproduction, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="could not be written to"):
        write_page(tmp_path / "file" / "p.html", found)
