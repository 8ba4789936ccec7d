"""Sessions as they leave a study: no date in any odd one, and no rate that two clocks made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mimik.errors import StudyError
from mimik.frame import Frame
from mimik.protocol import Protocol
from mimik.study import SessionFacts, SessionInfo, Study
from mimik.study.bids import export_bids
from mimik.study.coarsening import Coarsening
from mimik.study.outgoing import effective_rate, outgoing_frames, without_frames
from mimik.study.purposes import SHARING, THIS_STUDY
from mimik.study.release import KINDS, release_study

START = 1_700_000_000.0


@pytest.fixture
def sharing(tmp_path: Path, protocol: Protocol) -> Study:
    study = Study.create(tmp_path / "study", title="Small", protocol=protocol)
    study.add_participant("sub-P1")
    study.record_consent("sub-P1", version="1", at=START, purposes=(THIS_STUDY, SHARING))
    return study


def recorded(
    study: Study, clocks: Sequence[Sequence[float]], rate: float | None = 60.0, value: float = 0.5
) -> SessionInfo:
    """One trial of frames on these clocks of devices, one phone after another, 60 a second here."""
    writer = study.start_session("sub-P1", SessionFacts(started=START, rate=rate))
    writer.open_trial(1, "neutral", START)
    values = np.full(64, value, dtype=np.float32)
    for i, time in enumerate(t for clock in clocks for t in clock):
        writer.frame(1, Frame(1, i, time, START + i / 60, True, values))
    writer.close_trial(1, "complete", START + 60)
    return writer.finish(START + 60)


def clock(start: float, frames: int) -> list[float]:
    return [start + i / 60 for i in range(frames)]


@pytest.fixture
def broken_off_while_done_again(sharing: Study, frame: Callable[..., Frame]) -> Study:
    """Frames of a first attempt, and none of the second: the phone was gone."""
    writer = sharing.start_session("sub-P1", SessionFacts(started=START, rate=60.0))
    writer.open_trial(1, "neutral", START)
    for i in range(20):
        writer.frame(1, frame(i))
    writer.open_trial(1, "neutral", START + 2)
    info = writer.finish(START + 5, status="partial")
    assert without_frames(info)
    return sharing


def test_a_session_of_which_only_a_redone_attempt_has_frames_stays_at_home(
    broken_off_while_done_again: Study, tmp_path: Path
) -> None:
    with pytest.raises(StudyError, match="no frames"):
        export_bids(broken_off_while_done_again, tmp_path / "bids")
    for kind in KINDS:
        with pytest.raises(StudyError, match="no frames"):
            release_study(broken_off_while_done_again, tmp_path / kind, kind)


def test_without_any_frame_onsets_never_tell_the_date(broken_off_while_done_again: Study) -> None:
    (info,) = broken_off_while_done_again.sessions()
    assert outgoing_frames(broken_off_while_done_again, info, Coarsening()).shift == 0.0


@pytest.mark.parametrize("second", [5.0, 100_000.0], ids=["back", "far ahead"])
def test_a_second_phone_in_a_trial_changes_no_rate(sharing: Study, second: float) -> None:
    info = recorded(sharing, [clock(1000.0, 60), clock(second, 120)], rate=None)
    assert effective_rate(sharing.read_session(info)) == pytest.approx(60, rel=1e-3)
    assert outgoing_frames(sharing, info, Coarsening()).rate == pytest.approx(60, rel=1e-3)


@pytest.mark.parametrize("second", [5.0, 100_000.0], ids=["back", "far ahead"])
def test_a_second_phone_keeps_its_share_at_a_lower_rate(sharing: Study, second: float) -> None:
    info = recorded(sharing, [clock(1000.0, 60), clock(second, 120)])
    kept = outgoing_frames(sharing, info, Coarsening(rate=30)).frames
    times = kept.block.arrival_time
    assert (times < 1).sum() == 30
    assert (times >= 1).sum() == 60


def test_lost_frames_are_no_other_clock(sharing: Study) -> None:
    """Half of two seconds were lost: a lower rate, and true."""
    writer = sharing.start_session("sub-P1", SessionFacts(started=START))
    writer.open_trial(1, "neutral", START)
    for i in [*range(60), *range(120, 181)]:
        writer.frame(1, Frame(1, i, i / 60, START + i / 60, True, np.zeros(64, np.float32)))
    writer.close_trial(1, "complete", START + 4)
    info = writer.finish(START + 5)
    assert effective_rate(sharing.read_session(info)) == pytest.approx(120 / 3, rel=1e-3)


def test_a_value_that_is_missing_once_does_not_keep_the_resting_face_in_a_channel(sharing: Study) -> None:
    writer = sharing.start_session("sub-P1", SessionFacts(started=START, rate=60.0))
    writer.open_trial(1, "neutral", START)
    for i in range(300):
        values = np.full(64, 0.3, np.float32)
        values[5] = np.nan if i == 10 else 0.3
        values[6] = np.nan
        writer.frame(1, Frame(1, i, i / 60, START + i / 60, True, values))
    writer.close_trial(1, "complete", START + 6)
    info = writer.finish(START + 6)

    left = outgoing_frames(sharing, info, Coarsening(without_rest=True)).frames.block.values
    np.testing.assert_allclose(np.delete(left[:, :52], [6], axis=1)[11:], 0.0, atol=1e-7)
    assert np.isnan(left[:, 6]).all()
