"""A table to a file: CSV, Markdown or Parquet, by the name's ending."""

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.sweeping.collate import write_table
from twin.errors import InputError
from twin.files import write_text

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".md", ".parquet")
FORMULA = ("=", "+", "-", "@", "\t")
"""A text that begins so is a formula to a spreadsheet."""


def may_write(path: Path, *, overwrite: bool) -> None:
    """Check a file that is to be written.

    Raises
    ------
    InputError
        If its ending is unknown, it is there already, or cannot be written.
    """
    if path.suffix not in ENDINGS:
        raise InputError(f"out(={path}) must end with {', '.join(ENDINGS)}; choose one")
    if path.is_dir() or (path.exists() and not overwrite):
        raise InputError(f"out(={path}) is there already; choose another name, or add --overwrite")
    if not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise InputError(f"out(={path}) cannot be written: {path.parent} is no folder that you may write to")


def export(table: "pa.Table", path: Path) -> None:
    """Write a table, whole or not at all: numbers in full, nothing where there is no value."""
    match path.suffix:
        case ".parquet":
            write_table(path, table)
        case ".md":
            write_text(path, markdown(table))
        case _:
            write_text(path, comma_separated(table))


def comma_separated(table: "pa.Table") -> str:
    """CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(harmless(name) for name in table.column_names)
    writer.writerows(map(harmless, row.values()) for row in table.to_pylist())
    return text.getvalue()


def markdown(table: "pa.Table") -> str:
    """A table of Markdown."""
    rows = [table.column_names, *(row.values() for row in table.to_pylist())]
    lines = ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(table.column_names), *lines[1:]]) + "\n"


def harmless(value: Any) -> Any:
    """A text on one line, behind an apostrophe if a spreadsheet would take it for a formula."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.splitlines())
    return f"'{text}" if text.startswith(FORMULA) else text


def _escaped(value: Any) -> str:
    text = "" if value is None else " ".join(str(value).splitlines())
    for letter, instead in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|")):
        text = text.replace(letter, instead)
    return text
