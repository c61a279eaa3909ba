"""Where results are read from: a sweep, a multirun, a comparison, or a table in a file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from experiments.sweeping.collate import ABOUT, RESULTS, collated, tidy
from experiments.sweeping.journal import PLAN, read_journal
from twin.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

BESIDE = ("seed", "out", "overwrite", "plugins", "programs")
"""Overrides that make no cell."""
TABLES = (".parquet", ".csv")


def results_of(path: Path) -> "pa.Table":
    """The table of results that a folder or a file holds.

    Parameters
    ----------
    path : Path
        A folder of ``twin sweep`` (also of one that is not finished), of ``twin run --multirun``, of ``twin run`` or
        of ``twin compare``; or a Parquet or CSV file.

    Raises
    ------
    InputError
        If it holds none, or cannot be read.
    """
    if path.is_file():
        return file_table(path)
    if not path.is_dir():
        raise InputError(f"{path}: is not there; name a folder of twin sweep, or a Parquet or CSV file")
    if (path / PLAN).is_file():
        return _of_a_sweep(path)
    runs = [folder for folder in (path, *_numbered(path)) if (folder / "kpis.json").is_file()]
    if runs:
        return _of_runs(runs)
    if (path / "results.csv").is_file():
        return file_table(path / "results.csv")
    raise InputError(f"{path}: holds no results; name a folder of twin sweep, twin run --multirun or twin compare")


def _of_a_sweep(path: Path) -> "pa.Table":
    """What was collated, when it is of this plan; otherwise what is finished."""
    journal = read_journal(path)
    if (path / RESULTS).is_file():
        table = file_table(path / RESULTS)
        about = json.loads((table.schema.metadata or {}).get(ABOUT.encode(), b"{}"))
        if about.get("sweep") == journal.digest:
            return table
    return collated(journal)


def file_table(path: Path) -> "pa.Table":
    """The table of a Parquet or CSV file.

    Raises
    ------
    InputError
        If it is none.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    if path.suffix not in TABLES:
        raise InputError(f"{path}: is no table; name a Parquet or CSV file, or a folder of results")
    try:
        return parquet.read_table(path) if path.suffix == ".parquet" else arrow_csv.read_csv(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        said = str(error).partition("\n")[0][:200]
        raise InputError(f"{path}: cannot be read as a table ({said}); write it again") from None


def _numbered(path: Path) -> Iterator[Path]:
    """Folders of the jobs of a multirun, in the order of their numbers."""
    jobs = {folder: folder.name.partition("_")[0] for folder in path.iterdir() if folder.is_dir()}
    yield from sorted((folder for folder, number in jobs.items() if number.isdigit()), key=lambda job: int(jobs[job]))


def _of_runs(folders: list[Path]) -> "pa.Table":
    """Folders of runs, whose cells are told apart by their words."""
    from experiments.composition import values_of
    from experiments.origin import without
    from experiments.sweeping.cells import labels

    found = [_run(folder) for folder in folders]
    words = [tuple(without(said, *BESIDE, "hydra")) for said, _ in found]
    order = list(dict.fromkeys(words))
    rows = sorted(((order.index(said), run) for said, (_, run) in zip(words, found, strict=True)), key=_cell_and_seed)
    return tidy([values_of(said) for said in order], rows, {"labels": labels(order)})


def _run(folder: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        values = json.loads((folder / "kpis.json").read_text(encoding="utf-8"))
        about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        words = yaml.safe_load((folder / ".hydra" / "overrides.yaml").read_text(encoding="utf-8"))
        run = {"seed": int(about["seed"]), "fingerprint": str(about["fingerprint"]["ledger"]), "values": dict(values)}
        return [str(word) for word in words], run
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise InputError(f"{folder}: is no whole folder of a run ({type(error).__name__}); remove it") from None


def _cell_and_seed(row: tuple[int, dict[str, Any]]) -> tuple[int, int]:
    return row[0], row[1]["seed"]
