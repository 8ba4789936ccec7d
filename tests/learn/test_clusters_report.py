"""The pages of clusters and profiles: whole, readable by all, and nobody is named."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from tiny import tiny_people

from mimik.errors import DataError
from mimik.learn.clusters import Clusters, find_clusters
from mimik.learn.profiles import Profiles, find_profiles, quick_classifier
from mimik.learn.report.clusters import write_clusters_report
from mimik.learn.report.face import exaggerated
from mimik.learn.report.profiles import write_profiles_report

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    data = tiny_people(12, shared=0.2, own=0.02, synthetic=True)
    return find_clusters(replace(data, X=np.clip(data.X + 0.4, 0, 1)), clusters=5, references=9, pairs=4)


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    data = tiny_people(8, shared=0.2, own=0.02)
    return find_profiles(data, quick_classifier(), folds=2, repeats=1)


def check(path: Path) -> tuple[str, Page]:
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert len(set(page.ids)) == len(page.ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(page.ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= {
        *page.ids, *(f"{a} {b}" for a in page.ids for b in page.ids)
    }  # fmt: skip
    assert not re.search(r"https?:|@import|<script|nan\b", text)
    assert "sub-" not in text, "no pseudonym"
    assert "Research use only; not a medical device." in page.text
    return text, page


def test_clusters_are_drawn_told_and_tabled(clusters: Clusters, tmp_path: Path) -> None:
    text, page = check(write_clusters_report(tmp_path / "c.html", clusters, now=NOW))

    assert text.count('class="face"') == 5
    for words in (
        "Simulated people.",
        "Cluster E",
        "Adjusted Rand index",
        "as asked for",
        "2026-01-02 03:04",
    ):
        assert words in page.text
    assert all(f"{name} 12" in page.text for name in clusters.expressions)
    assert text.count("<svg") == 5 + 5 + 1  # faces, bars, plane: no gap statistic for a number that was given


def test_no_structure_is_said_and_no_cluster_drawn(tmp_path: Path) -> None:
    data = tiny_people(10, shared=0.0, own=0.1)
    found = find_clusters(data, most=3, references=19)
    text, page = check(write_clusters_report(tmp_path / "c.html", found))

    assert not found.structured
    assert "No clusters: the trials look like one cloud" in page.text
    assert 'class="face"' not in text
    assert text.count("<svg") == 2  # plane and gap statistic
    assert "Simulated" not in page.text


def test_profiles_are_drawn_told_and_tabled(profiles: Profiles, tmp_path: Path) -> None:
    text, page = check(write_profiles_report(tmp_path / "p.html", profiles))

    assert text.count('class="face"') == 5
    assert text.count("<svg") == 10
    for words in (
        "share their importance",
        "LinearDiscriminantAnalysis",
        "never between people",
        "mouthSmile",
    ):
        assert words in page.text
    assert page.text.count("Recall") == 5


def test_a_page_that_cannot_be_written_is_told(profiles: Profiles, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DataError, match="could not be written"):
        write_profiles_report(tmp_path / "file" / "p.html", profiles)


def test_exaggerated_faces_go_twice_as_far_but_stay_faces() -> None:
    face, change = np.full(52, 0.3), np.full(52, 0.1)
    change[:2] = 0.9, -0.9

    drawn = exaggerated(face, [*change[:50], None, None])
    np.testing.assert_allclose(drawn[:3], [1.0, 0.0, 0.4])
    np.testing.assert_allclose(drawn[50:], 0.3)
