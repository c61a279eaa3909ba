"""``twin table``: results of a sweep, a multirun or a comparison: filtered, aggregated, exported."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.arguments import Parser, parsed, values_of

if TYPE_CHECKING:
    import pyarrow as pa

WORDS = ("where", "sort", "columns", "rows", "sql", "out")
EPILOG = """\
words:
  where='fleet=vans, on_time>=0.9'    conditions, all of which hold; = != < <= > >=, and | between values
  sort=fleet,-on_time                 by these columns; - is downwards
  columns=fleet,seed,on_time          these columns; * stands for any letters
  rows=20                             so many rows
  sql='select ... from results'       whatever DuckDB can; the table is called results
  out=table.csv                       writes .csv, .md or .parquet instead of printing

examples:
  twin table outputs/sweep
  twin table outputs/sweep --cells
  twin table outputs/sweep where=fleet=vans sort=-cost_per_delivered_parcel out=vans.csv
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``table`` on the command line."""
    given = parsed(_parser(), argv or ("--help",))
    if given is None:
        return 0
    words = values_of(given.words, WORDS)
    out = Path(words["out"]) if "out" in words else None
    from experiments.sweeping.export import export, may_write
    from experiments.sweeping.printed import show_table
    from experiments.sweeping.source import results_of

    if out is not None:
        may_write(out, overwrite=given.overwrite)
    table = chosen(results_of(given.source), words, cells=given.cells)
    if out is None:
        show_table(table, as_it_is="columns" in words or "sql" in words)
    else:
        export(table, out)
    return 0


def chosen(table: "pa.Table", words: dict[str, str], *, cells: bool) -> "pa.Table":
    """The part of a table that words ask for: filtered, by cells, queried, sorted, columns, rows; in this order.

    Raises
    ------
    InputError
        If a word cannot be obeyed.
    """
    from experiments.sweeping.choice import columns_of, filtered, first, in_order
    from experiments.sweeping.query import queried
    from experiments.sweeping.summary import by_cell

    if "where" in words:
        table = filtered(table, words["where"])
    if cells:
        table = by_cell(table)
    if "sql" in words:
        table = queried(table, words["sql"])
    if "sort" in words:
        table = in_order(table, words["sort"])
    if "columns" in words:
        table = columns_of(table, words["columns"])
    return first(table, words["rows"]) if "rows" in words else table


def _parser() -> Parser:
    parser = Parser(
        "twin table",
        description="Print results, or export them: one row for each run, or for each cell with 95 % intervals.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, help="a folder of results, or a Parquet or CSV file")
    parser.add_argument("words", nargs="*", metavar="key=value", help="see below")
    parser.add_argument("--cells", action="store_true", help="one row for each cell, with intervals over its runs")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    return parser
