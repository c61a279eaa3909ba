"""Rows and columns of a table, as words choose them."""

import operator
import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from experiments.suggest import did_you_mean
from twin.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_CONDITION = re.compile(r"^\s*([^=!<>]+?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def filtered(table: "pa.Table", where: str) -> "pa.Table":
    """The rows for which all conditions hold, as in ``fleet=vans|mixed, on_time>=0.9``; an empty field meets none.

    Raises
    ------
    InputError
        If a condition cannot be read, or its column is not there or of another type.
    """
    import pyarrow as pa

    keep = [True] * len(table)
    for condition in where.split(","):
        keep = [kept and held for kept, held in zip(keep, _held(table, condition), strict=True)]
    return table.filter(pa.array(keep, pa.bool_()))


def _held(table: "pa.Table", condition: str) -> list[bool]:
    match = _CONDITION.match(condition)
    if match is None:
        raise InputError(f"where: {condition.strip()!r} is no condition; write column=value, or < <= > >= !=")
    name, sign, text = match.groups()
    column = table[known(table, name, "where")]
    values = [_value(one.strip(), column.type, name) for one in text.split("|")]
    meets, found = _COMPARE[sign], column.to_pylist()
    joined = all if sign == "!=" else any
    return [one is not None and joined(meets(one, value) for value in values) for one in found]


def _value(text: str, kind: "pa.DataType", name: str) -> Any:
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise InputError(f"where: {name} is true or false, not {text!r}; correct the value")
    if not pa.types.is_integer(kind) and not pa.types.is_floating(kind):
        return text
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        raise InputError(f"where: {name} is a number, not {text!r}; correct the value") from None


def in_order(table: "pa.Table", by: str) -> "pa.Table":
    """The rows sorted by columns, as in ``fleet,-on_time``; equal ones keep their order."""
    import pyarrow as pa
    from pyarrow import compute

    keys = [word.strip() for word in by.split(",")]
    orders = [(known(table, key.lstrip("-"), "sort"), _direction(key)) for key in keys]
    row = "row"
    while row in table.column_names:
        row += "_"
    numbered = table.append_column(row, pa.array(range(len(table)), pa.int64()))
    return table.take(compute.sort_indices(numbered, sort_keys=[*orders, (row, "ascending")]))


def _direction(key: str) -> str:
    return "descending" if key.startswith("-") else "ascending"


def columns_of(table: "pa.Table", names: str) -> "pa.Table":
    """These columns, in this order; ``*`` stands for any letters."""
    chosen: list[str] = []
    for name in (word.strip() for word in names.split(",")):
        chosen += [column for column in table.column_names if fnmatchcase(column, name)] or [
            known(table, name, "columns")
        ]
    return table.select(list(dict.fromkeys(chosen)))


def first(table: "pa.Table", rows: str) -> "pa.Table":
    """So many rows from the top."""
    if not rows.isascii() or not rows.isdigit():
        raise InputError(f"rows(={rows}) must be a number from 0; write rows=20")
    return table.slice(0, int(rows))


def known(table: "pa.Table", name: str, word: str) -> str:
    """The name, when the table has such a column.

    Raises
    ------
    InputError
        If it has not.
    """
    names: Iterable[str] = table.column_names
    if name not in names:
        raise InputError(f"{word}: there is no column {name}; {did_you_mean(name, names)}")
    return name
