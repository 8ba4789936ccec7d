"""Fixtures all tests share, and the count of tests that ran on real recordings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy for a moment is no reason to fail, and a run that passed passes again. New examples
# are looked for with HYPOTHESIS_PROFILE=explore.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

REAL_DATA = Path(os.environ.get("MIMIK_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))

# LSL reads its settings once, on its first call: they are named before any test can make one.
os.environ["LSLAPICFG"] = str(Path(__file__).with_name("lsl_api.cfg"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-real-data", action="store_true", help="fail if a real-data test is skipped")
    parser.addoption("--soak", action="store_true", help="run the long tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real_data)
        if "soak" in item.keywords and not config.getoption("--soak"):
            item.add_marker(pytest.mark.skip(reason="long run, see `make soak`"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real recordings, which are not part of the project."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real recordings at {REAL_DATA} (set MIMIK_REAL_DATA)")
    return REAL_DATA


class _RealDataCount:
    def __init__(self) -> None:
        self.ran: set[str] = set()
        self.skipped: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "real_data" in report.keywords:
            (self.skipped if report.skipped else self.ran).add(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_RealDataCount(), "real-data-count")


def _count(config: pytest.Config) -> tuple[int, int]:
    count = config.pluginmanager.get_plugin("real-data-count")
    assert isinstance(count, _RealDataCount)
    return len(count.ran - count.skipped), len(count.skipped)


def pytest_sessionfinish(session: pytest.Session) -> None:
    _, skipped = _count(session.config)
    if skipped and session.config.getoption("--require-real-data"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran, skipped = _count(terminalreporter.config)
    terminalreporter.write_line(f"tests on real recordings: {ran} ran, {skipped} skipped")
