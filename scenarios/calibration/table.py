"""Records of any topic as typed columns, with a count of what had to be left out, and why."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from scenarios.calibration import cellparse
from scenarios.calibration.cellparse import Cells, Mask, Texts, Times
from scenarios.calibration.rawtable import RawTable, read_raw
from twin.errors import InputError
from twin.world import Floats

MOST_DROPPED = 0.5
"""A table with a larger share of records that cannot be used is refused: it is not what it is taken for."""
BROKEN = "a line with too few or too many fields, or an open quote"
_FORM = {"number": "a number", "flag": "0 or 1", "time": "a time as in 2024-05-28 14:05", "text": "a short text"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a topic reads.

    Attributes
    ----------
    name : str
        What it is called here and in messages.
    aliases : tuple of str
        Other names that it may have in the file; the first that is there is taken. Case does not matter, nor
        whether words are parted by a space, a dash or ``_``.
    kind : {"number", "flag", "time", "text"}
    low, high : float
        Bounds of a number; a record outside them is left out.
    required : bool
        Whether a file without it is refused.
    blank : bool
        Whether an empty cell is kept, as NaN, NaT or ``""``; otherwise its record is left out.
    """

    name: str
    aliases: tuple[str, ...] = ()
    kind: Literal["number", "flag", "time", "text"] = "number"
    low: float = -1e12
    high: float = 1e12
    required: bool = True
    blank: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Records that can be used.

    Attributes
    ----------
    rows : int
        Records in the file, those left out among them.
    dropped : dict
        Why records were left out -> how many.
    columns : dict
        Name -> values, all of the same length.
    """

    rows: int
    dropped: dict[str, int]
    columns: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        """Whether the file has this column, which was not required."""
        return name in self.columns

    @property
    def used(self) -> int:
        """Records in each column."""
        return self.rows - sum(self.dropped.values())

    def numbers(self, name: str) -> Floats:
        """A column of numbers or flags."""
        values: Floats = self.columns[name]
        return values

    def times(self, name: str) -> Times:
        """A column of times, ``datetime64[s]``, as the clock on the wall showed them."""
        values: Times = self.columns[name]
        return values

    def texts(self, name: str) -> Texts:
        """A column of names; some of its labels may occur only in records that were left out."""
        values: Texts = self.columns[name]
        return values


def read_table(path: Path, columns: Sequence[Column]) -> Table:
    """The records of a CSV file, gzipped or not, or of a Parquet file.

    Raises
    ------
    InputError
        If it is no such file, lacks a column, or more than half of its records cannot be used.
    """
    raw = read_raw(path)
    found = {column.name: at for column in columns if (at := _place(path, raw, column)) is not None}
    keep = np.ones(len(raw.columns[0]), dtype=bool)
    dropped = Counter({BROKEN: raw.broken} if raw.broken else {})
    parsed: dict[str, Cells] = {}
    for column in columns:
        if column.name in found:
            cells = parsed[column.name] = _cells(path, column, raw, found[column.name])
            for reason, bad in _reasons(column, cells).items():
                if count := int(np.count_nonzero(keep & bad)):
                    dropped[f"{column.name} {reason}"] += count
                keep &= ~bad
    rows = len(keep) + raw.broken
    if sum(dropped.values()) > MOST_DROPPED * rows or not keep.any():
        raise _refusal(path, rows, dropped)
    kept = {name: _kept(cells.values, keep) for name, cells in parsed.items()}
    return Table(rows, dict(dropped), kept)


def _place(path: Path, raw: RawTable, column: Column) -> int | None:
    """Where a column stands."""
    names = [_normal(name) for name in raw.names]
    for alias in (column.name, *column.aliases):
        places = [at for at, name in enumerate(names) if name == _normal(alias)]
        if len(places) > 1:
            raise InputError(f"{path}: there are {len(places)} columns {alias!r}; keep one")
        if places:
            return places[0]
    if not column.required:
        return None
    raise _missing(path, raw, column, names)


def _missing(path: Path, raw: RawTable, column: Column, names: Sequence[str]) -> InputError:
    """What to say of a column that is not there: what it may be called, what is there, what comes near."""
    called = (column.name, *column.aliases)
    near = [match for alias in called for match in difflib.get_close_matches(_normal(alias), names, n=1, cutoff=0.5)]
    hint = f"is it {raw.names[names.index(near[0])][:40]!r}? " if near else ""
    listed = ", ".join(repr(name[:40]) for name in raw.names[:12])
    other = f" (or {', '.join(map(repr, called[1:5]))})" if column.aliases else ""
    return InputError(f"{path}: no column {column.name!r}{other} among {listed}; {hint}rename it or add it")


def _normal(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _cells(path: Path, column: Column, raw: RawTable, at: int) -> Cells:
    import pyarrow as pa

    cells = raw.columns[at]
    try:
        match column.kind:
            case "number":
                return cellparse.numbers(cells, raw.decimal_comma)
            case "flag":
                return cellparse.flags(cells)
            case "time":
                return cellparse.times(cells)
        return cellparse.texts(cells)
    except pa.ArrowException:  # Parquet's lists and structures
        kind = f"{_FORM[column.kind]}, but {cells.type}"
        raise InputError(f"{path}: column {raw.names[at]!r} holds not {kind}; convert it") from None


def _reasons(column: Column, cells: Cells) -> dict[str, Mask]:
    """Why records are left out because of one column -> which."""
    reasons = {} if column.blank else {"is empty": cells.blank}
    reasons[f"is not {_FORM[column.kind]}"] = cells.wrong
    if column.kind == "number":
        with np.errstate(invalid="ignore"):
            outside = (cells.values < column.low) | (cells.values > column.high)
        reasons[f"is not from {column.low:g} to {column.high:g}"] = outside
    return reasons


def _kept(values: Any, keep: Mask) -> Any:
    return Texts(values.codes[keep], values.labels) if isinstance(values, Texts) else values[keep]


def _refusal(path: Path, rows: int, dropped: Counter[str]) -> InputError:
    reason, count = dropped.most_common(1)[0]
    lost = sum(dropped.values())
    return InputError(
        f"{path}: {lost:,} of {rows:,} records cannot be used, {count:,} of them because of {reason!r}; "
        "correct the table or bring another"
    )
