"""Routes: the phones that send, and which of them may record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from mimik.web.api.facts import PROBLEMS, DeviceFacts

if TYPE_CHECKING:
    from mimik.web.studio.studio import Studio

__all__ = ["device_routes"]

Number = Annotated[int, Path(ge=1, le=10_000, description="The phone's number in this run of the studio.")]


class HowMany(BaseModel):
    """How many simulated people sit down."""

    count: Annotated[int, Field(ge=1, le=20)] = 1


def device_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's phones."""
    routes = APIRouter(prefix="/api/devices", tags=["devices"], responses=PROBLEMS)

    @routes.get(
        "", response_model=list[DeviceFacts], summary="All phones that have sent something in this run"
    )
    def devices() -> list[dict[str, Any]]:
        return studio.devices.all()

    @routes.post(
        "/simulated",
        status_code=201,
        response_model=list[DeviceFacts],
        summary="Let simulated people sit down (synthetic studies)",
    )
    def simulate(wanted: HowMany) -> list[dict[str, Any]]:
        studio.simulate(wanted.count)
        return studio.devices.all()

    @routes.delete("/simulated", response_model=list[DeviceFacts], summary="Send the simulated people away")
    def send_away() -> list[dict[str, Any]]:
        studio.simulated.send_away()
        return studio.devices.all()

    @routes.post("/{number}/accept", response_model=DeviceFacts, summary="Let a phone record")
    def accept(number: Number) -> dict[str, Any]:
        studio.devices.accept(number)
        return studio.devices.one(number)

    @routes.delete("/{number}/accept", response_model=DeviceFacts, summary="Let a phone record no longer")
    def withdraw(number: Number) -> dict[str, Any]:
        studio.devices.withdraw(number)
        return studio.devices.one(number)

    return routes
