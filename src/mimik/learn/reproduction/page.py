"""Write a reproduction as one self-contained HTML file."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mimik.errors import DataError
from mimik.learn.report import numbers
from mimik.learn.report.figures import MAX_NAMED, course_figure, people_figure
from mimik.learn.reproduction import published
from mimik.learn.reproduction.compare import UNSEEN
from mimik.learn.reproduction.figures import architecture_figure, expressions_figure, training_figure

if TYPE_CHECKING:
    from mimik.learn.course import Course
    from mimik.learn.reproduction.reproduction import Reproduction

__all__ = ["write_page"]

_REPORT = "mimik.learn.report"


def write_page(
    path: Path | str, reproduction: Reproduction, *, course: Course | None = None, now: datetime | None = None
) -> Path:
    """Write a page that opens in any browser, on or off the network.

    It names participants by pseudonym: keep it with the study.

    Args:
        path: of the HTML file; replaced if it exists.
        reproduction: what to show.
        course: one trial, drawn as the paper's Figure 5.
        now: the time of writing.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    page = (
        _environment()
        .get_template("reproduction.html.jinja")
        .render(
            r=reproduction,
            p=published,
            unseen=UNSEEN,
            accuracy=reproduction.unseen.frames.figures["accuracy"],
            figures=_figures(reproduction, course),
            course=course,
            max_named=MAX_NAMED,
            style=Markup(files(_REPORT).joinpath("templates/style.css").read_text("utf-8")),
            written=(now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
        )
    )
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise DataError(f"the report could not be written to {path}: {error.strerror}") from error
    return path


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_REPORT),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: getattr(numbers, name) for name in numbers.__all__})
    environment.filters.update(signed_points=_signed_points, signed=_signed)
    return environment


def _figures(reproduction: Reproduction, course: Course | None) -> dict[str, Markup | None]:
    history = reproduction.published_split.folds[0].history or {}
    people, chance = reproduction.unseen.people, reproduction.unseen.scores.chance
    return {
        "architecture": architecture_figure("architecture", reproduction.layers),
        "accuracy": training_figure(
            "curve-accuracy", "accuracy", history.get("accuracy", ()), published.TRAINING_ACCURACY
        ),
        "loss": training_figure("curve-loss", "loss", history.get("loss", ())),
        "course": course_figure("course", course) if course is not None else None,
        "expressions": expressions_figure("expressions-figure", reproduction),
        "people": people_figure("people", people, chance),
    }


def _signed_points(difference: float | None) -> str:
    """0.0123 -> "+1.2", in points of percent."""
    return numbers.percent(None) if difference is None else _minus(f"{round(100 * difference, 1) + 0.0:+.1f}")


def _signed(difference: float | None) -> str:
    """0.0123 -> "+0.012"."""
    return numbers.percent(None) if difference is None else _minus(f"{round(difference, 3) + 0.0:+.3f}")


def _minus(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")
