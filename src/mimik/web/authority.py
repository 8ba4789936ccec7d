"""The way by which a tablet gets the certificate of this computer's own authority, to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import FileResponse, Response

from mimik.web.studio.missing import NotFound

if TYPE_CHECKING:
    from fastapi import FastAPI

    from mimik.web.access import Access

__all__ = ["add_authority"]


def add_authority(app: FastAPI, access: Access) -> None:
    """Let an app give the file, without a token: it holds nothing secret."""

    @app.get("/authority.pem", include_in_schema=False)
    def authority() -> Response:
        if access.authority is None:
            raise NotFound(
                "Expected a certificate that this computer made for itself, found none.",
                hint="Start with --self-signed.",
            )
        # iPads offer to install what comes with this type.
        return FileResponse(access.authority, media_type="application/x-x509-ca-cert")
