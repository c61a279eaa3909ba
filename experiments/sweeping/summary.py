"""Runs to cells: each KPI with its interval over the runs, and its paired difference from the baseline."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.comparison import compared
from experiments.statistics import Interval
from experiments.sweeping.collate import ABOUT
from twin.errors import InputError
from twin.kpis import MEANING

if TYPE_CHECKING:
    import pyarrow as pa

Runs = Mapping[int, Sequence[Mapping[str, Any]]]
"""Cell -> its runs, as :func:`~experiments.comparison.compared` wants them."""
CHANGE = "_minus_baseline"
PARTS = ("", "_low", "_high")


def by_cell(table: "pa.Table") -> "pa.Table":
    """One row for each cell.

    Parameters
    ----------
    table : pyarrow.Table
        One row for each run, as :func:`~experiments.sweeping.collate.tidy` gives it.

    Returns
    -------
    pyarrow.Table
        ``cell``, the overrides, ``runs``, and for each KPI an estimate with ``_low`` and ``_high`` (95 %; ratios of
        totals with the jackknife). With a baseline also ``_minus_baseline``: the difference over the seeds that
        both have.

    Raises
    ------
    InputError
        If the table does not tell cells and seeds.
    """
    import pyarrow as pa

    for name in ("cell", "seed"):
        if name not in table.column_names:
            raise InputError(f"--cells: the table has no column {name}; name a folder of twin sweep or --multirun")
    runs = _runs(table)
    bases = compared_with(table)
    names = [name for name in MEANING if name in table.column_names]
    rows = [_row(cell, runs, bases.get(cell), names) for cell in runs]
    figures = list(dict.fromkeys(name for row in rows for name in row))
    shared = table.column_names[: table.column_names.index("seed")]
    firsts = table.select(shared).take([table["cell"].index(cell).as_py() for cell in runs])
    found = firsts.append_column("runs", pa.array([len(those) for those in runs.values()], pa.int64()))
    for name in figures:
        found = found.append_column(_field(table.schema, name), pa.array([row.get(name) for row in rows], pa.float64()))
    return found.replace_schema_metadata(table.schema.metadata)


def labels(table: "pa.Table") -> list[str]:
    """What the cells of a table are called, by number."""
    return list(_about(table).get("labels") or [])


def compared_with(table: "pa.Table") -> dict[int, int]:
    """Cell -> the cell that it is compared with."""
    bases = _about(table).get("bases") or []
    return {cell: base for cell, base in enumerate(bases) if base is not None}


def _about(table: "pa.Table") -> dict[str, Any]:
    about: dict[str, Any] = json.loads((table.schema.metadata or {}).get(ABOUT.encode(), b"{}"))
    return about


def _runs(table: "pa.Table") -> dict[int, list[dict[str, Any]]]:
    names = [name for name in MEANING if name in table.column_names]
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table.select(["cell", "seed", *names]).to_pylist():
        values = {name: row[name] for name in names if row[name] is not None}
        found.setdefault(row["cell"], []).append(
            {"arm": str(row["cell"]), "seed": row["seed"], "totals": values, "values": values}
        )
    return found


def _row(cell: int, runs: Runs, base: int | None, names: Sequence[str]) -> dict[str, float | None]:
    alone = compared("", str(cell), [str(cell)], runs[cell]).estimates[str(cell)]
    row = {name + part: value for name in names for part, value in _parts(alone.get(name))}
    if base is None or base not in runs or base == cell:
        return row
    seeds = {run["seed"] for run in runs[cell]} & {run["seed"] for run in runs[base]}
    if not seeds:
        return row
    paired = [run for number in (base, cell) for run in runs[number] if run["seed"] in seeds]
    change = compared("", str(base), [str(base), str(cell)], paired).differences[str(cell)]
    return row | {name + CHANGE + part: value for name in names for part, value in _parts(change.get(name))}


def _parts(interval: Interval | None) -> list[tuple[str, float | None]]:
    ends = (interval.estimate, interval.low, interval.high) if interval else (math.nan,) * 3
    return [(part, value if math.isfinite(value) else None) for part, value in zip(PARTS, ends, strict=True)]


def _field(schema: "pa.Schema", name: str) -> "pa.Field":
    import pyarrow as pa

    kpi = next(kpi for kpi in sorted(MEANING, key=len, reverse=True) if name.startswith(kpi))
    return pa.field(name, pa.float64(), metadata=schema.field(kpi).metadata)
