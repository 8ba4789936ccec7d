"""``mimik serve``: the studio, in a browser."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, notes, out
from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.sources.addresses import own_addresses

if TYPE_CHECKING:
    from mimik.web.access import Access
    from mimik.web.certificate import Certificate
    from mimik.web.studio.studio import Studio

__all__ = ["serve"]


def serve(
    study: Annotated[
        Path,
        typer.Argument(metavar="STUDY", help="The study's folder; a new or empty one for a new study."),
    ],
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS|all",
            help="Let other computers open the pages too: at one of this computer's addresses, or at all. "
            "By default only this computer can.",
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the pages; 0 takes any free one.")] = 8000,
    phone_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="UDP port the phones send to; by default 11111.")
    ] = None,
    self_signed: Annotated[
        bool,
        typer.Option("--self-signed", help="HTTPS with a certificate that this computer makes for itself."),
    ] = False,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="HTTPS with this certificate (PEM).", dir_okay=False)
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", help="The certificate's key (PEM).", dir_okay=False)
    ] = None,
    open_browser: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the first page; by default where there is a desktop."),
    ] = None,
    virtual: Annotated[
        int,
        typer.Option(
            "--virtual", min=0, max=16, help="So many simulated people sit down; for synthetic studies only."
        ),
    ] = 0,
) -> None:
    """Run a study in the browser: phones, participants' screens, recordings, models.

    Nothing but this computer is needed, no internet and no other server. Ctrl-C stops; sessions that run then
    can be resumed.

    Examples:

        mimik serve anxiety-2026

        mimik serve anxiety-2026 --host all

        mimik serve anxiety-2026 --host all --self-signed

        mimik serve trial-run --virtual 2
    """
    with needs_extra("studio"):
        from mimik.web.serve import listen
        from mimik.web.serve import serve as run
        from mimik.web.studio.studio import Studio
    from mimik.sources.livelink import PORT

    with ExitStack() as at_end:
        listeners = [at_end.enter_context(made) for made in listen(host, port)]
        port = listeners[0].getsockname()[1]
        access, tls = _access(host, port, tls_cert, tls_key, self_signed=self_signed)
        studio = Studio(study, phone_port=PORT if phone_port is None else phone_port)
        at_end.callback(studio.receiver.close)
        if virtual:
            studio.simulate(virtual)

        def ready() -> None:
            _tell(studio, access, port, tls)
            if _has_desktop() if open_browser is None else open_browser:
                _open(_address(access, "localhost", port))

        run(studio, listeners, access, tls=tls, ready=ready)
    with suppress(OSError):  # the terminal may be closed already
        out.print(f"Stopped. Start again: {command('serve', study)}")


def _access(
    host: str | None, port: int, cert: Path | None, key: Path | None, *, self_signed: bool
) -> tuple[Access, Certificate | None]:
    """Return who may open the pages, and the certificate if they come over HTTPS."""
    from mimik.web.access import Access
    from mimik.web.certificate import Certificate, own_certificate

    if (cert is None) != (key is None) or (cert is not None and self_signed):
        raise MimikError(
            "Expected --tls-cert and --tls-key together, or --self-signed alone.",
            hint="Without any of them the pages come over plain HTTP.",
        )
    secure = self_signed or cert is not None
    if host is None:
        access = Access(secure=secure)
    else:
        names = own_addresses() if host == "all" else (host,)
        access = Access.shared(names, port=port, secure=secure)
    if not secure:
        return access, None
    tls = Certificate(cert, key) if cert and key else own_certificate(access.hosts)
    return replace(access, authority=tls.authority), tls


def _tell(studio: Studio, access: Access, port: int, tls: Certificate | None) -> None:
    from mimik.cli.waiting import address_line

    title = f"the study {studio.study.title}" if studio.study else f"a new study in {studio.folder}"
    out.print(f"The studio of {title} is open.")
    out.print(f"  here         {_address(access, 'localhost', port)}", style="bold")
    if access.url:
        out.print(f"  elsewhere    {access.url}/{_query(access)}", style="bold")
    out.print(f"  for phones {address_line(studio.phone_port)}")
    if access.token:
        out.print("Who has the token in the address can do everything: give it to nobody who shouldn't.")
    if tls and tls.authority:
        made = "made just now" if tls.fresh else "as before"
        out.print(
            f"This computer vouches for itself ({made}), so browsers warn. SHA-256 fingerprints to compare:"
        )
        out.print(f"  certificate  {tls.fingerprint}")
        out.print(f"  authority    {tls.authority_fingerprint}")
        if access.url:
            out.print(f"Tablets may install and trust {access.url}/authority.pem")
    out.print("Stop with Ctrl-C. Sessions that run then can be resumed.")


def _address(access: Access, host: str, port: int) -> str:
    from mimik.web.access import address_of

    return f"{address_of(host, port, secure=access.secure)}/{_query(access)}"


def _query(access: Access) -> str:
    return f"?token={access.token}" if access.token else ""


def _has_desktop() -> bool:
    """Whether a browser would open beside the terminal, not in it or on nobody's screen."""
    if not sys.stdout.isatty() or "SSH_CONNECTION" in os.environ:
        return False
    desktop = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return desktop or sys.platform in ("win32", "darwin")


def _open(address: str) -> None:
    """Open the first page; a browser that takes its time must not hold up the studio."""

    def opening() -> None:
        with suppress(webbrowser.Error, OSError):
            if not webbrowser.open(address):
                notes.print("No browser was found; open the address yourself.")

    threading.Thread(target=opening, name="mimik-browser", daemon=True).start()
