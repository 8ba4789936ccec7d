"""``mimik record``: one participant's session in the terminal."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, counted, notes, out, print_json
from mimik.cli.options import FaceModel, Json, Purposes, StudyFolder, chosen
from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.cli.watcher import Watcher
    from mimik.clock import Clock
    from mimik.protocol import Protocol
    from mimik.study.study import Study

__all__ = ["record"]


def record(
    study: StudyFolder,
    participant: Annotated[
        str | None, typer.Option("--participant", "-P", help="An existing pseudonym; by default a new one.")
    ] = None,
    consent_given: Annotated[
        bool,
        typer.Option("--consent-given", help="Consent was given on paper, for --purposes: do not ask."),
    ] = False,
    purposes: Purposes = None,
    given: Annotated[
        str | None,
        typer.Option("--given", metavar="DATE", help="With --consent-given: when, if not today: 2026-03-01."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", help="Of the prompts; by default English if there is any."),
    ] = None,
    resume: Annotated[
        bool | None, typer.Option("--resume/--new", help="Go on with an interrupted session; by default ask.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="UDP port the phones send to; by default 11111.")] = None,
    device: Annotated[int | None, typer.Option(help="Device number, where several phones send.")] = None,
    ifacialmocap: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Use iFacialMocap on the phone at this address (ADDRESS:49993 for Facemotion3d).",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="Where frames come from: facecap, vtubestudio:ADDRESS, lsl:NAME, webcam and others; "
            "see the guide on recording.",
        ),
    ] = None,
    face_model: FaceModel = None,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="A simulated person sits down; for synthetic studies only.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Of the order of trials; by default a fresh one, kept with the session."),
    ] = None,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a phone, also when it falls silent.")
    ] = 120.0,
    recognizer: Annotated[
        Path | None,
        typer.Option("--recognizer", help="A model that watches for --rules.", dir_okay=False),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="Rules (TOML) that may bring a trial forward.", dir_okay=False),
    ] = None,
    json: Json = False,
) -> None:
    """Record a session: prompts and progress as text, frames from a phone.

    On the phone, open Live Link Face, choose the mode "Live Link (ARKit)" and add this computer's address
    as a target. Ctrl-C is safe: what was recorded stays, and the session can be resumed.

    Examples:

        mimik record my-study

        mimik record my-study -P sub-K7F3QX --language de --consent-given

        mimik record my-study --source vtubestudio:192.168.1.20

        mimik record my-study --resume

        mimik record my-study --recognizer expressions.mimik --rules rules.toml
    """
    from mimik.capture.beginning import new_facts
    from mimik.cli.seat import take_seat
    from mimik.cli.session import chosen_language, run_session
    from mimik.cli.sitting import agree, find_participant, seat_participant, unfinished
    from mimik.clock import SystemClock
    from mimik.sources.naming import kind_of
    from mimik.study.given import parse_given
    from mimik.study.study import Study

    if purposes is not None and not consent_given:
        raise typer.BadParameter("expected --consent-given with it; else each purpose is asked for")
    if given is not None and not consent_given:
        raise typer.BadParameter("expected --consent-given with it", param_hint="--given")
    source = _one_source(source, ifacialmocap, port, virtual=virtual)
    simulated = kind_of(source) == "virtual"
    opened, clock = Study.open(study), SystemClock()
    language = chosen_language(opened.protocol, language)
    broken = unfinished(opened, participant, resume=resume)
    who = find_participant(opened, broken.participant if broken else participant)
    agreement = agree(
        opened,
        who,
        given=consent_given,
        virtual=simulated,
        at=clock.now(),
        purposes=None if purposes is None else chosen(purposes) or (),
        on=None if given is None else parse_given(given),
    )
    with ExitStack() as at_end:
        watcher = _watcher(recognizer, rules, opened.protocol, clock, at_end)
        seat = take_seat(
            opened,
            clock,
            at_end,
            source,
            device=device,
            seed=seed or 0,
            face_model=face_model,
            patience=patience,
        )
        name, position = seat_participant(opened, who, agreement)
        notes.print(f"Participant {name}")
        if broken is None:
            facts = new_facts(
                opened.protocol,
                device=seat.device,
                app=seat.app,
                rate=seat.rate,
                language=language,
                position=position,
                at=clock.now(),
                seed=seed,
            )
            writer = opened.start_session(name, facts)
        else:
            facts, writer = broken.facts, opened.resume_session(broken)
        before = seat.lost()
        past = broken.trials if broken else ()
        run_session(
            opened.protocol, facts, writer, seat, clock, past=past, patience=patience, watcher=watcher
        )
        lost = seat.lost() - before
    _tell(opened, writer.participant, writer.session, lost, json=json)


def _one_source(source: str | None, ifacialmocap: str | None, port: int | None, *, virtual: bool) -> str:
    """Return the one source that the options name."""
    named = [source] if source else []
    named += [f"ifacialmocap:{ifacialmocap}"] if ifacialmocap else []
    named += ["virtual"] if virtual else []
    if len(named) > 1:
        raise MimikError(
            f"Expected one source of frames, found {' and '.join(named)}.",
            hint="Give one of --source, --ifacialmocap and --virtual.",
        )
    if source and port is not None:
        raise MimikError(
            f"Expected the port to stand in the source, found --port {port} beside {source}.",
            hint="Write the port after the source, such as --source livelink:11112 or --source facecap:9001.",
        )
    return named[0] if named else "livelink" if port is None else f"livelink:{port}"


def _watcher(
    recognizer: Path | None, rules: Path | None, protocol: Protocol, clock: Clock, at_end: ExitStack
) -> Watcher | None:
    """Return what watches the session, if a recognizer and rules are named."""
    if recognizer is None and rules is None:
        return None
    if recognizer is None or rules is None:
        raise MimikError("Expected --recognizer and --rules together, found one of them.")
    # Only here, as recording alone needs no part for learning.
    from mimik.cli.watcher import Watcher
    from mimik.deploy.load import load
    from mimik.live.rules.read import load_rules

    watcher = Watcher(load(recognizer), load_rules(rules), protocol, clock)
    at_end.callback(watcher.close)
    return watcher


def _tell(study: Study, participant: str, session: str, lost: int, *, json: bool) -> None:
    info = next(s for s in study.sessions(participant) if s.session == session)
    trials = [t for t in info.trials if t.outcome == "complete"]
    if json:
        print_json(
            {
                "participant": participant,
                "session": session,
                "status": info.status,
                "frames": info.frames,
                "lost_on_the_way": lost,
                "trials": [{"expression": t.expression, "frames": t.frames} for t in trials],
            }
        )
        return
    out.print(f"{participant} {session}: {info.status}, {len(trials)} trials, {info.frames:,} frames.")
    if lost:
        out.print(f"{counted(lost, 'frame')} lost on the way. A cable or a nearer Wi-Fi helps.")
    if info.status == "interrupted":
        out.print(f"Go on with it: {command('record', study.folder, '--resume')}")
    else:
        out.print(
            f"Next: {command('record', study.folder)} for the next participant, "
            f"then {command('evaluate', study.folder)}"
        )
