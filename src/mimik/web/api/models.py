"""Routes: the study's models, training and testing them, and two of them side by side."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from mimik.learn.presets import DEFAULT, RECIPES
from mimik.web.api.facts import PROBLEMS
from mimik.web.problems import Conflict
from mimik.web.studio.making import FOLDS, Making
from mimik.web.studio.missing import NotFound
from mimik.web.studio.shelf import check_name

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["model_routes"]

MOST_JOBS = 20
"""So many may wait in line."""

_CALLED = "expressions"
"""What a first model is called unless somebody says otherwise."""

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
Name = Annotated[str, Field(pattern=_NAME, description="Letters, digits, - and _.")]
NameInPath = Annotated[str, Path(pattern=_NAME, description="Name of a model.")]
NameInQuery = Annotated[str, Query(pattern=_NAME, description="Name of a model.")]


class BalancedAccuracy(BaseModel):
    """Share recognised of each expression, averaged, on people never seen; 0..1, with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None
    trusted: bool = Field(description="Whether there are enough people to believe the interval.")
    unit: Literal["participants", "trials", "frames"] = Field(description="What is decided as one.")
    people: int | None = Field(description="How many were tested.")


class Model(BaseModel):
    """What is known of a model."""

    name: str
    labels: list[str]
    target: str = Field(description='What the labels are, such as "prompted".')
    made: float | None
    frames: int
    participants: int | None
    recipe: str
    synthetic: bool
    balanced_accuracy: BalancedAccuracy | None = Field(description="null: not tested on people never seen.")
    report: bool = Field(description="Whether there is a report of its evaluation.")
    size: int = Field(description="Of its file, bytes.")
    outdated: bool | None = Field(description="Whether the study has changed since.")
    withdrew: int = Field(description="How many of those it learned from withdrew since.")
    problem: str = Field(description="Why the file can't be read; empty if it can.")


class ModelInFull(Model):
    """A model, how it was made, and what its evaluation found."""

    making: dict[str, Any] | None
    testing: dict[str, Any] | None
    history: dict[str, list[float]] | None = Field(description="Figures after each epoch.")
    evaluation: dict[str, Any] | None


class Labels(BaseModel):
    """Something that can be learned."""

    value: str
    text: str


class Material(BaseModel):
    """What there is to learn from."""

    people: int
    frames: dict[str, int] = Field(description="Of each expression.")
    labels: list[Labels]
    fewest_people: int = Field(description="So many are needed to test on people never seen.")
    enough_people: int = Field(description="With fewer no interval can be trusted.")


class ModelsTold(BaseModel):
    """All models, the newest first."""

    models: list[Model]
    material: Material
    suggested: str = Field(description="A free name.")


class Recipe(BaseModel):
    """A way to train."""

    name: str
    why: str
    default: bool


