"""The web application: routes and pages of one studio, behind a guard."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimik.extras import needs_extra

with needs_extra("studio"):
    from fastapi import FastAPI
    from fastapi.responses import FileResponse
    from fastapi.staticfiles import StaticFiles

from mimik.version import __version__
from mimik.web.access import Access, Guard
from mimik.web.api.devices import device_routes
from mimik.web.api.live import live_routes
from mimik.web.api.models import model_routes
from mimik.web.api.newstudy import new_study_routes
from mimik.web.api.recordings import recording_routes
from mimik.web.api.screens import screen_routes
from mimik.web.api.sittings import sitting_routes
from mimik.web.api.study import study_routes
from mimik.web.api.watch import watch_routes
from mimik.web.api.withdrawals import withdrawal_routes
from mimik.web.apipage import add_api_page
from mimik.web.authority import add_authority
from mimik.web.problems import tell_problems

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["PAGES", "create_app"]

PAGES = {
    "/": "home",
    "/devices": "devices",
    "/sessions": "sessions",
    "/recordings": "recordings",
    "/models": "models",
    "/live": "live",
}
"""Path of each of the operator's pages -> its file."""

_DESCRIPTION = """Everything the studio's pages do, they do through these routes; so can your scripts.

Times are seconds since 1970 (UTC). What is not known is null.
An error is `{"error": sentence, "hint": what to try}`.
`/api/watch` is a WebSocket that tells what changes. Research use only, not a medical device.
"""
# Newer FastAPI hands addresses, which hold pseudonyms and keys, to whatever collects OpenTelemetry here.
_NO_TELEMETRY: Any = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_STATIC = Path(str(files("mimik.web").joinpath("static")))


def create_app(studio: Studio, access: Access | None = None) -> FastAPI:
    """Return the application of a studio.

    Args:
        studio: what it shows; opened and closed by the caller.
        access: who may open it; by default this computer alone, without a token.
    """
    app = FastAPI(
        title="Mimik studio",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry=_NO_TELEMETRY,
    )
    for routes in (
        study_routes,
        new_study_routes,
        device_routes,
        sitting_routes,
        screen_routes,
        recording_routes,
        model_routes,
        live_routes,
        watch_routes,
        withdrawal_routes,
    ):
        app.include_router(routes(studio))
    for path, name in PAGES.items():
        _add_page(app, path, _STATIC / f"{name}.html")
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    access = access or Access()
    add_api_page(app, access)
    add_authority(app, access)
    tell_problems(app)
    app.add_middleware(Guard, access=access)
    return app


def _add_page(app: FastAPI, path: str, file: Path) -> None:
    @app.get(path, include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(file, media_type="text/html")
