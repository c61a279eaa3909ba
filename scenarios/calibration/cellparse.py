"""Cells as numbers, flags, times and texts; a cell that is none of them is told from one that is empty."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.world import Ints

Times = NDArray[np.datetime64]
Mask = NDArray[np.bool_]
LONGEST = 200
"""Of a text; a longer one is no name."""
BLANK = ("", "-", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "nil")
YES, NO = ("1", "1.0", "true", "t", "yes", "y"), ("0", "0.0", "false", "f", "no", "n")
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$"


@dataclass(frozen=True, eq=False)
class Texts:
    """Names, each once, and which of them each record has.

    Attributes
    ----------
    codes : (records,) int64
    labels : tuple of str
        In alphabetical order.
    """

    codes: Ints
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Cells:
    """One column, parsed.

    Attributes
    ----------
    values : Floats, Times or Texts
        NaN, NaT or the text ``""`` where a cell is empty or wrong.
    blank, wrong : (records,) bool
    """

    values: Any
    blank: Mask
    wrong: Mask


def numbers(column: Any, decimal_comma: bool) -> Cells:
    """A column as float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _is_text(column):
        values = _plain(pc.cast(column, pa.float64(), safe=False), float)
        return Cells(values, np.isnan(values), np.zeros(len(values), dtype=bool))
    text, blank = _trimmed(column)
    if decimal_comma:
        text = pc.replace_substring(text, ",", ".")
    good = pc.match_substring_regex(text, _NUMBER)
    values = _plain(pc.cast(pc.if_else(good, text, None), pa.float64()), float)
    return Cells(values, blank, ~blank & ~_plain(good, bool))


def flags(column: Any) -> Cells:
    """A column of 0 and 1, yes and no, true and false, as float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text, blank = _trimmed(pc.cast(column, pa.string()))
    lower = pc.utf8_lower(text)
    yes, no = (_plain(pc.is_in(lower, value_set=pa.array(words)), bool) for words in (YES, NO))
    values = np.where(yes, 1.0, np.where(no, 0.0, np.nan))
    return Cells(values, blank, ~(blank | yes | no))


def times(column: Any) -> Cells:
    """A column as the time on the wall where it was recorded: a zone that is written after it is passed over."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _is_text(column):
        local = pc.local_timestamp(column) if getattr(column.type, "tz", None) else column
        values = pc.cast(local, pa.timestamp("s"), safe=False).to_numpy().astype("datetime64[s]")
        return Cells(values, np.isnat(values), np.zeros(len(values), dtype=bool))
    text, blank = _trimmed(column)
    shaped = _plain(pc.match_substring_regex(text, _TIME), bool)
    padded = pc.utf8_rpad(pc.utf8_slice_codeunits(text, 0, 19), 19, "\0")
    letters = np.where(shaped, _plain(padded, object), "1970-01-01").astype("S19")
    values, real = _calendar(letters.view(np.uint8).reshape(-1, 19))
    return Cells(np.where(shaped & real, values, np.datetime64("NaT", "s")), blank, ~blank & ~(shaped & real))


def texts(column: Any) -> Cells:
    """A column as names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text, blank = _trimmed(pc.cast(column, pa.string()))
    wrong = _plain(pc.greater(pc.utf8_length(text), LONGEST), bool)
    kept = pc.if_else(pa.array(wrong), "", text)
    coded = (kept.combine_chunks() if isinstance(kept, pa.ChunkedArray) else kept).dictionary_encode()
    found = coded.dictionary.to_pylist()
    labels = sorted(found)
    place = {label: number for number, label in enumerate(labels)}
    codes = np.array([place[label] for label in found], dtype=np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
    return Cells(Texts(codes, tuple(labels)), blank, wrong)


def _calendar(letters: NDArray[np.uint8]) -> tuple[Times, Mask]:
    """Times from rows of ``YYYY-MM-DD HH:MM:SS``, and which of them exist (there is no 30 February)."""
    digits = np.where((letters >= 48) & (letters <= 57), letters - 48, 0).astype(np.int64)
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, at] * 10 + digits[:, at + 1] for at in (5, 8, 11, 14, 17))
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    real = (month >= 1) & (month <= 12) & (day >= 1) & (day <= length) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = ((day - 1) * 24 + hour) * 3600 + minute * 60 + second
    return first.astype("datetime64[s]") + seconds.astype("timedelta64[s]"), real


def _is_text(column: Any) -> bool:
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _trimmed(column: Any) -> tuple[Any, Mask]:
    """Texts without spaces around them, ``""`` for none, and which are empty or say that they are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(column, pa.string()), ""))
    blank = pc.is_in(text, value_set=pa.array(BLANK))
    return pc.if_else(blank, "", text), _plain(blank, bool)


def _plain(column: Any, kind: type) -> Any:
    return np.asarray(column.to_numpy(zero_copy_only=False) if hasattr(column, "to_numpy") else column).astype(kind)
