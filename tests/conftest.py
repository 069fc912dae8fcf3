"""What every test shares: --full, hypothesis profiles, the browser there may or may not be, seconds per folder."""

import os
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

NO_BROWSER = "no Chromium: apt-get install chromium fonts-wqy-microhei"

settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("full", settings.get_profile("ci"), max_examples=500)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the counts of the quality plan instead of the small ones")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--full"):
        os.environ["PARKBRIDGE_FULL"] = "1"  # for xdist workers and for processes that tests start
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("full" if os.environ.get("PARKBRIDGE_FULL") == "1" else "ci")
    config.pluginmanager.register(SecondsPerFolder())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items if os.environ.get("PARKBRIDGE_FULL") == "1" else []:
        item.add_marker(pytest.mark.timeout(4 * 3600))  # what is counted in hours is not stuck after five minutes


def pytest_runtest_setup(item: pytest.Item) -> None:
    if Path(__file__).parent / "browser" in item.path.parents:
        _chromium()


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the large counts were asked for."""
    return os.environ.get("PARKBRIDGE_FULL") == "1"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; without one the test is not run, or fails where a browser must be there."""
    return _chromium()


def _chromium() -> str:
    named = os.environ.get("PARKBRIDGE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found:
        return found
    if os.environ.get("CI") or os.environ.get("PARKBRIDGE_NEED_BROWSER") == "1":
        pytest.fail(NO_BROWSER, pytrace=False)
    pytest.skip(NO_BROWSER)


class SecondsPerFolder:
    """Adds up test time by folder and says at the end what took how long and what was not run."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.tests: Counter[str] = Counter()
        self.without_browser = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        folder = "/".join(Path(report.nodeid.split("::")[0]).parts[:2])
        self.seconds[folder] += report.duration
        self.tests[folder] += report.when == "call"
        self.without_browser += report.skipped and NO_BROWSER in str(report.longrepr)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("seconds per folder (summed over workers)")
        for folder, seconds in sorted(self.seconds.items(), key=lambda row: -row[1]):
            terminalreporter.line(f"{seconds:9.1f} s  {self.tests[folder]:5d} tests  {folder}")
        if self.without_browser:
            terminalreporter.line(f"{self.without_browser} browser tests not run: {NO_BROWSER}", yellow=True)
