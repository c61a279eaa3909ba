"""People and jobs per H3 cell, from a table that a user brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.streets.table import field, number, rows
from twin.errors import InputError
from twin.world import Floats

PERSONS_A_HOUSEHOLD = 2.5
"""United States 2.5, Brazil 2.8, European Union 2.3 (M)."""
FINEST, COARSEST = 10, 6
"""H3 resolutions that make sense as areas: 0.015 to 36 km2."""

_COLUMNS = {
    "cell": ("id", "cell", "h3", "h3_id", "h3_index", "h3_address", "h3_cell", "id_hex", "hex_id", "hex"),
    "population": ("population", "pop", "people", "persons", "residents", "inhabitants", "p001"),
    "households": ("households", "hh", "dwellings", "homes"),
    "jobs": ("jobs", "employment", "employees", "workplaces", "t001"),
    "income": ("income", "income_index", "mean_income", "median_income", "income_per_capita", "r001"),
}
"""What each column may be called; the last names are those of Brazil's AccessToOpportunities data."""


@dataclass(frozen=True, eq=False)
class Census:
    """A table of people: one row for each H3 cell, in rising order.

    Attributes
    ----------
    source : str
        The file, for messages.
    resolution : int
        Of all cells.
    cell : (rows,) uint64
    people, households, jobs, income : (rows,) float64
        ``income`` is 1 everywhere when the table has no such column, and 0 where it is unknown.
    has_jobs : bool
        Whether the table has such a column.
    """

    source: str
    resolution: int
    cell: NDArray[np.uint64]
    people: Floats
    households: Floats
    jobs: Floats
    income: Floats
    has_jobs: bool


def read_people(path: Path) -> Census:
    """A table with a row for each cell: its H3 index, population or households, and perhaps jobs and income.

    Columns may be separated by commas, semicolons or tabs and have any of the usual names.

    Raises
    ------
    InputError
        If the file is not such a table; a wrong value is named with its row and column.
    """
    lines = list(rows(path))
    if len(lines) < 2:
        raise InputError(f"{path} has no rows; it needs a header and a row for each H3 cell")
    (_, header), *lines = lines
    at = _columns(path, header)
    where = at.pop("cell")
    cells = [_cell(path, line, row, where) for line, row in lines]
    _check_cells(path, lines, cells)
    table = {name: np.array([number(path, line, row, header, at[name]) for line, row in lines]) for name in at}
    return _census(str(path), np.array(cells, dtype=np.uint64), table)


def _census(source: str, cell: NDArray[np.uint64], table: dict[str, Floats]) -> Census:
    """The columns in the order of cells; people stand for households, and households for people."""
    order = np.argsort(cell)
    column = {name: values[order] for name, values in table.items()}
    if "households" not in column:
        column["households"] = column["population"] / PERSONS_A_HOUSEHOLD
    return Census(
        source=source,
        resolution=_resolution(int(cell[0])),
        cell=cell[order],
        people=column.get("population", column["households"] * PERSONS_A_HOUSEHOLD),
        households=column["households"],
        jobs=column.get("jobs", np.zeros(len(cell))),
        income=column.get("income", np.ones(len(cell))),
        has_jobs="jobs" in column,
    )


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Where each column that is used stands."""
    names = [name.lower().replace(" ", "_") for name in header]
    found = {}
    for column, aliases in _COLUMNS.items():
        places = [at for at, name in enumerate(names) if name in aliases]
        if len(places) > 1:
            twice = " and ".join(repr(header[at]) for at in places)
            raise InputError(f"{path}: columns {twice} could both be {column}; keep one")
        if places:
            found[column] = places[0]
    if "cell" not in found:
        raise InputError(f"{path}: no column of H3 cells among {_listed(header)}; name it 'cell'")
    if "population" not in found and "households" not in found:
        raise InputError(f"{path}: no column of people among {_listed(header)}; name it 'population' or 'households'")
    return found


def _listed(header: Sequence[str]) -> str:
    return ", ".join(repr(name[:40]) for name in header[:12])


def _cell(path: Path, line: int, row: Sequence[str], at: int) -> int:
    from h3.api import basic_int as h3

    text = field(path, line, row, at)
    try:
        cell = int(text) if text.isascii() and text.isdecimal() and len(text) > 16 else h3.str_to_int(text)
        valid = h3.is_valid_cell(cell)
    except (ValueError, OverflowError):
        valid = False
    if not valid:
        raise InputError(f"{path}, line {line}: {text[:40]!r} is not an H3 cell; write it as in '89a8100c603ffff'")
    return int(cell)


def _resolution(cell: int) -> int:
    from h3.api import basic_int as h3

    return int(h3.get_resolution(cell))


def _check_cells(path: Path, lines: list[tuple[int, list[str]]], cells: list[int]) -> None:
    """All of one resolution that makes sense, each once."""
    first = _resolution(cells[0])
    if not COARSEST <= first <= FINEST:
        raise InputError(f"{path}: H3 resolution is {first}; areas need {COARSEST} to {FINEST}, best 8 or 9")
    seen: dict[int, int] = {}
    for (line, _), cell in zip(lines, cells, strict=True):
        if _resolution(cell) != first:
            raise InputError(f"{path}, line {line}: H3 resolution is {_resolution(cell)} where others have {first}")
        if cell in seen:
            raise InputError(f"{path}, line {line}: cell {cell:x} was already on line {seen[cell]}; keep one row")
        seen[cell] = line
