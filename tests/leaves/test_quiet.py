"""Libraries that talk to the terminal."""

from __future__ import annotations

import logging
import os
import sys
import warnings

import pytest

from mimik.quiet import quiet, quiet_library


def test_what_a_library_writes_is_not_shown(capfd):
    with quiet():
        os.write(2, b"INFO: hello")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_before_an_exception_it_is_shown(capfd):
    with pytest.raises(ValueError, match="broken"), quiet():
        os.write(2, b"what went wrong")
        raise ValueError("broken")
    assert capfd.readouterr().err == "what went wrong"


def talk():
    print("progress", file=sys.stderr)
    logging.getLogger("chatter").warning("too new")
    warnings.warn("deprecated", stacklevel=1)


def test_nothing_is_heard_inside_and_all_is_heard_afterwards(capsys, caplog):
    with quiet_library("chatter"):
        talk()
    assert capsys.readouterr().err == ""
    assert not caplog.records
    with pytest.warns(UserWarning, match="deprecated"):
        talk()
    assert "progress" in capsys.readouterr().err
    assert [record.message for record in caplog.records] == ["too new"]


def test_an_error_passes_and_the_log_is_as_before(caplog):
    log = logging.getLogger("chatter")
    caplog.set_level(logging.INFO, logger="chatter")
    with pytest.raises(ZeroDivisionError), quiet_library("chatter"):
        1 / 0  # noqa: B018
    assert log.level == logging.INFO
    with quiet_library("chatter"):
        log.error("this is serious")
    assert [record.message for record in caplog.records] == ["this is serious"]
