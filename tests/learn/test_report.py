"""The report: one honest file that opens anywhere and fetches nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.checks.finding import Finding, notices
from mimik.learn.course import Course
from mimik.learn.dataset import Dataset
from mimik.learn.epochs import EpochLog
from mimik.learn.evaluate import evaluate
from mimik.learn.evaluation import Evaluation
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.report import write_report
from mimik.learn.wording import FIGURES, between, figure, noise

VOID = {"meta", "br", "link", "img", "hr", "input"}
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


class _Page(HTMLParser):
    """Reads a page strictly: every element closed in order, every id once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


class _Curves(ClassifierMixin, BaseEstimator):
    def fit(self, X: np.ndarray, y: np.ndarray) -> _Curves:
        self.classes_ = np.unique(y)
        self.history_ = [EpochLog(i, 3, 0.2 * i, 2.0 / i, 0.1 * i, 2.5 / i, 0.5) for i in (1, 2, 3)]
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.zeros(len(X), dtype=int)


def _data(
    people: int = 5, *, synthetic: bool = False, expressions: tuple[str, ...] = ("happy", "sad")
) -> Dataset:
    rng = np.random.default_rng(0)
    k, frames = len(expressions), 6
    n = people * k * frames
    centres = np.repeat(rng.normal(size=(people * k, 52)), frames, axis=0)
    return Dataset(
        X=(centres + 0.05 * rng.normal(size=(n, 52))).astype(np.float32),
        y=np.tile(np.repeat(np.arange(k), frames), people),
        participant=np.repeat(np.arange(people), k * frames).astype(np.int32),
        recording=np.repeat(np.arange(people * k), frames).astype(np.int32),
        device_time=np.arange(n) / 60,
        expressions=expressions,
        participants=tuple(f"sub-P{p:05}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(people * k)),
        title="A study",
        synthetic=synthetic,
    )


def _course() -> Course:
    time = np.arange(600) / 60
    values = np.zeros((600, 52), dtype=np.float32)
    values[300:, BLEND_SHAPES.index("jawOpen")] = 0.7
    values[100:130] = np.nan
    return Course(time, values, BLEND_SHAPES, ((0.0, 4.9, "happy"), (5.0, 10.0, "sad")), "sub-P00000/ses-01")


def _evaluation(data: Dataset | None = None) -> Evaluation:
    return evaluate(data or _data(), KNeighborsClassifier(1), folds=2, jobs=1)


def _page(path: Path, evaluation: Evaluation, **options: object) -> tuple[str, _Page]:
    text = write_report(path / "report.html", evaluation, now=NOW, **options).read_text("utf-8")  # type: ignore[arg-type]
    return text, _Page(text)


def test_a_report_is_well_formed_with_every_id_once(tmp_path: Path) -> None:
    data = _data()
    evaluation = evaluate(data, _Curves(), folds=2, jobs=1)
    history = [EpochLog(i, 3, 0.3 * i, 1.0 / i, np.nan, np.nan, 0.5) for i in (1, 2, 3)]
    text, page = _page(tmp_path, evaluation, dataset=data, history=history, course=_course())
    assert text.startswith("<!doctype html>")
    assert [i for i, times in Counter(page.ids).items() if times > 1] == []
    assert page.seen["svg"] == 5  # scale, accuracy, loss, people, course
    assert page.seen["title"] == 1 + page.seen["svg"]


def test_every_reference_inside_the_page_leads_somewhere(tmp_path: Path) -> None:
    text, page = _page(tmp_path, evaluate(_data(), _Curves(), jobs=1), course=_course())
    targets = re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    for _, name, value in page.attributes:
        if name in ("aria-labelledby", "aria-describedby"):
            targets += value.split()
    assert targets
    assert set(targets) <= set(page.ids)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    text, page = _page(tmp_path, _evaluation(), course=_course())
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", text)
    assert not page.seen["script"] + page.seen["link"] + page.seen["img"]
    assert not [value for _, name, value in page.attributes if name in ("src", "href") and value[0] != "#"]


def test_the_honest_number_stands_beside_the_leaking_one_and_the_difference(tmp_path: Path) -> None:
    evaluation = _evaluation()
    _, page = _page(tmp_path, evaluation)
    assert evaluation.leaking is not None
    assert evaluation.inflated_by is not None
    for unit in (*evaluation.result.units, evaluation.leaking.frames):
        assert unit.figures["balanced_accuracy"].value is not None
        assert f"{100 * unit.figures['balanced_accuracy'].value:.1f} %" in page.text
    assert f"inflated by {100 * evaluation.inflated_by:.1f} points" in page.text
    assert "leaks: frames of one recording stand on both sides" in page.text


def test_every_figure_of_every_unit_is_told_with_its_interval_and_a_sentence(tmp_path: Path) -> None:
    evaluation = _evaluation()
    _, page = _page(tmp_path, evaluation)
    for unit in evaluation.result.units:
        for name, estimate in unit.figures.items():
            assert figure(estimate.value, name) in page.text
            assert between(estimate, name) in page.text
            assert FIGURES[name].title in page.text
            assert FIGURES[name].says.format(noun="expression") in page.text


@pytest.mark.parametrize(("people", "trusted"), [(FEW_PEOPLE - 1, False), (FEW_PEOPLE, True)])
def test_intervals_from_few_people_say_that_they_cannot_be_trusted(
    tmp_path: Path, people: int, trusted: bool
) -> None:
    evaluation = _evaluation(_data(people))
    interval = evaluation.result.frames.figures["balanced_accuracy"]
    _, page = _page(tmp_path, evaluation)
    assert interval.trusted == trusted
    assert ("cannot be trusted" in page.text) != trusted
    assert (f"({100 * (interval.low or 0):.1f} to" in page.text) != trusted


def test_one_person_has_no_interval_to_speak_of(tmp_path: Path) -> None:
    evaluation = evaluate(_data(1), KNeighborsClassifier(1), jobs=1, split="frame")
    _, page = _page(tmp_path, evaluation)
    assert "No interval over people" in page.text
    assert "Intervals in brackets" not in page.text


def test_the_noise_of_repeats_stands_beside_each_figure(tmp_path: Path) -> None:
    evaluation = evaluate(_data(), KNeighborsClassifier(1), folds=2, repeats=3, jobs=1)
    _, page = _page(tmp_path, evaluation)
    assert evaluation.spread
    for spread in evaluation.spread:
        assert noise(spread.sd, spread.figure) in page.text
    assert "over 3 repeats" in page.text
    assert "Noise" not in _page(tmp_path, _evaluation())[1].text


def test_steps_of_a_scale_have_figures_that_mind_distance(tmp_path: Path) -> None:
    data = replace(_data(expressions=("0", "1", "2")), scale="ordinal", target="reported:pain")
    text, page = _page(tmp_path, _evaluation(data), dataset=data)
    for words in ("steps on average", "weighted kappa", "ICC(3,1)", "mean distance", "by the median"):
        assert words in page.text
    assert "answers to the question 'pain'" in page.text
    assert "no proof of what they felt" in page.text
    assert "Each label" in page.text
    assert "Each expression" not in page.text
    assert 'class="heat narrow"' not in text


def test_labels_of_people_are_decided_for_people(tmp_path: Path) -> None:
    data = _data(8)
    owner = data.participant % 2
    data = replace(data, y=owner.astype(np.int64), unit="participant", target="column:group")
    evaluation = _evaluation(data)
    _, page = _page(tmp_path, evaluation, dataset=data)
    assert evaluation.result.participants is not None
    assert page.text.index("of people recognised") < page.text.index("of whole trials recognised")
    assert "no diagnosis" in page.text


def test_subgroups_are_drawn_and_small_ones_warned_of(tmp_path: Path) -> None:
    data = _data(6)
    sites = tuple({"site": "Ulm" if i < 4 else "Jena"} for i in range(6))
    _, page = _page(tmp_path, _evaluation(replace(data, people=sites)))
    assert "Ulm (4 people)" in page.text
    assert "Jena (2 people)" in page.text
    assert "groups of fewer than 20 people" in page.text
    assert "Subgroups" not in _page(tmp_path, _evaluation())[1].text


def test_groups_of_one_person_each_are_left_to_the_people_themselves(tmp_path: Path) -> None:
    own = tuple({"phone": str(i)} for i in range(5))
    evaluation = _evaluation(replace(_data(), people=own))
    assert len(evaluation.result.subgroups) == 5
    assert "Subgroups" not in _page(tmp_path, evaluation)[1].text


def test_sites_left_out_are_a_section_with_their_names(tmp_path: Path) -> None:
    sites = tuple({"site": "Ulm" if i < 3 else "Jena"} for i in range(6))
    data = replace(_data(6), people=sites)
    _, page = _page(tmp_path, evaluate(data, KNeighborsClassifier(1), split="site", jobs=1))
    assert "Each site left out" in page.text
    assert "people of sites never seen in training" in page.text


def test_a_classifier_without_probabilities_gets_no_claims(tmp_path: Path) -> None:
    text, page = _page(tmp_path, evaluate(_data(), _Curves(), folds=2, jobs=1))
    assert "as sure as it is right" not in page.text
    assert "Brier" not in page.text
    assert "reliability-frame" not in text


def test_findings_of_checks_are_told_once_and_all_checks_listed(tmp_path: Path) -> None:
    found = Finding("EVAL001", "people alike", "serious", "found", "Two people are alike.", ("a and b",))
    quiet = Finding("EVAL002", "clocks", "warning", "passed", "Nothing.")
    apart = Finding("EVAL003", "devices", "info", "not applicable", "No device is known.")
    evaluation = replace(_evaluation(), checks=(found, quiet, apart), notices=())
    _, page = _page(tmp_path, evaluation)
    assert "3 checks: 1 found, 1 passed, 1 not applicable" in page.text
    assert page.text.count("Two people are alike.") == 1
    told = replace(evaluation, notices=notices([found]))
    _, page = _page(tmp_path, told)
    assert page.text.count("Two people are alike.") == 1
    assert page.text.index("a and b") < page.text.index("Result")


def test_simulated_people_are_said_to_be_so_on_top_of_the_page(tmp_path: Path) -> None:
    text, page = _page(tmp_path, _evaluation(_data(synthetic=True)))
    assert text.index('class="banner"') < text.index("<h1>")
    assert page.text.count("Simulated people") >= 2
    assert "(simulated people)</title>" in text
    assert 'class="banner"' not in _page(tmp_path, _evaluation())[0]


def test_notices_come_before_the_result(tmp_path: Path) -> None:
    text, _ = _page(tmp_path, _evaluation())
    assert text.index("Only 5 people") < text.index(">Result<")


def test_tables_have_headers_that_say_what_they_head(tmp_path: Path) -> None:
    _, page = _page(tmp_path, _evaluation())
    scopes = [value for tag, name, value in page.attributes if (tag, name) == ("th", "scope")]
    assert len(scopes) == page.seen["th"]
    assert set(scopes) == {"row", "col"}
    assert page.seen["caption"] == page.seen["table"]
    assert ("html", "lang", "en") in page.attributes
    for words in ("recall", "precision", "F1", "specificity", "negative cases", "χ²", "balanced accuracy"):
        assert words in page.text


def test_it_says_what_it_is_not(tmp_path: Path) -> None:
    _, page = _page(tmp_path, _evaluation())
    assert "Research use only; not a medical device." in page.text
    assert "It is not an emotion felt." in page.text


def test_seed_versions_settings_and_data_are_written_down(tmp_path: Path) -> None:
    evaluation = _evaluation()
    _, page = _page(tmp_path, evaluation, title="My title")
    for words in (
        "My title",
        "n_neighbors",
        "numpy 2",
        evaluation.data.fingerprint,
        "2026-01-02 03:04 UTC",
        "2 folds, by participant",
    ):
        assert words in page.text


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    data = replace(_data(expressions=("<b>happy</b>", "sad & low")), title="<script>x</script>")
    course = replace(_course(), spans=((0.0, 5.0, "<i>"),), label="<u>")
    _, page = _page(tmp_path, _evaluation(data), course=course)
    assert not page.seen["b"] + page.seen["script"] + page.seen["u"]
    assert "<b>happy</b>" in page.text


def test_channels_that_never_came_or_never_moved_are_named(tmp_path: Path) -> None:
    data = _data()
    evaluation = _evaluation(data)
    data.X[:, BLEND_SHAPES.index("tongueOut")] = np.nan
    data.X[:, BLEND_SHAPES.index("jawLeft")] = 0.0
    _, page = _page(tmp_path, evaluation, dataset=data)
    assert (
        "51 of 52 coefficients were delivered. Never delivered: tongueOut. Never moved: jawLeft." in page.text
    )


def test_what_was_not_run_is_not_shown(tmp_path: Path) -> None:
    evaluation = evaluate(_data(), KNeighborsClassifier(1), jobs=1, compare_frame_split=False)
    _, page = _page(tmp_path, evaluation)
    assert page.seen["svg"] == 4  # scale, people, reliability of trials and of frames
    assert "shuffled" not in page.text
    assert "Training frames" in page.text
    assert "One session over time" not in page.text


def test_a_split_of_single_frames_is_never_called_people(tmp_path: Path) -> None:
    evaluation = evaluate(_data(), KNeighborsClassifier(1), jobs=1, split="frame")
    text, page = _page(tmp_path, evaluation)
    assert evaluation.leaking is None
    assert 'class="honest"' not in text
    assert "people never seen" not in page.text


@pytest.mark.parametrize("people", [1, 41])
def test_few_people_are_named_and_many_become_dots(tmp_path: Path, people: int) -> None:
    data = _data(people)
    evaluation = evaluate(data, KNeighborsClassifier(1), jobs=1, split="frame")
    text, _ = _page(tmp_path, evaluation)
    svg = text[text.index("people-title") : text.index("</svg>", text.index("people-title"))]
    assert ("sub-P00000" in svg) == (people == 1)


def test_a_still_face_gives_no_course(tmp_path: Path) -> None:
    still = replace(_course(), values=np.zeros((600, 52), dtype=np.float32))
    _, page = _page(tmp_path, _evaluation(), course=still)
    assert "One session over time" not in page.text


def test_equal_input_gives_equal_bytes_and_leaves_matplotlib_alone(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    first, _ = _page(tmp_path, _evaluation(), course=_course())
    again, _ = _page(tmp_path, _evaluation(), course=_course())
    assert first == again
    assert dict(mpl.rcParams) == before


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="could not be written to"):
        write_report(tmp_path / "file" / "report.html", _evaluation())
