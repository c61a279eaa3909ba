"""A table on the terminal: as many columns as fit, the most telling first."""

from typing import TYPE_CHECKING, Any

from rich.table import Table

from experiments.comparison import HEADLINE
from experiments.show import console
from experiments.sweeping.summary import CHANGE
from experiments.wording import figure, shown_unit

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 200
"""Rows that are printed."""
GAP = 2


def show_table(table: "pa.Table", *, as_it_is: bool) -> None:
    """Print a table, and what of it was left out.

    Parameters
    ----------
    as_it_is : bool
        Keep the order of the columns; otherwise what tells rows apart and the headline come first.
    """
    out = console()
    names = table.column_names if as_it_is else _telling_first(table)
    top = table.slice(0, MOST)
    columns = {name: _texts(top, name) for name in names} if as_it_is else _with_intervals(top, names)
    shown = _that_fit(columns, out.width)
    drawn = Table(box=None, pad_edge=False)
    for name in shown:
        kind = table.schema.field(name).type
        drawn.add_column(columns[name][0], justify="left" if str(kind) == "string" else "right")
    for row in zip(*(columns[name][1:] for name in shown), strict=True):
        drawn.add_row(*row)
    out.print(drawn)
    more = [f"{len(table) - MOST} rows"] if len(table) > MOST else []
    more += [f"{len(columns) - len(shown)} columns"] if len(columns) > len(shown) else []
    if more:
        out.print(f"{' and '.join(more)} more: choose with columns=..., or export with out=table.csv", soft_wrap=True)


def _telling_first(table: "pa.Table") -> list[str]:
    names: list[str] = table.column_names
    figures = [name for name in names if (table.schema.field(name).metadata or {}).get(b"unit")]
    headline = [n for kpi in HEADLINE for n in (kpi, kpi + CHANGE) if n in figures]
    others = [name for name in names if name not in (*figures, "fingerprint")]
    telling = [name for name in others if len(table[name].unique()) > 1]
    return list(dict.fromkeys([*telling, *headline, *figures, *others, *names]))


def _texts(table: "pa.Table", name: str) -> list[str]:
    """Heading, with the unit below, and fields of a column."""
    unit = (table.schema.field(name).metadata or {}).get(b"unit", b"").decode()
    return [f"{name}\n{shown_unit(unit) if unit else ''}", *(_text(one, unit) for one in table[name].to_pylist())]


def _with_intervals(table: "pa.Table", names: list[str]) -> dict[str, list[str]]:
    """Headings and fields of columns; an estimate and the ends of its interval are one."""
    columns = {name: _texts(table, name) for name in names}
    for name in [name for name in names if {name + "_low", name + "_high"} <= columns.keys()]:
        low, high = columns.pop(name + "_low"), columns.pop(name + "_high")
        heading, *fields = columns[name]
        columns[name] = [heading, *(f"{e} ({a} to {b})" for e, a, b in zip(fields, low[1:], high[1:], strict=True))]
    return columns


def _text(value: Any, unit: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return figure(value, unit) if unit else f"{value:.6g}"
    return str(value)


def _that_fit(columns: dict[str, list[str]], width: int) -> list[str]:
    """The first columns that stand side by side; at least one."""
    shown: list[str] = []
    room = width + GAP
    for name, texts in columns.items():
        room -= max(len(line) for text in texts for line in text.split("\n")) + GAP
        if room < 0 and shown:
            break
        shown.append(name)
    return shown