class Job(BaseModel):
    """Something that takes its time. ``eta``: seconds it still takes, as far as can be told."""

    id: str
    kind: Literal["train", "evaluate", "compare"]
    settings: dict[str, Any]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    started: float | None
    progress: float
    step: str
    eta: float | None
    curves: dict[str, list[float | None]]
    epochs: int | None
    result: dict[str, Any] | None
    error: str
    hint: str


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    folds: Annotated[int, Field(ge=2, le=1000)] = FOLDS
    leaking: bool = Field(default=False, description="Also test on shuffled frames, to see how they flatter.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class Train(_Asked):
    """Train a model on everybody, and first test its recipe on people held out."""

    kind: Literal["train"]
    name: Name
    preset: str = DEFAULT
    epochs: Annotated[int, Field(ge=1, le=10_000)] | None = None
    evaluate: bool = True
    labels: Annotated[str, Field(max_length=200)] = "prompted"
    expressions: Annotated[list[str], Field(max_length=1000)] | None = None
    clean: Literal["no", "onset", "frames", "trials"] = "no"
    for_webcams: bool = False


class Evaluate(_Asked):
    """Test the recipe of a model on people held out, in the study as it is now."""

    kind: Literal["evaluate"]
    name: Name


class Compare(_Asked):
    """Test the recipes of two models on the same people."""

    kind: Literal["compare"]
    a: Name
    b: Name


NewJob = Annotated[Train | Evaluate | Compare, Body(discriminator="kind")]


class Difference(BaseModel):
    """By how much one model is better, 0..1, with its 95 % interval over people."""

    value: float | None
    low: float | None
    high: float | None
    trusted: bool


class Side(BaseModel):
    """A person, as both models recognise them."""

    participant: str
    a: float
    b: float


class Paired(BaseModel):
    """The difference over people."""

    people: list[Side]
    means: dict[Literal["a", "b"], float]
    difference: Difference
    verdict: Literal["better", "worse", "no_difference", "cannot_tell", "no_interval"]


class Comparison(BaseModel):
    """Two models on the same people, or why they can't be compared."""

    comparable: bool
    a: str
    b: str
    why: str = ""
    can_evaluate: bool = Field(default=False, description="Whether the job `compare` would help.")
    unit: Literal["trials", "frames"] | None = Field(default=None, description="What the sentence is about.")
    synthetic: bool = False
    sentence: str = ""
    trials: Paired | None = None
    frames: Paired | None = None


def model_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's models and jobs."""
    routes = APIRouter(prefix="/api", tags=["models"], responses=PROBLEMS)
    _add_models(routes, studio)
    _add_jobs(routes, studio)
    return routes


def _add_models(routes: APIRouter, studio: Studio) -> None:
    @routes.get("/models", summary="The study's models, and what there is to learn from")
    def models() -> ModelsTold:
        suggested = studio.models.free_name(_CALLED, studio.jobs.at_work_on)
        told = {"models": studio.models.all(), "material": studio.models.material(), "suggested": suggested}
        return ModelsTold.model_validate(told)

    @routes.get("/models/{name}", summary="A model and its evaluation")
    def model(name: NameInPath) -> ModelInFull:
        return ModelInFull.model_validate(studio.models.one(name))

    @routes.get(
        "/models/{name}/report",
        summary="The report of its evaluation",
        response_class=Response,  # HTMLResponse would say that errors are HTML, too
        responses={200: {"content": {"text/html": {}}}},
    )
    def report(name: NameInPath) -> Response:
        return HTMLResponse(studio.models.report(name))

    @routes.delete("/models/{name}", status_code=204, summary="Remove a model for good")
    def remove(name: NameInPath) -> None:
        if name in studio.jobs.at_work_on:
            raise Conflict(f"A job is at work on {name!r}.", hint="Cancel the job first.")
        studio.models.remove(name)
        studio.broadcast.publish("study", {})

    @routes.get("/recipes", summary="Ways to train")
    def recipes() -> list[Recipe]:
        return [Recipe(name=name, why=why, default=name == DEFAULT) for name, why in RECIPES.items()]

    @routes.get("/comparison", summary="Two models side by side, person by person")
    def comparison(a: NameInQuery, b: NameInQuery) -> Comparison:
        return Comparison.model_validate(studio.models.compare(a, b))


def _add_jobs(routes: APIRouter, studio: Studio) -> None:
    starting = threading.Lock()  # two requests at once can't both have a name

    @routes.get("/jobs", summary="What is being trained or tested, waits, or has ended")
    def jobs() -> list[Job]:
        return [Job.model_validate(job) for job in studio.jobs.all()]

    @routes.post(
        "/jobs",
        status_code=201,
        summary="Train or test; one job at a time",
    )
    def start(wanted: NewJob) -> Job:
        with starting:
            _refuse(studio, wanted)
            job = studio.jobs.start(wanted.kind, wanted.model_dump(exclude={"kind"}))
        return Job.model_validate(job.to_dict())

    @routes.delete("/jobs/{job}", summary="Cancel a job; clear away one that has ended")
    def cancel(job: Annotated[str, Path(max_length=64)]) -> Job:
        try:
            return Job.model_validate(studio.jobs.cancel(job).to_dict())
        except KeyError:
            raise NotFound("There is no such job.", hint="Was it cleared away meanwhile?") from None


def _refuse(studio: Studio, wanted: Train | Evaluate | Compare) -> None:
    """Raise what stands in the way of a job, before it is begun."""
    studio.require_study()
    if studio.jobs.left >= MOST_JOBS:
        raise Conflict(f"{MOST_JOBS} jobs wait already.", hint="Wait until some have ended.")
    match wanted:
        case Train():
            _refuse_taken(studio, wanted.name)
            Making.of(wanted.model_dump())
        case Evaluate():
            studio.models.path(wanted.name)
        case Compare():
            studio.models.path(wanted.a)
            studio.models.path(wanted.b)


def _refuse_taken(studio: Studio, name: str) -> None:
    """Raise Conflict where a model is called so, or will be; on some disks case makes no difference."""
    if studio.models.free_name(check_name(name), studio.jobs.at_work_on) != name:
        raise Conflict(
            f"A model is called {name!r} already.", hint="Choose another name, or remove that one."
        )
