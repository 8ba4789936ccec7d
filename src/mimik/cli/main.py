"""The program ``mimik``: its commands in the order in which a study needs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import typer

from mimik.cli import (
    answers,
    audit,
    bench,
    bids,
    check,
    clusters,
    compare,
    consent,
    demo,
    distill,
    encrypt,
    evaluate,
    exclude,
    export,
    finish,
    importing,
    info,
    labels,
    live,
    merge,
    migrate,
    monitor,
    new,
    pack,
    participants,
    predict,
    profiles,
    record,
    reidentify,
    release,
    reliability,
    repair,
    reproduce,
    serve,
    simulate,
    takeout,
    train,
    unpack,
)
from mimik.cli.console import friendly, out
from mimik.version import __version__

__all__ = ["app", "run"]

app = typer.Typer(
    name="mimik",
    help=(
        "A laboratory for facial expression with iPhones, iPads and other face trackers.\n\n"
        "New here? [bold]mimik demo[/] shows the whole road in two minutes, without a phone.\n\n"
        "Research use only, not a medical device. Mimik recognises shown expressions, never felt emotions."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "new": new.new,
    "consent": consent.consent,
    "record": record.record,
    "serve": serve.serve,
    "finish": finish.finish,
    "import": importing.import_,
    "answers": answers.answers,
    "exclude": exclude.exclude,
    "simulate": simulate.simulate,
    "info": info.info,
    "check": check.check,
    "repair": repair.repair,
    "participants": participants.participants,
    "encrypt": encrypt.encrypt,
    "decrypt": encrypt.decrypt,
    "rekey": encrypt.rekey,
    "migrate": migrate.migrate,
    "labels": labels.labels,
    "train": train.train,
    "distill": distill.distill,
    "evaluate": evaluate.evaluate,
    "compare": compare.compare,
    "reproduce": reproduce.reproduce,
    "clusters": clusters.clusters,
    "profiles": profiles.profiles,
    "predict": predict.predict,
    "export": export.export,
    "bench": bench.bench,
    "bids": bids.bids,
    "release": release.release,
    "pack": pack.pack,
    "unpack": unpack.unpack,
    "merge": merge.merge,
    "takeout": takeout.takeout,
    "live": live.live,
    "reliability": reliability.reliability,
    "monitor": monitor.monitor,
    "reidentify": reidentify.reidentify,
}


def _help(command: Callable[..., Any]) -> str:
    """Return a docstring as flowing text; Rich would keep the line breaks of the source."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(p if p.startswith("    ") else " ".join(p.split("\n")) for p in paragraphs)


_AUDIT: dict[str, Callable[..., None]] = {"verify": audit.verify, "show": audit.show, "accept": audit.accept}

for name, command in _COMMANDS.items():
    app.command(name, help=_help(command))(friendly(command))

audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
for name, command in _AUDIT.items():
    audit_app.command(name, help=_help(command))(friendly(command))
app.add_typer(audit_app, name="audit", help="Verify and show a study's audit trail, and stand for changes.")


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"mimik {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


def run() -> None:
    """Run the program."""
    app()
