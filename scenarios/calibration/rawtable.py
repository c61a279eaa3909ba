"""Tables that people bring, as columns of text or as Parquet has typed them; broken lines are counted."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.streets.infile import chunks
from twin.errors import InputError

MAX_BYTES = 1 << 30
"""Unpacked: some ten million records of a dozen columns."""
_PARQUET = b"PAR1"
_REFUSED = {
    b"PK\x03\x04": "is a spreadsheet or a zip archive; save the table as CSV UTF-8 or Parquet",
    b"\xff\xfe": "is UTF-16 text; save the table as CSV UTF-8",
    b"\xfe\xff": "is UTF-16 text; save the table as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet; save the table as CSV UTF-8 or Parquet",
    b"{": "is JSON; bring CSV or Parquet",
    b"<": "is a web page or XML; bring CSV or Parquet",
}


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table before anything is made of its cells.

    Attributes
    ----------
    names : tuple of str
        Of the columns, as written.
    columns : tuple
        A ``pyarrow.ChunkedArray`` each, of equal length.
    broken : int
        Lines with too few or too many fields, or with a field that goes on below; they are not in the columns.
    decimal_comma : bool
        Whether fields are separated by semicolons, so that a comma may stand in a number.
    """

    names: tuple[str, ...]
    columns: tuple[Any, ...]
    broken: int = 0
    decimal_comma: bool = False


def read_raw(path: Path) -> RawTable:
    """The table of a file, judged by its content: Parquet, or text separated by commas, semicolons, tabs or bars.

    Raises
    ------
    InputError
        If it is no table, is damaged, empty, or larger than :data:`MAX_BYTES`.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a CSV or Parquet file")
    data = b"".join(chunks(path, MAX_BYTES))
    if not data.strip():
        raise InputError(f"{path} is empty; it needs a header and a row for each record")
    for magic, reason in _REFUSED.items():
        if data.startswith(magic):
            raise InputError(f"{path} {reason}")
    raw = _parquet(path, data) if data.startswith(_PARQUET) else _csv(path, data)
    if not raw.broken and not len(raw.columns[0]):
        raise InputError(f"{path} has no rows below its header; it needs one for each record")
    return raw


def _parquet(path: Path, data: bytes) -> RawTable:
    import pyarrow as pa
    from pyarrow import parquet

    with _whole(path, "Parquet file"):
        table = parquet.ParquetFile(pa.BufferReader(data)).read()
    if not table.num_columns:
        raise InputError(f"{path} has no columns; it needs one for each thing that was recorded")
    return RawTable(tuple(table.column_names), tuple(table.columns))


def _csv(path: Path, data: bytes) -> RawTable:
    import pyarrow as pa
    from pyarrow import csv as reader

    names, delimiter, body = _header(path, data)
    filled = sum(bool(line.strip()) for line in body.split(b"\n"))
    body, broken = _closed(body), 0

    def count(_row: Any) -> str:
        nonlocal broken
        broken += 1
        return "skip"

    keys = [str(number) for number in range(len(names))]
    with _whole(path, "table of separated values in UTF-8"):
        table = reader.read_csv(
            pa.BufferReader(body or b"\n"),
            read_options=reader.ReadOptions(column_names=keys, use_threads=False),
            parse_options=reader.ParseOptions(delimiter=delimiter, invalid_row_handler=count),
            convert_options=reader.ConvertOptions(column_types=dict.fromkeys(keys, pa.string())),
        )
    if body.count(b"\n") + (not body.endswith(b"\n")) != table.num_rows + broken:
        table = _on_one_line(table)
    return RawTable(tuple(names), tuple(table.columns), filled - table.num_rows, delimiter == ";")


def _closed(body: bytes) -> bytes:
    """Without the lines that have an odd number of quotes, as an open one would swallow what is below."""
    if b'"' not in body:
        return body
    return b"\n".join(line for line in body.split(b"\n") if line.count(b'"') % 2 == 0)


def _on_one_line(table: Any) -> Any:
    """Without the records that a quote, perhaps one that was never closed, spread over several lines."""
    import pyarrow.compute as pc

    for name in table.column_names:
        table = table.filter(pc.invert(pc.match_substring(table[name], "\n")))
    return table


def _header(path: Path, data: bytes) -> tuple[Sequence[str], str, bytes]:
    """The names of the columns, what separates them, and the lines below."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    head, _, body = data.lstrip(b"\r\n").partition(b"\n")
    try:
        text = head.decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a UTF-8 text; save the table as CSV UTF-8") from None
    if "\0" in text:
        raise InputError(f"{path} is not a text; bring CSV or Parquet")
    delimiter = max(",;\t|", key=text.count)
    return next(csv.reader([text], delimiter=delimiter)), delimiter, body


@contextmanager
def _whole(path: Path, kind: str) -> Iterator[None]:
    """An error of the reader, as a sentence of ours."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:120]
        raise InputError(f"{path} is damaged, cut short or no {kind} ({said}); fetch or save it again") from None
