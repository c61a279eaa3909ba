"""Tables that people bring: lines of fields, with the place of each wrong value."""

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from scenarios.streets import infile
from twin.errors import InputError

MAX_BYTES = 64 << 20
"""A million rows; the largest city has 50,000 cells of resolution 9."""
MOST = 1e9
"""No count of people, and no income, is larger."""


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not blank, with their numbers, split at commas, semicolons or tabs.

    Raises
    ------
    InputError
        If the file is no such table, or no UTF-8 text.
    """
    try:
        text = b"".join(infile.chunks(path, MAX_BYTES)).decode("utf-8-sig")
        head = text[: text.find("\n") + 1] or text
        delimiter = max(",;\t", key=head.count)
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, [field.strip() for field in row]
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a UTF-8 text (byte {error.start:,}); save the table as CSV UTF-8") from None
    except csv.Error as error:
        raise InputError(f"{path} is not a table of comma-separated values: {error}") from None


def field(path: Path, line: int, row: Sequence[str], at: int) -> str:
    """One field of a row; a row that is too short is refused."""
    if at >= len(row):
        raise InputError(f"{path}, line {line}: {len(row)} columns where the header has more; complete the row")
    return row[at]


def number(path: Path, line: int, row: Sequence[str], header: Sequence[str], at: int) -> float:
    """One field as a number that is not negative; anything else is refused with its line and column."""
    text = field(path, line, row, at)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST:
        raise InputError(f"{path}, line {line}, column {header[at]!r}: {text[:40]!r} must be a number from 0 to 1e9")
    return value
