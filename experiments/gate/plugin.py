"""The pytest plug-in: a test that fails when a key figure became worse.

    def test_the_operation_is_no_worse(kpi_regression):
        kpi_regression("kpi.json", "policies/routing=mine", "plugins=[mine]")

Nothing but pytest is imported until a test asks for the fixture.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

OPTION = "--kpi-update"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Baselines are moved by an explicit option only."""
    parser.addoption(OPTION, action="store_true", help="twin: write the KPI baselines that the code gives now")


@pytest.fixture
def kpi_regression(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Check against a baseline file, given beside the test's own, with overrides of ``twin check``.

    Red and undecided fail the test, with the table; with ``--kpi-update`` the baseline is moved instead.
    """

    def check(baseline: str, *overrides: str) -> None:
        from experiments.cli import main

        path = Path(request.path).parent / baseline
        words = ["check", f"baseline='{path}'", "workers=1", *overrides]
        status = main([*words, "--update"] if request.config.getoption(OPTION) else words)
        said = capsys.readouterr()
        if status:
            pytest.fail(f"{said.out}{said.err}", pytrace=False)

    return check
