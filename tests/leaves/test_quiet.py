"""Libraries that greet on standard error."""

from __future__ import annotations

import os

import pytest

from mimik.quiet import quiet


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
