"""One file for each finished run: what survives."""

from pathlib import Path
from typing import Any

from experiments.sweeping.sealed import read_sealed, write_sealed
from twin.errors import InputError

FOLDER = "runs"
"""Below the folder of the sweep."""
KEPT = ("seed", "fingerprint", "kernel_events", "values", "blocks", "portrait")
"""What is kept of a run beside its key."""


def shard(folder: Path, key: str, seed: int) -> Path:
    """The file of a run."""
    return folder / FOLDER / f"{key[:16]}_{seed}.json"


def write_run(folder: Path, key: str, record: dict[str, Any]) -> None:
    """Write a finished run, whole or not at all.

    Parameters
    ----------
    key : str
        Of its cell.
    record : dict
        With what ``KEPT`` names; ``values`` are name and value of each KPI.
    """
    body = {name: record[name] for name in KEPT}
    write_sealed(shard(folder, key, record["seed"]), "run", {"key": key, **body})


def read_run(folder: Path, key: str, seed: int) -> dict[str, Any] | None:
    """A finished run, or None when it is not there, not whole, or another one."""
    try:
        body, _ = read_sealed(shard(folder, key, seed), "run")
    except (FileNotFoundError, InputError):
        return None
    return body if (body["key"], body["seed"]) == (key, seed) else None


def count(folder: Path) -> int:
    """How many files of runs there are, whole or not."""
    return sum(path.suffix == ".json" for path in (folder / FOLDER).iterdir())
