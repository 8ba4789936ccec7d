"""A report as one HTML file: what all pages share, and how they reach the disk whole."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mimik.errors import DataError
from mimik.learn.report import numbers

__all__ = ["page_text", "write_page", "write_text"]


def write_page(path: Path | str, template: str, *, now: datetime | None = None, **values: Any) -> Path:
    """Fill in a template and write it; see ``page_text`` and ``write_text``."""
    return write_text(path, page_text(template, now=now, **values))


def page_text(template: str, *, now: datetime | None = None, **values: Any) -> str:
    """Return a filled in template.

    Args:
        template: name in ``templates``, which extends ``page.html.jinja``.
        now: the time of writing.
        values: for the template; ``title`` and ``synthetic`` are needed by all.
    """
    written = (now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC")
    style = Markup(files("mimik.learn.report").joinpath("templates/style.css").read_text("utf-8"))
    return _environment().get_template(template).render(style=style, written=written, **values)


def write_text(path: Path | str, page: str) -> Path:
    """Write a page; an existing file is replaced at once or stays as it is.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
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
        loader=PackageLoader("mimik.learn.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: getattr(numbers, name) for name in numbers.__all__})
    return environment
