"""What all tests share: hypothesis without deadlines, and on a CI machine the same examples each time."""

import os

import pytest
from hypothesis import settings

os.environ["LASTMILE_CACHE"] = ""  # tests keep nothing on the machine, nor believe what they find there

settings.register_profile("ours", deadline=None)
settings.load_profile("ci" if "CI" in os.environ else "ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden figures be moved by an explicit command only."""
    parser.addoption("--update-golden", action="store_true", help="write the key figures that the code gives now")
