"""Which version of us and of what we stand on."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("hydra-core", "numpy", "omegaconf", "ortools", "pyarrow", "pydantic", "pyvrp", "scipy", "simpy")


def own_version() -> str:
    """The installed version of lastmile-twin, or ``unknown`` when it runs from a folder."""
    return _version("lastmile-twin")


def versions() -> dict[str, str]:
    """Python, lastmile-twin and the packages that can change an outcome."""
    return {"python": platform.python_version(), "lastmile-twin": own_version()} | {
        name: _version(name) for name in PACKAGES
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
