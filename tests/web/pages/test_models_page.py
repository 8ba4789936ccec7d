"""The page Models: training with progress and curves, looking closely, comparing; once in earnest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_core import flaws
from playwright.sync_api import Browser, Page, expect
from scripted import Scripted, page_of, wider_than_its_window
from web_world import wait_until

from mimik.web.studio.studio import Studio

SLOW = 240_000  # ms; a training on a busy machine

LABELS = [
    {"value": "prompted", "text": "The expression asked for"},
    {"value": "column:group", "text": "Column 'group'"},
]
MATERIAL = {
    "people": 24,
    "frames": {"neutral": 9000, "happy": 9100, "sad": 9050},
    "labels": LABELS,
    "fewest_people": 2,
    "enough_people": 20,
}
TESTED = {"value": 0.8123, "low": 0.75, "high": 0.862, "trusted": True, "unit": "trials", "people": 24}
MODEL: dict[str, Any] = {
    "name": "first",
    "labels": ["neutral", "happy", "sad"],
    "target": "prompted",
    "made": 1795600000.0,
    "frames": 27150,
    "participants": 24,
    "recipe": "people",
    "synthetic": False,
    "balanced_accuracy": TESTED,
    "report": True,
    "size": 168082,
    "outdated": False,
    "withdrew": 0,
    "problem": "",
}
UNTESTED = {**MODEL, "name": "plain", "balanced_accuracy": None, "report": False}
RECIPES = [
    {"name": "people", "why": "For people not seen in training.", "default": True},
    {"name": "fast", "why": "The published network, quicker.", "default": False},
]
JOB: dict[str, Any] = {
    "id": "ab12",
    "kind": "train",
    "settings": {"name": "second", "preset": "people", "evaluate": True},
    "state": "running",
    "started": 1795600100.0,
    "progress": 0.4,
    "step": "Evaluating, 2 of 5 folds done",
    "eta": 200.0,
    "curves": {"accuracy": [], "loss": []},
    "epochs": None,
    "result": None,
    "error": "",
    "hint": "",
}
FIGURES = {"balanced_accuracy": TESTED}
EVALUATION = {
    "synthetic": False,
    "participants": 24,
    "recordings": 72,
    "expressions": ["neutral", "happy", "sad"],
    "chance": 1 / 3,
    "meaning": "people never seen in training",
    "folds": 5,
    "units": [
        {"unit": "trials", "confusion": [[22, 0, 2], [1, 20, 3], [4, 4, 16]], "figures": FIGURES},
        {
            "unit": "frames",
            "confusion": [[8000, 500, 500], [90, 9000, 10], [50, 2000, 7000]],
            "figures": FIGURES,
        },
    ],
    "people": [
        {
            "participant": f"sub-{i:02}",
            "frames": 1100,
            "accuracy": 0.8,
            "balanced_accuracy": 0.7 + i / 100,
            "trials": 3,
            "trials_recognised": (1 + i % 3) / 3,
        }
        for i in range(24)
    ],
    "notices": [{"code": "x", "severity": "warning", "text": "One recording is short."}],
    "inflated_by": 0.123,
}
HISTORY = {"accuracy": [0.5, 0.7, 0.8], "loss": [1.0, 0.6, 0.4]}
IN_FULL = {**MODEL, "making": {}, "testing": {}, "history": HISTORY, "evaluation": EVALUATION}
PAIRED = {
    "people": [{"participant": f"sub-{i:02}", "a": 0.6, "b": (0.7, 0.5, 0.6)[i % 3]} for i in range(24)],
    "means": {"a": 0.6, "b": 0.64},
    "difference": {"value": 0.04, "low": 0.02, "high": 0.07, "trusted": True},
    "verdict": "better",
}
COMPARED = {
    "comparable": True,
    "a": "first",
    "b": "other",
    "why": "",
    "can_evaluate": False,
    "unit": "trials",
    "synthetic": False,
    "sentence": "other is better than first by 2.0 to 7.0 points on people never seen.",
    "trials": PAIRED,
    "frames": None,
}
REPORT = "<!doctype html><title>Report</title><h1>The report</h1>"


def told(*models: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"models": list(models), "material": {**MATERIAL, **changes}, "suggested": "expressions"}


@pytest.fixture
def scripted(answering: Scripted) -> Scripted:
    answering.answers |= {
        "GET /api/study": {"open": True, "title": "Anxiety 2026", "synthetic": False},
        "GET /api/models": told(MODEL, UNTESTED),
        "GET /api/recipes": RECIPES,
        "GET /api/models/first": IN_FULL,
        "GET /api/models/first/report": REPORT,
        "GET /api/comparison": COMPARED,
    }
    return answering


def opened(page: Page, studio: Scripted, place: str = "") -> Page:
    page.goto(f"{studio.address}/models{place}")
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()
    return page


def job(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(JOB), **changes}


def test_models_are_told_with_the_number_that_counts(page: Page, scripted: Scripted) -> None:
    opened(page, scripted)
    card = page.get_by_role("article").filter(has_text="first")
    expect(card).to_contain_text("81.2 %")
    expect(card).to_contain_text("balanced accuracy on people never seen: whole trials of 24 people")
    expect(card).to_contain_text("95 % interval 75.0 to 86.2 %")
    expect(card).to_contain_text("27,150 frames of 24 people")
    plain = page.get_by_role("article").filter(has_text="plain")
    expect(plain).to_contain_text("nobody knows how good it is")
    expect(plain.get_by_role("button", name="Test it")).to_be_visible()


def test_marks_of_what_is_made_up_or_no_longer_so(page: Page, scripted: Scripted) -> None:
    few = {**TESTED, "trusted": False}
    scripted.answers["GET /api/models"] = told(
        {**MODEL, "synthetic": True, "outdated": True, "balanced_accuracy": few},
        {**MODEL, "name": "broken", "problem": "The file is damaged. Copy it again."},
        {**MODEL, "name": "left", "withdrew": 1},
    )
    opened(page, scripted)
    card = page.get_by_role("article").filter(has_text="first")
    expect(card).to_contain_text("SYNTHETIC")
    expect(card).to_contain_text("study has changed")
    expect(card).to_contain_text("from too few people to be trusted")
    expect(card.get_by_role("button", name="Test again")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="broken")).to_contain_text("The file is damaged.")
    expect(card).not_to_contain_text("withdrew")
    marked = page.get_by_role("article").filter(has=page.get_by_role("heading", name="left"))
    expect(marked).to_contain_text("Learned from 1 person who withdrew: train again.")


def test_training_is_asked_for_with_sensible_defaults(page: Page, scripted: Scripted) -> None:
    scripted.answers["POST /api/jobs"] = lambda body: (201, job(settings=body, state="waiting"))
    opened(page, scripted)
    page.get_by_role("button", name="Train a model").click()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("expressions")
    expect(page.get_by_label("Also test it on people never seen")).to_be_checked()
    expect(page.get_by_label("Epochs")).to_be_hidden()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("expressions waits for its turn.")).to_be_visible()
    assert scripted.calls == [
        (
            "POST /api/jobs",
            {
                "kind": "train",
                "name": "expressions",
                "preset": "people",
                "evaluate": True,
                "labels": "prompted",
                "expressions": None,
                "clean": "no",
                "epochs": None,
                "for_webcams": False,
                "folds": 5,
                "leaking": False,
                "seed": 0,
            },
        )
    ]


def test_all_choices_are_sent(page: Page, scripted: Scripted) -> None:
    scripted.answers["POST /api/jobs"] = lambda body: (201, job(settings=body))
    opened(page, scripted)
    page.get_by_role("button", name="Train a model").click()
    page.get_by_label("Name").fill("mine")
    page.get_by_label("Recipe").select_option("fast")
    expect(page.get_by_text("The published network, quicker.")).to_be_visible()
    page.get_by_text("More choices").click()
    page.get_by_label("What it learns").select_option("column:group")
    page.get_by_label("sad").uncheck()
    page.get_by_label("Left out of training").select_option("onset")
    page.get_by_label("Epochs").fill("12")
    page.get_by_label("For webcams and videos").check()
    page.get_by_label("Also test on shuffled frames").check()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("mine is being trained.")).to_be_visible()
    [(_, sent)] = scripted.calls
    assert (sent["preset"], sent["labels"], sent["clean"], sent["epochs"]) == (
        "fast",
        "column:group",
        "onset",
        12,
    )
    assert (sent["expressions"], sent["for_webcams"], sent["leaking"]) == (["neutral", "happy"], True, True)


def test_a_name_that_is_none_is_not_sent(page: Page, scripted: Scripted) -> None:
    opened(page, scripted)
    page.get_by_role("button", name="Train a model").click()
    page.get_by_label("Name").fill("../etc")
    page.get_by_role("button", name="Train", exact=True).click()
    assert page.get_by_label("Name").evaluate("control => control.validity.patternMismatch")
    assert scripted.calls == []


def test_what_the_server_refuses_is_told(page: Page, scripted: Scripted) -> None:
    scripted.answers["POST /api/jobs"] = lambda _: (409, {"error": "It is taken.", "hint": "Choose another."})
    opened(page, scripted)
    page.get_by_role("button", name="Train a model").click()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="It is taken.")).to_contain_text("Choose another.")


def test_with_one_person_nobody_can_be_tested(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/models"] = told(people=1)
    opened(page, scripted)
    box = page.get_by_label("Also test it on people never seen")
    expect(box).to_be_disabled()
    expect(box).not_to_be_checked()
    expect(page.get_by_text("needs at least 2 people, and there is 1: record 1 more")).to_be_visible()


def test_with_few_people_it_is_said_what_that_means(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/models"] = told(people=6)
    opened(page, scripted)
    expect(page.get_by_text("With fewer than 20 people its interval can't be trusted.")).to_be_visible()


def test_without_recordings_the_way_to_some_is_shown(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/models"] = told(people=0, frames={})
    opened(page, scripted)
    expect(page.get_by_role("heading", name="No recordings yet")).to_be_visible()
    expect(page.get_by_role("link", name="Record a session")).to_have_attribute("href", "/sessions")
    expect(page.get_by_role("button", name="Train a model")).to_have_count(0)


def test_without_a_study_the_way_to_one_is_shown(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/study"] = {"open": False, "folder": "x"}
    page.goto(f"{scripted.address}/models")
    expect(page.get_by_role("heading", name="No study yet")).to_be_visible()


def test_what_could_not_be_loaded_is_told(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/models"] = lambda _: (
        500,
        {"error": "The disk is gone.", "hint": "Plug it in."},
    )
    page.goto(f"{scripted.address}/models")
    expect(page.get_by_text("The disk is gone. Plug it in.")).to_be_visible()


def test_a_job_shows_how_far_it_is_and_its_curves_grow(page: Page, scripted: Scripted) -> None:
    opened(page, scripted)
    scripted.tell("jobs", [job()])
    card = page.get_by_role("article").filter(has_text="Training and testing second")
    expect(card.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    expect(card.get_by_role("status")).to_have_text("Evaluating, 2 of 5 folds done.")
    expect(card).to_contain_text("40 %, about 3 min 20 s left")
    expect(card.locator(".epochs").first).to_be_hidden()
    for n in (1, 3):
        curves = {name: values[:n] for name, values in HISTORY.items()}
        scripted.tell("jobs", [job(curves=curves, epochs=4, progress=0.9, step="Training on 27,150 frames")])
        expect(
            card.get_by_text(f"{100 * HISTORY['accuracy'][n - 1]:.1f} % after epoch {n} of 4")
        ).to_be_visible()
        line = card.locator(".epochs .line").first
        assert len((line.get_attribute("points") or "").split()) == n
    scripted.tell("jobs", [job(state="done", progress=1.0, result={"model": "second"}, curves=HISTORY)])
    expect(card.get_by_role("link", name="See second")).to_have_attribute("href", "#model/second")
    expect(card.locator(".badge")).to_have_text("done")


def test_a_job_is_cancelled_and_goes_on(page: Page, scripted: Scripted) -> None:
    scripted.answers["DELETE /api/jobs/ab12"] = lambda _: (200, job(state="cancelled"))
    scripted.answers["POST /api/jobs"] = lambda _: (201, job(id="cd34"))
    opened(page, scripted)
    scripted.tell("jobs", [job()])
    page.get_by_role("button", name="Cancel").click()
    scripted.tell("jobs", [job(state="cancelled")])
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    page.get_by_role("button", name="Go on").click()
    wait_until(lambda: len(scripted.calls) == 3)
    assert [call for call, _ in scripted.calls] == ["DELETE /api/jobs/ab12"] * 2 + ["POST /api/jobs"]
    assert scripted.calls[-1][1] == {"kind": "train", **JOB["settings"]}
    scripted.tell("jobs", [job(id="cd34")])
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)


def test_a_job_that_failed_says_why_and_what_to_try(page: Page, scripted: Scripted) -> None:
    opened(page, scripted)
    scripted.tell("jobs", [job(state="failed", error="Too few people.", hint="Record another person.")])
    expect(page.get_by_role("alert").filter(has_text="Too few people.")).to_be_visible()
    expect(page.get_by_text("Record another person.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_models_are_asked_for_anew_when_a_job_has_ended(page: Page, scripted: Scripted) -> None:
    opened(page, scripted)
    scripted.tell("jobs", [job()])
    expect(page.get_by_role("progressbar")).to_be_visible()
    scripted.answers["GET /api/models"] = told(MODEL, UNTESTED, {**MODEL, "name": "second"})
    scripted.tell("jobs", [job(state="done", result={"model": "second"})])
    expect(page.get_by_role("link", name="second", exact=True)).to_be_visible()


def test_one_model_closely(page: Page, scripted: Scripted) -> None:
    opened(page, scripted, "#model/first")
    detail = page.get_by_role("region", name="first")
    expect(detail.get_by_role("heading", name="first")).to_be_focused()
    table = detail.get_by_role("table", name="Confusion matrix of whole trials")
    expect(table.get_by_role("row", name="happy 1 20")).to_contain_text("83 %")
    detail.get_by_role("button", name="single frames").click()
    expect(detail.get_by_role("table", name="Confusion matrix of single frames")).to_contain_text("9,000")
    expect(detail.locator("svg.people circle")).to_have_count(24)
    expect(detail).to_contain_text("from 33 % to 100 % recognised, 67 % in the middle")
    expect(detail).to_contain_text("Shuffled frames would claim +12.3 points")
    expect(detail).to_contain_text("One recording is short.")
    frame = detail.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(frame).to_have_attribute("src", "/api/models/first/report")
    detail.get_by_role("link", name="Close").click()
    expect(detail).to_have_count(0)


def test_a_model_is_removed_only_after_a_question(page: Page, scripted: Scripted) -> None:
    scripted.answers["DELETE /api/models/first"] = lambda _: (204, None)
    opened(page, scripted)
    page.get_by_role("button", name="Remove first").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert scripted.calls == []
    page.get_by_role("button", name="Remove first").click()
    scripted.answers["GET /api/models"] = told(UNTESTED)
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="first", exact=True)).to_have_count(0)
    assert scripted.calls == [("DELETE /api/models/first", None)]


def test_two_models_are_compared_person_by_person(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/models"] = told(MODEL, {**MODEL, "name": "other"})
    opened(page, scripted)
    page.get_by_role("link", name="Compare two").click()
    section = page.get_by_role("region", name="Compare two models")
    expect(section).to_contain_text("other is better than first by 2.0 to 7.0 points")
    expect(section).to_contain_text("+4.0 points, 95 % interval +2.0 points to +7.0 points")
    expect(section.locator("svg.paired line.pair")).to_have_count(25)  # and the mean
    expect(section).to_contain_text("recognises 8 better (solid) and 8 worse (dashed), 8 as often")
    section.get_by_text("As a table").click()
    expect(section.get_by_role("row", name="sub-00")).to_contain_text("+10.0 points")
    section.get_by_label("A", exact=True).select_option("other")
    expect(page).to_have_url(f"{scripted.address}/models#compare/other/other")


def test_models_that_cannot_be_compared_can_be_tested_the_same_way(page: Page, scripted: Scripted) -> None:
    scripted.answers["GET /api/comparison"] = {
        "comparable": False,
        "a": "first",
        "b": "plain",
        "can_evaluate": True,
        "why": "plain was not tested on people never seen.",
    }
    scripted.answers["POST /api/jobs"] = lambda body: (201, job(kind="compare", settings=body))
    opened(page, scripted, "#compare/first/plain")
    expect(page.get_by_text("plain was not tested on people never seen.")).to_be_visible()
    page.get_by_role("button", name="Test both the same way").click()
    expect(page.get_by_text("Both recipes are trained anew")).to_be_visible()
    assert scripted.calls == [("POST /api/jobs", {"kind": "compare", "a": "first", "b": "plain"})]


@pytest.mark.parametrize("place", ["", "#model/first", "#compare/first/plain"])
def test_everybody_can_use_it(browser: Browser, scripted: Scripted, place: str) -> None:
    for width in (360, 820, 1280):
        with page_of(browser, viewport={"width": width, "height": 800}) as page:
            opened(page, scripted, place)
            scripted.tell("jobs", [job(curves=HISTORY, epochs=4), job(id="x", state="failed", error="No.")])
            expect(page.get_by_role("progressbar")).to_be_visible()
            if not place:
                page.get_by_role("button", name="Train a model").click()
                page.get_by_text("More choices").click()
            assert not wider_than_its_window(page)
            if width == 1280:
                assert flaws(page) == []


def test_a_real_training_from_the_form_to_the_report(
    browser: Browser, make_studio: Callable[..., Studio], serve: Callable[..., Any], small_study: Path
) -> None:
    address = serve(make_studio(folder=small_study)).url
    with page_of(browser, viewport={"width": 1180, "height": 820}) as page:
        page.set_default_timeout(SLOW)
        page.goto(f"{address}/models")
        page.get_by_text("More choices").click()
        page.get_by_label("Epochs").fill("2")
        page.get_by_label("Folds of the test").fill("2")
        page.get_by_role("button", name="Train", exact=True).click()
        see = page.get_by_role("link", name="See expressions")
        expect(see).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("after epoch 2 of 2").first).to_be_visible()
        see.click()
        expect(page.get_by_role("table", name="Confusion matrix of whole trials")).to_be_visible()
        report = page.frame_locator("iframe")
        expect(report.get_by_role("heading", name="Six people: expressions")).to_be_visible()
        expect(page.get_by_role("article").filter(has_text="360 frames of 6 people")).to_contain_text(
            "SYNTHETIC"
        )
