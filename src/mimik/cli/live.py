"""``mimik live``: what people show, as they show it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import print_json
from mimik.cli.options import FaceModel, Json, ReadyModel

__all__ = ["live"]


def live(
    model: ReadyModel,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help='"livelink[:PORT]", "vtubestudio:ADDRESS", "facecap", "ifacialmocap:ADDRESS", "lsl[:NAME]", '
            '"webcam[:INDEX]", "virtual", or the path of a recording. Several may be named.',
        ),
    ],
    outlets: Annotated[
        list[str] | None,
        typer.Option(
            "--outlet",
            "-o",
            metavar="OUTLET",
            help='Where recognitions go besides: "websocket[:PORT]", "lsl[:NAME]", "osc:HOST:PORT", FILE.csv'
            " or FILE.jsonl. May be given several times.",
        ),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="A file of rules (TOML): when to do what.", dir_okay=False)
    ] = None,
    smoothing: Annotated[
        float, typer.Option("--smoothing", min=0, max=60, help="Time constant, seconds; 0 for none.")
    ] = 0.3,
    unsure_below: Annotated[
        float, typer.Option("--unsure-below", min=0, max=0.99, help="No label below this probability.")
    ] = 0.4,
    rest: Annotated[
        bool,
        typer.Option(
            "--rest/--no-rest", help="Ask for a neutral face first, to learn how each person looks."
        ),
    ] = True,
    face_model: FaceModel = None,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0, help="Stop after this time.")] = None,
    json: Json = False,
) -> None:
    """Recognise the shown expression live, from phones and other trackers, or from a recording as it plays.

    Look neutral for the first three seconds. Several devices may send at once. Ctrl-C ends, with a summary of
    what was shown for how long.

    Examples:

        mimik live expressions.mimik livelink

        mimik live expressions.mimik livelink --outlet websocket --outlet shown.csv

        mimik live expressions.mimik webcam --face-model face_landmarker.task

        mimik live expressions.mimik virtual --seconds 12 --rules rules.toml
    """
    from mimik.cli.live_session import recognise
    from mimik.cli.live_summary import show_summary
    from mimik.deploy.load import load
    from mimik.live.outlets.naming import make_outlet
    from mimik.live.rules.read import load_rules
    from mimik.live.settings import LiveSettings

    summary, failed = recognise(
        lambda: load(model),
        sources,
        name=model.name,
        settings=LiveSettings(smoothing=smoothing, unsure_below=unsure_below, rest=rest),
        outlets=[make_outlet(text) for text in outlets or ()],
        rules=load_rules(rules) if rules else (),
        seconds=seconds,
        face_model=face_model,
    )
    if json:
        print_json(summary)
    else:
        show_summary(summary)
    if failed:
        raise typer.Exit(1)
