"""Where the shipped data stand: beside the packages in a checkout, inside ``twin`` once installed."""

from pathlib import Path

import twin


def conf_dir() -> Path:
    """The folder of the shipped configuration.

    Raises
    ------
    FileNotFoundError
        If neither place has it: the installation is broken.
    """
    return _shipped("conf", "config.yaml")


def evidence_dir() -> Path:
    """The folder that says where each default comes from; raises as :func:`conf_dir`."""
    return _shipped("evidence", "run.yaml")


def _shipped(name: str, witness: str) -> Path:
    package = Path(twin.__file__).absolute().parent
    for place in (package / name, package.parent / name):
        if (place / witness).is_file():
            return place
    raise FileNotFoundError(f"{package / name / witness}: {name} was not installed")
