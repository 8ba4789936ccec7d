"""Route: making the study, on the first start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, SecretStr

from mimik.errors import ProtocolError
from mimik.protocol import builtin_protocols, load_protocol, parse_protocol
from mimik.web.api.facts import PROBLEMS, ProblemFacts, StudyFacts
from mimik.web.api.study import overview
from mimik.web.private import is_private
from mimik.web.problems import NotPrivate
from mimik.web.studio.passphrase import chosen_passphrase

if TYPE_CHECKING:
    from mimik.protocol import Protocol
    from mimik.web.studio.studio import Studio

__all__ = ["new_study_routes"]

_Typed = Annotated[SecretStr, Field(max_length=1000)]


class NewPassphrase(BaseModel):
    """What encrypts a study, typed twice."""

    passphrase: _Typed = Field(description="Of at least 8 characters; who loses it loses the data.")
    again: _Typed = Field(description="The same once more.")


class NewStudy(BaseModel):
    """A study to be made."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    protocol: str | None = Field(default=None, description="Name of a built-in protocol.")
    protocol_toml: Annotated[str, Field(max_length=500_000)] | None = Field(
        default=None, description="A protocol's text (TOML) instead."
    )
    synthetic: bool = Field(default=False, description="For simulated people only.")
    consent: Annotated[str, Field(max_length=200_000)] | None = Field(
        default=None, description="What participants agree to; a plain text by default."
    )
    encryption: NewPassphrase | None = Field(
        default=None, description="Encrypts the study; over HTTPS, or on this computer itself."
    )


def new_study_routes(studio: Studio) -> APIRouter:
    """Return the route that makes a studio's study."""
    routes = APIRouter(prefix="/api", tags=["study"], responses=PROBLEMS)

    @routes.post(
        "/study",
        status_code=201,
        response_model=StudyFacts,
        response_model_exclude_unset=True,
        responses={403: {"model": ProblemFacts, "description": "A passphrase came over plain HTTP."}},
        summary="Make the study, on the first start",
    )
    def make(wanted: NewStudy, asked: Request) -> dict[str, Any]:
        passphrase = None if wanted.encryption is None else _passphrase(wanted.encryption, asked)
        if wanted.protocol_toml is not None:
            protocol = _without_media(parse_protocol(wanted.protocol_toml, where="protocol"))
        else:
            protocol = load_protocol(_builtin(wanted.protocol or "follow-up"))
        studio.make_study(
            title=wanted.title,
            protocol=protocol,
            synthetic=wanted.synthetic,
            consent=wanted.consent,
            passphrase=passphrase,
        )
        return overview(studio, asked)

    return routes


def _passphrase(typed: NewPassphrase, asked: Request) -> str:
    if not is_private(asked):
        raise NotPrivate(
            "passphrase: expected it over HTTPS or from this computer, found plain HTTP from elsewhere.",
            hint="Others in the network could have read it: never use it. Start with --self-signed, or open "
            "the studio on the computer it runs on.",
        )
    return chosen_passphrase(typed.passphrase.get_secret_value(), typed.again.get_secret_value())


def _builtin(name: str) -> str:
    """Return the name; others are paths of this computer, which are no business of a page."""
    if name not in builtin_protocols():
        known = ", ".join(builtin_protocols())
        raise ProtocolError(f"Expected a built-in protocol ({known}), found {name[:80]!r}.")
    return name


def _without_media(protocol: Protocol) -> Protocol:
    """Return a protocol that came as text alone, or refuse it where pictures or clips belong to it."""
    named = [trial.media.file for trial in protocol.trials if trial.media is not None]
    if named:
        raise ProtocolError(
            f"Expected a protocol without pictures and clips, found {named[0]!r}, which no page can send.",
            hint="Make this study with `mimik new FOLDER --protocol FILE`, which copies them, then serve it.",
        )
    return protocol
